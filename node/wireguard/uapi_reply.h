// The answer to "get=1" of WireGuard's cross-platform interface, which programs that are no kernel
// speak: "key=value" lines, read as they come. Private keys are dropped here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/result.h"
#include "common/secret.h"
#include "node/wireguard/facts.h"

namespace picket::node {

class UapiReply {
 public:
  explicit UapiReply(std::string interface);

  /// Takes the next bytes, which stay the caller's to wipe. An error: this is no such answer, or
  /// past a limit; nothing more may be fed.
  Status feed(std::string_view bytes);
  /// The answer has ended, and was one: take().
  bool complete() const { return complete_; }
  WireguardInterfaceFact take() { return std::move(interface_); }

 private:
  Status line(std::string_view line);
  Status of_interface(std::string_view key, std::string_view value);
  Status of_peer(std::string_view key, std::string_view value);

  WireguardInterfaceFact interface_;
  Secret pending_;  // of a line that isn't complete
  std::size_t pending_bytes_ = 0;
  std::size_t bytes_ = 0;
  bool has_status_ = false;
  bool complete_ = false;
};

}  // namespace picket::node
