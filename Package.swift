// swift-tools-version: 6.2
import PackageDescription

// Parses flags and prints their help, for the command line and for the examples.
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

// The modules, lowest layer first. Imports point down only; `Docs/Architecture.md` describes each module.
let package = Package(
  name: "Timestep",
  products: [
    .library(name: "Timestep", targets: ["Timestep"]),
    // Pictures and pages, for use in other programs.
    .library(name: "Reports", targets: ["Reports"]),
    // Also a library, so that a user's package can build a `timestep` with its own plug-ins.
    .library(name: "TimestepCommand", targets: ["TimestepCommand"]),
    // For the tests of packages with plug-ins.
    .library(name: "Conformance", targets: ["Conformance"]),
    .executable(name: "timestep", targets: ["TimestepMain"]),
  ],
  dependencies: [
    // The command line; the only Swift dependency.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // Ground layer: the C libraries behind module maps, our own C loops, the system, tensors and their files.
    .systemLibrary(name: "CLibCSV", providers: [.apt(["libcsv-dev"])]),
    .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CMinizip", providers: [.apt(["libminizip-dev"])]),
    .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CXXHash", providers: [.apt(["libxxhash-dev"])]),
    .target(name: "CLinux"),
    .target(name: "CText"),
    .target(name: "CNetworkKernels"),
    // zlib comes with minizip.
    .target(name: "Platform", dependencies: ["CLinux", "CMinizip", "CZstd"]),
    .target(name: "Tensors"),
    .target(name: "TensorFiles", dependencies: ["Platform", "Tensors", "CMinizip", "CXXHash"]),

    // Data layer: sequences become batches.
    .target(name: "Sequences", dependencies: ["Platform", "TensorFiles"]),
    .target(name: "CSV", dependencies: ["Sequences", "Platform", "CLibCSV", "CText", "CLinux"]),
    .target(name: "DataSets", dependencies: ["Sequences", "Tensors", "Platform"]),
    .target(
      name: "BatchFiles",
      dependencies: ["DataSets", "Sequences", "Tensors", "TensorFiles", "Platform"]),

    // Learning layer: trainers learn from batches. `Training` contains no layer of a network.
    .target(name: "Metrics", dependencies: ["DataSets", "Tensors", "Platform"]),
    .target(
      name: "Training",
      dependencies: ["Metrics", "DataSets", "Tensors", "Platform", "TensorFiles"]),
    .target(
      name: "Networks",
      dependencies: [
        "Training", "Metrics", "DataSets", "Sequences", "Tensors", "TensorFiles", "Platform",
        "CNetworkKernels",
        "COpenBLAS",
      ]),

    // Outside: what users import and run. `Conformance` and `Reports` contain no network.
    .target(
      name: "Conformance",
      dependencies: ["Training", "Metrics", "DataSets", "Sequences", "Tensors", "Platform"]),
    .target(
      name: "Timestep",
      dependencies: [
        "Networks", "Training", "Metrics", "BatchFiles", "DataSets", "CSV", "Sequences", "Tensors",
        "TensorFiles",
        "Platform",
      ]),
    .target(
      name: "Reports",
      dependencies: ["Training", "Metrics", "DataSets", "Sequences", "Tensors", "TensorFiles", "Platform"]),
    .target(
      name: "TimestepCommand",
      dependencies: ["Timestep", "Reports", "Sequences", "TensorFiles", "Platform", argumentParser]),
    .executableTarget(name: "TimestepMain", dependencies: ["TimestepCommand"]),

    // Example programs to copy from. Each has a README that shows its output.
    .executableTarget(
      name: "SyntheticControl", dependencies: ["Timestep", "Reports", argumentParser],
      path: "Docs/Examples/SyntheticControl",
      exclude: ["README.md", "learning.svg", "confusion.svg"]),
    .executableTarget(
      name: "Forecast", dependencies: ["Timestep", "Reports", argumentParser], path: "Docs/Examples/Forecast",
      exclude: ["README.md", "forecast.svg", "horizon.py", "passengers.py"]),
    .executableTarget(
      name: "CharacterModel", dependencies: ["Timestep", "Reports", argumentParser],
      path: "Docs/Examples/CharacterModel",
      exclude: ["README.md", "learning.svg"]),
    .executableTarget(
      name: "Sentiment", dependencies: ["Timestep", "Reports", argumentParser],
      path: "Docs/Examples/Sentiment",
      exclude: ["README.md", "fetch", "learning.svg"]),
    .executableTarget(
      name: "VideoFrames", dependencies: ["Timestep", argumentParser], path: "Docs/Examples/VideoFrames",
      exclude: ["README.md", "videos.png"]),
    .executableTarget(
      name: "YourOwnModel", dependencies: ["Timestep", "Reports", argumentParser],
      path: "Docs/Examples/YourOwnModel",
      exclude: [
        "README.md", "learning.svg", "model.py", "messages.py", "lstm_classifier.py",
        "softmax_regression.py", "timestep_stream.py", "train_on_stream.py", "compare_loaders.py",
      ]),

    // Tests: one target per module, in the same order, and a target that several of them use.
    .target(name: "CTestSupport", path: "Tests/CTestSupport"),
    // With zlib and zstd, which write what the readers read.
    .target(
      name: "TestSupport", dependencies: ["CTestSupport", "CMinizip", "CZstd"], path: "Tests/TestSupport"),
    .testTarget(name: "PlatformTests", dependencies: ["Platform", "TestSupport"]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
    .testTarget(
      name: "TensorFilesTests", dependencies: ["TensorFiles", "Tensors", "Platform", "TestSupport"]),
    // The program that tests kill while it builds a cache.
    .executableTarget(
      name: "CacheBuilder", dependencies: ["Sequences", "CSV"], path: "Tests/CacheBuilder"),
    .testTarget(
      name: "SequencesTests",
      dependencies: [
        "Sequences", "CSV", "Tensors", "TensorFiles", "Platform", "TestSupport", "CacheBuilder",
      ]),
    .testTarget(name: "CSVTests", dependencies: ["CSV", "Sequences", "Platform", "CText", "TestSupport"]),
    // `CSV` is absent on purpose: `DataSets` must work without it.
    .testTarget(
      name: "DataSetsTests", dependencies: ["DataSets", "Sequences", "Tensors", "Platform", "TestSupport"]),
    .testTarget(
      name: "BatchFilesTests",
      dependencies: [
        "BatchFiles", "DataSets", "Sequences", "Tensors", "TensorFiles", "Platform", "TestSupport",
      ]),
    .testTarget(name: "MetricsTests", dependencies: ["Metrics", "DataSets", "Tensors", "TestSupport"]),
    // `Networks` is absent on purpose: the loop must work without it.
    .testTarget(
      name: "TrainingTests",
      dependencies: ["Training", "Metrics", "DataSets", "Sequences", "Tensors", "Platform", "TestSupport"]),
    .testTarget(
      name: "NetworksTests",
      dependencies: [
        "Networks", "Training", "Metrics", "DataSets", "Sequences", "Tensors", "TensorFiles", "Platform",
        "CNetworkKernels", "TestSupport",
      ]),
    .testTarget(
      name: "ReportsTests",
      dependencies: ["Reports", "Training", "Metrics", "DataSets", "Sequences", "Tensors", "TestSupport"]),
    .testTarget(
      name: "ConformanceTests",
      dependencies: [
        "Conformance", "Networks", "Training", "Metrics", "BatchFiles", "DataSets", "CSV", "Sequences",
        "Tensors",
        "TensorFiles", "Platform", "TestSupport",
      ]),
    .testTarget(
      name: "TimestepTests",
      dependencies: [
        "Timestep", "TimestepCommand", "TimestepMain", "Conformance", "Reports", "Platform", "TestSupport",
        argumentParser,
      ],
      exclude: ["Peers"],
      // They start processes and read what these print: to optimize them takes minutes, and saves seconds.
      swiftSettings: [.unsafeFlags(["-Onone"], .when(configuration: .release))]),
    .testTarget(
      name: "VideoFramesTests",
      dependencies: ["VideoFrames", "Timestep", "Conformance", "TestSupport", argumentParser],
      path: "Tests/VideoFramesTests"),
    .testTarget(
      name: "YourOwnModelTests",
      dependencies: [
        "YourOwnModel", "Timestep", "TimestepMain", "Conformance", "TestSupport", argumentParser,
      ],
      path: "Tests/YourOwnModelTests"),

    // The examples' own logic: readers, and arithmetic that results depend on.
    .testTarget(
      name: "SyntheticControlTests",
      dependencies: ["SyntheticControl", "Timestep", "TestSupport", argumentParser]),
    .testTarget(name: "ForecastTests", dependencies: ["Forecast", "Timestep"]),
    .testTarget(
      name: "CharacterModelTests",
      dependencies: ["CharacterModel", "Timestep", "Reports", "Conformance", "TestSupport", argumentParser]),
    .testTarget(
      name: "SentimentTests",
      dependencies: ["Sentiment", "Timestep", "Conformance", "TestSupport", argumentParser]),

    // Speed compared with other libraries, and instruction counts: `Tests/Benchmarks/run`, `Tests/Benchmarks/count`.
    .executableTarget(
      name: "timestep-benchmarks", dependencies: ["Timestep", "CLinux"], path: "Tests/Benchmarks",
      exclude: [
        "peers", "run", "count", "bench.py", "gradient_limits.py", "quiet.py", "rows.py", "table.py",
        "thresholds.json",
      ]),
  ],
  swiftLanguageModes: [.v6],  // data races are compile errors: batches cross threads
  cxxLanguageStandard: .cxx17  // required by fast_float
)

/// One place for every Swift target's settings.
let settings: [SwiftSetting] = [
  // `any P` must be written out, so that the cost of an existential is visible where it occurs.
  .enableUpcomingFeature("ExistentialAny"),
  // A member of a module that a file does not import is not visible: imports prove the layers.
  .enableUpcomingFeature("MemberImportVisibility"),
  // A warning that is not fixed hides the next one.
  .treatAllWarnings(as: .error),
]
let cTargets = ["CLinux", "CText", "CNetworkKernels", "CTestSupport"]
for target in package.targets where target.type != .system && !cTargets.contains(target.name) {
  target.swiftSettings = (target.swiftSettings ?? []) + settings
}
