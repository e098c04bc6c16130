import CSV
import Sequences
import TestSupport
import Testing

/// The part of an example depends on its key, not on the way in which files were named.
@Suite struct PartKeyTests {
  private let directory = TestDirectory()
  private let partition = Partition(["train": 3, "test": 2], seed: 4)

  private func readers(_ splits: [any InputSplit]) throws -> [CSVSequenceRecordReader] {
    try splits.map { try CSVSequenceRecordReader($0) }
  }

  private func names(_ reader: any SequenceRecordReader) -> [String] {
    (0..<reader.count).map { String(reader.source(of: $0).path.split(separator: "/").last ?? "") }
  }

  @Test func theSameFilesGiveTheSameParts() throws {
    for number in 0..<30 {
      directory.write("1\n", to: "data/f_\(number).csv")
      directory.write("2\n", to: "labels/deep/y_\(number).csv")
    }
    let path = directory.path
    let ways = try readers([
      FileSplit("\(path)/data"), GlobSplit("\(path)/data/*.csv"), GlobSplit("\(path)/data/f_*.csv"),
      NumberedFileInputSplit("\(path)/data/f_%d.csv"),
    ])
    let labels = try readers([
      GlobSplit("\(path)/labels/deep/y_*.csv"), NumberedFileInputSplit("\(path)/labels/deep/y_%d.csv"),
    ])
    /// The names of the files of a part, whose sequences have the parts `parts`.
    func files(of name: String, in reader: any SequenceRecordReader, _ parts: [String]) throws -> [String] {
      names(reader.choosing(try partition.indices(of: name, in: reader, parts)))
    }
    for name in ["train", "test"] {
      let expected = (0..<30).filter { partition.part(of: "f_\($0)") == name }
      for reader in ways {
        #expect(
          try files(of: name, in: reader, partition.parts(of: reader, by: .example))
            == expected.map { "f_\($0).csv" })
      }
      // Exact parts are the same, too, and labels follow the features, whatever their own names.
      let ranked = try files(of: name, in: ways[0], partition.parts(of: ways[0], by: .rank))
      for (features, labels) in [(ways[2], labels[0]), (ways[3], labels[1])] {
        let part = try partition.part(name, of: features, labels: labels)
        #expect(names(part.features) == ranked)
        #expect(names(part.labels) == ranked.map { $0.replacing("f_", with: "y_") })
      }
      // The oldest parts are drawn by pairing key.
      let old = (0..<30).filter { partition.part(of: "\($0)") == name }
      let parts = partition.parts(of: ways[3], by: .pairing)
      #expect(try files(of: name, in: ways[3], parts) == old.map { "f_\($0).csv" })
      #expect(
        try files(of: name, in: labels[1], partition.parts(ofLabels: labels[1], as: parts, of: ways[3]))
          == old.map { "y_\($0).csv" })
    }
  }

  /// Labels without features are drawn by their own keys, so that one part reports them.
  @Test func lonelyLabelsAreInOnePart() throws {
    for number in 0..<6 { directory.write("1\n", to: "data/f_\(number).csv") }
    for number in 0..<9 { directory.write("2\n", to: "labels/y_\(number).csv") }
    let readers = try readers([
      NumberedFileInputSplit("\(directory.path)/data/f_%d.csv"),
      NumberedFileInputSplit("\(directory.path)/labels/y_%d.csv"),
    ])
    let all = try ["train", "test"].flatMap { name in
      names(try partition.part(name, of: readers[0], labels: readers[1]).labels)
    }
    #expect(all.sorted() == (0..<9).map { "y_\($0).csv" })
  }
}
