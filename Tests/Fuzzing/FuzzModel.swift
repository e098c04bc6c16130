import Networks

/// Any bytes as a model file: rejected with a reason, or a network that can be described.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzModel(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  FuzzedFile.fill(UnsafeRawBufferPointer(start: start, count: count))
  do {
    let file = try ModelFile(FuzzedFile.path)
    _ = file.network.summary(rows: 1, steps: 1)
  } catch {
    _ = "\(error)"
  }
  return 0
}
