// The words for every known code: what the wire says, what it means, what to do.

import TCBText

extension ErrorCode {
  /// The `errmsg` that goes with the number; ``textProvenance`` says whose words they are.
  public var text: String {
    switch self {
    case .ok: "ok"
    case .busy, .system, .cloudSystem: "system error"
    case .unknownError: "unknown error"
    case .cloudTimedOut: "cloud request timed out"
    case .cloudRequestQuota: "request quota exceeded"
    case .cloudConcurrencyQuota: "concurrency quota exceeded"
    case .badEnvironment: "invalid environment"
    case .badParameter: "invalid parameter"
    case .badObject: "illegal or missing object"
    case .storageRequestFailed: "storage request failed"
    case .storageNotPermitted: "no permission"
    case .storageFileMissing: "STORAGE_FILE_NONEXIST"
    case .invalidCredential: "invalid credential, access_token is invalid or not latest"
    case .invalidAppID: "invalid appid"
    case .invalidAccessToken: "invalid access_token"
    case .invalidArguments: "invalid args"
    case .missingParameter: "missing parameter"
    case .invalidAppSecret: "invalid appsecret"
    case .addressNotListed: "invalid ip, not in whitelist"
    case .secretFrozen: "appsecret is frozen"
    case .accessTokenMissing: "access_token missing"
    case .accessTokenExpired: "access_token expired"
    case .requiresPOST: "require POST method"
    case .emptyBody: "empty post data"
    case .dailyQuota: "reach max api daily quota limit"
    case .calledTooOften: "api minute-quota reach limit, must slower, retry next minute"
    case .dataFormat: "data format error"
    case .notAuthorized: "api unauthorized"
    case .clearingUsedUp: "forbid to clear quota because of reaching the limit"
    case .pathUnknown: "cgi_path not found, please check"
    case .pathNotPermitted: "could not use this cgi_path, no permission"
    case .componentAddressNotListed: "access clientip is not registered"
    case .ticketExpired: "component_verify_ticket expired"
    case .ticketInvalid: "invalid component_verify_ticket"
    case .permissionSetMissing: "api is unauthorized to component"
    case .invalidComponent: "invalid component"
    case .refreshTokenInvalid: "invalid authorizer_refresh_token"
    case .cloudNotEnabled: "no qbase privilege"
    }
  }

  /// What the code says about the call, in one plain sentence.
  public var meaning: String { meaningWording.english }

  /// ``meaning`` in every language.
  package var meaningWording: Wording {
    switch self {
    case .ok: "the call went well"
    case .busy: "the system is busy"
    case .system: "the system failed"
    case .unknownError: "the cloud failed and does not say why"
    case .cloudSystem: "the cloud failed"
    case .cloudTimedOut: "the cloud did not answer in time"
    case .cloudRequestQuota: "the environment's quota of requests is used up"
    case .cloudConcurrencyQuota: "too many requests run at once in this environment"
    case .badEnvironment: "the environment is not one the cloud knows"
    case .badParameter: "a parameter is wrong, and the message says which"
    case .badObject: "the object's name is illegal, or there is no such object"
    case .storageRequestFailed: "the storage behind the environment failed"
    case .storageNotPermitted: "the caller may not read this file"
    case .storageFileMissing: "the file does not exist"
    case .invalidCredential: "the secret is wrong, or a newer token has superseded this one"
    case .invalidAppID: "the appid is not a known one"
    case .invalidAccessToken: "the access token is not a token of this app"
    case .invalidArguments: "an argument has the wrong type, or the list of files is empty"
    case .missingParameter: "a required field is missing"
    case .invalidAppSecret: "the app's secret is wrong"
    case .addressNotListed: "the calling address is not on the app's list"
    case .secretFrozen: "the app's secret is frozen"
    case .accessTokenMissing: "the call carries no access token"
    case .accessTokenExpired: "the access token has expired"
    case .requiresPOST: "the call was not a POST"
    case .emptyBody: "the call has no body"
    case .dailyQuota: "today's quota of calls is used up"
    case .calledTooOften: "the interface was called too often within a minute"
    case .dataFormat: "the body is not the JSON it should be"
    case .clearingUsedUp: "the account's counts were set to nothing ten times this month"
    case .pathUnknown: "there is no quota of this path"
    case .pathNotPermitted: "this kind of token cannot call the path whose quota was asked for"
    case .notAuthorized: "this kind of token, or this app, may not call the interface"
    case .componentAddressNotListed: "the calling address is not registered with the platform"
    case .ticketExpired: "the platform's verify ticket has expired"
    case .ticketInvalid: "the platform's verify ticket is wrong"
    case .permissionSetMissing: "the merchant has granted the platform neither permission set 49 nor 64"
    case .invalidComponent: "the platform's appid is not a known one"
    case .refreshTokenInvalid: "the merchant's refresh token is wrong, or a newer one has replaced it"
    case .cloudNotEnabled: "the app has not enabled cloud development"
    }
  }

  /// What a person should do about it, in one plain sentence.
  public var advice: String { adviceWording.english }

  /// ``advice`` in every language.
  package var adviceWording: Wording {
    switch self {
    case .ok: "nothing is to be done"
    case .busy, .system, .unknownError, .cloudSystem, .cloudTimedOut, .storageRequestFailed:
      "send the call again after a pause"
    case .cloudRequestQuota: "wait, or raise the environment's quota of requests"
    case .cloudConcurrencyQuota: "run fewer calls at once"
    case .badEnvironment: "check the environment's id, and that it belongs to this app"
    case .badParameter: "correct the parameter that the message names"
    case .badObject, .storageFileMissing: "check the path, byte for byte, in the environment's storage"
    case .storageNotPermitted: "check the storage's access rules in the cloud console"
    case .invalidCredential:
      "fetch a new token, and let one process fetch it for all; check the secret if it stays"
    case .invalidAppID: "check the appid, upper and lower case too"
    case .invalidAccessToken:
      "check that the token is of the app that owns the environment, and fetch a new one"
    case .invalidArguments: "check the fields' types, and ask for at least one file"
    case .missingParameter: "give `env`, `file_list`, and in each entry `fileid` and `max_age`"
    case .invalidAppSecret: "copy the app's secret again from its settings"
    case .addressNotListed: "add this machine's address to the app's list of addresses"
    case .secretFrozen: "unfreeze the app's secret in its settings"
    case .accessTokenMissing: "send an access token with the call"
    case .accessTokenExpired: "fetch a new token"
    case .requiresPOST: "send the call with POST"
    case .emptyBody, .dataFormat: "send a JSON object in UTF-8 as the body"
    case .dailyQuota: "wait for the next day, or ask for a larger quota"
    case .calledTooOften: "wait a minute and call less often"
    case .notAuthorized: "use a token of the kind this interface is for"
    case .clearingUsedUp: "wait for the next month"
    case .pathUnknown: "give the path as it is called, from its first slash to before its query"
    case .pathNotPermitted: "ask with a token of the account that calls the path"
    case .componentAddressNotListed: "register this machine's address with the platform"
    case .ticketExpired: "wait for the next verify ticket, which comes every ten minutes"
    case .ticketInvalid: "use the verify ticket that came last"
    case .permissionSetMissing: "ask the merchant to grant permission set 49 or 64"
    case .invalidComponent: "check the platform's appid"
    case .refreshTokenInvalid:
      "use the refresh token that came last; if it is lost, the merchant must authorize again"
    case .cloudNotEnabled: "enable cloud development for the app"
    }
  }
}
