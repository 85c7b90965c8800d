// Whether the writer of a line may say what it says, by what the kernel attests of the writer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

#include "node/auth_log/claim.h"
#include "node/auth_log/log_line.h"
#include "node/auth_log/read_line.h"
#include "picket/v1/model.pb.h"

namespace picket::node {

/// The rules, and the one memory that they need: "session closed" of su names no caller, so it is
/// believed as far as the "session opened" of the same process was.
class Trust {
 public:
  using Verified = v1::AuthEvent::Verified;

  /// Sessions of su that are remembered; the oldest is forgotten for a new one.
  static constexpr std::size_t kOpenMax = 1024;

  explicit Trust(UidOf uid_of) : uid_of_(std::move(uid_of)) {}

  Verified judge(const Claim& claim, const LogLine& line);

 private:
  struct Open {
    uint32_t uid;
    std::string target;
    Verified verified;
  };

  Verified judge_attested(const Claim& claim, const LogLine& line);
  Verified judge_caller(const Claim& claim, uint32_t uid) const;
  Verified judge_session(const Claim& claim, uint32_t uid) const;
  Verified close(const Claim& claim, uint32_t pid, uint32_t uid);
  void remember(uint32_t pid, Open open);

  UidOf uid_of_;
  std::unordered_map<uint32_t, Open> open_;
  std::deque<uint32_t> oldest_;
};

}  // namespace picket::node
