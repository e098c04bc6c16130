import BatchFiles
import DataSets
import Glibc
import Platform
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Directories in place of files, and damaged files, cause an error that names the file, never a trap.
struct SavedFaultTests {
  /// A valid directory called `out`.
  private func sound(_ scratch: TestDirectory, _ format: TensorFileFormat = .safetensors) throws -> [DataSet]
  {
    let data = try sampleBatches(.oneHot(classes: 3))
    try save(allBatches(data), to: scratch.path("out"), format: format, contract: data.contract)
    return try allBatches(data)
  }

  @Test func aNonemptyDirectoryIsRejectedAndKept() throws {
    let scratch = TestDirectory()
    _ = try sound(scratch)
    let before = scratch.names(in: "out")
    expectRejection(scratch.path("out"), "exists and is not empty") { _ = try sound(scratch) }
    #expect(scratch.names(in: "out") == before)
    #expect(scratch.names() == ["out"])
    scratch.write("x".utf8, to: "file")
    let contract = try sampleBatches(nil).contract
    expectRejection(scratch.path("file"), "is a file") {
      try save([], to: scratch.path("file"), contract: contract)
    }
    expectRejection(scratch.path("none/out"), "no such file or directory") {
      try save([], to: scratch.path("none/out"), contract: contract)
    }
  }

  @Test func replacingLeavesNothingOfTheOld() throws {
    let scratch = TestDirectory()
    _ = try sound(scratch)
    let data = try sampleBatches(nil)
    let one = try [data.batch(epoch: 0, index: 0)]
    try save(one, to: scratch.path("out"), contract: data.contract, replacing: true)
    #expect(scratch.names(in: "out") == ["batch-000000.safetensors", "manifest.json"])
    #expect(try allBatches(SavedDataSets(scratch.path("out"))) == one)
    #expect(scratch.names() == ["out"])
  }

  /// Anything else in the directory, or a manifest that does not list a file, keeps it as it is.
  @Test func aDirectoryWithAnotherFileIsNotReplaced() throws {
    let data = try sampleBatches(nil)
    let one = try [data.batch(epoch: 0, index: 0)]
    let additions: [(String, (TestDirectory) throws -> Void)] = [
      ("notes.txt", { $0.write("mine", to: "out/notes.txt") }),
      (".hidden", { $0.write("mine", to: "out/.hidden") }),
      ("sub", { $0.makeDirectory("out/sub") }),
      ("batch-000009.safetensors", { $0.write("mine", to: "out/batch-000009.safetensors") }),
      ("batch-000000.safetensors", { $0.write("{}", to: "out/manifest.json") }),
      ("batch-000000.safetensors", { unlink($0.path("out/manifest.json")) }),
      (
        "batch-000000.safetensors",
        {
          let text = try $0.text(of: "out/manifest.json")
          $0.write(String(text.dropLast(4)), to: "out/manifest.json")
        }
      ),
    ]
    for (name, add) in additions {
      let scratch = TestDirectory()
      _ = try sound(scratch)
      try add(scratch)
      let before = scratch.names(in: "out")
      expectMessage(
        "\(scratch.path("out")): the output directory exists and is not replaced: expected an empty one, or only the files "
          + "that \"timestep convert\" wrote, found \"\(name)\"; choose another directory"
      ) { try save(one, to: scratch.path("out"), contract: data.contract, replacing: true) }
      #expect(scratch.names(in: "out") == before && scratch.names() == ["out"])
    }
  }

  @Test func aManifestOfAnotherVersionIsUnderstood() throws {
    let scratch = TestDirectory()
    let data = try sampleBatches(nil)
    let one = try [data.batch(epoch: 0, index: 0)]
    scratch.makeDirectory("out")
    scratch.write(#"{"version": 0, "batches": [{"file": "b.npz"}]}"#, to: "out/manifest.json")
    scratch.write("", to: "out/b.npz")
    try save(one, to: scratch.path("out"), contract: data.contract, replacing: true)
    #expect(scratch.names(in: "out") == ["batch-000000.safetensors", "manifest.json"])
  }

  @Test func aFileThatIsAddedMeanwhileIsKept() throws {
    let scratch = TestDirectory()
    _ = try sound(scratch)
    let data = try sampleBatches(nil)
    do {
      let writer = try SavedDataSetWriter(
        scratch.path("out"), format: .npz, layout: .nct, contract: data.contract, replacing: true)
      try writer.append(data.batch(epoch: 0, index: 0))
      scratch.write("mine", to: "out/notes.txt")
      expectRejection(scratch.path("out"), "found \"notes.txt\"") { try writer.commit() }
    }
    #expect(try scratch.text(of: "out/notes.txt") == "mine" && scratch.names() == ["out"])
  }

  @Test(arguments: [false, true])
  func withoutCommitNothingAppearsAndTheOldStays(replacing: Bool) throws {
    let scratch = TestDirectory()
    let data = try sampleBatches(nil)
    if replacing { _ = try sound(scratch) }
    let before = scratch.names()
    do {
      let writer = try SavedDataSetWriter(
        scratch.path("out"), format: .npz, layout: .nct, contract: data.contract, replacing: replacing)
      try writer.append(data.batch(epoch: 0, index: 0))
      #expect(scratch.names().count == before.count + 1)
    }
    #expect(scratch.names() == before)
    if replacing { #expect(try SavedDataSets(scratch.path("out")).batchCount == 3) }
  }

  @Test func aMissingOrForeignManifest() throws {
    let scratch = TestDirectory()
    _ = try sound(scratch)
    let manifest = scratch.path("out/manifest.json")
    try removeChecksums(scratch)
    let text = try scratch.text(of: "out/manifest.json")
    func expect(_ fragment: String, _ text: String, sourceLocation: SourceLocation = #_sourceLocation) throws
    {
      scratch.write(text.utf8, to: "out/manifest.json")
      expectRejection(manifest, fragment, sourceLocation: sourceLocation) {
        _ = try SavedDataSets(scratch.path("out"))
      }
    }
    func replacing(_ old: String, _ new: String) throws -> String {
      let parts = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
      try #require(parts.count == 2, "\(old)")
      return parts.joined(separator: new)
    }
    try expect("is of version 2, this program knows version 1", replacing("\"version\":1", "\"version\":2"))
    try expect("is not a manifest", "")
    try expect("is not a manifest", "[1, 2]")
    try expect("is not a manifest", replacing("\"NCT\"", "\"TNC\""))
    try expect("is not a manifest", replacing("\"columns\"", "\"rows\""))
    try expect("is not a manifest", replacing("\"featureLines\":[3,", "\"featureLines\":[30,"))
    try expect("impossible batch", replacing("\"examples\":2", "\"examples\":0"))
    try expect("impossible batch", replacing("\"examples\":2", "\"examples\":-2"))
    try expect("impossible batch", replacing("\"file\":\"batch-000000", "\"file\":\"../batch-000000"))
    try expect("sources for 6 examples", replacing("\"examples\":2", "\"examples\":3"))
    try expect("more examples than", replacing("\"examples\":2", "\"examples\":\(Int.max)"))
    unlink(manifest)
    expectRejection(manifest, "no such file") { _ = try SavedDataSets(scratch.path("out")) }
  }

  @Test func everyTruncationOfTheManifestIsRejected() throws {
    let scratch = TestDirectory()
    _ = try sound(scratch)
    let all = try scratch.bytes(of: "out/manifest.json")
    // The last bytes are "}" and a line feed, which may be missing.
    for count in 0..<all.count - 1 {
      scratch.write(all[..<count], to: "out/manifest.json")
      #expect(throws: TensorFileError.self, "\(count)") { try SavedDataSets(scratch.path("out")) }
    }
  }

  /// A flipped bit is rejected, unless it is one of the checksum's own name: then the rest is intact.
  @Test(arguments: TensorFileFormat.allCases) func flippedBits(format: TensorFileFormat) throws {
    let scratch = TestDirectory()
    let batches = try sound(scratch, format)
    for name in ["manifest.json", "batch-000001.\(format.rawValue)"] {
      let all = try scratch.bytes(of: "out/\(name)")
      var accepted = 0
      for position in all.indices {
        var damaged = all
        damaged[position] ^= 1 << (position % 7)
        scratch.write(damaged, to: "out/\(name)")
        do {
          #expect(
            try allBatches(SavedDataSets(scratch.path("out"))) == batches, "byte \(position) of \(name)")
          accepted += 1
        } catch {
          #expect(error is TensorFileError, "\(error)")
        }
      }
      #expect(accepted <= 14, "\(accepted) of \(name)")
      scratch.write(all, to: "out/\(name)")
    }
  }

  @Test(arguments: TensorFileFormat.allCases)
  func aBatchInThePlaceOfAnother(format: TensorFileFormat) throws {
    let scratch = TestDirectory()
    _ = try sound(scratch, format)
    let path = "out/batch-000001.\(format.rawValue)"
    scratch.write(try scratch.bytes(of: "out/batch-000000.\(format.rawValue)"), to: path)
    expectRejection(
      scratch.path(path),
      "is not the file that the manifest describes: its checksum is another one; convert the data again"
    ) { _ = try allBatches(SavedDataSets(scratch.path("out"))) }
    try removeChecksums(scratch)
    #expect(throws: TensorFileError.self) { _ = try allBatches(SavedDataSets(scratch.path("out"))) }
  }

  /// Directories that were written before there were checksums, and manifests that another program formatted.
  @Test(arguments: TensorFileFormat.allCases) func checksumsMayBeAbsent(format: TensorFileFormat) throws {
    let scratch = TestDirectory()
    let batches = try sound(scratch, format)
    let text = try scratch.text(of: "out/manifest.json")
    try removeChecksums(scratch)
    #expect(try scratch.text(of: "out/manifest.json") != text)
    #expect(try allBatches(SavedDataSets(scratch.path("out"))) == batches)
    scratch.write(text.replacing(",\n", with: ", "), to: "out/manifest.json")
    #expect(try allBatches(SavedDataSets(scratch.path("out"))) == batches)
  }

  @Test(arguments: TensorFileFormat.allCases) func aMissingOrDamagedBatch(format: TensorFileFormat) throws {
    let scratch = TestDirectory()
    let written = try sound(scratch, format)
    let name = "out/batch-000001.\(format.rawValue)"
    let all = try scratch.bytes(of: name)
    let saved = try SavedDataSets(scratch.path("out"))
    for count in stride(from: 0, to: all.count, by: 97) {
      scratch.write(all[..<count], to: name)
      expectRejection(scratch.path(name), "") { _ = try saved.batch(epoch: 0, index: 1) }
    }
    unlink(scratch.path(name))
    expectRejection(scratch.path(name), "no such file") { _ = try saved.batch(epoch: 0, index: 1) }
    // The other batches are unchanged; the iterator stays at the fault.
    #expect(try saved.batch(epoch: 0, index: 2) == written[2])
    var iterator = SavedDataSets.Iterator(saved)
    #expect(try iterator.next() == written[0])
    for _ in 0..<2 { expectRejection(scratch.path(name), "no such file") { _ = try iterator.next() } }
  }

  @Test(arguments: TensorFileFormat.allCases)
  func aBatchThatDiffersFromTheManifest(format: TensorFileFormat) throws {
    let scratch = TestDirectory()
    _ = try sound(scratch, format)
    let path = scratch.path("out/batch-000001.\(format.rawValue)")
    try removeChecksums(scratch)
    let saved = try SavedDataSets(scratch.path("out"))
    let sound = try format.open(path).all()
    func expect(
      _ fragment: String, _ name: String, _ value: TensorValue?,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      var tensors = sound.filter { $0.name != name }
      if let value { tensors.append(NamedTensor(name, value)) }
      try format.write(tensors, to: path, sync: .wholeDirectory)
      expectRejection(path, fragment, sourceLocation: sourceLocation) {
        _ = try saved.batch(epoch: 0, index: 1)
      }
    }
    let t = saved.manifest.batches[1].steps
    try expect("contains no tensor \"features\"", "features", nil)
    try expect("contains no tensor \"labels\"", "labels", nil)
    try expect("contains no tensor \"labelsMask\"", "labelsMask", nil)
    let shape = "features has the shape [2, \(t), 2] where [2, 2, \(t)] was expected; convert the data again"
    try expect(shape, "features", .floats(Tensor(shape: [2, t, 2])))
    try expect("featuresMask has the shape [2]", "featuresMask", .floats(Tensor(shape: [2])))
    try expect("contains values other than 0 and 1", "labelsMask", .floats(masks(t, 0.5)))
    try expect("contains values other than 0 and 1", "featuresMask", .floats(masks(t, .nan)))
    try expect("where F32 was expected", "featuresMask", .integers(shape: [1], elements: [1]))
    try expect("seriesStarts has the shape [3]", "seriesStarts", .floats(Tensor(shape: [3])))
  }

  /// A mask with one value that is not 0.
  private func masks(_ steps: Int, _ value: Float) -> Tensor {
    var tensor = Tensor(shape: [2, steps])
    tensor[1, 0] = value
    return tensor
  }
}
