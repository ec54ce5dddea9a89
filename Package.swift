// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")

let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")

let package = Package(
  name: "tcbsh",
  products: [
    .executable(name: "tcbsh", targets: ["tcbsh"]),
    .executable(name: "tcbsh-net", targets: ["tcbsh-net"]),
    // What programs embed: the language, with the types its interface shows; and what is of use without it.
    .library(name: "TCBEngine", targets: ["TCBEngine", "TCBHost", "TCBService", "TCBInterface"]),
    .library(name: "TCBRules", targets: ["TCBRules"]),
    .library(name: "TCBInterface", targets: ["TCBInterface"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .target(name: "TCBText", swiftSettings: settings),
    .target(name: "TCBSyntax", dependencies: ["TCBText"], swiftSettings: settings),
    .target(name: "TCBRuntime", dependencies: ["TCBText", "TCBSyntax"], swiftSettings: settings),
    .target(name: "TCBRules", dependencies: ["TCBText"], swiftSettings: settings),
    .target(name: "TCBHost", dependencies: ["TCBText"], swiftSettings: settings),
    .target(name: "TCBRows", dependencies: ["TCBText", "TCBHost"], swiftSettings: settings),
    .target(name: "TCBExport", dependencies: ["TCBText", "TCBHost", "TCBRows"], swiftSettings: settings),
    .target(name: "TCBInterface", dependencies: ["TCBText", crypto], swiftSettings: settings),
    .target(name: "TCBService", dependencies: ["TCBText", "TCBInterface", crypto], swiftSettings: settings),
    .target(
      name: "TCBLinks", dependencies: ["TCBText", "TCBInterface", "TCBService", "TCBRows", "TCBRules"],
      swiftSettings: settings),
    .target(
      name: "TCBEngine",
      dependencies: [
        "TCBText", "TCBSyntax", "TCBRuntime", "TCBRules", "TCBHost", "TCBRows", "TCBExport", "TCBInterface",
        "TCBService",
        "TCBLinks",
      ], swiftSettings: settings),
    .systemLibrary(name: "CMalloc"),
    .systemLibrary(name: "CLibEdit", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),
    .target(name: "TCBShell", dependencies: ["TCBText", "TCBSyntax", "TCBEngine"], swiftSettings: settings),
    .target(
      name: "TCBProgram",
      dependencies: [
        "CLibEdit", "CMalloc", "TCBText", "TCBSyntax", "TCBRuntime", "TCBHost", "TCBExport", "TCBService",
        "TCBEngine", "TCBShell",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: settings),
    .executableTarget(name: "tcbsh", dependencies: ["TCBProgram"], swiftSettings: settings),
    .executableTarget(
      name: "tcbsh-net",
      dependencies: ["TCBClient", "TCBProgram", "TCBServer", "TCBService", "TCBStore"],
      swiftSettings: settings),
    .target(
      name: "TCBStore",
      dependencies: ["TCBInterface", "TCBService", .product(name: "GRDB", package: "GRDB.swift")],
      swiftSettings: settings),
    .target(
      name: "TCBClient",
      dependencies: [
        "TCBInterface", "TCBService", nio, .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ], swiftSettings: settings),
    .target(
      name: "TCBServer",
      dependencies: [
        "TCBText", "TCBInterface", "TCBService", crypto, nio,
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "X509", package: "swift-certificates"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
      ], swiftSettings: settings),
    .target(name: "TCBTestSupport", dependencies: ["TCBHost"], swiftSettings: settings),
    .testTarget(name: "TCBTextTests", dependencies: ["TCBText"], swiftSettings: settings),
    .testTarget(name: "TCBSyntaxTests", dependencies: ["TCBSyntax", "TCBText"], swiftSettings: settings),
    .testTarget(
      name: "TCBRuntimeTests", dependencies: ["TCBRuntime", "TCBSyntax", "TCBText"], swiftSettings: settings),
    .testTarget(
      name: "TCBRulesTests", dependencies: ["TCBRules", "TCBTestSupport"], swiftSettings: settings),
    .testTarget(name: "TCBInterfaceTests", dependencies: ["TCBInterface"], swiftSettings: settings),
    .testTarget(
      name: "TCBServiceTests", dependencies: ["TCBService", "TCBInterface"], swiftSettings: settings),
    .testTarget(
      name: "TCBHostTests", dependencies: ["TCBHost", "TCBTestSupport", "TCBText"], swiftSettings: settings),
    .testTarget(
      name: "TCBRowsTests", dependencies: ["TCBRows", "TCBHost", "TCBTestSupport", "TCBText"],
      swiftSettings: settings),
    .testTarget(
      name: "TCBExportTests", dependencies: ["TCBExport", "TCBRows", "TCBHost", "TCBTestSupport", "TCBText"],
      swiftSettings: settings),
    .testTarget(
      name: "TCBLinksTests",
      dependencies: ["TCBLinks", "TCBService", "TCBInterface", "TCBRows", "TCBRules", "TCBTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "TCBEngineTests",
      dependencies: ["TCBEngine", "TCBSyntax", "TCBHost", "TCBInterface", "TCBService", "TCBTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "TCBEmbeddingTests", dependencies: ["TCBEngine", "TCBHost", "TCBService", "TCBInterface"],
      swiftSettings: settings),
    .testTarget(
      name: "TCBConformanceTests",
      dependencies: [
        "TCBEngine", "TCBRuntime", "TCBSyntax", "TCBHost", "TCBTestSupport", "TCBText", "TCBFuzzChecks",
      ],
      exclude: ["Scripts"], swiftSettings: settings),
    .target(
      name: "TCBFuzzChecks",
      dependencies: ["TCBEngine", "TCBHost", "TCBRuntime", "TCBSyntax", "TCBTestSupport"],
      swiftSettings: settings),
    .testTarget(
      name: "TCBFuzzTests", dependencies: ["TCBFuzzChecks"], path: "Tests/Fuzz/Tests",
      swiftSettings: settings),
    .testTarget(name: "TCBShellTests", dependencies: ["TCBShell"], swiftSettings: settings),
    .testTarget(
      name: "TCBStoreTests",
      dependencies: [
        "TCBStore", "TCBService", "TCBInterface", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: settings
    ),
    .testTarget(
      name: "TCBServerTests",
      dependencies: [
        "TCBServer", "TCBClient", "TCBEngine", "TCBHost", "TCBInterface", "TCBService", "TCBSyntax",
        "TCBTestSupport", nio,
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ], swiftSettings: settings),
    .testTarget(name: "tcbshTests", dependencies: ["tcbsh", "tcbsh-net"], swiftSettings: settings),
  ]
)

// What libFuzzer is linked to has no entry of its own, so it is there only where scripts/fuzz asks for it.
if Context.environment["TCBSH_FUZZING"] != nil {
  package.targets.append(
    .executableTarget(
      name: "tcbsh-fuzz", dependencies: ["TCBFuzzChecks"], path: "Tests/Fuzz/Target",
      swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]))
}
