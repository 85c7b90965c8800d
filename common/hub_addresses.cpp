#include "common/hub_addresses.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "common/json_text.h"
#include "common/limits.h"

namespace picket {
namespace {

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

// ':' for IPv6, '%' for the zone of a link-local address.
bool is_bracketed_character(char c) { return is_host_character(c) || c == ':' || c == '%'; }

bool is_host(std::string_view host) {
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    return std::all_of(host.begin(), host.end(), is_bracketed_character);
  }
  return !host.empty() && std::all_of(host.begin(), host.end(), is_host_character);
}

bool is_port(std::string_view text) {
  uint32_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

bool is_address(std::string_view address) {
  const std::size_t colon = address.rfind(':');
  return address.size() <= limits::kHubAddressBytesMax && colon != std::string_view::npos &&
         is_host(address.substr(0, colon)) && is_port(address.substr(colon + 1));
}

}  // namespace

Status check_hub_addresses(const std::vector<std::string>& addresses) {
  if (addresses.empty()) return Error{"the hub has no address"};
  if (addresses.size() > limits::kHubAddressesMax) {
    return Error{"a hub has at most " + std::to_string(limits::kHubAddressesMax) + " addresses"};
  }
  const auto wrong = std::find_if_not(addresses.begin(), addresses.end(), is_address);
  if (wrong == addresses.end()) return {};
  return Error{to_json_string(wrong->substr(0, limits::kHubAddressBytesMax)) +
               " is not an address of a hub: it takes host:port or [IPv6]:port"};
}

Result<std::vector<std::string>> parse_hub_addresses(std::string_view text) {
  std::vector<std::string> addresses;
  // Half an address may look like a whole one: "hub.example.org:99".
  if (!text.empty() && text.back() != '\n') {
    return Error{"the last line has no end, so the file may have been cut short; complete it"};
  }
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!line.empty() && line.front() != '#') addresses.emplace_back(line);
  }
  if (const Status checked = check_hub_addresses(addresses); !checked)
    return Error{checked.error()};
  return addresses;
}

std::string format_hub_addresses(const std::vector<std::string>& addresses) {
  std::string text = "# Where nodes reach the hub, host:port, one a line.\n";
  for (const auto& address : addresses) text += address + "\n";
  return text;
}

}  // namespace picket
