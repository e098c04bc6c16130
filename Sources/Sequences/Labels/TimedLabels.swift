import Platform

/// Labels of single steps, as their source states them: a text for a time or for an interval of each sequence.
///
/// ```swift
/// let found = try TimedLabels(intervals: LabelTable("events.csv"), of: features)   // file,start,end,class
/// let labels = TimedLabelReader(found, of: features, as: .classes(try found.classes()))
/// ```
public struct TimedLabels: Sendable {
  /// The scale of the times.
  package enum Clock: String, Sendable {
    /// Ordinals of rows, from 0.
    case rows
    /// Nanoseconds since 1970, compared with the first column of timestamps.
    case timestamps
    /// Nanoseconds since the first timestamp of the sequence, also if a policy leaves out its row.
    case elapsed
  }

  /// A label with its time.
  package struct Event: Sendable {
    /// The first time that has the label.
    package var start: Int128
    /// The first time after it; `nil`: the label belongs to the time `start` alone.
    package var end: Int128?
    package var label: LabelText

    /// Makes an event.
    package init(start: Int128, end: Int128?, label: LabelText) {
      (self.start, self.end, self.label) = (start, end, label)
    }

    /// Returns true if the event includes a time.
    func contains(_ time: Int128) -> Bool { end.map { start <= time && time < $0 } ?? (start == time) }
  }

  let clock: Clock
  /// Returns the timestamp that a text of the features is; `nil` if it is none.
  let timestamp: @Sendable (TimestampEncoding, String) -> Int128?
  /// The column of labels.
  let column: String
  /// The label of times without an event; `nil`: they have none.
  let outside: LabelText?
  /// The labels of every sequence in the order of their times, without overlaps; the fault of a sequence whose labels
  /// contradict each other; `nil`: it has none.
  let sequences: [Result<[Event], RecordError>?]
  /// The labels that belong to no sequence.
  let lonely: [LabelText]
  /// All labels of every sequence, as they are stated.
  private let texts: [[LabelText]]

  /// Makes labels.
  ///
  /// - Parameters:
  ///   - events: The labels of every sequence, in any order.
  ///   - outside: The label of times without an event.
  ///   - lonely: The labels that belong to no sequence, which pairing reports.
  ///   - policy: The handling of labels that contradict each other.
  ///   - timestamp: Returns the timestamp that a text of the features is; `nil` if it is none.
  /// - Throws: `RecordError` about the first of these, unless the policy leaves its sequence out.
  package init(
    _ events: [[Event]], clock: Clock, column: String, outside: LabelText?, lonely: [LabelText],
    policy: ErrorPolicy, timestamp: @escaping @Sendable (TimestampEncoding, String) -> Int128?
  ) throws(RecordError) {
    (self.clock, self.column, self.outside, self.lonely) = (clock, column, outside, lonely)
    self.timestamp = timestamp
    texts = events.map { $0.map(\.label) }
    var sequences: [Result<[Event], RecordError>?] = []
    for own in events {
      if own.isEmpty, outside == nil {
        sequences.append(nil)
        continue
      }
      do throws(RecordError) {
        sequences.append(.success(try Self.disjoint(own)))
      } catch {
        guard policy[error.kind] == .skipSequence else { throw error }
        sequences.append(.failure(error))
      }
    }
    self.sequences = sequences
  }

  /// Returns the same labels in the order of their times, those of one class that overlap joined.
  ///
  /// - Throws: `RecordError` if labels of one time differ.
  private static func disjoint(_ events: [Event]) throws(RecordError) -> [Event] {
    var joined: [Event] = []
    // Sorting by line too makes the message the same however the sort treats equal starts.
    for event in events.sorted(by: { ($0.start, $0.label.line ?? 0) < ($1.start, $1.label.line ?? 0) }) {
      guard let last = joined.last else {
        joined.append(event)
        continue
      }
      guard let end = last.end, let ownEnd = event.end else {
        guard last.start != event.start else {
          throw event.label.error(
            .labelConflict,
            "the time has a second label: expected one, found another in line \(last.label.line ?? 1); leave one out"
          )
        }
        joined.append(event)
        continue
      }
      if event.start >= end {
        joined.append(event)
      } else if event.label.text == last.label.text {
        joined[joined.count - 1].end = max(end, ownEnd)
      } else {
        throw event.label.error(
          .labelConflict,
          "the interval of \(event.label.quoted) overlaps that of \(last.label.quoted) in line \(last.label.line ?? 1): expected "
            + "one class at a time, found two; let one end where the other begins (ends are not included)")
      }
    }
    return joined
  }

  /// Returns the classes that the labels name, in natural order: `run2` before `run10`, and numbers by their size.
  ///
  /// - Parameters:
  ///   - sequences: The sequences that count; `nil`: all.
  ///   - missing: The texts that are no labels.
  /// - Throws: `RecordError` if there are none, or if two texts are the same number, such as 1 and 1.0.
  public func classes(of sequences: [Int]? = nil, missing: [String] = []) throws(RecordError) -> Vocabulary {
    let own = (sequences ?? Array(texts.indices)).flatMap { texts[$0] }
    return try Vocabulary(naming: own + [outside].compactMap { $0 }, missing: missing)
  }

  /// Identifies the labels.
  var fingerprint: Fingerprint {
    var hash = Fingerprint()
    hash.combine([clock.rawValue, outside?.text ?? ""])
    for events in sequences {
      for event in (try? events?.get()) ?? [] {
        hash.combine(["\(event.start)", event.end.map { "\($0)" } ?? "", event.label.text])
      }
    }
    return hash
  }
}
