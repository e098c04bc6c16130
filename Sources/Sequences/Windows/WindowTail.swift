/// The handling of the steps after the last whole window of a sequence.
public enum WindowTail: String, Sendable, Hashable, Codable, CaseIterable {
  /// They are dropped; a sequence shorter than a window has no window.
  case drop
  /// They form a last, shorter window, which begins where the next whole one would; a shorter sequence is one
  /// window.
  case keep
  /// They end a last whole window, which overlaps the previous one; a sequence shorter than a window is one
  /// short window.
  case align
}
