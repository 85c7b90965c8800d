// The command line that all bridges have: verbs, options, exit status.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "integrations/bridge/common_config.h"
#include "integrations/bridge/run.h"

namespace picket::bridge {

/// For the manual page.
std::vector<std::pair<std::string, std::string>> exit_codes();

class CommandLine {
 public:
  /// Adds all to `app`, which outlives this.
  CommandLine(CLI::App& app, std::string config_path);

  /// An exit status: nothing is left to do.
  std::optional<int> parse(int argc, char* argv[]);
  /// Nothing: all errors have been printed.
  template <typename Config>
  std::optional<Config> load() {
    return config::or_complain(bridge::load<Config>(choice_));
  }
  /// Does what was asked for. `effective`: the configuration that is in force.
  int run(const Program& program, const std::string& effective) const;

 private:
  CLI::App& app_;
  config::Choice choice_;
  CLI::Option* config_;
  CLI::App* explain_;
  CLI::App* check_;
  bool test_ = false;
  bool dry_run_ = false;
  bool print_ = false;
  std::string event_;
};

}  // namespace picket::bridge
