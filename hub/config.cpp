#include "hub/config.h"

#include <algorithm>
#include <charconv>

#include "common/base64.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;

// A dead link is told from a quiet one by two missed keep-alives at least.
constexpr config::Range<Milliseconds> kDeadAfterRange{2 * limits::kKeepAliveInterval, 1h};
constexpr config::Range<Milliseconds> kForgetAfterRange{1min, 24h * 3650};
constexpr config::Range<Milliseconds> kTokenValidityRange{1min, limits::kTokenValidityMax};
constexpr config::Range<uint64_t> kJournalBytesRange{1ULL << 20U, 1ULL << 40U};
constexpr config::Range<Milliseconds> kJournalAgeRange{1min, 24h * 3650};
// A file has room for the longest record.
constexpr config::Range<uint64_t> kAuditBytesRange{1ULL << 20U, 1ULL << 30U};
constexpr config::Range<int64_t> kAuditFilesRange{1, limits::kAuditFilesMax};

Result<Principal> parse_uid(std::string_view digits, const Error& wrong) {
  uint32_t uid = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, uid);
  if (digits.empty() || error != std::errc{} || stop != end || uid == UINT32_MAX) return wrong;
  return Principal{Principal::Kind::kUid, uid, {}};
}

config::Codec<HostPort> listen_address() {
  return {R"(an IP address such as "192.0.2.1:9992", or "*:9992")", parse_listen_address,
          [](const HostPort& address) { return to_string(address); }};
}

config::Codec<Principal> principal() {
  return {"\"alice\", \"uid:1000\" or \"group:admins\"", parse_principal,
          [](const Principal& value) { return to_string(value); }};
}

config::Codec<std::string> fingerprint() {
  return {R"(a fingerprint, "SHA256:" and 43 characters)",
          [](std::string_view text) -> Result<std::string> {
            constexpr std::string_view kBegin = "SHA256:";
            constexpr std::size_t kDigits = 43;  // 32 bytes in base64 without padding
            const std::string_view digits = text.substr(std::min(kBegin.size(), text.size()));
            const bool fits = text.starts_with(kBegin) && digits.size() == kDigits &&
                              from_base64(std::string(digits) + "=").has_value();
            if (fits) return std::string(text);
            return Error{
                "expected a fingerprint as `ssh-keygen -l` prints it, \"SHA256:...\", found \"" +
                std::string(text) + '"'};
          },
          [](const std::string& text) { return text; }};
}

config::Codec<std::string> person() {
  return {"a name",
          [](std::string_view text) -> Result<std::string> {
            if (!text.empty() && text.size() <= limits::kKeyNameBytesMax) return std::string(text);
            return Error{"expected a name of at most " + std::to_string(limits::kKeyNameBytesMax) +
                         " bytes"};
          },
          [](const std::string& text) { return text; }};
}

// Of names that have letters, digits, '.', '_' and '-' only: what else is in a glob is a mistake.
Result<std::string> parse_name_glob(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("._-*?").find(c) != std::string_view::npos;
  };
  if (!text.empty() && text.size() <= limits::kSelectorBytesMax && std::ranges::all_of(text, fits))
    return std::string(text);
  return Error{
      "expected a name or a glob of letters, digits, '.', '_', '-', '*' and '?', found \"" +
      std::string(text) + '"'};
}

config::Codec<std::string> name_glob() {
  return {R"(a name or a glob such as "web*")", parse_name_glob,
          [](const std::string& glob) { return glob; }};
}

config::Errors parse_run(const config::Row& row, RunConfig& rule) {
  config::Errors errors;
  constexpr std::size_t kMax = limits::kRunRuleTermsMax;
  config::take_texts(row, "who", kMax, principal(), rule.who, errors);
  config::take_texts(row, "labels", kMax, name_glob(), rule.labels, errors);
  config::take_texts(row, "nodes", kMax, name_glob(), rule.nodes, errors);
  return errors;
}

config::Row print_run(const RunConfig& rule) {
  std::vector<std::string> who;
  for (const auto& principal : rule.who) who.push_back(to_string(principal));
  return {0, {{"who", who}, {"labels", rule.labels}, {"nodes", rule.nodes}}};
}

config::RowCodec<RunConfig> run_rule() {
  return {{"who", "labels", "nodes"}, parse_run, print_run};
}

void describe_access(config::Description& description, AccessConfig& access) {
  description.section("access",
                      "Who may do what over the socket, beside root and the hub's own user, who "
                      "may do everything.\n"
                      "Entries: \"alice\" or \"user:alice\", \"uid:1000\", \"group:admins\".");
  description.list("observe", access.observe, principal(),
                   "May see nodes, sessions and events. Members of socket_group always may.");
  description.list("administer", access.administer, principal(),
                   "May also make and revoke tokens, revoke and forget nodes, run everything.");
  description.rows(
      "run", access.run, run_rule(), limits::kRunRulesMax,
      "May run commands that the nodes' own files allow, if they may observe. Globs:\n"
      "  run = [\n"
      "    { who = \"group:ops\", labels = \"*\", nodes = \"web*\" },\n"
      "    { who = [\"alice\", \"bob\"], labels = [\"uptime\", \"disk-*\"], nodes = \"*\" },\n"
      "  ]");
}

}  // namespace

Result<HostPort> parse_listen_address(std::string_view text) {
  auto address = parse_host_port(text);
  if (!address || address->host == "*" || is_ip_address(address->host)) return address;
  return Error{"expected an IP address of this host or \"*\", found \"" + std::string(text) + '"'};
}

Result<Principal> parse_principal(std::string_view text) {
  const Error wrong{"expected \"alice\", \"uid:1000\" or \"group:admins\", found \"" +
                    std::string(text) + '"'};
  const std::size_t colon = text.find(':');
  const std::string_view kind = colon == std::string_view::npos ? "user" : text.substr(0, colon);
  const std::string_view name = colon == std::string_view::npos ? text : text.substr(colon + 1);
  if (kind == "uid") return parse_uid(name, wrong);
  if (name.empty() || name.find(':') != std::string_view::npos) return wrong;
  if (kind == "user") return Principal{Principal::Kind::kUser, 0, std::string(name)};
  if (kind == "group") return Principal{Principal::Kind::kGroup, 0, std::string(name)};
  return wrong;
}

std::string to_string(const Principal& principal) {
  switch (principal.kind) {
    case Principal::Kind::kUid: return "uid:" + std::to_string(principal.uid);
    case Principal::Kind::kUser: return "user:" + principal.name;
    case Principal::Kind::kGroup: return "group:" + principal.name;
  }
  return {};
}

config::Description describe(HubConfig& config) {
  config::Description description(
      "/etc/picket/hub.toml: the configuration of picket-hub.\n"
      "Every key is optional; what stands here is its default.\n"
      "`picket-hub check-config` reads the file and says everything that is wrong with it.");
  description.list(
      "listen", config.listen, listen_address(),
      "Where nodes connect and join. \"*:9992\" is every address of this host, IPv4 and\n"
      "IPv6.",
      config::IfEmpty::kError);
  description.text("socket", config.socket, config::socket_path(),
                   "The Unix socket for clients on this host.");
  description.text(
      "socket_group", config.socket_group, config::any_text(),
      "The group whose members may connect to the socket and observe. Empty: the hub's own.\n"
      "Under systemd another one needs `systemctl edit picket-hub`, with the lines [Service]\n"
      "and Group=NAME: the hub may give its socket to no group but its own.");
  description.text("state_folder", config.state_folder, config::absolute_path(),
                   "Keys, certificates, tokens and the audit log. Back it up; keep it secret.");
  description.duration("dead_after", config.dead_after, kDeadAfterRange,
                       "A node that has been silent for this long is disconnected.");
  description.duration_or_never(
      "forget_after", config.forget_after, kForgetAfterRange,
      "A node that has been disconnected for this long is no longer listed.");
  description.duration(
      "token_validity", config.token_validity, kTokenValidityRange,
      "How long a token for joining is valid, unless `picket token create --valid` says.");
  description.table(
      "people", config.people, fingerprint(), person(),
      "Whose keys those are with which people log in, by fingerprint (ssh-keygen -l); as a\n"
      "section of its own:\n"
      "  [people]\n"
      "  \"SHA256:PPMFOtWIgsKrJFYAsPcTTy/o4h59+bZadmbUAl/ohb4\" = \"alice\"\n"
      "A login, and the session that it opened, then say so: shared accounts get names.");
  describe_access(description, config.access);
  description.section("journal",
                      "The updates that clients can still ask for. Whichever is reached first.");
  description.size("max_bytes", config.journal_bytes_max, kJournalBytesRange,
                   "On disk; of the node that has most, the oldest go first.");
  description.duration("max_age", config.journal_age_max, kJournalAgeRange,
                       "Since the hub received them.");
  description.section("audit",
                      "The audit log, audit.jsonl in the state folder: who changed what, who ran "
                      "what.\n"
                      "A full file becomes audit.jsonl.1, and so on.");
  description.size("max_bytes", config.audit_bytes_max, kAuditBytesRange, "Of one file.");
  description.integer("keep", config.audit_files_kept, kAuditFilesRange,
                      "How many full ones are kept; older ones are removed.");
  description.section("log", "The log goes to stderr, which under systemd is the journal.");
  description.level("level", config.log_level, "One of error, warn, info, debug.");
  return description;
}

}  // namespace picket::hub
