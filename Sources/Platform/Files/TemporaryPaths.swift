import Synchronization

/// The temporary files and directories of this process, which are removed when a signal ends it.
///
/// They are created, and renamed to their final names, while the list is locked: so nothing is left, and nothing
/// half written gets a final name, whenever the signal arrives.
enum TemporaryPaths {
  private static let paths = Mutex<Set<String>>([])

  /// Notes `path` and creates it; if that fails, the note is removed.
  ///
  /// - Returns: The result of `create`, negative if it has failed.
  static func add(_ path: String, _ create: () -> Int32) -> Int32 {
    paths.withLock { paths in
      let result = create()
      if result >= 0 { paths.insert(path) }
      return result
    }
  }

  /// Calls `body`, which gives `path` its final name.
  ///
  /// - Returns: The result of `body`, negative if it has failed: then `path` is still temporary.
  static func rename(_ path: String, _ body: () -> Int32) -> Int32 {
    paths.withLock { paths in
      let result = body()
      if result >= 0 { paths.remove(path) }
      return result
    }
  }

  /// Forgets `path`, which was removed or is left where it is.
  static func forget(_ path: String) { paths.withLock { _ = $0.remove(path) } }

  /// Removes everything, and calls `body`, which ends the process: nothing is created in the meantime.
  static func removeAll(_ body: () -> Never) {
    paths.withLock { paths in
      for path in paths { Directory.remove(path) }
      body()
    }
  }
}
