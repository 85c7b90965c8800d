// What the command lines of all daemons share about their configuration: which file, what overrides
// it, and how its errors are told.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/config.h"
#include "common/log.h"

namespace picket::config {

/// Exit status of a daemon for which nothing has been set up yet: sysexits.h's EX_CONFIG, which
/// systemd shows as CONFIG, and after which its units don't start it again.
inline constexpr int kExitNotSetUp = 78;

/// Where the configuration is and whether the person named it.
struct Choice {
  std::string path;
  bool given = false;     // a file that was named must exist; without the usual one defaults apply
  std::string log_level;  // overrides the file's; empty: doesn't

  IfMissing if_missing() const { return given ? IfMissing::kError : IfMissing::kDefaults; }
};

/// Sets `field` to what an option of the command line said, or adds an error that names the option.
template <typename T>
void override_by(const char* option, T& field, Result<T> parsed, std::vector<std::string>& errors) {
  if (parsed) {
    field = *std::move(parsed);
  } else {
    errors.push_back(std::string(option) + ": " + parsed.error());
  }
}

/// The file that was chosen, and the options over it.
template <typename Config>
Loaded<Config> load(const Choice& choice, IfMissing if_missing) {
  auto loaded = load<Config>(choice.path, if_missing);
  if (!choice.log_level.empty()) {
    override_by("--log-level", loaded.config.log_level, log::parse_level(choice.log_level),
                loaded.errors);
  }
  return loaded;
}

template <typename Config>
Loaded<Config> load(const Choice& choice) {
  return load<Config>(choice, choice.if_missing());
}

/// Nothing: all errors have been printed.
template <typename Config>
std::optional<Config> or_complain(Loaded<Config> loaded) {
  for (const auto& error : loaded.errors) std::fprintf(stderr, "%s\n", error.c_str());
  if (!loaded.errors.empty()) return std::nullopt;
  return std::move(loaded.config);
}

/// The verb check-config: exit status 0, or 2 if there was nothing to print but errors.
template <typename Config>
int check(const Choice& choice, std::optional<Config> config, bool print_effective) {
  if (!config) return 2;
  if (print_effective) {
    std::fputs(describe(*config).effective().c_str(), stdout);
  } else {
    std::printf("%s: ok\n", choice.path.c_str());
  }
  return 0;
}

}  // namespace picket::config
