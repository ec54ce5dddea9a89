// Why one file of a call gets no link, as the row says it.

import TCBInterface

enum FileRefusal: Error, Equatable {
  case badID(FileIDError)
  case otherEnvironment(String)
  case otherBucket(expected: String)
  case maxAge(limit: Int64)
  case missing
  case notPermitted

  /// Observed: 1 for a missing file. The others are the family's codes that come nearest (ours).
  var status: Int {
    switch self {
    case .badID, .otherBucket, .maxAge: ErrorCode.badParameter.number
    case .otherEnvironment: ErrorCode.badEnvironment.number
    case .missing: 1
    case .notPermitted: ErrorCode.storageNotPermitted.number
    }
  }

  /// Observed for a missing file, otherwise ours.
  var message: String {
    switch self {
    case .badID(let error): "invalid fileid: \(error.message)"
    case .otherEnvironment(let id): "the file is of another environment, `\(id)`"
    case .otherBucket(let expected): "the bucket of this environment is `\(expected)`"
    case .maxAge(let limit): "max_age must be a whole number of seconds from 1 to \(limit)"
    case .missing: ErrorCode.storageFileMissing.text
    case .notPermitted: ErrorCode.storageNotPermitted.text
    }
  }
}

extension RequestedFile {
  func refused(_ refusal: FileRefusal) -> AnsweredFile {
    AnsweredFile(fileID: fileID, downloadURL: "", status: refusal.status, message: refusal.message)
  }
}
