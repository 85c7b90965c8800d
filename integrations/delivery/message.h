// What a person is told at once, for any medium. Texts are plain: whatever could not be seen as it
// is (control characters, changes of direction, invalid bytes) has been made visible, and nothing
// is escaped for the medium yet; that is done in one place of each.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/clock.h"

namespace picket::delivery {

/// How much it matters, for a sign or a colour.
enum class Mark {
  kPlain,
  kGood,     // somebody is on, something is back
  kWarning,  // to be looked at
  kAlarm,    // to be looked at now
};

struct Paragraph {
  Mark mark = Mark::kPlain;
  std::string node;  // empty: about the hub, or several
  std::string text;  // one sentence, at most kParagraphCharactersMax
  WallTime at;       // when it happened
  /// "source" and "192.0.2.7": what a medium may show as a table beside the sentence.
  std::vector<std::pair<std::string, std::string>> fields;
};

/// At most kParagraphsMax: with the longest texts it is below what any medium takes at once.
struct Message {
  std::vector<Paragraph> paragraphs;
  std::string footer;  // empty: none
};

inline constexpr std::size_t kParagraphCharactersMax = 300;
inline constexpr std::size_t kParagraphsMax = 10;

}  // namespace picket::delivery
