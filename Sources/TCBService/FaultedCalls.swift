// Calls that meet a fault: which ones they meet, and what of it the core does by itself. What is about sockets is left to whoever
// has one.

import TCBInterface

extension APICore {
  /// Of a download of a file in this environment.
  package func faults(ofDownload environment: String) -> CallFaults {
    faults.faults(of: FaultedCall(.download, environment: environment))
  }

  func faults(of call: RawCall) -> CallFaults {
    guard !faults.isEmpty, let endpoint = FaultEndpoint(path: call.path) else { return CallFaults() }
    var found = FaultedCall(endpoint)
    if endpoint == .links {
      found.environment = (try? LinkRequest(decoding: call.body))?.environment
    } else {
      let fields = (try? FlatObject(decoding: call.body))?.texts
      found.appIDs = ["appid", "component_appid", "authorizer_appid"].compactMap {
        fields?[$0] ?? Query.value($0, in: call.query)
      }
    }
    return faults.faults(of: found)
  }

  func answer(_ call: RawCall, meeting faults: CallFaults) -> RawAnswer {
    var result: RawAnswer
    if let ended = ended(by: faults) {
      result = ended
    } else {
      if faults.supersedesToken { supersede(Credential(query: call.query)) }
      result = answer(call, faults)
      result.body = faults.spoiled(result.body)
    }
    result.delivery = Delivery(faults)
    return result
  }

  /// The answer in whose place there is none of the core's own.
  private func ended(by faults: CallFaults) -> RawAnswer? {
    switch faults.ending {
    case .errorCode(let code, let message):
      RawAnswer(status: 200, body: faults.spoiled(LinkAnswer(errorCode: code, message: message).encoded()))
    case .status(let status, _): RawAnswer(status: status, body: [])
    case .reset: RawAnswer(status: 200, body: [])
    case nil: nil
    }
  }

  /// A call in this process, with what a client over a wire would make of the same faults.
  func answer(
    _ request: LinkRequest, credential: Credential, meeting faults: CallFaults
  ) async throws(LinkServiceError) -> LinkAnswer {
    if faults.delay > 0 {
      do { try await Task.sleep(for: .milliseconds(faults.delay)) } catch { throw .cancelled }
    }
    var answer: LinkAnswer
    switch faults.ending {
    case .reset: throw .unreachable("Connection reset by peer")
    case .status(let status, _): throw .httpStatus(status)
    case .errorCode(let code, let message): answer = LinkAnswer(errorCode: code, message: message)
    case nil:
      if faults.supersedesToken { supersede(credential) }
      answer = self.answer(request, credential: credential, on: .app, clockOffset: faults.clockOffset)
      answer = faults.spoiled(answer)
    }
    if faults.cutsBody { throw .unreachable("Connection reset by peer") }
    guard faults.spoilsBody else { return answer }
    do throws(WireError) {
      return try LinkAnswer(decoding: faults.spoiled(answer.encoded(compatible: answersCompatibly)))
    } catch {
      throw .malformedAnswer(error)
    }
  }
}

extension Delivery {
  package init(_ faults: CallFaults) {
    self.init()
    delay = faults.delay
    clockOffset = faults.clockOffset
    self.faults = faults.names
    if case .status(_, let seconds) = faults.ending { retryAfter = seconds }
    reset = faults.ending == .reset ? .before : faults.cutsBody ? .body : nil
  }
}
