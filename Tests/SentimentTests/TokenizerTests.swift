import Testing

@testable import Sentiment

/// Words are cut as those of the vectors were.
@Suite struct TokenizerTests {
  @Test(arguments: [
    ("", []),
    ("  \n\t ", []),
    ("It's GREAT, isn't it?", ["it", "'s", "great", ",", "is", "n't", "it", "?"]),
    ("one<br /><br />two", ["one", "two"]),
    (
      "I'd say they've won; we'll see.",
      ["i", "'d", "say", "they", "'ve", "won", ";", "we", "'ll", "see", "."]
    ),
    ("don\u{2019}t", ["do", "n't"]),
    ("'quoted' ''", ["quoted"]),
    ("dogs' rock'n'roll", ["dogs", "rocknroll"]),
    ("10/10 well-made", ["10", "/", "10", "well", "-", "made"]),
    ("Amélie, Über!", ["amélie", ",", "über", "!"]),
    ("good :) 👍", ["good", ":", ")", "👍"]),
    ("n't 's", ["nt", "s"]),
  ])
  func words(text: String, expected: [String]) {
    #expect(tokens(of: text) == expected)
  }
}
