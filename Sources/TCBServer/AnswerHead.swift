// The head of an answer as it goes over a connection. Every answer tells its length, so that none is chunked.

import NIOCore
import TCBInterface

extension ByteBuffer {
  /// `length` is that of the body as the head tells it; nil where the status forbids a body.
  mutating func writeHead(
    of answer: ServerAnswer, length: Int64?, dateLine: [UInt8], requestID: String, closes: Bool, isOld: Bool
  ) {
    writeStaticString("HTTP/1.1 ")
    writeString("\(answer.status)")
    writeStaticString(" ")
    writeStaticString(reason(of: answer.status))
    writeStaticString("\r\n")
    writeBytes(dateLine)
    if let length {
      writeStaticString("Content-Length: ")
      writeString("\(length)")
      writeStaticString("\r\n")
    }
    for (name, value) in answer.headers {
      writeString(name)
      writeStaticString(": ")
      writeString(value)
      writeStaticString("\r\n")
    }
    writeStaticString("X-Request-Id: ")
    writeString(requestID)
    writeStaticString("\r\n")
    if closes {
      writeStaticString("Connection: close\r\n")
    } else if isOld {
      writeStaticString("Connection: keep-alive\r\n")
    }
    writeStaticString("\r\n")
  }
}

private func reason(of status: Int) -> StaticString {
  switch status {
  case 200: "OK"
  case 201: "Created"
  case 204: "No Content"
  case 206: "Partial Content"
  case 304: "Not Modified"
  case 400: "Bad Request"
  case 401: "Unauthorized"
  case 403: "Forbidden"
  case 404: "Not Found"
  case 405: "Method Not Allowed"
  case 408: "Request Timeout"
  case 409: "Conflict"
  case 412: "Precondition Failed"
  case 413: "Content Too Large"
  case 416: "Range Not Satisfiable"
  case 429: "Too Many Requests"
  case 431: "Request Header Fields Too Large"
  case 500: "Internal Server Error"
  case 502: "Bad Gateway"
  case 503: "Service Unavailable"
  case 504: "Gateway Timeout"
  default: "Other"
  }
}
