import Timestep

/// Adds to every value a share of the one before it: a transform that needs no later rows, so that `predict` can apply it.
struct Echo: StreamingSequenceTransform {
  static let kind = "echo"
  var share: Float
  /// The columns that change; `nil`: all.
  var columns: [String]?

  var summary: String { "echo of \(share)" + (columns.map { " of \($0)" } ?? "") }

  func outputColumns(_ columns: [String]) -> [String] { columns }

  private func changes(_ name: String) -> Bool { columns?.contains(name) ?? true }

  func apply(_ record: inout SequenceRecord, columns: [String]) throws {
    let width = record.columnCount
    for at in record.values.indices.dropFirst(width).reversed() where changes(columns[at % width]) {
      record.values[at] += share * record.values[at - width]
    }
  }

  func sources(of cell: TransformCell, columns: [String], stepCount: Int) -> [TransformCell] {
    let before = TransformCell(cell.step - 1, cell.column)
    return cell.step > 0 && changes(columns[cell.column]) ? [cell, before] : [cell]
  }

  /// No row before.
  var firstMemory: [Float] { [] }

  func applyNext(_ row: inout SequenceRecord, columns: [String], memory: inout [Float]) -> Bool {
    let own = row.values
    if !memory.isEmpty {
      for column in own.indices where changes(columns[column]) {
        row.values[column] += share * memory[column]
      }
    }
    memory = own
    return true
  }
}
