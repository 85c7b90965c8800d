// One shape of a message, written as the message with fields in it, and matched without searching
// for what a stranger may have written.
//
//   Failed {method} for invalid user {user*} from {source} port {port} ssh2{key*}
//
//   {name}   a word; `source` an address or host name, `port` and `uid` numbers, `bare` a method of
//            which sshd tells no key
//   {name?}  the same, or nothing
//   {name~}  several words of the program's own, up to the next literal
//   {name*}  free text: a stranger's, of any bytes, perhaps empty
//   (a|b)    either; an empty alternative makes it optional. The first that matches counts
//
// What stands before free text is matched from the start of the message, what stands after it from
// the end. Between two free texts every place is tried, and more than one that fits is `ambiguous`.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace picket::node {

enum class Field : uint8_t {
  kUser,
  kTargetUser,
  kSource,
  kHost,
  kPort,
  kMethod,
  kKey,
  kTty,
  kCommand,
  kReason,
  kCaller,
  kCallerUid,
  kTail,
  kSkip,
};

struct Token {
  enum class Shape : uint8_t { kLiteral, kWord, kPhrase, kNumber, kSource, kBareMethod, kText };
  Shape shape = Shape::kLiteral;
  Field field = Field::kSkip;
  bool may_be_empty = false;
  std::string literal;
};

struct Capture {
  Field field = Field::kSkip;
  std::string_view text;
};

/// What a match found; room for the longest pattern, so that matching allocates nothing.
struct Captures {
  std::array<Capture, 12> list{};
  std::size_t count = 0;

  void add(Field field, std::string_view text) { list[count++] = {field, text}; }
  void add(const Captures& other) {
    for (std::size_t i = 0; i < other.count; ++i) list[count++] = other.list[i];
  }
};

class Pattern {
 public:
  enum class Match : uint8_t { kNo, kYes, kAmbiguous };

  /// One for each choice of the text's alternatives, in their order.
  static std::vector<Pattern> all_of(std::string_view text);

  /// `captures` is filled if there is a match; made once for many tries.
  Match match(std::string_view message, Captures* captures) const;

  const std::vector<Token>& tokens() const { return tokens_; }
  /// The literal that each match starts with; may be empty.
  std::string_view prefix() const;

 private:
  explicit Pattern(std::string_view text);
  Match match_between(std::string_view message, Captures* captures) const;

  std::vector<Token> tokens_;
  std::vector<std::size_t> free_;  // which tokens are free text: none, one or two
};

}  // namespace picket::node
