// Calls for links answered from bytes to bytes, which most are. What comes out is what the way through values makes of the same
// call, byte for byte; whatever is out of the ordinary goes that way.

import TCBInterface
import TCBText

extension APICore {
  /// As ``links(for:credential:)-(LinkRequest,Credential)``, without a text for each file where no fault is met.
  package func links(
    for request: PackedRequest, credential: Credential
  ) async throws(LinkServiceError) -> PackedAnswer {
    if Task.isCancelled { throw .cancelled }
    let met = faults.faults(of: FaultedCall(.links, environment: request.environment))
    guard met.isEmpty else {
      return PackedAnswer(try await answer(request.request, credential: credential, meeting: met))
    }
    do throws(RefusedCall) {
      let caller = try caller(with: credential, on: .app, clockOffset: 0)
      if let environment = environment(request.environment, for: caller, files: request.count) {
        return environment.answer(to: request, now: now / 1000)
      }
      return PackedAnswer(answer(request.request, from: caller, clockOffset: 0))
    } catch {
      return PackedAnswer(LinkAnswer(error.code))
    }
  }

  /// Nil where the call is to be answered through values.
  func directAnswer(to body: [UInt8], from caller: Caller) -> [UInt8]? {
    body.withUnsafeBufferPointer { buffer in
      guard !answersCompatibly, let layout = RequestLayout(of: buffer) else { return nil }
      let id = String(decoding: UnsafeBufferPointer(rebasing: buffer[layout.environment]), as: UTF8.self)
      return environment(id, for: caller, files: layout.files.count)?
        .answer(to: layout, in: buffer.span, now: now / 1000)
    }
  }

  /// Nil where the call as a whole is to be refused.
  private func environment(_ id: String, for caller: Caller, files: Int) -> ServedEnvironment? {
    guard caller.hasCloud, (1...APICore.maximumFiles).contains(files), let environment = served(id),
      environment.configuration.owner == caller.appID
    else { return nil }
    return environment
  }
}

extension ServedEnvironment {
  /// A whole answer. `now` in seconds since 1970.
  func answer(to layout: RequestLayout, in bytes: Span<UInt8>, now: Int64) -> [UInt8] {
    var answer: [UInt8] = []
    answer.reserveCapacity(256 + bytes.count * 2 + layout.files.count * 192)
    answer.append("{\"errcode\":0,\"errmsg\":\"ok\",\"file_list\":[")
    var isFirst = true
    var batch = SignatureBatch()
    for file in layout.files {
      if !isFirst { answer.append(UInt8(ascii: ",")) }
      isFirst = false
      append(to: &answer, file, bytes.extracting(file.id), now, &batch)
    }
    answer.append("]}")
    batch.fill(&answer)
    return answer
  }

  private func append(
    to answer: inout [UInt8], _ file: RequestLayout.File, _ id: Span<UInt8>, _ now: Int64,
    _ batch: inout SignatureBatch
  ) {
    let start = answer.count
    answer.append("{\"fileid\":\"")
    answer.append(id)
    answer.append("\",\"download_url\":\"")
    do throws(FileRefusal) {
      try appendLink(to: &answer, id, maxAge: file.maxAge, now, signing: &batch)
      answer.append("\",\"status\":0,\"errmsg\":\"ok\"}")
    } catch {
      answer.removeSubrange(start...)
      answer.append("{\"fileid\":\"")
      answer.append(id)
      answer.append("\",\"download_url\":\"\",\"status\":")
      answer.append(decimal: Int64(error.status))
      answer.append(",\"errmsg\":")
      answer.append(quoted: error.message)
      answer.append("}")
    }
  }
}
