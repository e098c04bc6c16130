import Glibc
import Testing

/// Marks suites and tests that start processes: the built `timestep`, Python, `ffmpeg`, a shell.
///
/// They are skipped if `TIMESTEP_FAST_TESTS` is set. A test that starts a process without this mark fails.
public struct ProcessTrait: SuiteTrait, TestTrait {
  private static let areSkipped = getenv("TIMESTEP_FAST_TESTS") != nil

  /// Makes a test without the mark fail when it starts a process.
  @TaskLocal package static var fail: @Sendable () -> Void = {
    Issue.record("starts a process: mark the test, or its suite, with .startsProcesses")
  }

  /// The tests of a marked suite are marked.
  public var isRecursive: Bool { true }

  /// Skips the test if `TIMESTEP_FAST_TESTS` is set.
  public func prepare(for test: Test) async throws {
    let condition = ConditionTrait.enabled(if: !Self.areSkipped, "TIMESTEP_FAST_TESTS: it starts processes")
    try await condition.prepare(for: test)
  }

  /// Fails the test if it may not start a process.
  ///
  /// A thread of a pool does not know which test it works for: it may start processes unless these tests are skipped.
  fileprivate static func processStarts() {
    let isAllowed = Test.current.map { test in test.traits.contains { $0 is ProcessTrait } } ?? !areSkipped
    if !isAllowed { fail() }
  }
}

extension Trait where Self == ProcessTrait {
  /// Marks a suite or a test that starts processes.
  public static var startsProcesses: Self { ProcessTrait() }
}

/// Called before every start of a process, by `process_start.c`.
@_cdecl("timestep_tests_start_process")
func processStarts() { ProcessTrait.processStarts() }
