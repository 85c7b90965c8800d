// picket-hub: without a verb it runs the hub in the foreground.
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "common/cli_docs/print.h"
#include "common/decode.h"
#include "common/protocol.h"
#include "hub/cli/commands.h"
#include "hub/cli/load.h"
#include "hub/config.h"

namespace hub = picket::hub;

int main(int argc, char* argv[]) {
  picket::silence_protobuf();
  CLI::App app(
      "picket-hub: takes the updates of all nodes, and serves clients on this host.\n"
      "Without a verb it runs in the foreground until SIGTERM or Ctrl-C.");
  app.set_version_flag("--version", std::string(picket::protocol::kProgramVersion));
  app.fallthrough();
  hub::ConfigChoice choice;
  choice.path = hub::kConfigPath;
  auto* config = app.add_option("--config", choice.path, "configuration file")
                     ->capture_default_str()
                     ->type_name("FILE");
  app.add_option("--log-level", choice.log_level, "error, warn, info or debug")->type_name("LEVEL");
  app.add_option("--listen", choice.listen,
                 "where nodes connect, IP[:PORT], instead of the file's; may be repeated")
      ->allow_extra_args(false)
      ->type_name("ADDRESS");
  app.add_option("--socket", choice.socket, "the socket for clients, instead of the file's")
      ->type_name("PATH");

  std::vector<std::string> addresses;
  auto* init =
      app.add_subcommand("init", "makes the hub's state: CA, keys; prints what to do next");
  init->add_option("--address", addresses,
                   "where nodes reach this hub: HOST[:PORT]; may be repeated")
      ->allow_extra_args(false)
      ->required()
      ->type_name("ADDRESS");
  init->footer("Example: picket-hub init --address hub.example.org");
  std::string file;
  auto* backup = app.add_subcommand(
      "backup", "copies keys, identities, audit file and journal to one file; also while it runs");
  backup->add_option("file", file, "where to; keep it secret: it holds the CA's key")
      ->required()
      ->type_name("FILE");
  auto* restoring = app.add_subcommand("restore", "makes the hub of a backup, where there is none");
  restoring->add_option("file", file, "as made by picket-hub backup")
      ->required()
      ->type_name("FILE");
  std::vector<std::string> files;
  auto* verifying = app.add_subcommand(
      "verify-audit", "checks that no record of the audit log was changed, added or taken out");
  verifying
      ->add_option("files", files,
                   "files of one audit log, in any order; by default those in the state folder")
      ->type_name("FILE");
  bool print = false;
  auto* check =
      app.add_subcommand("check-config", "reads the configuration and tells all its errors");
  check->add_flag("--print-effective", print, "print all keys with their values");
  app.require_subcommand(0, 1);
  picket::cli_docs::add_printing(
      app, {.program = "picket-hub",
            .version = std::string(picket::protocol::kProgramVersion),
            .section = 8,
            .summary = "take what nodes tell, keep it, and serve clients",
            .files = {{"/etc/picket/hub.toml", "the configuration; every key has a default"},
                      {"/var/lib/picket-hub",
                       "keys, certificates, tokens, journal, audit log: keep it secret"},
                      {"/run/picket/hub.sock", "the socket for clients on this host"}},
            .exit_codes = {{"0", "done"},
                           {"1", "failed"},
                           {"2", "the command line or the configuration is wrong"},
                           {"78", "it has not been set up yet"}},
            .see_also = {"picket(1)", "picket-node(8)"}});

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  choice.given = config->count() > 0;
  if (init->parsed()) return hub::init_hub(choice, addresses);
  if (backup->parsed()) return hub::back_up_hub(choice, file);
  if (restoring->parsed()) return hub::restore_hub(choice, file);
  if (verifying->parsed()) return hub::verify_audit(choice, files);
  if (check->parsed()) return picket::config::check(choice, hub::check_or_complain(choice), print);
  return hub::run_hub(choice);
}
