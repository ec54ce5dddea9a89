// `import`: finds the files a source imports, reads and compiles them, each once, and says what they define.

import TCBHost
import TCBRuntime
import TCBSyntax
import TCBText

/// A file that was imported, under its path.
struct ImportedModule: Sendable {
  var exports: [String: GlobalScope.Entry]
  var site: ModuleSite
  var functions: [(slot: Int, value: FunctionValue)]
}

/// What one `import` leads to; without a module where it leads nowhere, which has been reported.
struct OpenedImport {
  var exports: [String: GlobalScope.Entry] = [:]
  var site: ModuleSite?
}

struct Importer {
  let context: RunContext
  let natives: NativeTable
  private(set) var known: [String: ImportedModule]
  /// The scope of the source that imports; it takes over the slots of what it imports.
  private(set) var scope: GlobalScope
  private(set) var problems: [SyntaxProblem] = []
  /// What was read for the source that imports, where somebody wants to look at the trees.
  private(set) var checked: [CheckedSource] = []
  private let keepsTrees: Bool
  /// The files that are being opened, outermost first.
  private var path: [String] = []
  /// Files that have mistakes: told once.
  private var broken: Set<String> = []

  static let deepest = 64
  static let largestFile = 64 << 20

  init(
    context: RunContext, natives: NativeTable, known: [String: ImportedModule], scope: GlobalScope,
    keepsTrees: Bool = false
  ) {
    self.keepsTrees = keepsTrees
    self.context = context
    self.natives = natives
    self.known = known
    self.scope = scope
  }

  /// What each import of a source leads to, in order. Where the source was taken for one with unknown commands that are names
  /// it imports, it is read again, now that these are known.
  mutating func open(
    _ source: inout ParsedSource, from text: SourceText, boundNames: Set<String> = []
  ) -> [OpenedImport] {
    var opened: [OpenedImport] = []
    var names: Set<String> = []
    for statement in source.statements {
      guard case .importFile(let statement) = statement.kind else { continue }
      let found = open(statement, from: text.name)
      opened.append(found)
      if statement.alias == nil { names.formUnion(found.exports.keys) }
    }
    let isNamedLikeCommand = source.problems.contains {
      if case .unknownCommand(let name, _) = $0.kind { names.contains(name) } else { false }
    }
    if isNamedLikeCommand {
      let bound = boundNames.union(names.filter { context.vocabulary.commands[$0] == nil })
      source = Parser.parse(text, id: source.id, vocabulary: context.vocabulary, boundNames: bound)
    }
    return opened
  }

  private mutating func open(_ statement: Import, from importer: String) -> OpenedImport {
    let file = Self.path(statement.path, besides: importer)
    if path.isEmpty { path = [Self.normalized(importer)] }
    if let module = known[file] { return OpenedImport(exports: module.exports, site: module.site) }
    func refuse(_ kind: SyntaxProblem.Kind) -> OpenedImport {
      problems.append(SyntaxProblem(kind, at: statement.pathSpan))
      return OpenedImport()
    }
    if broken.contains(file) { return refuse(.importBroken(statement.path)) }
    if let start = path.firstIndex(of: file) { return refuse(.importCycle(path[start...] + [file])) }
    guard path.count <= Self.deepest else {
      return refuse(.importUnreadable(statement.path, why: "imports go too deep", nearest: nil))
    }
    let text: SourceText
    do throws(HostError) { text = try read(file) } catch {
      let nearest =
        error.reason == .notFound ? context.host.nearestPath(to: file, written: statement.path) : nil
      return refuse(.importUnreadable(statement.path, why: error.wording, nearest: nearest))
    }
    path.append(file)
    defer { path.removeLast() }
    guard let module = compile(text) else {
      broken.insert(file)
      return OpenedImport()
    }
    known[file] = module
    return OpenedImport(exports: module.exports, site: module.site)
  }

  private func read(_ file: String) throws(HostError) -> SourceText {
    if let status = try context.host.fileStatus(file), status.kind == .folder {
      throw HostError(.isFolder, path: file)
    }
    let reader = try context.host.openFile(file)
    defer { reader.close() }
    return SourceText(name: file, bytes: try reader.remainder(limit: Self.largestFile, path: file))
  }

  private mutating func compile(_ text: SourceText) -> ImportedModule? {
    let id = context.sources.add(text)
    var parsed = Parser.parse(text, id: id, vocabulary: context.vocabulary)
    let before = problems.count
    let imports = open(&parsed, from: text)
    SecretLiterals(host: context.host, secrets: context.secrets).register(in: parsed.statements)
    problems += parsed.problems
    for statement in parsed.statements {
      if let what = statement.notImportable {
        problems.append(SyntaxProblem(.notImportable(what), at: statement.span))
      }
    }
    let resolution = Resolver.resolve(
      parsed, in: GlobalScope(besides: scope), vocabulary: context.vocabulary, imports: imports.map(\.exports)
    )
    scope.keepSlots(of: resolution.scope)
    problems += Self.settled(resolution.problems, of: parsed, imports)
    if keepsTrees { checked.append(CheckedSource(text: text, parsed: parsed, resolution: resolution)) }
    guard problems.count == before else { return nil }
    do throws(CompilationFailure) {
      let compiled = try Compiler.compile(
        parsed, resolution, source: text, natives: natives, modules: imports.compactMap(\.site))
      // Sources are numbered without end in a session, and so are the files among them.
      let site = ModuleSite(id: Int(id.index), unit: compiled.main)
      return ImportedModule(exports: resolution.scope.exports, site: site, functions: compiled.functions)
    } catch {
      problems += error.problems
      return nil
    }
  }

  /// Without names that may be missing only because what defines them could not be read.
  static func settled(_ problems: [SyntaxProblem], of parsed: ParsedSource, _ imports: [OpenedImport])
    -> [SyntaxProblem]
  {
    let lacksImports = imports.contains { $0.site == nil }
    return problems.filter { problem in
      switch problem.kind {
      case .unknownName(let name, _, _):
        !lacksImports && (parsed.problems.isEmpty || !parsed.namesBound.contains(name))
      case .notInModule: !lacksImports
      default: true
      }
    }
  }

  /// The path of an imported file: relative to the file it is named in.
  private static func path(_ path: String, besides importer: String) -> String {
    if path.hasPrefix("/") || path.hasPrefix("~") { return normalized(path) }
    guard let slash = importer.utf8.lastIndex(of: UInt8(ascii: "/")) else { return normalized(path) }
    return normalized(importer[...slash] + path)
  }

  /// Without `.` and, where it can be left out, `..`.
  private static func normalized(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }
}

extension Statement {
  /// What a statement is called where it is no definition.
  fileprivate var notImportable: Wording? {
    switch kind {
    case .function, .definition, .importFile, .test, .binding(_, isVariable: false, _): nil
    case .binding: "`var`"
    default: "a statement that does something"
    }
  }
}
