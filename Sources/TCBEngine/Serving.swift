// What a script defines, for a server to serve.

import TCBInterface
import TCBLinks
import TCBRuntime
import TCBService

extension Session {
  /// The core with every account and embedded environment that has been defined so far, and the environments' ids. Links begin
  /// with `origin` where one is given.
  package func served(origin: String?) throws(RuntimeProblem) -> (core: APICore, environments: [String]) {
    for value in context.globals.values {
      guard case .foreign(let box) = value, let token = box.value as? TokenValue else { continue }
      do throws(TokenTrouble) { try context.admit(token) } catch {
        throw .other(code: error.code, message: error.message, help: error.help)
      }
    }
    var ids: [String] = []
    for environment in context.definedEnvironments() where environment.address == nil {
      var configuration = environment.configuration
      if let name = environment.tokenName {
        configuration.owner = try context.token(named: name).appID ?? EmbeddedApp.id
      }
      if let origin { configuration.linkOrigin = "\(origin)\(APICore.downloadPath)\(environment.id)" }
      context.core.serve(configuration)
      ids.append(environment.id)
    }
    return (context.core, ids)
  }
}

extension RunContext {
  /// Makes a token's account known to the core, so that whoever has its secret can ask for its token.
  fileprivate func admit(_ token: TokenValue) throws(TokenTrouble) {
    func configuration(_ component: TokenPlan.Component) throws(TokenTrouble) -> PlatformConfiguration {
      let texts = TokenTexts(host: host, secrets: secrets)
      return component.configuration(ticket: try texts.ticket(at: component.ticket))
    }
    switch TokenPlan(token, named: { name in try self.token(named: name) }) {
    case .app(let id, let secret): core.add(AppConfiguration(appID: id, secret: secret))
    case .component(let component): core.add(try configuration(component))
    case .authorizer(let component, let id, let refresh):
      core.add(try configuration(component))
      core.add(
        MerchantConfiguration(
          appID: id, platform: component.id, refreshToken: refresh,
          permissionSets: MerchantConfiguration.permissionSetsOfTheCall))
    case .undefined, .fixed, .nothing, .broken: break
    }
  }
}
