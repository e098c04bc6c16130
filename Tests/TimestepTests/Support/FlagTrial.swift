import TestSupport
import Testing
import Timestep

@testable import TimestepCommand

/// A flag with a command line that it makes a difference to.
struct FlagTrial: Sendable {
  /// Words before the flag, and those that stand for the data in commands about data.
  var base: [String]
  /// The flag, with its value and others that it needs.
  var flag: [String]
  /// Commands that are run before both command lines.
  var setup: [[String]] = []

  init(_ base: String, _ flag: String, setup: String...) {
    func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
    (self.base, self.flag, self.setup) = (words(base), words(flag), setup.map(words))
  }
}

extension FlagTrial {
  /// Data that the trials read: the letters are those of the files.
  ///
  /// f: two columns without a header; c: with the class as third column; h: with a header and text columns; e: with
  /// a fault; m: with a missing value; d: with another delimiter; n: with names; l: classes; y: one class per series;
  /// r: with the class of the series in every row; oh: with one-hot columns; na: classes of which one is missing; k0, k1: folders of two classes;
  /// t: class names; u: times in the wrong order; g: days with gaps; k: classes under a header; v: two numbers with another delimiter;
  /// q: quotes in names; i: names in Latin-1; s: decimal commas; mixed.csv: rows of two series, scattered.
  static func writeData(into scratch: TestDirectory) {
    for number in 0..<12 {
      var texts: [Character: String] = ["h": "t,sky,x\n", "n": "p,q\n", "k": "kind\n"]
      for step in 0..<(3 + number % 3) {
        let (a, b) = ((number * 7 + step * 3) % 5, (number * 3 + step) % 4)
        let label = (a + step) % 2
        texts["f", default: ""] += "\(a),\(b)\n"
        texts["c", default: ""] += "\(a),\(b),\(label)\n"
        texts["h"]? += "2024-01-0\(step + 1)T00:00:00,\(a > 2 ? "rain" : "sun"),\(b)\n"
        texts["n"]? += "\(a),\(b)\n"
        texts["e", default: ""] += number == 1 && step == 1 ? "x,\(b)\n" : "\(a),\(b)\n"
        texts["m", default: ""] += number == 1 && step == 1 ? "NA,\(b)\n" : "\(a),\(b)\n"
        texts["d", default: ""] += "\(a);\(b)\n"
        texts["l", default: ""] += "\(label)\n"
        texts["t", default: ""] += label == 0 ? "no\n" : "yes\n"
        texts["k"]? += "\(label)\n"
        texts["g", default: ""] += "2024-01-0\(1 + 2 * step),\(b)\n"
        texts["u", default: ""] += "2024-01-0\(9 - step),\(b)\n"
        texts["v", default: ""] += "\(a);\(label)\n"
        texts["q", default: ""] += "\(a),\"\(b)\"\n"
        texts["s", default: ""] += "\(a),5;\(label)\n"
        texts["p", default: ""] += "a=\(a) b=\(b)\n"
      }
      texts["y"] = "\(number % 2)\n"
      for (name, text) in texts { scratch.write(text, to: "\(name)_\(number).csv") }
    }
    var (table, events) = ("file,kind,age\n", "file,start,end,kind\n")
    for number in 0..<12 {
      table += "f_\(number),\(number % 2 == 0 ? "even" : "odd"),\(number * number)\n"
      events += "f_\(number),\(number % 2),2,on\n"
      scratch.write("\(number),1\n2,\(number % 3)\n", to: "k\(number % 2)/x_\(number).csv")
      scratch.write("\(number),\(number % 2)\n2,\(number % 2)\n", to: "r_\(number).csv")
      scratch.write("1,0,1\n\(number),\(number % 2),\(1 - number % 2)\n", to: "oh_\(number).csv")
      scratch.write("\(number % 2)\nNA\n" + "0\n1\n0\n".prefix(2 * (1 + number % 3)), to: "na_\(number).csv")
    }
    scratch.write(table, to: "table.csv")
    scratch.write(events, to: "events.csv")
    for number in 0..<12 {
      scratch.write([0x61, 0x0A] + Array("b\n".utf8) + [0xFC, 0x0A], to: "i_\(number).csv")
      scratch.write(number == 1 ? "q,p\n1,2\n1,3\n3,4\n" : "p,q\n1,2\n1,3\n3,4\n", to: "j_\(number).csv")
      scratch.write("1\n2\n3\n", to: "x_\(number).csv")
      scratch.write("1,\(number)\n3,6\n", to: "jt_\(number).csv")
      scratch.write("1,7\n4,\(number * number)\n", to: "ju_\(number).csv")
    }
    scratch.write("0,1,2\n1,3,4\n0,5,6\n", to: "mixed.csv")
    scratch.write("0,1,2,3,4\n1,5,6,7,8\n", to: "wide.csv")
    scratch.write("\"1,000\",2\n3,4\n", to: "thousands.csv")
    scratch.write("1,5;2\n", to: "commas")
    scratch.write("\"1'000\",2\n", to: "groups")
    scratch.write("\"1\",2\n", to: "quotes")
    scratch.write([0x31, 0x2C, 0x32, 0xA0, 0x0A], to: "latin")
    scratch.write("0,1,2\n0,3,4\n1,5,6\n1,7,8\n", to: "one.csv")
    scratch.write("1,2\n3,4\n=\n5,6\n", to: "cut.csv")
    for name in ["rows", "rows.csv"] { scratch.write("1,2\n3,4\n", to: name) }
    scratch.write("1;2\n", to: "semicolons")
    scratch.write("1,x\n3,4\n", to: "faulty")
    scratch.write("k,1,2\nl,3,4\n", to: "keyed")
    scratch.write(
      "{\"layers\": [{\"kind\": \"dense\", \"size\": 2, \"activation\": \"tanh\"}]}", to: "network.json")
    scratch.write("NA,2\n3,4\n", to: "gaps")
    scratch.write("0,0\n1,2\n", to: "skipped")
    scratch.write("1,0\n1,2\n", to: "named")
    // A softmax of three classes, and two sigmoids.
    for (name, path) in [("z.zip", "networks/lstm"), ("y.zip", "models/dense-between")] {
      let bytes = try? MappedFile("\(DL4JIndex.folder)/\(path).zip").withBytes { Array($0) }
      scratch.write(bytes ?? [], to: name)
    }
  }

  private static let plain = "--features f_%d.csv --labels l_%d.csv --classes 2 --align start"
  private static let small = "\(plain) --batch-size 2"
  private static let texts = "--features h_%d.csv --labels l_%d.csv --classes 2 --align start --header"
  private static let timed = "\(texts) --category sky --time t"
  private static let joined =
    "--features jt_%d.csv --features ju_%d.csv --time 0=unix --label-column jt_1"
  private static let validated =
    "--validation-features f_%d.csv --validation-labels l_%d.csv --allow-training-data"
  private static let faulty = "--features e_%d.csv --labels l_%d.csv --classes 2 --align start"

  /// Trials of the flags that all commands about data share, by name.
  static let data: [String: FlagTrial] = [
    "features": FlagTrial("--labels l_%d.csv --classes 2 --align start", "--features f_%d.csv"),
    "labels": FlagTrial("--features f_%d.csv", "--labels l_%d.csv --classes 2 --align start"),
    "range": FlagTrial(plain, "--range 0...1"),
    "label-column": FlagTrial("--features c_%d.csv", "--label-column 2 --classes 2 --align start"),
    "skip-lines": FlagTrial(plain, "--skip-lines 1"),
    "header": FlagTrial("--features n_%d.csv --labels l_%d.csv --classes 2 --align start", "--header"),
    "delimiter": FlagTrial(
      "--features d_%d.csv --labels l_%d.csv --classes 2 --align start", "--delimiter ;"),
    "decimal": FlagTrial(
      "--features s_%d.csv --delimiter ; --label-column 1 --classes 2", "--decimal ,"),
    "thousands": FlagTrial("--features thousands.csv --label-column 1 --regression", "--thousands ,"),
    "quote": FlagTrial("--features q_%d.csv --label-column 1 --regression", "--quote none"),
    "encoding": FlagTrial(plain, "--encoding utf-16"),
    "label-decimal": FlagTrial(
      "--features f_%d.csv --labels s_%d.csv --label-delimiter ; --regression --align start",
      "--label-decimal ,"),
    "label-encoding": FlagTrial(
      "--features x_%d.csv --labels i_%d.csv --label-categories a,b,ü", "--label-encoding latin1"),
    "columns-by-name": FlagTrial(
      "--features j_%d.csv --header --label-column q --regression", "--columns-by-name"),
    "label-skip-lines": FlagTrial(
      "--features f_%d.csv --labels k_%d.csv --classes 2 --align start", "--label-skip-lines 1"),
    "label-header": FlagTrial(
      "--features f_%d.csv --labels k_%d.csv --classes 2 --align start", "--label-header present"),
    "label-delimiter": FlagTrial(
      "--features f_%d.csv --labels v_%d.csv --regression --align start", "--label-delimiter ;"),
    "batch-size": FlagTrial(plain, "--batch-size 2"),
    "classes": FlagTrial("--features f_%d.csv --labels l_%d.csv --align start", "--classes 2"),
    "regression": FlagTrial("--features f_%d.csv --labels l_%d.csv --align start", "--regression"),
    "align": FlagTrial("--features f_%d.csv --labels y_%d.csv --classes 2", "--align end"),
    "label-categories": FlagTrial(
      "--features f_%d.csv --labels t_%d.csv", "--label-categories no,yes --align start"),
    "join-on": FlagTrial("\(joined) --regression", "--join-on 0"),
    "tolerance": FlagTrial(
      "\(joined) --regression --join-on 0:nearest --transform fill", "--tolerance 500ms"),
    "labels-from": FlagTrial("--features k?/*.csv", "--labels-from folder"),
    "label-table": FlagTrial("--features f_%d.csv", "--label-table table.csv"),
    "static": FlagTrial("--features f_%d.csv --label-table table.csv", "--static age"),
    "label-intervals": FlagTrial("--features f_%d.csv", "--label-intervals events.csv"),
    "outside": FlagTrial("--features f_%d.csv --label-intervals events.csv", "--outside off"),
    "label-once": FlagTrial("--features r_%d.csv --label-column 1 --classes 2", "--label-once"),
    "multi-label": FlagTrial("--features oh_%d.csv --label-column @1,@2", "--multi-label"),
    "one-hot": FlagTrial("--features oh_%d.csv --label-column @1,@2", "--one-hot"),
    "label-missing": FlagTrial(
      "--features f_%d.csv --labels na_%d.csv --classes 2 --align start", "--label-missing NA"),
    "group-by": FlagTrial("--features one.csv --label-column 2 --regression --align start", "--group-by 0"),
    "sort": FlagTrial(
      "--features mixed.csv --label-column 2 --regression --align start --group-by 0", "--sort"),
    "one-series-per-row": FlagTrial(
      "--features wide.csv --label-column 0 --classes 2", "--one-series-per-row"),
    "channels": FlagTrial(
      "--features wide.csv --label-column 0 --classes 2 --one-series-per-row", "--channels 2"),
    "separator": FlagTrial("--features cut.csv --label-column 1 --regression --align start", "--separator ="),
    "lines-per-sequence": FlagTrial(
      "--features one.csv --label-column 2 --regression --align start", "--lines-per-sequence 2"),
    "remainder": FlagTrial(
      "--features one.csv --label-column 2 --regression --align start --lines-per-sequence 3",
      "--remainder drop"),
    "line-pattern": FlagTrial(
      "--features p_%d.csv --labels l_%d.csv --classes 2 --align start", "--line-pattern a=(.).b=(.)"),
    "missing": FlagTrial(
      "--features m_%d.csv --labels l_%d.csv --classes 2 --align start --transform fill:rule=constant",
      "--missing NA"),
    "keep-columns": FlagTrial(plain, "--keep-columns 1"),
    "drop-columns": FlagTrial(plain, "--drop-columns 1"),
    "rename": FlagTrial(plain, "--rename 0=z"),
    "category": FlagTrial("\(texts) --time t", "--category sky"),
    "unknown-category": FlagTrial("\(texts) --time t --category sky=sun", "--unknown-category other"),
    "time": FlagTrial("\(texts) --category sky", "--time t"),
    "time-unit": FlagTrial("\(texts) --category sky --time t", "--time-unit days"),
    "time-origin": FlagTrial("\(texts) --category sky --time t", "--time-origin epoch"),
    "sort-by-time": FlagTrial("--features u_%d.csv --time 0 --label-column 1 --regression", "--sort-by-time"),
    "offset": FlagTrial(plain, "--offset 0=1"),
    "reader": FlagTrial(
      "--features n_%d.csv --labels l_%d.csv --classes 2 --align start", "--reader csv:header=true"),
    "label-reader": FlagTrial(
      "--features f_%d.csv --labels k_%d.csv --classes 2 --align start", "--label-reader csv:header=true"),
    "input-split": FlagTrial(
      "--labels l_%d.csv --classes 2 --align start", "--input-split numbered:pattern=f_%d.csv"),
    "label-input-split": FlagTrial(
      "--features f_%d.csv", "--label-input-split numbered:pattern=l_%d.csv --classes 2 --align start"),
    "transform": FlagTrial(plain, "--transform map:function=scale,factor=3"),
    "cache": FlagTrial(plain, "--cache cache"),
    "verify": FlagTrial("\(plain) --cache cache", "--verify"),
    "max-gap": FlagTrial("--features g_%d.csv --time 0 --label-column 1 --regression", "--max-gap 1d"),
    "window": FlagTrial(plain, "--window 2"),
    "tail": FlagTrial("\(plain) --window 2", "--tail keep"),
    "batching": FlagTrial(small, "--batching sorted"),
    "largest-first": FlagTrial(small, "--largest-first"),
    "drop-last": FlagTrial("\(plain) --batch-size 5", "--drop-last"),
    "shard": FlagTrial(small, "--shard 0/2"),
    "shard-by": FlagTrial("\(small) --shard 0/2", "--shard-by batch"),
    "split": FlagTrial(plain, "--split 2,1,1 --part train"),
    "split-time": FlagTrial(plain, "--split-time 2,1,1 --part train"),
    "gap": FlagTrial("\(plain) --split-time 2,1,1 --part train", "--gap 1"),
    "fold": FlagTrial(plain, "--fold 1/3 --part train"),
    "split-by": FlagTrial("\(plain) --fold 1/3 --part train", "--split-by time"),
    "horizon": FlagTrial("--features f_%d.csv", "--horizon 1 --targets 0"),
    "targets": FlagTrial("--features f_%d.csv", "--targets 0 --horizon 1"),
    "lead": FlagTrial("--features f_%d.csv --horizon 1 --targets 0", "--lead 1"),
    "known-ahead": FlagTrial("--features f_%d.csv --horizon 1 --targets 0", "--known-ahead 1"),
    "part": FlagTrial("\(plain) --split 2,1,1", "--part train"),
    "split-seed": FlagTrial("\(plain) --split 2,1,1 --part train", "--split-seed 5"),
    "on-error": FlagTrial(faulty, "--on-error skip-sequence"),
    "error-budget": FlagTrial("\(faulty) --on-error skip-sequence", "--error-budget 0"),
    "ledger": FlagTrial("\(faulty) --on-error skip-sequence", "--ledger ledger"),
    // `rows` is not a ledger.
    "overwrite": FlagTrial("\(faulty) --on-error skip-sequence --ledger rows", "--overwrite"),
  ]

  private static let saved = "convert --output b \(small)"
  private static let batches = [
    "batches": FlagTrial("", "--batches b", setup: saved),
    "iterator": FlagTrial("", "--iterator saved:path=b", setup: saved),
  ]

  /// Trials of the flags of single commands, which come before those of all.
  static let own: [FlagDefinition.Command: [String: FlagTrial]] = [
    .convert: [
      "output": FlagTrial(plain, "--output other"),
      "format": FlagTrial(plain, "--format npz"),
      "layout": FlagTrial(plain, "--layout NTC"),
      "labels-as": FlagTrial(plain, "--labels-as index"),
      "order": FlagTrial(small, "--order shuffled"),
      "seed": FlagTrial("\(small) --order shuffled", "--seed 3"),
      "normalize": FlagTrial(plain, "--normalize minmax"),
      "overwrite": FlagTrial(plain, "--overwrite", setup: "convert --output o --features c_%d.csv"),
    ],
    .stream: batches.merging([
      "lanes": FlagTrial("\(plain) --tbptt 2", "--lanes 2"),
      "tbptt": FlagTrial("\(plain) --lanes 2", "--tbptt 2"),
      "epochs": FlagTrial(plain, "--epochs 2"),
      "start-epoch": FlagTrial(small, "--start-epoch 1"),
      "batch": FlagTrial(small, "--batch 1"),
      "seed": FlagTrial(small, "--seed 3"),
      "order": FlagTrial(small, "--order file"),
      "largest-first": FlagTrial("\(small) --order file", "--largest-first"),
      "layout": FlagTrial(plain, "--layout NTC"),
      "labels-as": FlagTrial(plain, "--labels-as index"),
      "normalize": FlagTrial(plain, "--normalize minmax"),
      "sources": FlagTrial(plain, "--sources"),
    ]) { first, _ in first },
    .inspect: batches.merging([
      "batch": FlagTrial(small, "--batch 1"),
      "epoch": FlagTrial(small, "--epoch 0"),
      "seed": FlagTrial("\(small) --epoch 0", "--seed 3"),
      "order": FlagTrial("\(small) --epoch 0", "--order file"),
      "plan": FlagTrial(small, "--plan"),
      "explain": FlagTrial(small, "--explain 0,0,0"),
      "model": FlagTrial("", "--model m", setup: train(plain)),
      "json": FlagTrial(small, "--json"),
      "save": FlagTrial(small, "--save s.json"),
      "split": FlagTrial(plain, "--split 2,1,1 --part train"),
    ]) { first, _ in first },
    .train: batches.merging([
      "batches": FlagTrial("--hidden 2", "--batches b", setup: saved),
      "iterator": FlagTrial("--hidden 2", "--iterator saved:path=b", setup: saved),
      "lanes": FlagTrial("\(plain) --tbptt 2 --hidden 2", "--lanes 2"),
      "hidden": FlagTrial(plain, "--hidden 3"),
      "cell": FlagTrial("\(plain) --hidden 2", "--cell gru"),
      "bidirectional": FlagTrial("\(plain) --hidden 2", "--bidirectional"),
      "dropout": FlagTrial("\(plain) --hidden 2", "--dropout 0.5"),
      "loss": FlagTrial("\(plain) --hidden 2", "--loss meanSquaredError"),
      "init": FlagTrial("\(plain) --hidden 2", "--init ones"),
      "network": FlagTrial(plain, "--network network.json"),
      "json": FlagTrial("\(plain) --hidden 2", "--json"),
      "learning-rate": FlagTrial("\(plain) --hidden 2", "--learning-rate 0.1"),
      "schedule": FlagTrial("\(plain) --hidden 2", "--schedule exponential:0.5"),
      "updater": FlagTrial("\(plain) --hidden 2", "--updater sgd"),
      "tbptt": FlagTrial("\(plain) --hidden 2", "--tbptt 2"),
      "clip": FlagTrial("\(plain) --hidden 2 --updater sgd", "--clip 0.001"),
      "clip-norm": FlagTrial("\(plain) --hidden 2 --updater sgd", "--clip-norm 0.001"),
      "weight-decay": FlagTrial("\(plain) --hidden 2 --updater adamw", "--weight-decay 0.5"),
      "l1": FlagTrial("\(plain) --hidden 2", "--l1 0.1"),
      "l2": FlagTrial("\(plain) --hidden 2", "--l2 0.1"),
      "class-weights": FlagTrial("\(plain) --hidden 2", "--class-weights 1,5"),
      "seed": FlagTrial("\(plain) --hidden 2", "--seed 3"),
      "epochs": FlagTrial("\(plain) --hidden 2", "--epochs 2"),
      "validation-features": FlagTrial(
        "\(plain) --hidden 2",
        "--validation-features f_%d.csv --validation-labels l_%d.csv --allow-training-data"),
      "validation-labels": FlagTrial(
        "\(plain) --hidden 2 --allow-training-data --validation-features f_%d.csv",
        "--validation-labels l_%d.csv"),
      "validation-batches": FlagTrial(
        "\(plain) --hidden 2", "--validation-batches b --allow-training-data", setup: saved),
      "patience": FlagTrial(
        "\(plain) --hidden 2 --epochs 4 --learning-rate 1e-30 \(validated)",
        "--patience 1"),
      "monitor": FlagTrial(
        "\(plain) --hidden 2 --epochs 4 --learning-rate 0.5 \(validated) --patience 1", "--monitor accuracy"),
      "time-limit": FlagTrial("\(plain) --hidden 2 --epochs 3", "--time-limit 0.000001"),
      "checkpoints": FlagTrial("\(plain) --hidden 2", "--checkpoints d"),
      "checkpoint-every": FlagTrial("\(small) --hidden 2 --checkpoints d", "--checkpoint-every 2"),
      "keep-checkpoints": FlagTrial("\(small) --hidden 2 --checkpoints d --epochs 3", "--keep-checkpoints 1"),
      "resume": FlagTrial(
        "\(plain) --hidden 2 --checkpoints d", "--resume --epochs 2",
        setup: "train --model m --hidden 2 \(plain) --epochs 1 --checkpoints d"),
      "judge-anew": FlagTrial(
        "\(plain) --hidden 2 --checkpoints d --resume --epochs 2 \(validated)",
        "--judge-anew",
        setup: "train --model m --hidden 2 \(plain) --epochs 1 --checkpoints d"),
      "change": FlagTrial(
        "\(plain) --hidden 2 --checkpoints d --resume --epochs 2 --learning-rate 0.1",
        "--change learning-rate",
        setup: "train --model m --hidden 2 \(plain) --epochs 1 --checkpoints d"),
      "journal": FlagTrial("\(plain) --hidden 2", "--journal j"),
      "report": FlagTrial("\(plain) --hidden 2", "--report r"),
      "save-flags": FlagTrial("\(plain) --hidden 2", "--save-flags s.json"),
      "report-date": FlagTrial("\(plain) --hidden 2 --report r", "--report-date today"),
      "trainer": FlagTrial(plain, "--trainer network:hidden=2"),
      "model": FlagTrial("\(plain) --hidden 2", "--model other"),
      "from": FlagTrial(plain, "--from m", setup: train(plain)),
      "freeze": FlagTrial("\(plain) --from m", "--freeze 1", setup: train(plain)),
      "normalize": FlagTrial("\(plain) --hidden 2", "--normalize minmax"),
      "order": FlagTrial("\(small) --hidden 2", "--order file"),
      "largest-first": FlagTrial("\(small) --hidden 2 --order file", "--largest-first"),
      "test-features": FlagTrial(
        "\(plain) --hidden 2", "--test-features f_%d.csv --test-labels l_%d.csv --allow-training-data"),
      "test-labels": FlagTrial(
        "\(plain) --hidden 2 --allow-training-data --test-features f_%d.csv", "--test-labels l_%d.csv"),
      "test-batches": FlagTrial(
        "\(plain) --hidden 2", "--test-batches b --allow-training-data", setup: saved),
      "allow-training-data": FlagTrial(
        "\(plain) --hidden 2 --test-features f_%d.csv --test-labels l_%d.csv",
        "--allow-training-data"),
      "split": FlagTrial("\(plain) --hidden 2", "--split 2,1,1"),
      "split-time": FlagTrial("\(plain) --hidden 2", "--split-time 2,1,1"),
      "part": FlagTrial("\(plain) --hidden 2 --split 2,1,1", "--part train"),
    ]) { _, second in second },
    .evaluate: batches.merging([
      "model": FlagTrial(plain, "--model m", setup: train(plain)),
      "lanes": FlagTrial(plain, "--lanes 2"),
      "classes": FlagTrial("--features f_%d.csv --labels l_%d.csv", "--classes 3"),
      "separator": FlagTrial(
        "--features cut.csv --label-column 1", "--separator =",
        setup: train("--features rows --label-column 1 --regression --align start")),
      "lines-per-sequence": FlagTrial(
        "--features one.csv --label-column 2", "--lines-per-sequence 2",
        setup: train("--features one.csv --label-column 2 --regression --align start")),
      "missing": FlagTrial(
        "--features m_%d.csv --labels l_%d.csv --allow-training-data", "--missing NA",
        setup: train("\(plain) --transform fill:rule=constant")),
      "time-unit": FlagTrial(
        "--features h_%d.csv --labels l_%d.csv --time t", "--time-unit days", setup: train(timed)),
      "time-origin": FlagTrial(
        "--features h_%d.csv --labels l_%d.csv --time t", "--time-origin epoch", setup: train(timed)),
      "max-gap": FlagTrial(
        "--features g_%d.csv --time 0 --label-column 1", "--max-gap 1d",
        setup: train("--features g_%d.csv --time 0 --label-column 1 --regression")),
      "sort-by-time": FlagTrial(
        "--features u_%d.csv --time 0 --label-column 1", "--sort-by-time",
        setup: train("--features g_%d.csv --time 0 --label-column 1 --regression")),
      "join-on": FlagTrial(
        joined, "--join-on 0", setup: train("\(joined) --regression --join-on 0:nearest")),
      "tolerance": FlagTrial(
        joined, "--tolerance 500ms",
        setup: train("\(joined) --regression --join-on 0:nearest --transform fill")),
      "label-encoding": FlagTrial(
        "--features x_%d.csv --labels i_%d.csv", "--label-encoding utf-8",
        setup: train("--features x_%d.csv --labels i_%d.csv --label-categories a,b,ü --label-encoding latin1")
      ),
      "outside": FlagTrial(
        "--features f_%d.csv --label-intervals events.csv", "--outside off",
        setup: train("--features f_%d.csv --label-intervals events.csv --align start")),
      "label-once": FlagTrial(
        "--features r_%d.csv --label-column 1", "--label-once",
        setup: train("--features r_%d.csv --label-column 1 --classes 2")),
      "multi-label": FlagTrial(
        "--features oh_%d.csv --label-column @1,@2", "--multi-label",
        setup: train("--features oh_%d.csv --label-column @1,@2 --one-hot")),
      "one-hot": FlagTrial(
        "--features oh_%d.csv --label-column @1,@2", "--one-hot",
        setup: train("--features oh_%d.csv --label-column @1,@2 --multi-label")),
      "columns-by-name": FlagTrial(
        "--features j_%d.csv --header --label-column q", "--columns-by-name",
        setup: train("--features n_%d.csv --header --label-column q --regression")),
      "lead": FlagTrial(
        "--features f_%d.csv --allow-training-data", "--lead 1",
        setup: train("--features f_%d.csv --horizon 1 --targets 0")),
      "known-ahead": FlagTrial(
        "--features f_%d.csv --allow-training-data", "--known-ahead 1",
        setup: train("--features f_%d.csv --horizon 1 --targets 0")),
      "intervals": FlagTrial(plain, "--intervals 95"),
      "predictions": FlagTrial(plain, "--predictions p.csv"),
      "baseline": FlagTrial(plain, "--baseline"),
      "season": FlagTrial("\(plain) --baseline", "--season 2"),
      "worst-first": FlagTrial("\(plain) --predictions p.csv", "--worst-first"),
      "json": FlagTrial(plain, "--json"),
      "certify": FlagTrial(plain, "--certify"),
      "allow-training-data": FlagTrial(
        plain, "--allow-training-data", setup: train("\(plain) --normalize minmax")),
      "header": FlagTrial("--features d_%d.csv --labels l_%d.csv --classes 2 --align start", "--header"),
    ]) { first, _ in first },
    .predict: predictedFiles.merging([
      "model": FlagTrial("", "--model m"),
      "delimiter": FlagTrial("< semicolons", "--delimiter ;"),
      "decimal": FlagTrial("< commas --delimiter ;", "--decimal ,"),
      "thousands": FlagTrial("< groups", "--thousands '"),
      "quote": FlagTrial("< quotes", "--quote none"),
      "encoding": FlagTrial("< latin", "--encoding ibm850"),
      "on-error": FlagTrial("< faulty", "--on-error stop"),
      "missing": FlagTrial(
        "< gaps", "--missing NA", setup: train("\(plain) --transform fill:rule=constant")),
      "skip-lines": FlagTrial("< skipped", "--skip-lines 1"),
      "header": FlagTrial("< named", "--header"),
      "steps": FlagTrial("", "--steps 3"),
      "rollout": FlagTrial(
        "--features f_%d.csv", "--rollout 2", setup: train("--features f_%d.csv --horizon 1 --targets 0,1")),
      "streams": FlagTrial("< keyed --group-by @0", "--streams 1"),
      "header-out": FlagTrial("", "--header-out"),
    ]) { _, second in second },
    .import: [
      "model": FlagTrial("z.zip", "--model other"),
      "keep-columns": FlagTrial("z.zip --model n", "--keep-columns a,b,c"),
      "label-column": FlagTrial("z.zip --model n", "--label-column a,b,c"),
      "label-categories": FlagTrial("z.zip --model n", "--label-categories a,b,c"),
      "classes": FlagTrial("y.zip --model n", "--classes 2"),
      "regression": FlagTrial("z.zip --model n", "--regression"),
      "multi-label": FlagTrial("z.zip --model n", "--multi-label"),
      "align": FlagTrial("z.zip --model n", "--align end"),
      "overwrite": FlagTrial("z.zip --model rows", "--overwrite"),
    ],
    .demo: ["fixtures": FlagTrial("", "--fixtures nosuch")],
  ]

  private static let attributes = train("--features f_%d.csv --label-table table.csv --static age")
  private static let tabled = "--features f_%d.csv --label-table table.csv"

  /// Trials of the flags of `predict` about files.
  private static let predictedFiles: [String: FlagTrial] = [
    "features": FlagTrial("", "--features f_%d.csv"),
    "range": FlagTrial("--features f_%d.csv", "--range 0...1"),
    "batch-size": FlagTrial("--features f_%d.csv", "--batch-size 2"),
    "group-by": FlagTrial(
      "--features one.csv", "--group-by 0",
      setup: train("--features one.csv --label-column 2 --regression --align start")),
    "sort": FlagTrial(
      "--features mixed.csv --group-by 0", "--sort",
      setup: train("--features one.csv --label-column 2 --regression --align start --group-by 0")),
    "separator": FlagTrial(
      "--features cut.csv", "--separator =",
      setup: train("--features rows --label-column 1 --regression --align start")),
    "lines-per-sequence": FlagTrial(
      "--features one.csv", "--lines-per-sequence 2",
      setup: train("--features one.csv --label-column 2 --regression --align start")),
    "remainder": FlagTrial(
      "--features one.csv --lines-per-sequence 3", "--remainder drop",
      setup: train("--features one.csv --label-column 2 --regression --align start")),
    "line-pattern": FlagTrial("--features p_%d.csv", "--line-pattern a=(.).b=(.)"),
    "one-series-per-row": FlagTrial("--features wide.csv", "--one-series-per-row"),
    "channels": FlagTrial("--features wide.csv --one-series-per-row", "--channels 2"),
    "join-on": FlagTrial(
      "--features jt_%d.csv --features ju_%d.csv", "--join-on 0",
      setup: train("\(joined) --regression --join-on 0:nearest")),
    "tolerance": FlagTrial(
      "--features jt_%d.csv --features ju_%d.csv", "--tolerance 500ms",
      setup: train("\(joined) --regression --join-on 0:nearest --transform fill")),
    "keep-columns": FlagTrial("--features f_%d.csv", "--keep-columns 1"),
    "drop-columns": FlagTrial("--features f_%d.csv", "--drop-columns 1"),
    "columns-by-name": FlagTrial(
      "--features j_%d.csv --header", "--columns-by-name",
      setup: train("--features n_%d.csv --header --label-column q --regression")),
    "rename": FlagTrial("--features f_%d.csv", "--rename 0=z"),
    "reader": FlagTrial("--features n_%d.csv", "--reader csv:header=true"),
    "input-split": FlagTrial("", "--input-split numbered:pattern=f_%d.csv"),
    "label-table": FlagTrial("--features f_%d.csv", "--label-table table.csv", setup: attributes),
    "label-skip-lines": FlagTrial(tabled, "--label-skip-lines 1", setup: attributes),
    "label-header": FlagTrial(tabled, "--label-header none", setup: attributes),
    "label-delimiter": FlagTrial(tabled, "--label-delimiter ;", setup: attributes),
    "label-decimal": FlagTrial(tabled, "--label-decimal ,", setup: attributes),
    "label-encoding": FlagTrial(tabled, "--label-encoding utf-16", setup: attributes),
    "cache": FlagTrial("--features f_%d.csv", "--cache cache"),
    "verify": FlagTrial("--features f_%d.csv --cache cache", "--verify"),
    "max-gap": FlagTrial(
      "--features g_%d.csv", "--max-gap 1d",
      setup: train("--features g_%d.csv --time 0 --label-column 1 --regression")),
    "window": FlagTrial("--features f_%d.csv", "--window 2"),
    "tail": FlagTrial("--features f_%d.csv --window 2", "--tail keep"),
    "error-budget": FlagTrial("--features e_%d.csv --on-error skip-sequence", "--error-budget 0"),
    "ledger": FlagTrial("--features e_%d.csv --on-error skip-sequence", "--ledger ledger"),
    "output": FlagTrial("--features f_%d.csv", "--output p.csv"),
    // `rows` is no table of predictions.
    "overwrite": FlagTrial("--features f_%d.csv --output rows.csv", "--overwrite"),
  ]

  /// The effects that no output shows, by command and flag.
  static let invisible: [String: String] = [
    "evaluate --batch-size": "memory", "evaluate --batching": "time", "evaluate --largest-first": "memory",
    "evaluate --lanes": "memory", "inspect --regression": "default", "predict --batch-size": "memory",
  ]

  private static func train(_ data: String) -> String { "train --model m --epochs 1 --hidden 2 \(data)" }

  /// The words before the flags of a trial, and what must exist.
  static func head(_ command: FlagDefinition.Command, of flag: String) -> (words: [String], setup: [[String]])
  {
    switch command {
    case .convert where flag == "output": return (["convert"], [])
    case .convert: return (["convert", "--output", "o"], [])
    case .train where flag == "model": return (["train", "--epochs", "1"], [])
    case .train
    where [
      "change", "epochs", "resume", "patience", "time-limit", "keep-checkpoints", "monitor", "judge-anew",
    ]
    .contains(flag):
      return (["train", "--model", "n"], [])
    case .train: return (["train", "--model", "n", "--epochs", "1"], [])
    case .evaluate, .predict:
      let words = [command.rawValue] + (flag == "model" ? [] : ["--model", "m"])
      return (words, [train(plain).split(separator: " ").map(String.init)])
    default: return ([command.rawValue], [])
    }
  }
}
