import CSV
import Sequences
import TestSupport
import Testing

/// Files that have their columns in other places.
@Suite struct ColumnsByNameTests {
  let directory = TestDirectory()

  private func split(_ texts: [String]) -> CollectionInputSplit {
    CollectionInputSplit(
      texts.enumerated().map {
        SequenceLocation(path: directory.write($1, to: "f_\($0).csv"), key: "\($0)")
      })
  }

  private func rows(_ reader: some SequenceRecordReader) throws -> [[Float]] {
    var (cursor, record) = (try reader.makeCursor(), SequenceRecord())
    return try (0..<reader.count).map {
      try cursor.read($0, into: &record)
      return record.values
    }
  }

  /// Random orders of columns, with columns that are not read among them.
  @Test func everyFileReadsAsInTheNaiveImplementation() throws {
    var random = SplitMix(state: 47)
    for round in 0..<300 {
      let names = ["a", "b", "c d", "e"]
      var texts: [String] = []
      var wanted: [[Float]] = []
      var columns = CSVColumns(round % 2 == 0 ? .all : .keep(["c d", "a"]))
      columns.byName = true
      columns.encodings["a"] = .category(Vocabulary(["u", "v"]))
      let kept = round % 2 == 0 ? nil : ["c d", "a"]
      var order: [String] = names
      for file in 0..<Int.random(in: 1...4, using: &random) {
        if file > 0 { order = names.shuffled(using: &random) }
        if kept != nil, Bool.random(using: &random) {
          order.insert("more\(file)", at: Int.random(in: 0...4, using: &random))
        }
        var text = order.map { Bool.random(using: &random) ? "\"\($0)\"" : $0 }.joined(separator: ",") + "\n"
        var values: [Float] = []
        for row in 0..<Int.random(in: 1...3, using: &random) {
          let cells = names.enumerated().map { Float(file * 100 + row * 10 + $0.offset) }
          let category = Int.random(in: 0...1, using: &random)
          text +=
            order.map { name in
              guard let index = names.firstIndex(of: name) else { return "?" }
              return name == "a" ? ["u", "v"][category] : "\(cells[index])"
            }.joined(separator: ",") + "\n"
          func value(_ name: String) -> Float {
            name == "a" ? Float(category) : cells[names.firstIndex(of: name) ?? 0]
          }
          values += (kept ?? names).map(value)
        }
        texts.append(text)
        wanted.append(values)
      }
      // With all columns, those are read in the order of the first file.
      let reader = try CSVSequenceRecordReader(split(texts), header: .present, columns: columns)
      #expect(reader.columns == kept ?? names)
      #expect(try rows(reader) == wanted, "\(texts)")
      var stream = reader.makeRowStream()
      var record = SequenceRecord()
      for index in (0..<reader.count).reversed() {
        try stream.begin(index)
        _ = try stream.read(upTo: 99, into: &record)
        #expect(record.values == wanted[index])
        let position = reader.position(of: index, row: 0, column: 1)
        let line = texts[index].split(separator: "\n")[1]
        #expect(position.line == 2 && (position.text.map { line.contains($0) } ?? false))
      }
      #expect(try Set(reader.texts(ofColumn: "a")).isSubset(of: ["u", "v"]))
      let grouped = try CSVGroupedSequenceRecordReader(
        split(texts), groupBy: .rows(9), header: .present, columns: columns)
      #expect(try rows(grouped) == wanted)
    }
  }

  @Test func keysAreFoundByNameToo() throws {
    var columns = CSVColumns()
    columns.byName = true
    let reader = try CSVGroupedSequenceRecordReader(
      split(["id,v,w\na,1,2\nb,3,4\n", "w,id,v\n6,c,5\n8,c,7\n"]), groupBy: .column("id"), header: .present,
      columns: columns)
    #expect((0..<3).map { reader.source(of: $0).key } == ["a", "b", "c"])
    #expect(try rows(reader) == [[1, 2], [3, 4], [5, 6, 7, 8]])
    #expect(reader.position(of: 2, row: 1, column: 0).text == "7")
  }

  private func problem(_ columns: CSVColumns, _ texts: String...) -> String {
    message(in: directory) {
      _ = try rows(CSVSequenceRecordReader(split(texts), header: .present, columns: columns))
    }
  }

  @Test func missingAndSurplusColumnsAreNamedWithTheirFile() {
    var all = CSVColumns()
    all.byName = true
    #expect(
      problem(CSVColumns(.keep(["b"])), "a,b\n1,2\n", "a,c\n1,2\n")
        == "DIR/f_1.csv:1: there is no column \"b\": expected the columns of DIR/f_0.csv, in any order, found \"a\", \"c\"; add "
        + "it, or read only columns that all files have")
    #expect(
      problem(all, "a,b\n1,2\n", "b,a,c\n1,2,3\n")
        == "DIR/f_1.csv:1: there is a column \"c\" that DIR/f_0.csv does not have: expected its columns, in any order, found "
        + "\"b\", \"a\", \"c\"; name the columns to read (--keep-columns a,b)")
    #expect(problem(all, "a,b\n1,2\n", "b,a,a\n1,2,3\n").contains("several columns are called \"a\""))
    #expect(
      problem(.all, "a,b\n1,2\n", "b,a\n1,2\n")
        == "DIR/f_1.csv:1:1: column 1 has another name than in DIR/f_0.csv: expected \"a\", found \"b\"; give every file of a "
        + "split the same order of columns, or find them by name (--columns-by-name)")
    // A fault in a file of another order is named by its own field.
    #expect(
      problem(all, "a,b\n1,2\n", "b,a\n1,2\n3,x\n").hasPrefix(
        "DIR/f_1.csv:3:3: field 2 (column \"a\") is not a number"))
    // Positions are those of every file.
    #expect(
      problem(CSVColumns(.keep(["@0"])), "a,b\n1,2\n", "b,a\n1,2\n").contains("column 1 has another name"))
  }
}
