// What the program says in Chinese, under the English it stands for. Of what is interpolated, `{0}` is the first.

enum ChineseTexts {
  static let all =
    syntax
    .merging(values) { first, _ in first }
    .merging(commands) { first, _ in first }
    .merging(definitions) { first, _ in first }
    .merging(files) { first, _ in first }
    .merging(lint) { first, _ in first }
}
