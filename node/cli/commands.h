// What picket-node can be asked to do: run (without a verb), join, scan, event, doctor,
// check-config, check-commands, import-secmon.
#pragma once

#include <string>
#include <vector>

#include "common/config_cli.h"
#include "node/config.h"

namespace picket::node {

/// `since`: from when on to report the auth log to a hub that has nothing of it yet; empty: now.
/// Exit status 0, 1 (failed) or 2 (configuration); errors are on stderr.
int run_agent(const config::Choice& choice, const std::string& since);
int join(const config::Choice& choice, const std::string& token, bool replace);
int doctor();
/// `file`: an environment file or systemd unit of secmon's, "-": standard input. The node.toml goes
/// to stdout, notes to stderr.
int import_secmon(const std::string& file);
/// The same for secmon's file of commands; the commands.toml goes to stdout.
int import_secmon_commands(const std::string& file);
/// What the allowlist lets be run goes to stdout, or all that is wrong with it to stderr: then 2.
int check_commands(const std::string& file);

struct EventOptions {
  std::string kind;
  std::string text;
  std::vector<std::string> fields;  // NAME=VALUE
  std::string socket;               // empty: the configuration's
};
/// 0: accepted, on stable storage; 1: refused, or no agent; 2: the command line is wrong.
int tell_event(const config::Choice& choice, const EventOptions& options);

struct ScanOptions {
  std::vector<std::string> files;  // "-": standard input
  bool journal = false;
  std::string since;
  bool json = false;
};
/// 2: the command line is wrong.
int scan(const ScanOptions& options);

}  // namespace picket::node
