// Where an environment is only looked at and nobody may be called.

import TCBInterface
import TCBLinks
import TCBService

struct NoService: LinkService, TokenSource {
  func links(for request: LinkRequest, credential: Credential) async throws(LinkServiceError) -> LinkAnswer {
    throw .unreachable("nothing is called here")
  }

  func token(forced: Bool) async throws(TokenTrouble) -> HeldToken { HeldToken(.none) }
}
