#include "client/words/command_words.h"

#include "client/words/words.h"

namespace picket::words {
namespace {

std::string rule_words(const v1::CommandParameter& parameter) {
  switch (parameter.rule_case()) {
    case v1::CommandParameter::kOneOf: {
      std::string words;
      for (const auto& value : parameter.one_of().values())
        words += (words.empty() ? "" : "|") + outside_text(value);
      return words;
    }
    case v1::CommandParameter::kMatching: return outside_text(parameter.matching().pattern());
    case v1::CommandParameter::kWholeNumber:
      return std::to_string(parameter.whole_number().min()) + ".." +
             std::to_string(parameter.whole_number().max());
    case v1::CommandParameter::kPathUnder: return outside_text(parameter.path_under()) + "/...";
    case v1::CommandParameter::RULE_NOT_SET: return "...";
  }
  return "...";
}

}  // namespace

std::string parameter_words(const v1::Command& command) {
  std::string words;
  for (const auto& parameter : command.parameters()) {
    const std::string word = outside_text(parameter.name()) + "=" + rule_words(parameter);
    words += (words.empty() ? "" : " ");
    words += parameter.has_default_value() ? "[" + word + "]" : word;
  }
  return words;
}

std::string end_words(const v1::ExecutionEnd& end) {
  switch (end.kind()) {
    case v1::ExecutionEnd::KIND_EXITED: return "exited " + std::to_string(end.code());
    case v1::ExecutionEnd::KIND_SIGNALED: return "killed by signal " + std::to_string(end.code());
    case v1::ExecutionEnd::KIND_TIMED_OUT: return "timed out";
    case v1::ExecutionEnd::KIND_CANCELLED: return "cancelled";
    case v1::ExecutionEnd::KIND_REFUSED: return "refused: " + outside_text(end.reason());
    case v1::ExecutionEnd::KIND_LOST: return "lost: " + outside_text(end.reason());
    default: return "ended in a way that this program doesn't know";
  }
}

}  // namespace picket::words
