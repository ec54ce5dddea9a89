// swift-tools-version: 6.2
// A program of its own that embeds tcbsh, as any other package would.
import PackageDescription

let package = Package(
  name: "embedding",
  dependencies: [.package(name: "tcbsh", path: "../..")],
  targets: [
    .executableTarget(
      name: "publish", dependencies: [.product(name: "TCBEngine", package: "tcbsh")],
      swiftSettings: [.treatAllWarnings(as: .error)])
  ]
)
