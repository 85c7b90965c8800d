// What was asked of somebody who takes a while, remembered for a moment: long enough for the lines
// of one login, too short for a user to be removed and made anew.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "common/clock.h"
#include "node/core/log_host.h"

namespace picket::node {

inline constexpr std::size_t kRecentAnswersMax = 1024;
inline constexpr auto kRecentAnswerValidity = std::chrono::seconds(10);
/// So long a line of the auth log waits for an answer; then it is told without.
inline constexpr auto kAnswerPatience = std::chrono::milliseconds(250);

template <typename Value>
class RecentAnswers {
 public:
  using Done = std::function<void(std::optional<Value>)>;
  /// Calls `done` later, on the loop's thread, once; nothing: there is no answer.
  using Ask = std::function<void(const std::string& question, Done done)>;

  /// `answered` is called, on the loop's thread, when an answer has come.
  RecentAnswers(const Clock& clock, Ask ask, std::function<void()> answered)
      : clock_(clock), ask_(std::move(ask)), answered_(std::move(answered)) {}

  SoFar<Value> to(std::string_view question) {
    const SteadyTime now = clock_.steady();
    auto found = entries_->find(question);
    if (found != entries_->end() && found->second.answered && now >= found->second.expires) {
      entries_->erase(found);
      found = entries_->end();
    }
    if (found == entries_->end()) {
      make_room();
      ask(std::string(question));
      return {std::nullopt, true};
    }
    const Entry& entry = found->second;
    return {entry.value, !entry.answered && now < entry.asked + kAnswerPatience};
  }

 private:
  struct Entry {
    std::optional<Value> value;
    bool answered = false;
    SteadyTime asked;
    SteadyTime expires;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  void ask(const std::string& question) {
    (*entries_)[question].asked = clock_.steady();
    ask_(question, [this, question, weak = std::weak_ptr(entries_)](std::optional<Value> value) {
      const auto entries = weak.lock();
      const auto found = entries ? entries->find(question) : typename Entries::iterator();
      if (!entries || found == entries->end()) return;
      found->second.value = std::move(value);
      found->second.answered = true;
      found->second.expires = clock_.steady() + kRecentAnswerValidity;
      answered_();
    });
  }

  void make_room() {
    if (entries_->size() < kRecentAnswersMax) return;
    entries_->erase(std::ranges::min_element(*entries_, {},
                                             [](const auto& entry) { return entry.second.asked; }));
  }

  const Clock& clock_;
  Ask ask_;
  std::function<void()> answered_;
  // Answers that come when this is gone find it gone.
  std::shared_ptr<Entries> entries_ = std::make_shared<Entries>();
};

}  // namespace picket::node
