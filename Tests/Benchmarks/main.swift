import Glibc
import Timestep

// timestep-benchmarks WORKLOAD [--data DIR] [--repetitions N] [...]: one side of a comparison, or a limit of the machine.
// Without --repetitions it answers every line of standard input with one sample, so that sides can take turns.
do {
  let arguments = try Arguments(CommandLine.arguments.dropFirst())
  switch try arguments.word(0) {
  case "generate": try BenchmarkData(arguments).write()
  case "directory": try serve(DirectoryEpoch(arguments), arguments)
  case "small": try serve(SmallFilesEpoch(arguments), arguments)
  case "grouped": try serve(GroupedFileEpoch(arguments), arguments)
  case "wide": try serve(WideFileEpoch(arguments), arguments)
  case "cached": try serve(CachedEpoch(arguments), arguments)
  case "train": try serve(TrainingStep(arguments), arguments)
  case "masked": try serve(MaskedTraining(arguments), arguments)
  case "step": try serve(PredictionStep(arguments), arguments)
  case "read": try serve(ReadLimit(arguments), arguments)
  case "write": try serve(WriteLimit(arguments), arguments)
  case "copy": try serve(CopyLimit(), arguments)
  case "product": try serve(ProductLimit(arguments), arguments)
  case "count": try CountedWork(arguments).run()
  case let other:
    throw ArgumentError(
      problem:
        "no workload \"\(other)\"; there are generate, directory, small, grouped, wide, cached, train, masked, step, read, write, copy, product, count"
    )
  }
} catch {
  StandardStream.error.write("timestep-benchmarks: \(error)\n")
  exit(1)
}
