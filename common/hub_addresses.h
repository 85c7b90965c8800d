// The addresses under which nodes reach their hub, "host:port" or "[IPv6]:port": in tokens and in
// state folders, where they are a file with one a line that a person may edit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace picket {

/// 1 to limits::kHubAddressesMax addresses, each of a host name or IPv4 address, or an IPv6 address
/// in brackets, and a port of 1 to 65535.
Status check_hub_addresses(const std::vector<std::string>& addresses);

/// Reads the file's form; empty lines and those that begin with '#' are skipped. Every line must
/// have its end: without it, part of a file could pass for the whole.
Result<std::vector<std::string>> parse_hub_addresses(std::string_view text);
std::string format_hub_addresses(const std::vector<std::string>& addresses);

}  // namespace picket
