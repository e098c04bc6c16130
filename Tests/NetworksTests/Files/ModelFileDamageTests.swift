import DataSets
import Networks
import Platform
import TensorFiles
import Tensors
import TestSupport
import Testing

/// Files that are not models of this program are rejected with the reason: never a trap, never a huge
/// allocation.
@Suite struct ModelFileDamageTests {
  /// Expects an error that names the file and contains `fragment`.
  private func expectRejection(
    _ path: String, _ fragment: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    do {
      _ = try ModelFile(path)
      Issue.record("accepted, but expected: \(fragment)", sourceLocation: sourceLocation)
    } catch {
      #expect(error is TensorFileError || error is FileError, sourceLocation: sourceLocation)
      let text = "\(error)"
      #expect(text.hasPrefix("\(path): "), sourceLocation: sourceLocation)
      #expect(text.contains(fragment), "\(text)", sourceLocation: sourceLocation)
    }
  }

  @Test func missingAndForeignFiles() throws {
    let scratch = try ModelScratch()
    expectRejection(scratch.path("none"), "no such file or directory")
    expectRejection(try scratch.write(Array("a,b\n1,2\n".utf8)), "is not a sound safetensors file")
    expectRejection(try scratch.write([]), "is not a sound safetensors file")
    expectRejection(
      Repository.fixture("golden/lstm-full-mse.safetensors"),
      "is a safetensors file, but not a model of this program; name a file that \"timestep train\" wrote")
  }

  @Test func cutOffAnywhere() throws {
    let scratch = try ModelScratch()
    let (path, _) = try scratch.model()
    let bytes = try scratch.bytes(path)
    let step = isRelease ? 1 : 37
    for count in Array(stride(from: 0, to: bytes.count, by: step)) + [bytes.count - 1, bytes.count - 4] {
      expectRejection(try scratch.write(Array(bytes[..<count])), "is not a sound safetensors file")
    }
    expectRejection(try scratch.write(bytes + [0]), "is not a sound safetensors file")
  }

  /// Every bit is covered: those of the header, of the elements, and of the checksum and its name.
  @Test func flippedBits() throws {
    let scratch = try ModelScratch()
    let (path, _) = try scratch.model()
    let bytes = try scratch.bytes(path)
    for position in bytes.indices {
      for bit in 0..<8 where isRelease || (position < 8 || (position + bit) % 8 == 0) {
        var damaged = bytes
        damaged[position] ^= 1 << UInt8(bit)
        let file = try scratch.write(damaged)
        #expect(throws: TensorFileError.self, "bit \(bit) of byte \(position)") { try ModelFile(file) }
      }
    }
  }

  /// A model of an earlier version, as earlier programs wrote it and as other programs write it, has no
  /// checksum.
  @Test func earlierVersionsNeedNoChecksum() throws {
    let scratch = try ModelScratch()
    let (path, network) = try scratch.model()
    func edited(_ version: String) throws -> String {
      var bytes = try scratch.bytes(
        try scratch.rewrite(path) { metadata, _ in metadata["version"] = version })
      let start = try #require(bytes.firstRange(of: Array("timestep.checksum".utf8))).lowerBound
      bytes[start] = UInt8(ascii: "T")
      return try scratch.write(bytes)
    }
    let read = try ModelFile(edited("2")).network
    #expect(read.parameterNames == network.parameterNames)
    #expect(read.parameterNames.allSatisfy { read[parameter: $0] == network[parameter: $0] })
    for version in ["3", "4"] {
      expectRejection(
        try edited(version), "has no checksum, as version \(version) must; it is damaged: make it again")
    }
  }

  @Test func otherVersions() throws {
    let scratch = try ModelScratch()
    let (path, _) = try scratch.model()
    expectRejection(
      try scratch.rewrite(path) { metadata, _ in metadata["version"] = "5" },
      "has model format version 5, this program knows versions 1 to 4; use the program that wrote it, or a newer one"
    )
    expectRejection(
      try scratch.rewrite(path) { metadata, _ in metadata["version"] = nil }, "has model format version none")
    expectRejection(
      try scratch.rewrite(path) { metadata, _ in metadata["format"] = "pt" },
      "but not a model of this program")
  }

  @Test func parametersThatDoNotFit() throws {
    let scratch = try ModelScratch()
    let (path, _) = try scratch.model()
    expectRejection(
      try scratch.rewrite(path) { $1.remove(at: 6) },
      "lacks the parameter layer1.p; it is damaged: make it again")
    expectRejection(
      try scratch.rewrite(path) { $1.append(NamedTensor("layer3.W", Tensor(shape: [1]))) },
      "contains 10 tensors where its layers have 9 parameters; it is damaged: make it again")
    expectRejection(
      try scratch.rewrite(path) { $1[8] = NamedTensor("layer2.b", Tensor(shape: [3])) },
      "has the parameter layer2.b of shape [3] where [2] was expected")
    expectRejection(
      try scratch.rewrite(path) { $1[0] = NamedTensor("layer0.W", Tensor(shape: [20, 3])) },
      "has the parameter layer0.W of shape [20, 3] where [3, 20] was expected")
    expectRejection(
      try scratch.rewrite(path) { $1[8] = NamedTensor("layer2.b", .doubles(shape: [2], elements: [0, 0])) },
      "contains F64 where F32 was expected")
    for value in [Float.nan, .infinity, -.infinity] {
      expectRejection(
        try scratch.rewrite(path) {
          $1[8] = NamedTensor("layer2.b", Tensor(shape: [2], elements: [0, value]))
        },
        "has values in layer2.b that are not finite")
    }
  }

  /// Sizes beyond any memory are rejected because of the shapes in the file, before anything is allocated.
  @Test func absurdSizes() throws {
    let scratch = try ModelScratch()
    let (path, _) = try scratch.model()
    func changed(_ text: String, to other: String) throws -> String {
      try scratch.rewrite(path) { metadata, _ in
        let network = metadata["network"] ?? ""
        #expect(network.contains(text), "\(network)")
        metadata["network"] = network.replacing(text, with: other)
      }
    }
    let lstm = "\"kind\":\"lstm\",\"size\":5"
    expectRejection(
      try changed(lstm, to: "\"kind\":\"lstm\",\"size\":1000000000"),
      "does not describe a valid network: layer 0 (lstm): a layer of 1000000000 units; 1 to 1048576 are possible"
    )
    expectRejection(
      try changed(lstm, to: "\"kind\":\"lstm\",\"size\":1048576"),
      "has the parameter layer0.W of shape [3, 20] where [3, 4194304] was expected")
    expectRejection(try changed(lstm, to: "\"kind\":\"lstm\",\"size\":0"), "a layer of 0 units")
    expectRejection(try changed(lstm, to: "\"kind\":\"lstm\",\"size\":-5"), "a layer of -5 units")
    expectRejection(
      try changed(lstm, to: "\"kind\":\"lstm\",\"size\":5.5"), "has a network that cannot be understood")
    expectRejection(
      try changed(lstm, to: "\"kind\":\"lstm\",\"size\":99999999999999999999"),
      "has a network that cannot be understood")
    expectRejection(
      try changed(lstm, to: "\"kind\":\"abacus\",\"size\":5"),
      "contains a layer of the kind \"abacus\"; this program knows lstm, graves, ")
    for size in ["1000000000", "9223372036854775807"] {
      expectRejection(
        try changed("\"size\":3", to: "\"size\":\(size)"),
        "does not describe a valid network: the input recurrent(\(size)) has an invalid size; 1 to 1048576 values "
          + "are possible"
      )
    }
    expectRejection(
      try changed("\"size\":3", to: "\"size\":-3"),
      "does not describe a valid network: the input recurrent(-3) has an invalid size; 1 to 1048576 values are "
        + "possible")
    expectRejection(
      try changed("\"loss\":\"meanSquaredError\"", to: "\"loss\":\"poisson\""),
      "layer 2 (rnnOutput): the loss poisson requires outputs that are not negative, but identity gives others"
    )
    expectRejection(
      try changed("\"activation\":\"tanh\"", to: "\"activation\":\"softmax\""),
      "softmax is not an activation for a cell; use tanh, for example")
  }

  @Test func notesThatAreDamaged() throws {
    let scratch = try ModelScratch()
    let (path, _) = try scratch.model()
    for key in ["network", "progress"] {
      expectRejection(
        try scratch.rewrite(path) { metadata, _ in metadata[key] = nil },
        "lacks its \(key); it is damaged: make it again")
    }
    for key in ["network", "progress", "contract"] {
      expectRejection(
        try scratch.rewrite(path) { metadata, _ in metadata[key] = "{}" },
        "has a \(key) that cannot be understood")
    }
    let deep = String(repeating: "[", count: 100_000)
    expectRejection(
      try scratch.rewrite(path) { metadata, _ in metadata["network"] = deep },
      "has a network that cannot be understood")
    for count in ["-1", "9223372036854775807"] {
      expectRejection(
        try scratch.rewrite(path) { metadata, _ in metadata["progress"] = "{\"iteration\":\(count)}" },
        "has an iteration count of \(count); it is damaged: make it again")
    }
  }

  /// A contract of another width would trap when data is first normalized by it.
  @Test func contractsThatDoNotFit() throws {
    let scratch = try ModelScratch()
    let (path, _) = try scratch.model()
    func changed(_ text: String, to other: String) throws -> String {
      try scratch.rewrite(path) { metadata, _ in
        let contract = metadata["contract"] ?? ""
        #expect(contract.contains(text), "\(contract)")
        metadata["contract"] = contract.replacing(text, with: other)
      }
    }
    expectRejection(
      try changed("\"columns\":[\"a\",\"b\",\"c\"]", to: "\"columns\":[\"a\"]"),
      "has a contract of 1 columns for 3 inputs; it is damaged: make it again")
    expectRejection(
      try changed("\"scale\":[4,5,6]", to: "\"scale\":[4,5]"), "has a contract that cannot be understood")
    expectRejection(
      try changed("\"scale\":[4,5,6],\"shift\":[1,2,3]", to: "\"scale\":[4,5],\"shift\":[1,2]"),
      "has a contract with a normalizer of other columns than it has; it is damaged: make it again")
    let unlearned = ",\"transforms\":[{\"kind\":\"fill\",\"rule\":{\"mean\":{}}}]"
    expectRejection(
      try changed("\"columns\":[\"a\",\"b\",\"c\"]", to: "\"columns\":[\"a\",\"b\",\"c\"]" + unlearned),
      "has a contract with transforms that have not learned from any data; it is damaged: make it again")
    for names in ["[]", "[\"y\"]", "[\"y\",\"z\",\"w\"]"] {
      let count = names == "[]" ? 0 : names.count { $0 == "," } + 1
      expectRejection(
        try changed("\"names\":[\"y\",\"z\"]", to: "\"names\":\(names)"),
        "has a contract with the names of \(count) labels for 2 outputs; it is damaged: make it again")
    }
  }
}
