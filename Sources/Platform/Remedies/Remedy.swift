import Synchronization

/// A change to the command line that a message suggests.
///
/// Messages contain no other suggestions of flags, so that the tests, which carry out every remedy, know them
/// all. The raw value holds the words; `{}` stands for a value that the message knows, capital letters for one
/// that the user chooses. Words after "instead of" are to be left out.
package enum Remedy: String, Sendable, CaseIterable {
  case alignAtEnd = "--align end"
  case alignAtStart = "--align start"
  case allowTrainingData = "--allow-training-data"
  case batchSize = "--batch-size N"
  case batchesOfOne = "--batch-size 1"
  case batchingAuto = "--batching auto"
  case batchingBudget = "--batching budget:{}"
  case cache = "--cache DIRECTORY"
  case category = "--category {}"
  case changeLearningRate = "--change learning-rate"
  case checkpoints = "--checkpoints DIRECTORY"
  case classCount = "--classes N"
  case classes = "--classes {}"
  case clip = "--clip {}"
  case columnsByName = "--columns-by-name"
  case continueStream = "--start-epoch {} --batch {} --epochs {}"
  case decimal = "--decimal {}"
  case delimiter = "--delimiter {}"
  case dropColumn = "--drop-columns @{}"
  case dropLater = "--transform columns:drop={} instead of --drop-columns"
  case dropRemainder = "--remainder drop"
  case dropNamedColumn = "--drop-columns {}"
  /// Of files whose other columns a model knows: written so, it changes nothing of the model.
  case readWithoutColumns = "--drop-columns={}"
  case encoding = "--encoding {}"
  case errorBudget = "--error-budget N"
  case fill = "--transform fill"
  case fillCategory = "--transform fill:rule=category,value=NAME,columns={}"
  case fillColumn = "--transform fill:rule=forward,columns={}"
  case fillForward = "--transform fill:rule=forward"
  case fillInWindow = "--transform fill:within=window"
  case fillMean = "--transform fill:rule=mean"
  case fillMeanOf = "--transform fill:rule=mean,columns={}"
  case groupBy = "--group-by NAME"
  case groupByFile = "--group-by file,NAME"
  case header = "--header"
  case ignoreUnknown = "--unknown-category ignore --transform fill:rule=forward"
  case joinOnTime = "--join-on time"
  case judgeAnew = "--judge-anew"
  case keepColumns = "--keep-columns {}"
  case keepFirstColumns = "--skip-lines {} --keep-columns {} instead of --header"
  case keepRemainder = "--remainder keep"
  case keepTail = "--tail keep"
  case labelCategories = "--label-categories A,B"
  case labelColumn = "--label-column NAME instead of --labels"
  case labelDelimiter = "--label-delimiter {}"
  case labelHeader = "--label-header present"
  case labelMissing = "--label-missing {}"
  case labelOnce = "--label-once"
  case labelOffset = "--label-column NAME --offset NAME=first"
  case labelTable = "--label-table FILE"
  case labelTableByRow = "--label-table FILE:key=@row instead of --labels"
  case labelsAsOneHot = "--labels-as one-hot"
  case labelsFromFirstLine = "--label-skip-lines 0"
  case labelsWithoutHeader = "--label-header none"
  case lanes = "--lanes N"
  case lanesInPieces = "--lanes N --tbptt T"
  case learningRate = "--learning-rate {}"
  case leaveOutBidirectional = "leave out --bidirectional"
  case leaveOutHeader = "leave out --header"
  case leaveOutLabelOnce = "leave out --label-once"
  case leaveOutNormalize = "leave out --normalize"
  case leaveOutTransform = "leave out --transform"
  case missing = "--missing={} --transform fill"
  case monitor = "--monitor {}"
  case normalize = "--normalize standardize"
  case offsetFirst = "--offset {}=first"
  case offsetValue = "--offset {}=VALUE"
  case oneHotColumn = "--transform one-hot:columns={}"
  case otherCheckpoints = "--checkpoints {}"
  case otherUnknown = "--unknown-category other"
  case overwrite = "--overwrite"
  case pieces = "--tbptt T"
  case regressionInstead = "--regression instead of --multi-label"
  case readTime = "--time {}"
  case rename = "--rename @{}={}"
  case repairCategory = "--on-error repair:missing --transform fill:rule=category,value=NAME,columns={}"
  case resume = "--resume"
  case scatteredRows = "--sort"
  case shardByBatch = "--shard-by batch"
  case skipBackwards = "--on-error time-order=skip-row"
  case skipEmpty = "--on-error empty=skip-sequence"
  case skipHeader = "--skip-lines {} instead of --header"
  case skipLabelLine = "--label-header none --label-skip-lines {}"
  case skipLabelLines = "--label-skip-lines N"
  case skipLines = "--skip-lines {}"
  case skipRows = "--on-error skip-row"
  case skipSequences = "--on-error skip-sequence"
  case skipUnmatched = "--on-error no-match=skip-row"
  case skipUnordered = "--on-error time-order=skip-sequence"
  case sortByTime = "--sort-by-time"
  case streams = "--streams N"
  case thousands = "--thousands {}"
  case timeColumn = "--time NAME"
  case timeFormat = "--time {}=FORMAT"
  case timeFromFirst = "--time-origin sequence"
  case trainOnOnePart = "--part train"
  case unixTime = "--time {}=unix"
  case window = "--window N"
  case windowOfModel = "--window {}"
  case withoutRowNames = "--skip-lines {} --drop-columns 0 instead of --header"

  /// Returns the words with their values, as a shell reads them.
  package func callAsFunction(_ values: String...) -> String {
    let key = values.isEmpty ? rawValue : ([rawValue] + values).joined(separator: "\0")
    if let text = Self.known.withLock({ $0[key] }) { return text }
    let text = words(values)
    Self.known.withLock { if $0.count < 1000 { $0[key] = text } }
    return text
  }

  private func words(_ values: [String]) -> String {
    var rest = values[...]
    let words = rawValue.split(separator: " ").map { word in
      var text = ""
      for piece in word.split(separator: "{}", omittingEmptySubsequences: false).enumerated() {
        if piece.offset > 0 { text += rest.popFirst() ?? "" }
        text += piece.element
      }
      return shellQuoted(text)
    }
    let text = words.joined(separator: " ")
    return Self.adjustment.withLock { $0 }?.adjust(text) ?? text
  }

  /// The words of remedies that were shown before: a file may have a million faults of one kind.
  private static let known = Mutex<[String: String]>([:])

  // Like a consequence of an interruption, it belongs to the process: messages are made on all its threads.
  private static let adjustment = Mutex<Adjustment?>(nil)

  /// In a structure: a closure that is itself the value of a mutex is wrapped once more by each access.
  private struct Adjustment {
    let adjust: @Sendable (String) -> String
  }

  /// Makes all remedies fit the command line that runs: `adjust` gets the words and returns those to show.
  package static func adjust(by adjust: @escaping @Sendable (String) -> String) {
    adjustment.withLock { $0 = Adjustment(adjust: adjust) }
    known.withLock { $0 = [:] }
  }
}

extension Remedy: CustomStringConvertible {
  /// The words, if the message need not fill in values.
  package var description: String { self() }
}

/// Returns a word as it is written in a shell, quoted if necessary.
package func shellQuoted(_ word: String) -> String {
  let isPlain = word.utf8.allSatisfy { byte in
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "%+,-./:=@_".utf8.contains(byte)
    }
  }
  if isPlain && !word.isEmpty { return word }
  return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
}
