import ArgumentParser
import Timestep

/// The flags for how the rows of files are written: delimiter, decimal sign, thousands separator, quotes, encoding.
struct NotationOptions: ParsableArguments {
  @Option(help: .flag("delimiter")) var delimiter: String?

  @Option(help: .flag("decimal")) var decimal: String?

  @Option(help: .flag("thousands")) var thousands: String?

  @Option(help: .flag("quote")) var quote: TextNotation.Quotes?

  @Option(help: .flag("encoding")) var encoding: TextEncoding?

  @Option(help: .flag("label-delimiter")) var labelDelimiter: String?

  @Option(help: .flag("label-decimal")) var labelDecimal: String?

  @Option(help: .flag("label-encoding")) var labelEncoding: TextEncoding?

  /// The notation of feature files.
  var notation: TextNotation {
    TextNotation.plain.with(
      delimiter: delimiter, decimal: decimal, thousands: thousands, quote: quote, encoding: encoding)
  }

  /// The notation of label files.
  var labelNotation: TextNotation {
    var notation = notation
    if let labelDelimiter { notation.delimiter = unescaped(labelDelimiter) }
    if let labelDecimal {
      notation.decimal = labelDecimal
      // What separates thousands in the features is then the decimal sign.
      if notation.thousands == labelDecimal { notation.thousands = nil }
    }
    if let labelEncoding { notation.encoding = labelEncoding }
    return notation
  }

  /// Returns the options with the notation of a model's training data, where no flag says otherwise.
  func completed(by known: TextNotation?) -> NotationOptions {
    guard let known else { return self }
    var options = self
    options.delimiter = delimiter ?? known.delimiter
    options.decimal = decimal ?? known.decimal
    options.thousands = thousands ?? known.thousands
    options.quote = quote ?? known.quotes
    options.encoding = encoding ?? known.encoding
    return options
  }
}

extension TextNotation {
  /// Returns the notation with the values of flags that are given.
  func with(
    delimiter: String?, decimal: String?, thousands: String?, quote: Quotes?, encoding: TextEncoding?
  ) -> TextNotation {
    var notation = self
    if let delimiter { notation.delimiter = unescaped(delimiter) }
    if let decimal { notation.decimal = decimal }
    if let thousands { notation.thousands = thousands == TextNotation.blanks ? " " : thousands }
    if let quote { notation.quotes = quote }
    if let encoding { notation.encoding = encoding }
    return notation
  }
}

extension TextNotation.Quotes: FlagValue {}

extension TextEncoding: FlagValue {
  /// Reads one of the usual names of an encoding.
  public init?(argument: String) { self.init(named: argument) }

  /// Reads one of the usual names of an encoding.
  init(flag text: String) throws(ValidationError) {
    guard let encoding = TextEncoding(named: text) else {
      let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("expected one of \(names), or another usual name of these")
    }
    self = encoding
  }
}

/// Returns a delimiter from its form on the command line: `\\t` and `tab` are a tab.
func unescaped(_ delimiter: String) -> String { ["\\t", "tab"].contains(delimiter) ? "\t" : delimiter }
