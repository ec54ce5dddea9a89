// Calls of a record, sent again with a token that a script defines.

import TCBHost
import TCBInterface
import TCBLinks
import TCBRuntime
import TCBService
import TCBSyntax
import TCBText

/// What became of a call the second time.
package enum ReplayOutcome: Sendable, Equatable {
  case answered(Int)
  /// No answer came, and why.
  case unanswered(Wording)
}

/// Sends calls to an address with a token of a session.
package struct Replayer: Sendable {
  private let interface: HTTPInterface
  private let keeper: TokenKeeper

  fileprivate init(_ interface: HTTPInterface, _ keeper: TokenKeeper) {
    self.interface = interface
    self.keeper = keeper
  }

  /// Once, whatever comes of it: a token that is refused now and was not then is renewed before. Throws where there is no token.
  package func send(_ call: RecordedCall) async throws(RuntimeProblem) -> ReplayOutcome {
    do throws(TokenTrouble) {
      let credential = try await keeper.credential()
      let outcome = await send(call, credential)
      guard case .answered(let code) = outcome, code != call.errorCode,
        ErrorCode(number: code)?.meansTokenIsBad == true
      else { return outcome }
      return await send(call, try await keeper.credential(instead: credential))
    } catch {
      throw EngineProblem.link(.token(error))
    }
  }

  private func send(_ call: RecordedCall, _ credential: Credential) async -> ReplayOutcome {
    do throws(LinkServiceError) {
      let service = HTTPLinkService(interface, path: call.path)
      return .answered(try await service.links(for: call.request, credential: credential).errorCode)
    } catch {
      return .unanswered(error.wording)
    }
  }
}

extension Session {
  /// An environment of the script with that address says whom to trust there and how long to wait. Throws where the script has no
  /// such token, or this run may not use the network.
  package func replayer(to address: String, token name: String) throws(RuntimeProblem) -> Replayer {
    guard let transport = context.transport else { throw EngineProblem.denied(.net) }
    let token = try context.token(named: name)
    let known = context.definedEnvironments().first { $0.address == address }
    let interface =
      try known.flatMap { (environment) throws(RuntimeProblem) in try context.interface(of: environment) }
      ?? HTTPInterface(address: address, transport: transport)
    return Replayer(interface, context.keeper(for: token, owner: token.appID ?? "", at: interface))
  }
}
