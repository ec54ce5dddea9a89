// One environment, ready to answer: the checks of a single file and the making of its link.

import TCBInterface

/// Immutable, so that calls share it without a lock; replacing an environment replaces the whole of it.
final class ServedEnvironment: Sendable {
  let configuration: EnvironmentConfiguration
  let host: String
  let verifier: LinkVerifier
  private let maker: LinkMaker
  /// `ENV.BUCKET` as it stands in the ids of this environment.
  private let location: [UInt8]
  /// Nil where every path exists, which spares the path's text.
  private let objects: (any ObjectStore)?

  init(_ configuration: EnvironmentConfiguration) {
    self.configuration = configuration
    host = LinkHost.host(bucket: configuration.bucket, account: configuration.account)
    let isPrivate = configuration.read == .private
    let signer =
      isPrivate
      ? LinkSigner(
        key: configuration.primaryKey, validity: configuration.validity, form: configuration.signatureForm)
      : nil
    maker = LinkMaker(origin: configuration.linkOrigin ?? "https://\(host)", signer: signer)
    verifier =
      isPrivate
      ? LinkVerifier(
        primary: configuration.primaryKey, backup: configuration.backupKey,
        validity: configuration.validity, form: configuration.signatureForm)
      : .publicFiles
    location = Array("\(configuration.id).\(configuration.bucket)".utf8)
    objects = configuration.objects is EveryObject ? nil : configuration.objects
  }

  /// One row for each file asked for, duplicates too. `now` in seconds since 1970.
  func answer(to request: PackedRequest, now: Int64) -> PackedAnswer {
    var text = Array("ok".utf8)
    let ok = TextRange(0..<text.count)
    text.reserveCapacity(request.count * 256)
    var files: [PackedAnswer.File] = []
    files.reserveCapacity(request.count)
    var batch = SignatureBatch()
    for index in 0..<request.count {
      let maxAge = request.maxAges[index]
      var file = PackedAnswer.File()
      request.withSpan(of: index) { id in
        let start = text.count
        text.append(id)
        let end = text.count
        file.id = TextRange(start..<end)
        do throws(FileRefusal) {
          try appendLink(to: &text, id, maxAge: maxAge, now, signing: &batch)
          file.url = TextRange(end..<text.count)
          file.message = ok
        } catch {
          text.append(contentsOf: error.message.utf8)
          file.message = TextRange(end..<text.count)
          file.status = error.status
        }
      }
      files.append(file)
    }
    batch.fill(&text)
    return PackedAnswer(errorCode: 0, message: ErrorCode.ok.text, files: files, text: text)
  }

  /// Nothing is appended where the file is refused.
  func appendLink(
    to link: inout [UInt8], _ bytes: Span<UInt8>, maxAge: Int64, _ now: Int64,
    signing batch: inout SignatureBatch
  ) throws(FileRefusal) {
    let start = try startOfPath(bytes, maxAge: maxAge)
    maker.append(
      path: bytes.extracting(start..<bytes.count), issuedAt: now, maxAge: maxAge, to: &link, signing: &batch)
  }

  /// The checks in their order (ours): a well-formed id, of this environment, `max_age` in bounds, a file
  /// that exists and may be read.
  private func startOfPath(_ bytes: Span<UInt8>, maxAge: Int64) throws(FileRefusal) -> Int {
    let layout: FileIDLayout
    do {
      layout = try FileIDLayout(of: bytes)
    } catch {
      throw .badID(error)
    }
    try checkLocation(bytes, layout)
    guard maxAge > 0, maxAge <= configuration.maxAgeLimit else {
      throw .maxAge(limit: configuration.maxAgeLimit)
    }
    let start = layout.slash + 1
    try checkStanding(bytes.extracting(start..<bytes.count))
    return start
  }

  private func checkLocation(_ bytes: Span<UInt8>, _ layout: FileIDLayout) throws(FileRefusal) {
    let location = location
    let start = FileIDLayout.environmentStart
    let found = bytes.extracting(start..<layout.slash)
    if found.isSame(as: location.span) { return }
    let environment = bytes.extracting(start..<layout.dot)
    let text = environment.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    throw text == configuration.id ? .otherBucket(expected: configuration.bucket) : .otherEnvironment(text)
  }

  private func checkStanding(_ path: Span<UInt8>) throws(FileRefusal) {
    guard let objects else { return }
    let text = path.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    switch objects.standing(of: text) {
    case .exists: return
    case .missing: throw .missing
    case .forbidden: throw .notPermitted
    }
  }
}
