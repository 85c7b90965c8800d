#include "hub/core/key_logins.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace picket::hub {
namespace {

constexpr std::size_t kLoginsMax = 256;
constexpr Nanoseconds kTogether = std::chrono::seconds(60);

bool belong_together(const v1::Session& session, uint32_t pid, WallTime at) {
  if (pid == 0 || session.leader_pid() != pid) return false;
  const Nanoseconds apart = from_peer_unix_ns(session.since_unix_ns()) - at;
  return apart < kTogether && apart > -kTogether;
}

}  // namespace

void KeyLogins::add(uint32_t pid, WallTime at, std::string key_name) {
  if (pid == 0) return;
  if (logins_.size() >= kLoginsMax) logins_.pop_front();
  logins_.push_back({pid, at, std::move(key_name)});
}

std::string KeyLogins::take(const v1::Session& session) {
  const auto found = std::ranges::find_if(logins_, [&session](const Login& login) {
    return belong_together(session, login.pid, login.at);
  });
  if (found == logins_.end()) return {};
  std::string name = std::move(found->key_name);
  logins_.erase(found);
  return name;
}

std::string session_of(const RowsByKey<v1::Session>& sessions, uint32_t pid, WallTime at) {
  for (const auto& [key, session] : sessions) {
    if (belong_together(session, pid, at)) return key;
  }
  return {};
}

}  // namespace picket::hub
