// swift-tools-version: 6.2
import PackageDescription

// Flags, their help and what is said of wrong ones, for the command line and for examples.
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

// The rooms of the house, lowest layer first. Imports point down only; `Docs/Architecture.md` says what each is for.
let package = Package(
  name: "Timestep",
  products: [
    .library(name: "Timestep", targets: ["Timestep"]),
    // Pictures and pages, for those who want them in a program of their own.
    .library(name: "Reports", targets: ["Reports"]),
    // A library too, so that a user's package can build a `timestep` with plug-ins of its own.
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
    // Layer 0: the C libraries behind module maps, and our own C loops.
    .systemLibrary(name: "CLibCSV", providers: [.apt(["libcsv-dev"])]),
    .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CMinizip", providers: [.apt(["libminizip-dev"])]),
    .systemLibrary(name: "CLinux"),
    .target(name: "CKernels"),

    // Layer 0: nothing about data sets or networks.
    .target(name: "Files", dependencies: ["CLinux"]),
    .target(name: "Workers"),
    .target(name: "Tensors"),
    .target(name: "TensorFiles", dependencies: ["Files", "Tensors", "CMinizip"]),
    .target(name: "Records", dependencies: ["Files"]),

    // Layer 1: sequences become batches.
    .target(name: "CSVRecords", dependencies: ["Records", "Files", "CLibCSV", "CKernels"]),
    .target(name: "SequenceFiles", dependencies: ["Records", "Files", "TensorFiles", "Workers"]),
    .target(name: "Transforms", dependencies: ["Records"]),
    .target(name: "DataSets", dependencies: ["Transforms", "Records", "Tensors", "Workers"]),

    // Layer 2: batches on disk, and batches meeting a trainer. Knows no layer of a network.
    .target(
      name: "BatchFiles",
      dependencies: ["DataSets", "Transforms", "Records", "Tensors", "TensorFiles", "Files", "Workers"]),
    .target(name: "Training", dependencies: ["DataSets", "Tensors", "Files", "TensorFiles"]),

    // Layer 3: the bundled trainer.
    .target(
      name: "Networks",
      dependencies: [
        "Training", "DataSets", "Transforms", "Records", "Tensors", "TensorFiles", "Files", "Workers",
        "CKernels", "COpenBLAS",
      ]),

    // Layer 3: whether a plug-in keeps the promises of its protocol. Knows no network, and no test library.
    .target(
      name: "Conformance",
      dependencies: ["Training", "DataSets", "Transforms", "Records", "Tensors", "Workers"]),

    // Layer 4: the one import that users write.
    .target(
      name: "Timestep",
      dependencies: [
        "Networks", "Training", "BatchFiles", "DataSets", "Transforms", "SequenceFiles", "CSVRecords",
        "Records", "Tensors", "TensorFiles", "Workers", "Files",
      ]),

    // Layer 5: pictures and pages out of runs and batches. Knows no network.
    .target(name: "Reports", dependencies: ["Training", "DataSets", "Records", "Tensors", "Files"]),

    // Layers 5 and 6: the command line.
    .target(
      name: "TimestepCommand",
      dependencies: ["Timestep", "Reports", argumentParser]),
    .executableTarget(name: "TimestepMain", dependencies: ["TimestepCommand"]),

    // Worked examples: what a newcomer copies from. Each has a README with what it prints.
    .executableTarget(
      name: "SyntheticControl", dependencies: ["Timestep", "Reports", argumentParser],
      path: "Docs/Examples/SyntheticControl",
      exclude: ["README.md", "learning.svg", "confusion.svg"]),
    .executableTarget(
      name: "Forecast", dependencies: ["Timestep", "Reports", argumentParser], path: "Docs/Examples/Forecast",
      exclude: ["README.md", "forecast.svg"]),
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

    // Tests: one target a room, in the same order, and what several of them need.
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .testTarget(name: "FilesTests", dependencies: ["Files"]),
    .testTarget(name: "WorkersTests", dependencies: ["Workers"]),
    .testTarget(name: "TensorsTests", dependencies: ["Tensors"]),
    .testTarget(name: "TensorFilesTests", dependencies: ["TensorFiles", "Tensors", "Files"]),
    .testTarget(name: "RecordsTests", dependencies: ["Records", "Files", "TestSupport"]),
    .testTarget(name: "CSVRecordsTests", dependencies: ["CSVRecords", "Records", "CKernels", "TestSupport"]),
    // What the tests kill while it builds a cache.
    .executableTarget(
      name: "CacheBuilder", dependencies: ["SequenceFiles", "CSVRecords", "Records"],
      path: "Tests/CacheBuilder"),
    .testTarget(
      name: "SequenceFilesTests",
      dependencies: [
        "SequenceFiles", "CSVRecords", "Transforms", "Records", "TensorFiles", "Files", "Workers",
        "TestSupport", "CacheBuilder",
      ]),
    .testTarget(name: "TransformsTests", dependencies: ["Transforms", "Records"]),
    // `CSVRecords` is absent on purpose: DataSets must stand without it.
    .testTarget(
      name: "DataSetsTests", dependencies: ["DataSets", "Transforms", "Records", "Tensors", "Workers"]),
    .testTarget(
      name: "BatchFilesTests",
      dependencies: ["BatchFiles", "DataSets", "Records", "Tensors", "TensorFiles", "Files"]),
    // `Networks` is absent on purpose: the loop must stand without it.
    .testTarget(
      name: "TrainingTests",
      dependencies: ["Training", "DataSets", "Records", "Tensors", "Files", "TestSupport"]),
    .testTarget(
      name: "NetworksTests",
      dependencies: [
        "Networks", "Training", "DataSets", "Records", "Tensors", "TensorFiles", "Files", "Workers",
        "CKernels",
      ]),
    .testTarget(
      name: "ReportsTests",
      dependencies: ["Reports", "Training", "DataSets", "Records", "Tensors", "TestSupport"]),
    .testTarget(
      name: "ConformanceTests",
      dependencies: [
        "Conformance", "Networks", "Training", "BatchFiles", "DataSets", "Transforms", "SequenceFiles",
        "CSVRecords", "Records", "Tensors", "TensorFiles", "TestSupport",
      ]),
    .testTarget(
      name: "TimestepTests",
      dependencies: ["Timestep", "TimestepCommand", "TimestepMain", "Conformance", "Reports", "TestSupport"],
      exclude: ["Peers"]),
    .testTarget(
      name: "VideoFramesTests", dependencies: ["VideoFrames", "Timestep", "Conformance", argumentParser],
      path: "Tests/VideoFramesTests"),
    .testTarget(
      name: "YourOwnModelTests",
      dependencies: ["YourOwnModel", "Timestep", "TimestepMain", "Conformance", argumentParser],
      path: "Tests/YourOwnModelTests"),

    // The examples' own logic: readers and arithmetic that figures depend on.
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

    // Speed beside the peers, instruction counts: `Tests/Benchmarks/run`, `Tests/Benchmarks/count`.
    .executableTarget(
      name: "timestep-benchmarks", dependencies: ["Timestep", "CLinux"], path: "Tests/Benchmarks",
      exclude: ["peers", "run", "count", "bench.py", "quiet.py", "rows.py", "table.py", "thresholds.json"]),
  ],
  swiftLanguageModes: [.v6],  // data races are compile errors: batches cross threads
  cxxLanguageStandard: .cxx17  // what fast_float asks for
)

/// One place for every Swift target's settings.
let settings: [SwiftSetting] = [
  // `any P` is written out, so that the price of an existential is seen where it is paid.
  .enableUpcomingFeature("ExistentialAny"),
  // A member of a module that a file does not import is not visible: imports prove the layers.
  .enableUpcomingFeature("MemberImportVisibility"),
  // A warning left standing hides the next one.
  .treatAllWarnings(as: .error),
]
for target in package.targets where target.type != .system && target.name != "CKernels" {
  target.swiftSettings = (target.swiftSettings ?? []) + settings
}
