#include "node/collectors/utmp_sessions.h"

#include <arpa/inet.h>
#include <utmp.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>

#include "node/collectors/proc_sessions.h"
#include "node/collectors/small_file.h"

namespace picket::node {
namespace {

// Fields have a final zero only if there is room for one.
template <std::size_t size>
std::string field_text(const char (&field)[size]) {
  return std::string(field, strnlen(field, size));
}

std::string address_of(const struct utmp& record) {
  char text[INET6_ADDRSTRLEN] = "";
  const auto& words = record.ut_addr_v6;
  if (words[1] != 0 || words[2] != 0 || words[3] != 0) {
    const auto* v6 = reinterpret_cast<const in6_addr*>(&words);
    if (IN6_IS_ADDR_V4MAPPED(v6)) {
      inet_ntop(AF_INET, &words[3], text, sizeof text);
    } else {
      inet_ntop(AF_INET6, v6, text, sizeof text);
    }
  } else if (words[0] != 0) {
    inet_ntop(AF_INET, &words[0], text, sizeof text);
  }
  return text;
}

uint64_t since_us(const struct utmp& record) {
  // 32 bits on some platforms: taken as unsigned they reach to 2106.
  using Seconds = decltype(record.ut_tv.tv_sec);
  const auto seconds =
      static_cast<uint64_t>(static_cast<std::make_unsigned_t<Seconds>>(record.ut_tv.tv_sec));
  const auto micros = record.ut_tv.tv_usec;
  if (seconds > INT32_MAX * uint64_t{4}) return 0;  // no clock of ours: garbage
  return seconds * 1'000'000 +
         (micros > 0 && micros < 1'000'000 ? static_cast<uint64_t>(micros) : 0);
}

// ":0" or ":1.0": a screen of this host, no origin; but "::1" is one.
bool is_display(const std::string& host) {
  return host.size() > 1 && host[0] == ':' && host[1] >= '0' && host[1] <= '9';
}

UtmpFact fact_of(const struct utmp& record) {
  UtmpFact fact;
  fact.user = field_text(record.ut_user);
  fact.tty = field_text(record.ut_line);
  fact.pid = record.ut_pid;
  fact.since_us = since_us(record);
  const std::string host = field_text(record.ut_host);
  const bool display = is_display(host);
  fact.window = fact.tty.starts_with("pts/") && (display || host.starts_with("tmux("));
  // The name is what the far side's DNS says of its address; the address is what it is.
  fact.remote_host = address_of(record);
  if (fact.remote_host.empty() && !display) fact.remote_host = host;
  return fact;
}

SourceState state_of(int error, const std::filesystem::path& path) {
  if (error == 0) return {true, path.string(), ""};
  if (error == ENOENT) return {false, "there is no " + path.string(), ""};
  if (error == EFBIG)
    return {false, path.string() + " is larger than 8 MiB", ": > " + path.string()};
  const std::string remedy = error == EACCES ? "chmod a+r " + path.string() : "";
  return {false, path.string() + ": " + std::strerror(error), remedy};
}

}  // namespace

std::vector<UtmpFact> parse_utmp(std::string_view bytes) {
  std::vector<UtmpFact> facts;
  struct utmp record{};
  for (; bytes.size() >= sizeof record; bytes.remove_prefix(sizeof record)) {
    std::memcpy(&record, bytes.data(), sizeof record);
    if (record.ut_type != USER_PROCESS) continue;
    UtmpFact fact = fact_of(record);
    if (!fact.user.empty() && !fact.tty.empty()) facts.push_back(std::move(fact));
  }
  return facts;
}

UtmpSight read_utmp(const std::filesystem::path& root, const std::function<bool(pid_t)>& alive) {
  const std::filesystem::path path = below(root, kUtmpPath);
  const SmallFile file = read_small_file(path, kUtmpBytesMax);
  UtmpSight sight{state_of(file.error, path), {}};
  if (!file) return sight;
  sight.facts.emplace();
  for (UtmpFact& fact : parse_utmp(file.bytes)) {
    if (fact.pid <= 0 || !alive(fact.pid)) continue;
    fact.ancestors = ancestors_of(root, fact.pid);
    sight.facts->push_back(std::move(fact));
  }
  return sight;
}

}  // namespace picket::node
