/// What becomes of the steps behind the last whole window of a sequence.
public enum WindowTail: String, Sendable, Hashable, Codable, CaseIterable {
  /// They are left out; a sequence shorter than a window has none.
  case drop
  /// They are a last window that is shorter, from where the next whole one would begin; a shorter sequence is one.
  case keep
  /// They end a last whole window, which overlaps the one before; a sequence shorter than a window is one short window.
  case align
}
