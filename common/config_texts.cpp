// The texts that several configuration files hold: paths and addresses.
#include "common/config.h"
#include "common/limits.h"

namespace picket::config {
namespace {

std::string itself(const std::string& text) { return text; }

Error expected(std::string_view what, std::string_view found) {
  return {"expected " + std::string(what) + ", found \"" + std::string(found) + '"'};
}

Result<std::string> parse_absolute(std::string_view text) {
  if (!text.starts_with('/') || text.find('\0') != std::string_view::npos) {
    return expected("a path that begins with /", text);
  }
  return std::string(text);
}

Result<std::string> parse_socket(std::string_view text) {
  if (text.size() > limits::kSocketPathBytesMax) {
    return Error{"expected a path of at most " + std::to_string(limits::kSocketPathBytesMax) +
                 " bytes, which is what a Unix socket can have, found one of " +
                 std::to_string(text.size())};
  }
  return parse_absolute(text);
}

}  // namespace

Codec<std::string> any_text() {
  return {"text in quotes",
          [](std::string_view text) -> Result<std::string> { return std::string(text); }, itself};
}

Codec<std::string> absolute_path() { return {"a path in quotes", parse_absolute, itself}; }
Codec<std::string> socket_path() { return {"a path in quotes", parse_socket, itself}; }
Codec<HostPort> host_port() {
  return {R"(an address such as "hub.example.org:9992")",
          [](std::string_view text) { return parse_host_port(text); },
          [](const HostPort& address) { return to_string(address); }};
}

}  // namespace picket::config
