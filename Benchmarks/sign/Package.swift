// swift-tools-version: 6.2
// Times the signing of links by `TCBInterface`, beside a C function that signs the same ones with OpenSSL. Needs libssl-dev.
import PackageDescription

let package = Package(
  name: "sign",
  dependencies: [.package(name: "tcbsh", path: "../..")],
  targets: [
    .target(
      name: "COpenSSL", cSettings: [.unsafeFlags(["-O3"])], linkerSettings: [.linkedLibrary("crypto")]),
    .executableTarget(
      name: "sign", dependencies: ["COpenSSL", .product(name: "TCBInterface", package: "tcbsh")],
      swiftSettings: [.treatAllWarnings(as: .error)]),
  ]
)
