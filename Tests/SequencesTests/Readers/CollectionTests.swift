import Sequences
import TestSupport
import Testing

@Suite struct CollectionInputSplitTests {
  @Test func keepsTheOrder() throws {
    let locations = ["c", "a", "b"].map { SequenceLocation(path: "\($0).csv", key: $0) }
    #expect(try CollectionInputSplit(locations).locations() == locations)
    let changed = TransformSplit(CollectionInputSplit(locations)) {
      SequenceLocation(path: $0.path + ".labels", key: $0.key + "'")
    }
    #expect(try changed.locations()[1] == SequenceLocation(path: "a.csv.labels", key: "a'"))
  }

  @Test func faults() {
    #expect(
      message { _ = try CollectionInputSplit([]).locations() }
        == "CollectionInputSplit: the split names no file: expected at least one, found none; add the files to read"
    )
    let twice = CollectionInputSplit(["a", "b"].map { SequenceLocation(path: "\($0).csv", key: "k") })
    let expected =
      "b.csv: the file has the same pairing key as another: expected distinct keys, "
      + "found \"k\" here and for a.csv; leave one of them out, or give it another key"
    #expect(message { _ = try twice.locations() } == expected)
    let locations = ["a", "b"].map { SequenceLocation(path: "\($0).csv", key: $0) }
    let transformed = TransformSplit(CollectionInputSplit(locations)) {
      SequenceLocation(path: $0.path, key: "k")
    }
    #expect(message { _ = try transformed.locations() } == expected)
  }
}

@Suite struct CollectionSequenceRecordReaderTests {
  @Test func returnsTheGivenSequences() throws {
    let reader = try CollectionSequenceRecordReader(
      [[[1, 2], [3, 4]], [[5, 6]]], keys: ["p", "q"], columns: ["x", "y"])
    #expect(reader.count == 2)
    #expect(reader.columns == ["x", "y"])
    #expect(reader.source(of: 1) == SequenceRecord.Source(path: "memory[1]", firstLine: 1, key: "q"))
    #expect(reader.position(of: 0, row: 1, column: 0) == SequenceRecord.Position(path: "memory[0]", line: 2))
    var cursor = reader.makeCursor()
    var sequence = SequenceRecord()
    try cursor.read(1, into: &sequence)
    #expect(sequence == SequenceRecord(values: [5, 6], columnCount: 2))
    try cursor.read(0, into: &sequence)
    #expect(sequence == SequenceRecord(values: [1, 2, 3, 4], columnCount: 2))
    #expect(sequence.stepCount == 2)
    let plain = try CollectionSequenceRecordReader([SequenceRecord(values: [1, 2], columnCount: 2)])
    #expect(plain.columns == ["0", "1"])
    #expect(plain.source(of: 0).key == "0")
  }

  @Test func faults() {
    func error(
      _ sequences: [[[Float]]], keys: [String]? = nil, columns: [String]? = nil
    ) -> String {
      message { _ = try CollectionSequenceRecordReader(sequences, keys: keys, columns: columns, name: "m") }
    }
    #expect(error([]) == "m: there are no sequences: expected at least one, found none; add the data")
    let noSteps =
      "m[1]: the sequence has no time steps: expected at least one, found none; leave the sequence out"
    #expect(error([[[1]], []]) == noSteps)
    #expect(
      message {
        let records = [[1], []].map { SequenceRecord(values: $0, columnCount: 1) }
        _ = try CollectionSequenceRecordReader(records, name: "m")
      } == noSteps)
    #expect(
      error([[[]]])
        == "m[0]:1: the row is empty: expected at least one column, found none; "
        + "give every row the same columns")
    #expect(
      error([[[1, 2], [3]]])
        == "m[0]:2: the row has a different number of columns than the first: expected 2, found 1; "
        + "give every row the same columns")
    #expect(
      error([[[1, 2]], [[3]]])
        == "m[1]: the sequence has a different number of columns than m[0]: expected 2, found 1; "
        + "give every sequence the same columns")
    #expect(
      error([[[1, 2]]], columns: ["a"])
        == "m: the column names do not fit the data: expected 2, found 1; name every column once")
    #expect(
      error([[[1]]], keys: ["a", "b"])
        == "m: the keys do not fit the data: expected 1, found 2; give every sequence one key")
    #expect(
      error([[[1]], [[2]]], keys: ["a", "a"])
        == "m[1]: the file has the same pairing key as another: expected distinct keys, "
        + "found \"a\" here and for m[0]; leave one of them out, or give it another key")
  }
}

@Suite struct FingerprintTests {
  @Test(arguments: [
    ("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8"),
  ])
  func equalsTheReferenceVectors(_ text: String, _ hash: String) {
    var fingerprint = Fingerprint()
    fingerprint.combine(bytes: text.utf8)
    #expect(fingerprint.description == hash)
  }

  @Test func textsWithDifferentEndsAreDistinguished() {
    func hash(_ body: (inout Fingerprint) -> Void) -> Fingerprint {
      var fingerprint = Fingerprint()
      body(&fingerprint)
      return fingerprint
    }
    let all = [
      hash {
        $0.combine("ab"); $0.combine("c")
      },
      hash {
        $0.combine("a"); $0.combine("bc")
      },
      hash { $0.combine(["ab", "c"]) },
      hash {
        $0.combine(["ab"]); $0.combine("c")
      },
      hash { $0.combine(0) }, hash { $0.combine(-1) },
      hash {
        $0.combine(0.0); $0.combine(0)
      },
      hash { $0.combine(-0.0) },
    ]
    #expect(Set(all).count == all.count)
    #expect(hash { $0.combine(1) } == hash { $0.combine(bytes: [1, 0, 0, 0, 0, 0, 0, 0]) })
  }
}
