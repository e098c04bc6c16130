import Platform

/// A directory for the files of one test, removed with its contents when the value is dropped.
///
/// ```swift
/// let scratch = try ScratchDirectory()
/// try scratch.write("1,2\n3,4\n", to: "data/x_0.csv")
/// let reader = try CSVSequenceRecordReader(FileSplit(scratch.path("data")))
/// ```
public final class ScratchDirectory {
  private let directory: TemporaryDirectory

  /// Creates an empty directory in `TMPDIR`, or in `/tmp` if it is not set.
  ///
  /// - Throws: `FileError` if it cannot be created.
  public init() throws { directory = try TemporaryDirectory() }

  /// The path of the directory.
  public var path: String { directory.path }

  /// Returns the path of `name` in the directory.
  public func path(_ name: String) -> String { "\(directory.path)/\(name)" }

  /// Writes a file of text, after creating the directories that it is in.
  ///
  /// - Parameters:
  ///   - text: The contents.
  ///   - name: The path of the file, relative to the directory.
  /// - Returns: The path of the file.
  /// - Throws: `FileError` if it cannot be written.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    for slash in name.indices where name[slash] == "/" {
      try Directory.create(path(String(name[..<slash])))
    }
    let writer = try FileWriter(path(name))
    try writer.write(text)
    try writer.commit()
    return path(name)
  }

  /// Returns the text of a file.
  ///
  /// - Throws: `FileError` if it cannot be read.
  public func text(of name: String) throws -> String {
    try MappedFile(path(name)).withBytes { String(decoding: $0, as: UTF8.self) }
  }

  /// The names in the directory, sorted with numbers in numeric order.
  ///
  /// - Throws: `FileError` if it cannot be listed.
  public var names: [String] { get throws { try Directory.names(in: path) } }
}
