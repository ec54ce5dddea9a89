// Pipelines and commands. A command is read by its signature: a subject, then labelled parts in any order.

import TCBText

extension Parser {
  /// `mayBeUnknownCommand`: whether a word that is neither bound nor a command is taken for a mistyped command (at the
  /// start of a statement) or for a mistyped name (where a value is wanted).
  mutating func parsePipeline(mayBeUnknownCommand: Bool) throws(Abandon) -> Pipeline {
    let start = current
    let first = try parseStage(isFirst: true, mayBeUnknownCommand: mayBeUnknownCommand)
    var rest: [Pipeline.Stage] = []
    while atPipe() {
      advance()
      skipNewlines()
      rest.append(try parseStage(isFirst: false, mayBeUnknownCommand: true))
    }
    return Pipeline(first: first, rest: rest, span: span(from: start))
  }

  /// A `|` here, or in a script at the start of a following line.
  private mutating func atPipe() -> Bool {
    if at(.pipe) { return true }
    guard !isPrompt, tokens[position].kind == .newline else { return false }
    var index = position
    while tokens[index].kind == .newline { index += 1 }
    guard tokens[index].kind == .pipe else { return false }
    position = index
    return true
  }

  private mutating func parseStage(isFirst: Bool, mayBeUnknownCommand: Bool) throws(Abandon) -> Pipeline.Stage
  {
    let token = current
    guard token.kind == .name else {
      if isFirst { return .expression(try parseExpression()) }
      throw fail(expected: "a command")
    }
    if isFirst, isValueStart(token) { return .expression(try parseExpression()) }
    if let signature = vocabulary.command(token.index) {
      return .command(try parseCommand(signature, isFirst: isFirst))
    }
    if isFirst, !mayBeUnknownCommand { return .expression(try parseExpression()) }
    return try abandonUnknownCommand(text(of: token), token)
  }

  /// Whether a name at the start of a pipeline is a value: bound here, or called, indexed, asked for a field, assigned.
  private mutating func isValueStart(_ name: Token) -> Bool {
    if isBound[Int(name.index)] { return true }
    switch peekKind() {
    case .leftParenthesis, .leftBracket, .dot: return touches(position + 1)
    case .assign: return true
    default: return false
    }
  }

  private mutating func abandonUnknownCommand(_ name: String, _ token: Token) throws(Abandon)
    -> Pipeline.Stage
  {
    if vocabulary.functions[name] != nil {
      report(.functionAsCommand(name), at: span(token))
      throw Abandon(tokenIndex: position)
    }
    let candidates = Set(vocabulary.commands.keys).union(vocabulary.definitions.keys).union(boundTexts)
    report(.unknownCommand(name, nearest: NearestName.of(name, among: candidates)), at: span(token))
    throw Abandon(tokenIndex: position)
  }

  private mutating func parseCommand(_ signature: CommandSignature, isFirst: Bool) throws(Abandon)
    -> CommandCall
  {
    let start = advance()
    var call = CommandCall(
      signature: signature, nameSpan: span(start), span: span(start),
      arguments: Array(repeating: .absent, count: signature.parameters.count))
    if !isFirst {
      if let piped = signature.pipedIndex {
        call.arguments[piped] = .piped
      } else {
        report(.takesNoPipe(command: signature.name), at: span(start))
      }
    }
    let saved = labels
    defer { labels = saved }
    labels = signature.labels
    while !atStageEnd() { try parsePart(of: &call) }
    call.span = span(from: start)
    checkRequired(call)
    return call
  }

  private mutating func atStageEnd() -> Bool {
    if atPipe() { return true }
    switch current.kind {
    case .newline, .semicolon, .end, .rightBrace, .rightParenthesis, .rightBracket, .interpolationEnd:
      return true
    default: return false
    }
  }

  private mutating func parsePart(of call: inout CommandCall) throws(Abandon) {
    let signature = call.signature
    let token = current
    if token.kind == .name || token.kind.isKeyword,
      let index = signature.parameterIndex(labelled: text(of: token))
    {
      advance()
      let argument = try parseArgument(signature.parameters[index], of: call)
      return fill(index, with: argument, of: &call, at: span(from: token))
    }
    guard let subject = signature.subjectIndex else { throw unknownPart(call, token) }
    switch call.arguments[subject] {
    case .absent:
      call.arguments[subject] = try parseArgument(signature.parameters[subject], of: call)
    case .piped:
      throw unknownPart(call, token, alreadyPiped: true)
    default:
      throw unknownPart(call, token)
    }
  }

  private mutating func fill(
    _ index: Int, with argument: CommandCall.Argument, of call: inout CommandCall, at span: SourceSpan
  ) {
    if case .absent = call.arguments[index] {
      call.arguments[index] = argument
    } else {
      let label = call.signature.parameters[index].label ?? ""
      report(.filledTwice(label, command: call.signature.name), at: span)
    }
  }

  private func missingLabel(_ call: CommandCall) -> String? {
    for (parameter, argument) in zip(call.signature.parameters, call.arguments) {
      if parameter.isRequired, case .absent = argument, let label = parameter.label { return label }
    }
    return nil
  }

  private mutating func unknownPart(_ call: CommandCall, _ token: Token, alreadyPiped: Bool = false)
    -> Abandon
  {
    let name = call.signature.name
    if !alreadyPiped, call.signature.takesOnlyValues {
      return fail(expected: "a comma or the end of the command")
    }
    if token.kind == .name {
      let word = text(of: token)
      let nearest = NearestName.of(word, among: call.signature.labels)
      if nearest != nil || !alreadyPiped {
        report(.unknownLabel(word, command: name, nearest: nearest), at: span(token))
        return Abandon(tokenIndex: position)
      }
    }
    if token.kind == .invalid { return Abandon(tokenIndex: position) }
    if alreadyPiped, let subject = call.signature.subjectIndex {
      if let label = missingLabel(call) {
        report(.unlabelled(command: name, label: label), at: span(token))
        return Abandon(tokenIndex: position)
      }
      report(.filledTwice(call.signature.parameters[subject].placeholder, command: name), at: span(token))
      return Abandon(tokenIndex: position)
    }
    if token.kind == .comma, call.signature.subjectIndex != nil {
      report(.tooManySubjects(command: name), at: span(token))
      return Abandon(tokenIndex: position)
    }
    return fail(expected: call.signature.labels.isEmpty ? "the end of the command" : "a part of `\(name)`")
  }

  private mutating func parseArgument(_ parameter: Parameter, of call: CommandCall) throws(Abandon)
    -> CommandCall.Argument
  {
    switch parameter.kind {
    case .flag: return .flag
    case .expression:
      var values = [try parseExpression()]
      while parameter.repeats, take(.comma) {
        skipNewlines()
        values.append(try parseExpression())
      }
      return .expressions(values)
    case .perRow:
      return .perRow(rowExpression(try parseExpression()))
    case .names:
      var names = [try parseBareOrQuoted("a name")]
      while take(.comma) {
        skipNewlines()
        names.append(try parseBareOrQuoted("a name"))
      }
      return .names(names)
    case .word(let allowed):
      let token = current
      guard token.kind == .name else {
        throw fail(expected: .oneOf(allowed))
      }
      advance()
      let word = text(of: token)
      if !allowed.contains(word) {
        report(
          .notOneOf(word, allowed: allowed, nearest: NearestName.of(word, among: allowed)), at: span(token))
      }
      return .word(word, span(token))
    }
  }

  mutating func rowExpression(_ expression: Expression) -> RowExpression {
    RowExpression(expression: expression, scope: newScope())
  }

  mutating func newScope() -> Int {
    output.scopeCount += 1
    return output.scopeCount - 1
  }

  mutating func parseBareOrQuoted(_ what: Wording) throws(Abandon) -> (text: String, span: SourceSpan) {
    let token = current
    if token.kind == .name || token.kind.isKeyword {
      advance()
      return (text(of: token), span(token))
    }
    let text = try parsePlainText(what)
    return (text, span(from: token))
  }

  private mutating func checkRequired(_ call: CommandCall) {
    for (parameter, argument) in zip(call.signature.parameters, call.arguments) where parameter.isRequired {
      guard case .absent = argument else { continue }
      report(.missingPart("`\(parameter.usage)`", of: call.signature.name), at: call.nameSpan)
    }
  }
}
