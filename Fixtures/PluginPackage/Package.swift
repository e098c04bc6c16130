// swift-tools-version: 6.2
import PackageDescription

// A user's package: its own `timestep`, with a reader, a transform and a trainer that Timestep does not have.
let package = Package(
  name: "PluginPackage",
  dependencies: [.package(name: "Timestep", path: "../..")],
  targets: [
    .target(
      name: "Waves",
      dependencies: [
        .product(name: "Timestep", package: "Timestep"),
        .product(name: "TimestepCommand", package: "Timestep"),
      ]),
    .executableTarget(
      name: "my-timestep",
      dependencies: ["Waves", .product(name: "TimestepCommand", package: "Timestep")]),
  ]
)
