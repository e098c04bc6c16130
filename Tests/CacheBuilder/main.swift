import CSV
import Glibc
import Sequences

// CacheBuilder PATTERN LAST CACHE: makes the cache of the files 0...LAST, and says how many it parsed.
let words = CommandLine.arguments
guard words.count == 4, let last = Int(words[2]) else { fatalError("CacheBuilder PATTERN LAST CACHE") }
do {
  let csv = try CSVSequenceRecordReader(NumberedFileInputSplit(words[1], 0...last))
  print(try CachedSequenceRecordReader(csv, cache: words[3]).parsedFileCount)
} catch {
  print(error)
  exit(1)
}
