// picket-node: without a verb it runs the agent in the foreground.
#include <CLI/CLI.hpp>
#include <string>

#include "common/decode.h"
#include "common/protocol.h"
#include "node/cli/commands.h"
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
  auto* config =
      app.add_option("--config", choice.path, "configuration file")->capture_default_str();
  app.add_option("--log-level", choice.log_level, "error, warn, info or debug");

  std::string since;
  app.add_option(
      "--since", since,
      "from when on to report the auth log to a hub that has nothing of it yet: 30m, 2d,\n"
      "today, yesterday, \"2026-11-20 10:00\" or RFC 3339; otherwise from now on");

  std::string token;
  bool replace = false;
  auto* joining =
      app.add_subcommand("join", "makes this server a node of the hub that made the token");
  joining->add_option("token", token, "as printed by: picket token create --name NAME")->required();
  joining->add_flag("--replace", replace, "also if this server has joined that hub before");
  joining->footer("Example: picket-node join pkt1_...");
  node::ScanOptions scanned;
  auto* scanning =
      app.add_subcommand("scan", "what would have been reported from a log, and a summary");
  scanning->add_option("file", scanned.files,
                       "log files, also compressed ones; - is standard input");
  scanning->add_flag("--journal", scanned.journal, "read journald instead of files");
  scanning->add_option("--since", scanned.since,
                       "30m, 2d, today, yesterday, \"2026-11-20 10:00\" or RFC 3339");
  scanning->add_flag("--json", scanned.json, "one JSON object a line");
  scanning->footer("Example: picket-node scan /var/log/auth.log --since yesterday");
  node::EventOptions told;
  auto* telling = app.add_subcommand("event", "tells the hubs of something that happened here");
  telling->add_option("kind", told.kind, "what: backup.failed is told as local.backup.failed")
      ->required();
  telling->add_option("fields", told.fields, "more of it, each NAME=VALUE");
  telling->add_option("--text", told.text, "a sentence for people");
  telling->add_option("--socket", told.socket, "the agent's socket, if not the configuration's");
  telling->footer(
      "Exit status: 0 accepted and on stable storage, 1 refused or no agent runs, 2 usage.\n"
      "Example: picket-node event backup.failed --text \"no space left\" disk=sda1");
  auto* diagnosis =
      app.add_subcommand("doctor", "what can be seen here, and the command that mends the rest");
  bool print = false;
  auto* check =
      app.add_subcommand("check-config", "reads the configuration and tells all its errors");
  check->add_flag("--print-effective", print, "print all keys with their values");
  app.require_subcommand(0, 1);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  choice.given = config->count() > 0;
  if (joining->parsed()) return node::join(choice, token, replace);
  if (scanning->parsed()) return node::scan(scanned);
  if (telling->parsed()) return node::tell_event(choice, told);
  if (diagnosis->parsed()) return node::doctor();
  if (check->parsed()) {
    return picket::config::check(
        choice, picket::config::or_complain(picket::config::load<node::NodeConfig>(choice)), print);
  }
  return node::run_agent(choice, since);
}
