// swift-tools-version: 6.2
// Times decisions of `TCBRules`, as a program that uses nothing else of tcbsh would make them.
import PackageDescription

let package = Package(
  name: "decide",
  dependencies: [.package(name: "tcbsh", path: "../..")],
  targets: [
    .target(name: "CFloor", cSettings: [.unsafeFlags(["-O3"])]),
    .executableTarget(
      name: "decide", dependencies: ["CFloor", .product(name: "TCBRules", package: "tcbsh")],
      swiftSettings: [.treatAllWarnings(as: .error)]),
  ]
)
