// The uids of users that the auth log names, remembered for a moment: long enough for the lines of
// one login, too short for a user to be removed and made anew.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "node/collectors/name_lookup.h"
#include "node/core/log_host.h"

namespace picket::node {

inline constexpr std::size_t kUserIdsMax = 1024;
inline constexpr auto kUserIdValidity = std::chrono::seconds(10);
/// So long a line waits for its user's uid; then it is judged without.
inline constexpr auto kUserIdPatience = std::chrono::milliseconds(250);

class UserIds {
 public:
  /// `answered` is called, on the loop's thread, when an answer has come.
  UserIds(NameLookup& lookup, const Clock& clock, std::function<void()> answered);

  UidAnswer of(std::string_view user);

 private:
  struct Entry {
    std::optional<uint32_t> uid;
    bool answered = false;
    SteadyTime asked;
    SteadyTime expires;
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  void ask(const std::string& user);
  void make_room();

  NameLookup& lookup_;
  const Clock& clock_;
  std::function<void()> answered_;
  std::shared_ptr<Entries> entries_;  // answers that come when this is gone find it gone
};

}  // namespace picket::node
