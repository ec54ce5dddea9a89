// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "tcbsh",
  targets: [
    .target(name: "TCBText", swiftSettings: settings),
    .target(name: "TCBSyntax", dependencies: ["TCBText"], swiftSettings: settings),
    .target(name: "TCBRuntime", dependencies: ["TCBText", "TCBSyntax"], swiftSettings: settings),
  ]
)
