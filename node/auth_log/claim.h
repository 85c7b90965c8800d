// What one line of the auth log says, as it says it: pieces of the line, nothing believed yet.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/auth_kinds.h"

namespace picket::node {

using Kind = AuthKind;

/// Whose process writes such a line, if it is honest.
enum class Writer : uint8_t {
  kRoot,
  kSession,  // what is left of sshd in a login has the uid of whom the line calls `user`
  kCaller,   // set-uid: whoever has called it, the line says who
  kAnybody,  // a PAM module in some program
};

/// Texts are parts of the line, exactly as they stand there; empty: the line doesn't say.
struct Claim {
  Kind kind = Kind::kNothing;
  Writer writer = Writer::kRoot;
  std::string_view user;
  std::string_view target_user;
  std::string_view source_address;  // IPv4 also where the line has it IPv6-mapped
  std::string_view source_host;
  std::string_view method;
  std::string_view key_type;
  std::string_view key_fingerprint;
  std::string_view tty;
  std::string_view command;
  std::string_view service;
  std::string_view reason;
  std::string_view caller;  // of a set-uid program
  std::string_view tail;    // for the form itself to read
  std::optional<uint32_t> caller_uid;
  uint32_t source_port = 0;
  uint32_t repeated = 0;
  bool invalid_user = false;
  bool ambiguous = false;  // more than one reading: what differs between them isn't filled
};

}  // namespace picket::node
