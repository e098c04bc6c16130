import Glibc
import Timestep

private func runs(_ python: String, _ code: String) -> Bool {
  (try? ChildProcess(python, ["-c", code]).finish()) == .exited(0)
}

/// True if there is a Python.
let hasPython = runs("python3", "")

/// A Python with PyTorch: `PYTHON`, or `python3`; `nil` if neither has it.
let torchPython = [getenv("PYTHON").map { String(cString: $0) }, "python3"].compactMap { $0 }
  .first { runs($0, "import torch, numpy") }
