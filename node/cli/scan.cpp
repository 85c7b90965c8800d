#include <pwd.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "common/since.h"
#include "common/system_clock.h"
#include "common/text.h"
#include "node/auth_log/journal_log.h"
#include "node/auth_log/scan.h"
#include "node/auth_log/scan_file.h"
#include "node/cli/commands.h"

namespace picket::node {
namespace {

int fail(const std::string& why, int status) {
  std::fprintf(stderr, "picket-node: %s\n", escape_for_terminal(why).c_str());
  return status;
}

std::optional<uint32_t> uid_of(std::string_view user) {
  const passwd* entry = ::getpwnam(std::string(user).c_str());
  return entry == nullptr ? std::nullopt : std::optional<uint32_t>(entry->pw_uid);
}

// What lines mean on this host.
ReadLine reader() {
  const auto lines = std::make_shared<LineReader>(uid_of);
  return [lines](const LogLine& line) { return lines->read(line); };
}

Result<LogBytes> open_file(const std::string& path) {
  if (path != "-") return LogBytes::open(path);
  return LogBytes::of(UniqueFd(dup(STDIN_FILENO)), "standard input");
}

Status scan_all(const std::vector<std::string>& paths, std::optional<WallTime> since, Scan& scan) {
  for (const std::string& path : paths) {
    auto bytes = open_file(path);
    if (!bytes) return Error{bytes.error()};
    auto status = scan_file(*std::move(bytes), since, SystemClock().wall(), scan);
    if (!status) return Error{"can't read all of " + path + ": " + status.error()};
  }
  return {};
}

Status scan_journal(std::optional<WallTime> since, Scan& scan) {
  const SystemClock clock;
  JournalLog journal("/", kAuthPrograms, clock);
  const v1::CollectorHealth health = journal.health();
  if (!health.has_ok()) {
    const std::string& remedy = health.failed().remedy();
    return Error{health.failed().reason() + (remedy.empty() ? "" : "; mend it: " + remedy)};
  }
  journal.start_at(since.value_or(WallTime{}));
  for (LogStep step = journal.next(); !std::holds_alternative<NoMoreNow>(step);
       step = journal.next()) {
    const auto* sourced = std::get_if<SourcedLine>(&step);
    if (sourced != nullptr && sourced->line) scan.line(*sourced->line);
  }
  return {};
}

}  // namespace

int scan(const ScanOptions& options) {
  if (options.files.empty() != options.journal)
    return fail("scan wants files or --journal. Example: picket-node scan /var/log/auth.log", 2);
  std::optional<WallTime> since;
  if (!options.since.empty()) {
    const auto parsed = parse_since(options.since, SystemClock().wall());
    if (!parsed) return fail("--since: " + parsed.error(), 2);
    since = *parsed;
  }
  const auto format = options.json ? Scan::Format::kJson : Scan::Format::kText;
  Scan scan(reader(), format, [](const std::string& line) { std::puts(line.c_str()); });
  const Status status =
      options.journal ? scan_journal(since, scan) : scan_all(options.files, since, scan);
  if (std::fflush(stdout) != 0) return fail("can't write what was found", 1);
  if (!status) return fail(status.error(), 1);
  std::fprintf(stderr, "%s\n", scan.summary().c_str());
  return 0;
}

}  // namespace picket::node
