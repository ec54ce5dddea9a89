// The tree of a script. Every node keeps the bytes it was read from; nothing here knows lines, values or names' meanings.

/// An expression. `height` bounds recursion over it: the parser refuses what is higher than `Parser.greatestHeight`.
package struct Expression: Sendable {
  package var kind: Kind
  package var span: SourceSpan
  package var height: Int32

  package init(kind: Kind, span: SourceSpan, height: Int32) {
    self.kind = kind
    self.span = span
    self.height = height
  }

  package indirect enum Kind: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case float(Double)
    case duration(Int64)
    case text(String)
    case interpolation([TextSegment])
    case list([Expression])
    case record([RecordEntry])
    case environment(String)
    case name(NameUse)
    case negate(Expression)
    case not(Expression)
    case binary(BinaryOperator, Expression, Expression)
    case and(Expression, Expression)
    case or(Expression, Expression)
    case coalesce(Expression, Expression)
    /// `value.name`, or `value.name?` which gives null where there is no such field.
    case field(Expression, name: String, nameSpan: SourceSpan, optional: Bool)
    case index(Expression, Expression, optional: Bool)
    case call(Expression, [Expression])
    /// `receiver.name(arguments)`.
    case dotCall(Expression, NameUse, [Expression])
    case range(Expression, Expression)
    /// A pipeline in parentheses.
    case pipeline(Pipeline)
    case ifElse(IfElse)
    case tryCatch(TryCatch)
    /// `fn (a, b = 1) { … }`
    case function(FunctionLiteral)
    /// Stands where the parser has reported a problem; never compiled.
    case invalid
  }
}

package enum TextSegment: Sendable {
  case text(String)
  case value(Expression)
}

package struct RecordEntry: Sendable {
  package var key: String
  package var keySpan: SourceSpan
  package var value: Expression
}

/// One use or introduction of a name. `id` numbers them within a source, for the resolver's table.
package struct NameUse: Sendable {
  package var text: String
  package var span: SourceSpan
  /// Its number among the words of the source.
  package var word: WordTable.Word
  package var id: Int
}

package enum BinaryOperator: Sendable {
  case add, subtract, multiply, divide, floorDivide, remainder, intersect
  case equal, notEqual, less, lessEqual, greater, greaterEqual
  case isIn, matchesGlob, matchesRegex
}

package struct IfElse: Sendable {
  /// The conditions with their blocks, in order: `if`, `else if`, …
  package var branches: [(condition: Expression, block: Block)]
  package var otherwise: Block?
  package var span: SourceSpan
}

package struct TryCatch: Sendable {
  package var body: Block
  /// The name that the error has in the second block.
  package var name: NameUse
  package var handler: Block
  package var span: SourceSpan
}

package struct Block: Sendable {
  package var statements: [Statement]
  package var span: SourceSpan
}

package struct Statement: Sendable {
  package var kind: Kind
  package var span: SourceSpan

  package indirect enum Kind: Sendable {
    case binding(NameUse, isVariable: Bool, Pipeline)
    case assignment(Expression, Pipeline)
    case pipeline(Pipeline)
    case ifElse(IfElse)
    case tryCatch(TryCatch)
    case forLoop(ForLoop)
    case whileLoop(Expression, Block)
    case breakLoop
    case continueLoop
    case returnValue(Pipeline?)
    case function(FunctionDefinition)
    case definition(Definition)
    case importFile(Import)
    case test(TestBlock)
  }
}

/// `import "lib/site.tcb"`, or `… as lib`.
package struct Import: Sendable {
  package var path: String
  package var pathSpan: SourceSpan
  package var alias: NameUse?
}

/// `test "name" { … }`, or `test POLICY { … }` with a line per file.
package struct TestBlock: Sendable {
  package var title: String
  package var titleSpan: SourceSpan
  package var body: Body

  package enum Body: Sendable {
    case statements(Code)
    case policy(NameUse, Code, [DecisionLine])
  }

  /// Statements that are compiled apart from the main text.
  package struct Code: Sendable {
    package var block: Block
    /// In the resolver's table of scopes.
    package var scope: Int
  }
}

/// A line of a policy's test: a file, and what the policy must say of it.
package struct DecisionLine: Sendable {
  package var file: Expression
  package var expected: RuleLine.Effect
  package var span: SourceSpan
}

package struct ForLoop: Sendable {
  /// One name, or two for the key and the value of a record.
  package var names: [NameUse]
  package var sequence: Expression
  package var body: Block
}

package struct FunctionDefinition: Sendable {
  package var name: NameUse
  package var function: FunctionLiteral
}

package struct FunctionLiteral: Sendable {
  package var parameters: [FunctionParameter]
  package var body: Block
  /// In the resolver's table of scopes.
  package var scope: Int

  /// How many arguments must be given: parameters with a default come last.
  package var requiredCount: Int { parameters.prefix { $0.defaultValue == nil }.count }
}

package struct FunctionParameter: Sendable {
  package var name: NameUse
  package var defaultValue: Expression?
}

/// Stages joined by `|`. An expression by itself is a pipeline of one stage.
package struct Pipeline: Sendable {
  package var first: Stage
  /// What stands behind the first `|`: empty for nearly all, which then take no list for themselves.
  package var rest: [Stage] = []
  package var span: SourceSpan

  package enum Stage: Sendable {
    case expression(Expression)
    indirect case command(CommandCall)
  }

  package var hasOneStage: Bool { rest.isEmpty }

  package var last: Stage { rest.last ?? first }

  /// What it is where it is an expression and nothing else.
  package var onlyExpression: Expression? {
    guard rest.isEmpty, case .expression(let expression) = first else { return nil }
    return expression
  }
}

package struct CommandCall: Sendable {
  package var signature: CommandSignature
  package var nameSpan: SourceSpan
  package var span: SourceSpan
  /// One entry per parameter of the signature, in its order.
  package var arguments: [Argument]

  package enum Argument: Sendable {
    case absent
    /// What the stage before gives.
    case piped
    case expressions([Expression])
    case perRow(RowExpression)
    case names([(text: String, span: SourceSpan)])
    case word(String, SourceSpan)
    case flag
  }
}

/// An expression over `it`.
package struct RowExpression: Sendable {
  package var expression: Expression
  /// In the resolver's table of scopes.
  package var scope: Int
}

/// `env`, `token`, `files` or `policy`.
package struct Definition: Sendable {
  package var signature: DefinitionSignature
  package var name: NameUse
  package var span: SourceSpan
  package var head: [Clause]
  package var body: Body

  package enum Body: Sendable {
    case none
    case clauses([Clause])
    case pipeline(Pipeline)
    case policy([PolicyLine])
  }

  /// The clause of that word, behind the name or in the block.
  package func clause(_ word: String) -> Clause? {
    if let found = head.first(where: { $0.word == word }) { return found }
    guard case .clauses(let clauses) = body else { return nil }
    return clauses.first { $0.word == word }
  }
}

package struct Clause: Sendable {
  package var word: String
  package var wordSpan: SourceSpan
  /// The literals of the form that was chosen: `embedded list`.
  package var literals: [String]
  package var values: [Value]

  package enum Value: Sendable {
    case expression(Expression)
    case name(text: String, span: SourceSpan)
    case block([Clause])
  }

  /// The place of its first value that is an expression.
  package var firstValueSpan: SourceSpan? {
    for case .expression(let expression) in values { return expression.span }
    return nil
  }
}

/// A line of a policy.
package struct PolicyLine: Sendable {
  package var kind: Kind
  package var span: SourceSpan

  package enum Kind: Sendable {
    case defaultLifetime(Expression)
    case defaultDeny(reason: Expression?)
    case limit(Expression, Expression)
    case rule(RuleLine)
  }
}

package struct RuleLine: Sendable {
  package var patterns: [(text: String, span: SourceSpan, isRaw: Bool)]
  package var effect: Effect
  package var tags: [String]
  package var condition: RowExpression?
  package var priority: Expression?

  package enum Effect: Sendable {
    case lifetime(Expression)
    case deny(reason: Expression?)
  }
}

/// A parsed source.
package struct ParsedSource: Sendable {
  package var id: SourceID
  package var statements: [Statement] = []
  package var problems: [SyntaxProblem] = []
  /// Set when the text stops in the middle of something: what a prompt asks more lines for.
  package var incomplete: SourceSpan?
  /// Of a text with problems: every name that it binds anywhere, in statements that could not be read too, and those
  /// bound before it.
  package var namesBound: Set<String> = []
  package var words: WordTable
  /// Where records, and the blocks of definitions, open; for the formatter.
  var recordBraces: [UInt32] = []
  var definitionBraces: [UInt32] = []
  package var nameCount = 0
  /// Functions, row expressions and tests: everything that has names of its own. 0 is the main text.
  package var scopeCount = 1
}
