// Where a login comes from, as a log writes it: an address, or a name where the log has names.
#pragma once

#include <optional>
#include <string_view>

namespace picket::node {

/// One of the two, or none: sshd says UNKNOWN where the peer has gone.
struct SourceText {
  std::string_view address;
  std::string_view host;
};

/// `text` as an IPv4 or IPv6 address (a zone may follow; IPv4-mapped becomes IPv4) or as a host
/// name; nothing if it is neither as a whole.
std::optional<SourceText> read_source(std::string_view text);

}  // namespace picket::node
