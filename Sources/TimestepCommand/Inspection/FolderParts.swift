/// The parts of a folder for training, validation and testing, which the names of its directories or files tell.
struct FolderParts {
  private(set) var training: [FolderSurvey.File] = []
  private(set) var validation: [FolderSurvey.File] = []
  private(set) var test: [FolderSurvey.File] = []
  /// The files of no part.
  private(set) var rest: [FolderSurvey.File] = []

  private static let trainingWords: Set<String> = ["train", "training"]
  private static let validationWords: Set<String> = ["valid", "validation", "val", "dev"]
  private static let testWords: Set<String> = ["test", "testing"]
  /// Words for the one of these two that is missing.
  private static let heldOutWords: Set<String> = ["eval", "evaluation", "holdout", "heldout"]

  /// The most files of no part.
  private static let restLimit = 16

  /// Divides the files of a folder; `nil` if no names call them training and held-out data, or too many are neither.
  init?(_ folder: FolderSurvey) {
    guard folder.isDirectory, folder.files.count > 1 else { return nil }
    var heldOut: [FolderSurvey.File] = []
    for file in folder.files {
      let words = Self.words(of: file)
      if !words.isDisjoint(with: Self.trainingWords) {
        training.append(file)
      } else if !words.isDisjoint(with: Self.validationWords) {
        validation.append(file)
      } else if !words.isDisjoint(with: Self.testWords) {
        test.append(file)
      } else if !words.isDisjoint(with: Self.heldOutWords) {
        heldOut.append(file)
      } else if rest.count < Self.restLimit {
        rest.append(file)
      } else {
        return nil
      }
    }
    if test.isEmpty { test = heldOut } else { validation += heldOut }
    if training.isEmpty || test.isEmpty && validation.isEmpty { return nil }
  }

  /// Returns the words in the name of the first directory of a file, or else in its own.
  private static func words(of file: FolderSurvey.File) -> Set<String> {
    let first = file.directory.split(separator: "/").first.map(String.init) ?? file.stem
    return Set(NamePieces(first).pieces.map { $0.text.lowercased() })
  }
}
