import Platform
import TestSupport
import Testing

/// A test cannot start a process unless it is marked; these try to start a program that does not exist.
@Suite struct ProcessTraitTests {
  private static func expectFailures(_ count: Int) async {
    await confirmation(expectedCount: count) { failure in
      ProcessTrait.$fail.withValue({ failure() }) { _ = try? ChildProcess("no-such-program") }
    }
  }

  @Test func aTestWithoutTheMarkFails() async { await Self.expectFailures(1) }

  @Test(.startsProcesses) func aTestWithTheMarkMayStartProcesses() async { await Self.expectFailures(0) }

  @Suite(.startsProcesses) struct MarkedSuiteTests {
    @Test func itsTestsMayToo() async { await ProcessTraitTests.expectFailures(0) }
  }
}
