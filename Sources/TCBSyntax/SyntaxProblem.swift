// Everything that can be wrong with a script before it runs, with its stable code and its wording.
// The lexer, the parser and the resolver say which case it is and where; sentences are made here and nowhere else.

import TCBText

package struct SyntaxProblem: Sendable, Hashable {
  package var kind: Kind
  package var span: SourceSpan
  /// Another place that explains this one, such as the first definition of a name.
  package var other: SourceSpan?

  package init(_ kind: Kind, at span: SourceSpan, other: SourceSpan? = nil) {
    self.kind = kind
    self.span = span
    self.other = other
  }

  package enum Kind: Sendable, Hashable {
    // Reading the text.
    case invalidUTF8
    case unknownCharacter(String)
    case unterminatedText
    case unknownEscape(String)
    case badUnicodeEscape
    case numberTooLarge
    case unknownUnit
    case unitAfterFraction
    case dollarWithoutName
    // Its structure.
    case expected(Wording, found: Wording)
    case unclosed(String)
    case unexpectedClosing(String)
    case nestedTooDeeply
    case comparisonsChained
    case rangeOutOfPlace
    case reservedWord(String)
    case notAssignable
    case duplicateKey(String)
    case statementOutsideLoop(String)
    case definitionInBlock(String)
    case tooLarge
    case parameterAfterDefault(String)
    // Names.
    /// `isTarget`: it is assigned to.
    case unknownName(String, nearest: String?, isTarget: Bool)
    case alreadyDefined(String)
    case assignedConstant(String)
    case noRowHere
    case rowRunsCommand(String)
    case returnOutsideFunction
    case moduleAsValue(String)
    case notInModule(String, module: String, nearest: String?)
    // Files.
    case importUnreadable(String, why: Wording, nearest: String?)
    case importCycle([String])
    case notImportable(Wording)
    case importBroken(String)
    // Commands and definitions.
    case unknownCommand(String, nearest: String?)
    /// A function where only a command can stand.
    case functionAsCommand(String)
    case unknownLabel(String, command: String, nearest: String?)
    case missingPart(String, of: String)
    case filledTwice(String, command: String)
    /// A part without its label, where the subject came through the pipe. `label` is one that is still missing.
    case unlabelled(command: String, label: String)
    case tooManySubjects(command: String)
    case takesNoPipe(command: String)
    case notOneOf(String, allowed: [String], nearest: String?)
    case unknownClause(String, in: String, nearest: String?)
    case clauseTwice(String, in: String)
    case missingClause(String, of: String)
    case ruleWithoutEffect
    case ruleEffectTwice
    case patternInterpolated
  }
}

extension SyntaxProblem.Kind {
  package var code: String {
    switch self {
    case .invalidUTF8: "E0101"
    case .unknownCharacter: "E0102"
    case .unterminatedText: "E0103"
    case .unknownEscape, .badUnicodeEscape: "E0104"
    case .numberTooLarge: "E0105"
    case .unknownUnit, .unitAfterFraction: "E0106"
    case .dollarWithoutName: "E0107"
    case .expected: "E0110"
    case .unclosed: "E0111"
    case .unexpectedClosing: "E0112"
    case .nestedTooDeeply: "E0113"
    case .comparisonsChained: "E0114"
    case .rangeOutOfPlace: "E0115"
    case .reservedWord: "E0116"
    case .notAssignable: "E0117"
    case .duplicateKey: "E0118"
    case .statementOutsideLoop: "E0119"
    case .definitionInBlock: "E0120"
    case .tooLarge: "E0121"
    case .parameterAfterDefault: "E0122"
    case .unknownName: "E0201"
    case .alreadyDefined: "E0202"
    case .assignedConstant: "E0203"
    case .noRowHere: "E0204"
    case .rowRunsCommand: "E0205"
    case .returnOutsideFunction: "E0206"
    case .moduleAsValue: "E0207"
    case .notInModule: "E0208"
    case .importUnreadable: "E0210"
    case .importCycle: "E0211"
    case .notImportable: "E0212"
    case .importBroken: "E0213"
    case .unknownCommand, .functionAsCommand: "E0301"
    case .unknownLabel: "E0302"
    case .missingPart: "E0303"
    case .filledTwice, .unlabelled: "E0304"
    case .tooManySubjects: "E0305"
    case .takesNoPipe: "E0306"
    case .notOneOf: "E0307"
    case .unknownClause: "E0310"
    case .clauseTwice: "E0311"
    case .missingClause: "E0312"
    case .ruleWithoutEffect: "E0501"
    case .ruleEffectTwice: "E0502"
    case .patternInterpolated: "E0503"
    }
  }

  package var message: Wording {
    switch self {
    case .invalidUTF8: "the text is not UTF-8 here"
    case .unknownCharacter(let text): "`\(text)` belongs to no word of the language"
    case .unterminatedText: "this text is not closed before the end of its line"
    case .unknownEscape(let text): "`\(text)` is no escape"
    case .badUnicodeEscape: "this is no Unicode scalar"
    case .numberTooLarge: "this number does not fit 64 bits"
    case .unknownUnit: "this number has a unit that does not exist"
    case .unitAfterFraction: "a unit follows whole numbers only"
    case .dollarWithoutName: "a `$` needs the name of an environment variable"
    case .expected(let wanted, let found): "expected \(wanted), found \(found)"
    case .unclosed(let bracket): "this `\(bracket)` is never closed"
    case .unexpectedClosing(let bracket): "this `\(bracket)` closes nothing"
    case .nestedTooDeeply: "this is nested too deeply"
    case .comparisonsChained: "comparisons do not chain"
    case .rangeOutOfPlace: "a range stands only in `for` and `limit`"
    case .reservedWord(let word): "`\(word)` is a word of the language and cannot stand here"
    case .notAssignable: "this cannot be assigned to"
    case .duplicateKey(let key): "the key `\(key)` stands twice in this record"
    case .statementOutsideLoop(let word): "`\(word)` stands outside a loop"
    case .definitionInBlock(let word): "`\(word)` definitions stand at the top level only"
    case .tooLarge: "this is more than one script may hold"
    case .parameterAfterDefault(let name): "`\(name)` needs a default, as the parameter before it has one"
    case .unknownName(let name, _, _): "nothing is called `\(name)`"
    case .alreadyDefined(let name): "`\(name)` is already defined"
    case .assignedConstant(let name): "`\(name)` cannot be assigned again"
    case .noRowHere: "there is no row here for `it` to be"
    case .rowRunsCommand(let what):
      "`\(what)` runs a command, and what is computed for each row cannot wait for one"
    case .returnOutsideFunction: "`return` stands outside a function"
    case .moduleAsValue(let name): "`\(name)` is an imported file and no value"
    case .notInModule(let name, let module, _): "`\(module)` has nothing called `\(name)`"
    case .importUnreadable(let path, let why, _): "cannot import `\(path)`: \(why)"
    case .importCycle(let paths):
      "the import goes in a circle: \(paths.map { "`\($0)`" }.joined(separator: " → "))"
    case .notImportable(let what): "\(what) cannot stand in a file that is imported"
    case .importBroken(let path): "`\(path)` has mistakes, so nothing of it can be used"
    case .unknownCommand(let name, _), .functionAsCommand(let name): "unknown command `\(name)`"
    case .unknownLabel(let word, let command, _): "`\(command)` has no part called `\(word)`"
    case .missingPart(let part, let command): "`\(command)` needs \(part)"
    case .unlabelled(let command, let label):
      "the rows of `\(command)` come through the pipe: `\(label)` is missing"
    case .filledTwice(let part, let command): "`\(part)` of `\(command)` is given twice"
    case .tooManySubjects(let command): "`\(command)` takes one subject"
    case .takesNoPipe(let command): "`\(command)` takes nothing from a pipe"
    case .notOneOf(let word, let allowed, _): "`\(word)` is not one of \(Wording.listed(allowed))"
    case .unknownClause(let word, let definition, _): "\(article(definition)) has no clause `\(word)`"
    case .clauseTwice(let word, let definition): "`\(word)` stands twice in this \(noun(definition))"
    case .missingClause(let word, let definition): "\(article(definition)) needs `\(word)`"
    case .ruleWithoutEffect: "this rule says neither `max_age` nor `deny`"
    case .ruleEffectTwice: "a rule says `max_age` or `deny`, once"
    case .patternInterpolated: "a pattern is not interpolated"
    }
  }

  package var help: Wording? {
    switch self {
    case .invalidUTF8: "save the file as UTF-8"
    case .unknownEscape:
      "escapes are `\\n` `\\t` `\\\"` `\\\\` `\\u{4E2D}` and `\\(…)`; in '…' nothing is escaped"
    case .badUnicodeEscape: "write it as `\\u{4E2D}`"
    case .unterminatedText: "close it on this line; a line break inside a text is `\\n`"
    case .numberTooLarge: "the largest is 9223372036854775807"
    case .unknownUnit: "durations: ms s m h d w, from large to small; sizes: B KB KiB MB MiB GB GiB TB TiB"
    case .unitAfterFraction: "write 90m for one and a half hours, and 1500KB for one and a half megabytes"
    case .nestedTooDeeply: "give inner parts names with `let`"
    case .comparisonsChained: "join two comparisons with `and`"
    case .expected(let wanted, let found): Habits.help(expected: wanted, found: found)
    case .unknownCharacter(let text): Habits.help(for: text)
    case .reservedWord(let word) where word == "else" || word == "catch":
      "`\(word)` stands on the line of the `}` before it"
    case .rangeOutOfPlace: "for a list write `range(1, 5)`; to compare, `x >= 1 and x <= 5`"
    case .assignedConstant: "define it with `var` to assign it again"
    case .functionAsCommand(let name): "it is a function: write `\(name)(…)`, or `.\(name)(…)` behind a value"
    case .noRowHere: "`it` is the row of `where`, and of a rule's `when`"
    case .moduleAsValue(let name): "name what it defines, as in `\(name).site`"
    case .notImportable: "an imported file holds definitions: `let fn env token files policy import test`"
    case .importCycle: "move what both need into a file of its own"
    case .unknownName(let name, nil, isTarget: true): "`var \(name) = …` defines it"
    case .unknownName(let name, let nearest, _), .unknownCommand(let name, let nearest):
      Wording.suggestion(Habits.word(name) ?? nearest)
    case .unknownLabel(_, _, let nearest),
      .notInModule(_, _, let nearest), .importUnreadable(_, _, let nearest),
      .unknownClause(_, _, let nearest), .notOneOf(_, _, let nearest):
      Wording.suggestion(nearest)
    case .patternInterpolated: "write the pattern out, in '…' if it has a backslash"
    case .unlabelled(_, let label): "write `\(label)` before it"
    case .takesNoPipe: "put it at the start of a pipeline"
    case .ruleWithoutEffect: "add `max_age 2h` or `deny \"why\"`"
    default: nil
    }
  }
}

extension SyntaxProblem {
  package var diagnostic: Diagnostic {
    var related: [Diagnostic.Related] = []
    if let other {
      related.append(
        .init(["E0202", "E0203"].contains(kind.code) ? "it is defined here" : "it is here", at: other))
    }
    return Diagnostic(code: kind.code, kind.message, at: span, help: kind.help, related: related)
  }
}

/// What has clauses: a word of the language, but for rules.
private func noun(_ word: String) -> Wording { word == "rule" ? "rule" : Wording(verbatim: word) }

private func article(_ word: String) -> Wording {
  (word.first.map { "aeiou".contains($0) } ?? false) ? "an \(noun(word))" : "a \(noun(word))"
}
