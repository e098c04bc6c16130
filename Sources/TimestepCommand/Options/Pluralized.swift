/// Returns a number of things in words: "1 batch", "2 batches".
func pluralized(_ count: Int, _ one: String, _ several: String? = nil) -> String {
  "\(count) \(count == 1 ? one : several ?? one + "s")"
}
