import TestSupport
import Testing

/// Commands give the same results for compressed data as for the plain files in it.
@Suite(.startsProcesses) struct CompressedRunTests {
  private static let places = [
    ("plain", "d/x_%d.csv", "d/y_%d.csv"), ("gzip", "g/x_%d.csv.gz", "g/y_%d.csv.gz"),
    ("zstd and gzip", "z/x_*.csv.zst", "g/y_*.csv.gz"), ("zip", "d.zip:x_%d.csv", "d.zip:y_%d.csv"),
    ("tar.gz", "d.tar.gz:x_%d.csv", "d.tar.gz:y_%d.csv"),
  ]

  private func data() -> TestDirectory {
    let scratch = TestDirectory()
    var random = SplitMix(state: 4)
    var files: [ArchivedFile] = []
    for number in 0..<12 {
      let rows = (0...random.next(below: 6)).map { _ in
        "\(Double(random.next(below: 2000)) / 1000 + Double(number % 2)),\(random.next(below: 9))\n"
      }
      files.append(ArchivedFile("x_\(number).csv", rows.joined().utf8))
      files.append(ArchivedFile("y_\(number).csv", "\(number % 2)\n".utf8))
    }
    for file in files {
      scratch.write(file.bytes, to: "d/\(file.name)")
      scratch.write(gzipped(file.bytes), to: "g/\(file.name).gz")
      scratch.write(zstandard(file.bytes), to: "z/\(file.name).zst")
    }
    scratch.write(zipArchive(files), to: "d.zip")
    scratch.write(gzipped(tarArchive(files)), to: "d.tar.gz")
    return scratch
  }

  /// The parts of the split, the identities of the examples that statistics were fitted on, and so the model.
  @Test func theModelHasTheSameBytes() throws {
    let scratch = data()
    let training = [
      "--classes", "2", "--align", "end", "--normalize", "standardize", "--split", "8,1,1", "--hidden", "3",
      "--epochs",
      "2", "--seed", "1", "--batch-size", "4",
    ]
    var models: [[UInt8]] = []
    for (name, features, labels) in Self.places {
      for cache in [[], ["--cache", "cache of \(name)"]] {
        let command = ["train", "--features", features, "--labels", labels, "--model", "m"] + cache
        try results(command + training, in: scratch)
        models.append(try scratch.bytes(of: "m"))
      }
    }
    #expect(models.allSatisfy { $0 == models[0] })
  }

  @Test func aNumberIsExplainedByItsPlaceInTheText() throws {
    let scratch = data()
    let plain = try results(["inspect", "--features", "d/x_%d.csv", "--explain", "3,0,1"], in: scratch)
    #expect(plain.contains("d/x_3.csv:1:"))
    for (path, shown) in [("g/x_%d.csv.gz", "g/x_3.csv.gz"), ("d.zip:x_%d.csv", "d.zip:x_3.csv")] {
      let found = try results(["inspect", "--features", path, "--explain", "3,0,1"], in: scratch)
      #expect(found == plain.replacing("d/x_3.csv", with: shown))
    }
  }

  @Test func anOutputDoesNotReplaceTheArchiveThatIsRead() throws {
    let scratch = data()
    let found = try timestep(
      [
        "train", "--features", "d.zip:x_%d.csv", "--labels", "d.zip:y_%d.csv", "--classes", "2", "--align",
        "end", "--model",
        "d.zip", "--overwrite",
      ], in: scratch)
    #expect(found.exitCode != 0 && found.firstLine.contains("names a file that is read: d.zip is d.zip"))
  }
}
