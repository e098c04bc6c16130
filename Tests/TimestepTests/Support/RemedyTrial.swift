import Platform
import TestSupport

/// A command whose message suggests a remedy, and the command that the remedy is applied to.
struct RemedyTrial: Sendable {
  /// Files by name.
  var files: [String: String]
  /// The command line that causes the message; `$T` is the program.
  var command: String
  /// The words that the remedy replaces.
  var replaces: String
  /// The user's choices for the capital letters.
  var choices: [String: String]
  /// The command line that the remedy is applied to, at `{}`; by default, `command` with the remedy at its end.
  var then: String?

  init(
    _ files: [String: String], _ command: String, replacing replaces: String = "",
    _ choices: [String: String] = [:], then: String? = nil
  ) {
    (self.files, self.command, self.replaces) = (files, command, replaces)
    (self.choices, self.then) = (choices, then)
  }
}

extension RemedyTrial {
  private static let convert = "$T convert --output o --overwrite --features f.csv"
  private static let labels = "\(convert) --labels l.csv"
  private static let train =
    "$T train --model m --epochs 1 --hidden 2 --features f.csv --labels l.csv --classes 2"
  private static let regression =
    "$T train --model m --epochs 40 --hidden 4 --updater sgd --features f_%d.csv --labels l_%d.csv --regression --align end"

  /// Files of a training that diverges: two features, and one label per series.
  private static func diverging(_ count: Int, _ unit: String) -> [String: String] {
    Dictionary(
      uniqueKeysWithValues: (0..<8).flatMap { number in
        [
          ("f_\(number).csv", "\(number % count).5,1\n-1,\(number % 3)\n"),
          ("l_\(number).csv", "\(1 + number % 5)\(unit.dropFirst())\n"),
        ]
      })
  }

  private static let plain = ["f.csv": "1,2\n3,4\n5,7\n", "l.csv": "0\n1\n0\n"]

  /// A trial of each remedy; `nil` if its message depends on the speed or the memory of the machine.
  static func of(_ remedy: Remedy) -> RemedyTrial? {
    let one = ["f.csv": "1\n2\n", "l.csv": "0\n"]
    switch remedy {
    case .alignAtEnd, .alignAtStart: return RemedyTrial(one, "\(labels) --classes 2")
    case .allowTrainingData:
      return RemedyTrial(
        plain, "\(train) --test-features f.csv --test-labels l.csv")
    case .batchSize:
      return RemedyTrial(
        plain, "\(convert) --lines-per-sequence 1 --batch-size 1 --shard 0/2", replacing: "--batch-size 1",
        ["N": "2"])
    case .batchingBudget:
      return RemedyTrial(plain, "\(convert) --batching budget:2", replacing: "--batching budget:2")
    case .labelsAsOneHot:
      return RemedyTrial(plain, "\(convert) --labels-as index", replacing: "--labels-as index")
    case .dropRemainder, .keepRemainder:
      return RemedyTrial(
        plain, "\(convert) --lines-per-sequence 2 --remainder error", replacing: "--remainder error")
    case .shardByBatch:
      return RemedyTrial(plain, "\(convert) --lines-per-sequence 1 --batch-size 1 --shard 0/2")
    case .cache, .lanes, .lanesInPieces, .pieces, .window: return nil
    case .category: return RemedyTrial(["f.csv": "1,sun\n2,rain\n3,sun\n"], convert)
    case .readTime: return RemedyTrial(["f.csv": "2024-01-01,1\n2024-01-02,2\n"], convert)
    case .batchesOfOne:
      return RemedyTrial(
        [
          "f.csv": "1\n2\n", "l.csv": "0\n1\n", "f_0.csv": "1\n2\n", "l_0.csv": "0\n1\n",
          "f_1.csv": "1\n2\n3\n",
          "l_1.csv": "0\n1\n0\n",
        ], "\(train); $T evaluate --model m --features f_%d.csv --labels l_%d.csv",
        then: "$T evaluate --model m --features f_%d.csv --labels l_%d.csv {}")
    case .batchingAuto:
      return RemedyTrial(
        ["f_0.csv": "1\n", "f_1.csv": "1\n2\n3\n", "f_2.csv": "2\n", "f_3.csv": "2\n3\n4\n"],
        "$T inspect --features f_%d.csv --batch-size 2 --order file --plan",
        then: "$T convert --output o --features f_%d.csv --batch-size 2 {}")
    case .checkpoints:
      let long = train.replacing("--epochs 1", with: "--epochs 100000000")
      return RemedyTrial(
        plain, "timeout --foreground -s INT 3 \(long)", then: "\(long) --time-limit 0.001 {}")
    case .classCount:
      return RemedyTrial(
        ["f.csv": "1\n2\n", "l.csv": "0\n2\n"], "\(labels) --classes 2", replacing: "--classes 2", ["N": "3"])
    case .classes:
      return RemedyTrial(
        ["f.csv": "1\n", "l.csv": "0,0,1\n"], "\(labels) --classes 2", replacing: "--classes 2")
    case .clip:
      return RemedyTrial(diverging(1, "1e6"), "\(regression) --learning-rate 100000")
    case .continueStream:
      return RemedyTrial(
        plain,
        "timeout --foreground -s INT 10 $T stream --features f.csv --labels l.csv --classes 2 --epochs 1000000000 > /dev/null",
        then: "$T stream --features f.csv --labels l.csv --classes 2 {} | head -c 10000 > /dev/null")
    case .delimiter: return RemedyTrial(["f.csv": "1;2\n3;4\n"], convert)
    case .dropColumn: return RemedyTrial(["f.csv": "1,2\n3,\n"], convert)
    case .dropLater:
      return RemedyTrial(
        ["f.csv": "t,a\n2024-01-01,1\n2024-01-02,2\n"], "\(convert) --header --time t --drop-columns t",
        replacing: "--drop-columns t")
    case .dropNamedColumn:
      let model = "$T train --model m --epochs 1 --hidden 2 --header --normalize minmax --regression"
      let files = ["f.csv": "a b,c\n1,2\n1,3\n", "g.csv": "a b,c\n9,2\n8,3\n", "l.csv": "1\n2\n"]
      let evaluate = "$T evaluate --model m --features g.csv --labels l.csv --header"
      return RemedyTrial(
        files, "\(model) --features f.csv --labels l.csv; \(evaluate)",
        then: "\(model) --features f.csv --labels l.csv {} && \(evaluate) {}")
    case .readWithoutColumns:
      let model = "$T train --model m --epochs 1 --hidden 2 --header --label-column b --classes 2"
      return RemedyTrial(
        ["f.csv": "a,b\n1,0\n1,1\n", "g.csv": "a,c\n9,2\n8,3\n"],
        "\(model) --features f.csv; $T predict --model m --features g.csv",
        then: "$T predict --model m --features g.csv {}")
    case .windowOfModel:
      let evaluate = "$T evaluate --model m --features f.csv --labels l.csv --allow-training-data"
      return RemedyTrial(plain, "\(train) --window 2,1; \(evaluate)", then: "\(evaluate) {}")
    case .columnsByName:
      return RemedyTrial(
        ["f_0.csv": "a,b\n1,2\n", "f_1.csv": "b,a\n3,4\n"],
        "$T convert --output o --features f_%d.csv --header")
    case .decimal: return RemedyTrial(["f.csv": "1;2,5\n3;4,5\n"], "\(convert) --delimiter ';'")
    case .encoding:
      // UTF-16, whose ASCII characters have zero bytes.
      return RemedyTrial(["f.csv": "1\0,\02\0\n\0"], convert)
    case .groupBy:
      return RemedyTrial(
        ["f.csv": "2024-01-01,a,1\n2024-01-02,a,2\n2024-01-01,b,3\n"],
        "\(convert) --align start --time 0 --drop-columns 1", replacing: "--drop-columns 1", ["NAME": "1"])
    case .groupByFile:
      return RemedyTrial(
        ["f_0.csv": "a,1\nb,2\n", "f_1.csv": "a,3\n"],
        "$T convert --output o --features f_%d.csv --align start --group-by 0", replacing: "--group-by 0",
        ["NAME": "0"])
    case .keepColumns:
      return RemedyTrial(
        ["f_0.csv": "a,b\n1,2\n", "f_1.csv": "b,a,c\n3,4,5\n"],
        "$T convert --output o --features f_%d.csv --header --columns-by-name")
    case .scatteredRows:
      return RemedyTrial(["f.csv": "a,1\nb,2\na,3\n"], "\(convert) --align start --group-by 0")
    case .thousands: return RemedyTrial(["f.csv": "\"1,000\",2\n3,4\n"], convert)
    case .errorBudget:
      return RemedyTrial(
        ["f_0.csv": "1\n", "f_1.csv": "x\n", "f_2.csv": "2\n"],
        "$T convert --output o --features f_%d.csv --on-error skip-sequence --error-budget 0",
        replacing: "--error-budget 0", ["N": "1"])
    case .fill, .skipRows: return RemedyTrial(["f.csv": "1,2\n3,\n5,6\n"], convert)
    case .fillColumn:
      return RemedyTrial(
        ["f.csv": "1,2\n3,\n5,6\n"], "\(convert) --label-column 1 --regression --transform fill",
        replacing: "--transform fill")
    case .fillCategory:
      return RemedyTrial(
        ["f.csv": "1,\n3,sun\n5,rain\n"], "\(convert) --category 1 --transform fill:rule=forward,columns=1",
        replacing: "--transform fill:rule=forward,columns=1", ["NAME": "sun"])
    case .oneHotColumn:
      return RemedyTrial(
        ["f.csv": "1,sun\n3,rain\n5,sun\n"], "\(convert) --category 1 --normalize standardize")
    case .fillInWindow:
      return RemedyTrial(
        ["f.csv": "1\n\"\"\n3\n4\n5\n6\n"], "\(convert) --window 2 --transform fill",
        replacing: "--transform fill")
    case .fillMean:
      return RemedyTrial(
        ["f_0.csv": "1,\n2,\n", "f_1.csv": "3,4\n5,6\n"],
        "$T convert --output o --overwrite --features f_%d.csv")
    case .fillForward:
      let predict = "echo 1, | $T predict --model m"
      return RemedyTrial(plain, "\(train); \(predict)", then: "\(train) {} && \(predict)")
    case .header, .skipLines: return RemedyTrial(["f.csv": "a,b\n1,2\n"], convert)
    case .ignoreUnknown, .otherUnknown:
      return RemedyTrial(["f.csv": "a,1\nb,2\na,3\n"], "\(convert) --category 0=a")
    case .judgeAnew:
      let first = "\(train) --checkpoints d --validation-features v.csv --validation-labels l.csv"
      let again =
        first.replacing("--epochs 1", with: "--epochs 2").replacing("v.csv", with: "w.csv") + " --resume"
      return RemedyTrial(
        plain.merging(["v.csv": "9,2\n3,4\n5,7\n", "w.csv": "9,9\n3,4\n5,7\n"]) { first, _ in first },
        "\(first); \(again)", then: "\(again) {}")
    case .joinOnTime:
      return RemedyTrial(
        ["a.csv": "time,x\n1,2\n3,4\n", "b.csv": "time,y\n1,5\n2,6\n3,7\n"],
        "$T convert --output o --overwrite --features a.csv --features b.csv --header --time time=unix")
    case .repairCategory:
      return RemedyTrial(
        ["f.csv": "1,sun\n3,\n5,rain\n"], "\(convert) --category 1=sun,rain --on-error repair:0",
        ["NAME": "sun"])
    case .keepFirstColumns:
      return RemedyTrial(["f.csv": "a,b\n1,2,\n3,4,\n"], "\(convert) --header", replacing: "--header")
    case .keepTail:
      return RemedyTrial(
        ["f_0.csv": "1\n2\n3\n4\n", "f_1.csv": "1\n"],
        "$T convert --output o --overwrite --features f_%d.csv --window 3 --align start")
    case .labelCategories:
      return RemedyTrial(
        ["f.csv": "1\n2\n", "l.csv": "no\nyes\n"], "\(labels) --classes 2", replacing: "--classes 2",
        ["A,B": "no,yes"])
    case .labelColumn:
      return RemedyTrial(
        ["f.csv": "1,0\n2,1\n"], "\(convert) --labels f.csv --classes 2", replacing: "--labels f.csv",
        ["NAME": "@1"])
    case .labelHeader:
      return RemedyTrial(["f.csv": "1\n2\n", "l.csv": "kind\n0\n1\n"], "\(labels) --classes 2")
    case .labelOffset:
      return RemedyTrial(
        ["f.csv": "1\n2\n", "l.csv": "1711846800\n1711846801\n", "both.csv": "1,1711846800\n2,1711846801\n"],
        "\(labels) --regression", ["NAME": "@1"],
        then: "$T convert --output p --features both.csv --regression {}")
    case .labelsFromFirstLine:
      return RemedyTrial(
        plain, "\(labels) --classes 2 --label-skip-lines 1", replacing: "--label-skip-lines 1")
    case .labelsWithoutHeader:
      return RemedyTrial(
        ["f.csv": "1\n2\n3\n", "l.csv": "a\nb\na\n"],
        "\(labels) --label-categories a,b --label-header present",
        replacing: "--label-header present")
    case .learningRate:
      return RemedyTrial(
        diverging(1, "1"), "\(regression) --normalize standardize --learning-rate 1000",
        replacing: "--learning-rate 1000")
    case .leaveOutBidirectional:
      let files = Dictionary(
        uniqueKeysWithValues: (0..<4).flatMap {
          [
            ("f_\($0).csv", "\($0)\n1\n"), ("l_\($0).csv", "\($0 % 2)\n"), ("v_\($0).csv", "\($0)\n2\n"),
            ("w_\($0).csv", "1\n0\n"),
          ]
        })
      let train =
        "$T train --model m --epochs 1 --hidden 2 --classes 2 --align end --features f_%d.csv --labels l_%d.csv "
        + "--validation-features v_%d.csv --validation-labels w_%d.csv"
      return RemedyTrial(files, "\(train) --bidirectional", then: train)
    case .leaveOutNormalize:
      return RemedyTrial(
        plain,
        "\(labels) --classes 2 --normalize minmax; $T train --model m --batches o --epochs 1 --normalize minmax",
        then: "$T train --model m --batches o --epochs 1")
    case .leaveOutTransform:
      let evaluate = "$T evaluate --model m --features f.csv --labels l.csv"
      return RemedyTrial(
        plain, "\(train) --transform map:function=abs; \(evaluate) --transform map:function=exp",
        then: evaluate)
    case .missing: return RemedyTrial(["f.csv": "1\nnan\n3\n"], convert)
    case .monitor:
      return RemedyTrial(
        plain,
        "\(train) --allow-training-data --validation-features f.csv --validation-labels l.csv --monitor rmse",
        replacing: "--monitor rmse")
    case .normalize: return RemedyTrial(diverging(1, "1e6"), "\(regression) --learning-rate 0.5")
    case .otherCheckpoints:
      let run = "\(regression) --learning-rate 100000 --checkpoints d --checkpoint-every 1"
      return RemedyTrial(diverging(1, "1e6"), run, then: "\(regression) --learning-rate 100000 --clip 1 {}")
    case .offsetFirst, .unixTime: return RemedyTrial(["f.csv": "1711846800\n1711846801\n"], convert)
    case .offsetValue:
      return RemedyTrial(
        ["f.csv": "1711846800\n1711846801\n"], "\(convert) --offset 0=1", replacing: "--offset 0=1",
        ["VALUE": "1711846800"])
    case .overwrite:
      let convert = "$T convert --output o --features f.csv"
      return RemedyTrial(plain, "\(convert); \(convert)", then: "\(convert) {}")
    case .rename: return RemedyTrial(["f.csv": "a b,a b\n1,2\n"], "\(convert) --header")
    case .resume:
      let long = train.replacing("--epochs 1", with: "--epochs 100000000") + " --checkpoints d"
      return RemedyTrial(
        plain, "timeout --foreground -s INT 3 \(long)", then: "\(long) --time-limit 0.001 {}")
    case .changeLearningRate:
      return RemedyTrial(
        plain, "\(train) --checkpoints d; \(train) --checkpoints d --resume --learning-rate 0.01")
    case .leaveOutHeader: return RemedyTrial(["f.csv": "1,2\n3,4\n"], "\(convert) --header", then: convert)
    case .skipEmpty:
      return RemedyTrial(
        [
          "f_0.csv": "1\n2\n", "l_0.csv": "1\n2\n", "f_1.csv": "1\nx\n3\nx\n5\n",
          "l_1.csv": "z\n2\nz\n4\nz\n",
        ],
        "$T convert --output o --features f_%d.csv --labels l_%d.csv --regression --align start --on-error skip-row "
          + "--label-header none")
    case .skipHeader:
      return RemedyTrial(["f.csv": "1,2\n3,4\n"], "\(convert) --header", replacing: "--header")
    case .skipLabelLine:
      return RemedyTrial(
        ["f.csv": "1\n2\n", "l.csv": "9\n0\n1\n"], "\(labels) --classes 2 --label-header present",
        replacing: "--label-header present")
    case .skipLabelLines:
      return RemedyTrial(
        ["f.csv": "1\n2\n3\n", "l.csv": "9\n9\n0\n1\n0\n"], "\(labels) --regression", ["N": "2"])
    case .skipSequences:
      return RemedyTrial(
        ["f_0.csv": "1\n", "f_1.csv": "1\n", "l_0.csv": "a\n", "l_1.csv": "c\n"],
        "$T convert --output o --features f_%d.csv --labels l_%d.csv --label-categories a,b")
    case .skipUnmatched:
      return RemedyTrial(["f.csv": "a=1\n?\na=2\n"], "\(convert) --line-pattern 'a=(.)'")
    case .sortByTime, .skipBackwards, .skipUnordered:
      let files = ["f_0.csv": "2024-01-02,1\n2024-01-01,2\n", "f_1.csv": "2024-01-01,1\n2024-01-02,2\n"]
      return RemedyTrial(files, "$T convert --output o --features f_%d.csv --time 0")
    case .timeColumn:
      let data = "--model m --features f.csv --label-column 1"
      let train = "$T train --epochs 1 --hidden 2 --regression \(data)"
      return RemedyTrial(
        ["f.csv": "1,1\n2,2\n"], "\(train); $T evaluate \(data) --sort-by-time", ["NAME": "0=unix"],
        then: "\(train) --sort-by-time {}")
    case .timeFormat:
      return RemedyTrial(
        ["f.csv": "31.12.2023,1\n01.01.2024,2\n"], "\(convert) --time 0", replacing: "--time 0",
        ["FORMAT": "%d.%m.%Y"])
    case .timeFromFirst:
      return RemedyTrial(
        ["f.csv": "2024-03-31T01:00:00,1\n2024-03-31T01:00:01,2\n"],
        "\(convert) --time 0 --time-origin epoch",
        replacing: "--time-origin epoch")
    case .trainOnOnePart:
      return RemedyTrial(
        Dictionary(
          uniqueKeysWithValues: (0..<12).flatMap {
            [("f_\($0).csv", "\($0)\n"), ("l_\($0).csv", "\($0 % 2)\n")]
          } + [("new.csv", "99\n")]),
        "$T train --model m --epochs 1 --hidden 2 --features f_%d.csv --labels l_%d.csv --classes 2 --split 1,1,1 "
          + "--test-features new.csv --test-labels l_0.csv")
    case .labelDelimiter:
      return RemedyTrial(
        ["f.csv": "1\n2\n", "t.csv": "file;kind\nf.csv;a\n"], "\(convert) --label-table t.csv")
    case .labelTable:
      return RemedyTrial(
        ["f.csv": "1\n2\n", "t.csv": "file,kind,age\nf.csv,a,3\n"],
        "$T train --model m --epochs 1 --hidden 2 --features f.csv --label-table t.csv --static age; "
          + "$T evaluate --model m --features f.csv --labels-from folder", ["FILE": "t.csv"],
        then: "$T evaluate --model m --features f.csv {}")
    case .labelTableByRow:
      return RemedyTrial(
        ["f.csv": "1,5\n1,6\n2,7\n", "l.csv": "10\n20\n"],
        "\(convert) --group-by @0 --regression --labels l.csv", replacing: "--labels l.csv",
        ["FILE": "l.csv"],
        then: "\(convert) --group-by @0 --regression {} --label-header none")
    case .labelOnce:
      return RemedyTrial(
        ["f.csv": "1\n2\n3\n4\n"],
        "$T train --model m --epochs 1 --hidden 2 --bidirectional --features f.csv --targets 0 --horizon 1")
    case .fillMeanOf:
      return RemedyTrial(
        ["f_0.csv": "1\n", "f_1.csv": "2\n3\n", "t.csv": "file,kind,age\nf_0,a,\nf_1,b,4\n"],
        "$T convert --output o --overwrite --features f_%d.csv --label-table t.csv --static age")
    case .streams:
      let rows = "printf 'k,1,2\\nl,1,2\\n' | $T predict --model m --group-by @0"
      return RemedyTrial(
        plain, "\(train); \(rows) --streams 1", replacing: "--streams 1", ["N": "2"],
        then: "\(train) && \(rows) {}")
    case .labelMissing:
      return RemedyTrial(
        ["f.csv": "1\n2\n", "l.csv": "0\nNaN\n"], "\(labels) --classes 2")
    case .leaveOutLabelOnce:
      return RemedyTrial(
        ["f.csv": "1,0\n2,1\n"], "\(convert) --label-column 1 --classes 2 --label-once",
        then: "\(convert) --label-column 1 --classes 2")
    case .regressionInstead:
      return RemedyTrial(
        ["f.csv": "1,0,2\n2,1,0\n"], "\(convert) --label-column @1,@2 --multi-label",
        replacing: "--multi-label")
    case .withoutRowNames:
      return RemedyTrial(["f.csv": "a,b\nr1,1,2\nr2,3,4\n"], "\(convert) --header", replacing: "--header")
    }
  }
}
