import Sequences

/// The properties of a reader that are fixed when it is made.
struct ReaderIndex {
  let count: Int
  let schema: SequenceSchema
  let sources: [SequenceRecord.Source]
  let signature: Signature

  init(_ reader: some SequenceRecordReader) {
    count = reader.count
    schema = reader.schema
    sources = (0..<count).map { reader.source(of: $0) }
    signature = reader.signature
  }

  /// Throws if the reader's index has changed.
  func check(_ reader: some SequenceRecordReader, _ promise: String) throws(ConformanceError) {
    func breach(_ location: String, _ finding: String) -> ConformanceError {
      ConformanceError(at: location, promise, found: finding)
    }
    let now = reader.count
    guard now == count else { throw breach("count", "it was \(count) and is now \(now)") }
    let schema = reader.schema
    guard schema.columns == self.schema.columns else {
      throw breach("columns", "they were \(self.schema.columns) and are now \(schema.columns)")
    }
    guard schema == self.schema else { throw breach("schema", "it was \(self.schema) and is now \(schema)") }
    for (index, old) in sources.enumerated() {
      let source = reader.source(of: index)
      guard source == old else {
        throw breach("source of sequence \(index)", "it was \(words(old)) and is now \(words(source))")
      }
    }
    if let difference = reader.signature.firstDifference(from: signature) {
      throw breach("signature", difference)
    }
  }

  private func words(_ source: SequenceRecord.Source) -> String {
    "\(source.path):\(source.firstLine) with the key \"\(source.key)\""
  }
}
