/// Series that are folders: `s01/acc.csv` and `s01/gyro.csv` are channels of the series s01.
struct FolderSeries {
  let keys: FolderKeys
  /// The files of each channel, which has one in every folder; empty if a folder has several series.
  let channels: [[FolderSurvey.File]]
  /// The files of channels that some of these folders lack.
  let incomplete: [[FolderSurvey.File]]
  /// The files outside of the folders.
  let others: [FolderSurvey.File]
  /// One of the files in the folders.
  let example: FolderSurvey.File?
  /// True if the files would be channels without the name of the folder in their own.
  let hasRepeatedNames: Bool

  /// The most channels, and the most files outside of the folders.
  private static let limits = (channels: 16, others: 4)

  /// Finds the channels; `nil` if too many files are in other places.
  init?(_ files: [FolderSurvey.File], _ keys: FolderKeys) {
    let inside = files.filter { keys.key(of: $0) != nil }
    others = files.filter { keys.key(of: $0) == nil }
    let count = Set(inside.compactMap(keys.key(of:))).count
    guard others.count <= Self.limits.others, count > 1 else { return nil }
    self.keys = keys
    example = inside.first
    let groups = Dictionary(grouping: inside, by: keys.channel(of:)).sorted { $0.key < $1.key }
    func folders(_ files: [FolderSurvey.File]) -> Set<String> { Set(files.compactMap(keys.key(of:))) }
    let most = groups.map(\.value.count).max() ?? 0
    let fullest = groups.first { $0.value.count == most }.map { folders($0.value) }
    let complete = groups.filter { folders($0.value) == fullest }
    // Files that are only numbered are recordings of one kind, not channels.
    let words = Set(complete.map { NamePieces($0.key).pieces.map { $0.kind == .digits ? "" : $0.text } })
    let plain = Dictionary(grouping: inside, by: keys.channelWithoutKey(of:))
    hasRepeatedNames =
      !plain.keys.contains { key in groups.contains { $0.key == key } }
      && plain.values.allSatisfy { $0.count == count && folders($0).count == count }
    let areChannels =
      keys.pattern != nil && most * 2 > count && words.count == complete.count
      && complete.count <= Self.limits.channels
    channels = areChannels ? complete.map(\.value) : []
    incomplete = areChannels ? groups.filter { folders($0.value) != fullest }.map(\.value) : []
  }

  /// The names of the folders that lack one of the incomplete channels.
  func folders(without channel: [FolderSurvey.File]) -> [String] {
    let all = Set((channels.first ?? []).compactMap(keys.key(of:)))
    return all.subtracting(channel.compactMap(keys.key(of:))).sorted()
  }
}
