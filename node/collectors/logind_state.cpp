#include "node/collectors/logind_state.h"

#include <systemd/sd-login.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "node/collectors/small_file.h"

namespace picket::node {
namespace {

template <typename Number>
void read_number(std::string_view text, Number& number) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) number = value;
}

}  // namespace

LogindState parse_logind_state(std::string_view text) {
  LogindState state;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t equals = std::min(line.find('='), line.size());
    const std::string_view name = line.substr(0, equals);
    const std::string_view value = line.substr(std::min(equals + 1, line.size()));
    if (name == "USER") state.user = value;
    if (name == "LEADER") read_number(value, state.leader);
    if (name == "REALTIME") read_number(value, state.since_us);
  }
  return state;
}

#if PICKET_SYSTEMD_MAJOR >= 254

LogindState logind_state(const std::string& id) {
  LogindState state;
  char* user = nullptr;
  if (sd_session_get_username(id.c_str(), &user) >= 0 && user != nullptr) state.user = user;
  std::free(user);  // NOLINT: allocated by the library
  sd_session_get_leader(id.c_str(), &state.leader);
  sd_session_get_start_time(id.c_str(), &state.since_us);
  return state;
}

#else

LogindState logind_state(const std::string& id) {
  constexpr std::size_t kBytesMax = 64 * 1024;
  return parse_logind_state(read_small_file("/run/systemd/sessions/" + id, kBytesMax).bytes);
}

#endif

}  // namespace picket::node
