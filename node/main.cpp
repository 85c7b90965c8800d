// picket-node: without a verb it runs the agent in the foreground.
#include <CLI/CLI.hpp>
#include <string>

#include "common/cli_docs/print.h"
#include "common/decode.h"
#include "common/protocol.h"
#include "node/cli/commands.h"
#include "node/cli/run_commands.h"
#include "node/cli/side_programs.h"
#include "node/commands/allowlist.h"
#include "node/config.h"

namespace node = picket::node;

int main(int argc, char* argv[]) {
  picket::silence_protobuf();
  CLI::App app(
      "picket-node: watches who is on this server and tells its hub.\n"
      "Without a verb it runs in the foreground until SIGTERM or Ctrl-C.");
  app.set_version_flag("--version", std::string(picket::protocol::kProgramVersion));
  app.fallthrough();
  picket::config::Choice choice{
      .path = std::string(node::kConfigPath), .given = false, .log_level = {}};
  auto* config = app.add_option("--config", choice.path, "configuration file")
                     ->capture_default_str()
                     ->type_name("FILE");
  app.add_option("--log-level", choice.log_level, "error, warn, info or debug")->type_name("LEVEL");

  std::string since;
  app.add_option(
         "--since", since,
         "from when on to report the auth log to a hub that has nothing of it yet: 30m, 2d,\n"
         "today, yesterday, \"2026-11-20 10:00\" or RFC 3339; otherwise from now on")
      ->type_name("TIME");

  std::string token;
  bool replace = false;
  auto* joining =
      app.add_subcommand("join", "makes this server a node of the hub that made the token");
  joining->add_option("token", token, "as printed by: picket token create --name NAME")
      ->required()
      ->type_name("TOKEN");
  joining->add_flag("--replace", replace, "also if this server has joined that hub before");
  joining->footer("Example: picket-node join pkt1_...");
  node::ScanOptions scanned;
  auto* scanning =
      app.add_subcommand("scan", "what would have been reported from a log, and a summary");
  scanning
      ->add_option("file", scanned.files, "log files, also compressed ones; - is standard input")
      ->type_name("FILE");
  scanning->add_flag("--journal", scanned.journal, "read journald instead of files");
  scanning
      ->add_option("--since", scanned.since,
                   "30m, 2d, today, yesterday, \"2026-11-20 10:00\" or RFC 3339")
      ->type_name("TIME");
  scanning->add_flag("--json", scanned.json, "one JSON object a line");
  scanning->footer("Example: picket-node scan /var/log/auth.log --since yesterday");
  node::EventOptions told;
  auto* telling = app.add_subcommand("event", "tells the hubs of something that happened here");
  telling->add_option("kind", told.kind, "what: backup.failed is told as local.backup.failed")
      ->required()
      ->type_name("KIND");
  telling->add_option("fields", told.fields, "more of it, each NAME=VALUE")
      ->type_name("NAME=VALUE");
  telling->add_option("--text", told.text, "a sentence for people")->type_name("TEXT");
  telling->add_option("--socket", told.socket, "the agent's socket, if not the configuration's")
      ->type_name("PATH");
  telling->footer(
      "Exit status: 0 accepted and on stable storage, 1 refused or no agent runs, 2 usage.\n"
      "Example: picket-node event backup.failed --text \"no space left\" disk=sda1");
  auto* watching = app.add_subcommand(
      "watch-wireguard", "sees WireGuard for the agent; started by systemd, not by people");
  auto* naming = app.add_subcommand(
      "name-keys", "reads what keys are called for the agent; started by systemd, not by people");
  auto* running = app.add_subcommand(
      "run-commands", "runs commands for the agent; started by systemd, not by people");
  auto* diagnosis =
      app.add_subcommand("doctor", "what can be seen here, and the command that mends the rest");
  std::string secmon_file;
  auto* importing = app.add_subcommand(
      "import-secmon", "prints a configuration from the environment file or unit of secmon's node");
  importing->add_option("file", secmon_file, "- is standard input")->type_name("FILE")->required();
  bool import_commands = false;
  importing->add_flag("--commands", import_commands,
                      "the file is secmon's list of commands; prints a commands.toml");
  importing->footer(
      "Example: picket-node import-secmon /etc/systemd/system/secmon-node.service > node.toml");
  bool print = false;
  auto* check =
      app.add_subcommand("check-config", "reads the configuration and tells all its errors");
  check->add_flag("--print-effective", print, "print all keys with their values");
  std::string allowlist = node::kAllowlistPath;
  auto* check_commands = app.add_subcommand(
      "check-commands", "what may be run here, or all that is wrong with the file that says it");
  check_commands->add_option("file", allowlist, "the allowlist")
      ->capture_default_str()
      ->type_name("FILE");
  app.require_subcommand(0, 1);
  picket::cli_docs::add_printing(
      app, {.program = "picket-node",
            .version = std::string(picket::protocol::kProgramVersion),
            .section = 8,
            .summary = "watch who is on this server and tell a hub",
            .files = {{"/etc/picket/node.toml", "the configuration; every key has a default"},
                      {node::kAllowlistPath, "what may be run here; without it, nothing"},
                      {"/var/lib/picket-node", "the node's key and certificate: keep it secret"}},
            .exit_codes = {{"0", "done"},
                           {"1", "failed"},
                           {"2", "the command line or the configuration is wrong"},
                           {"78", "it has not been set up yet"}},
            .see_also = {"picket(1)", "picket-hub(8)"}});

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  choice.given = config->count() > 0;
  if (joining->parsed()) return node::join(choice, token, replace);
  if (scanning->parsed()) return node::scan(scanned);
  if (watching->parsed()) return node::run_side_program(node::wireguard_watcher());
  if (naming->parsed()) return node::run_side_program(node::key_namer());
  if (telling->parsed()) return node::tell_event(choice, told);
  if (diagnosis->parsed()) return node::doctor();
  if (running->parsed()) return node::run_commands();
  if (importing->parsed()) {
    return import_commands ? node::import_secmon_commands(secmon_file)
                           : node::import_secmon(secmon_file);
  }
  if (check_commands->parsed()) return node::check_commands(allowlist);
  if (check->parsed()) {
    return picket::config::check(
        choice, picket::config::or_complain(picket::config::load<node::NodeConfig>(choice)), print);
  }
  return node::run_agent(choice, since);
}
