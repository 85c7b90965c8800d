#include "integrations/bridge/command_line.h"

#include <cstdio>

#include "common/protocol.h"

namespace picket::bridge {

std::vector<std::pair<std::string, std::string>> exit_codes() {
  return {{"0", "done"},
          {"1", "failed; of --test: a message was not accepted"},
          {"2", "the command line or the configuration is wrong"},
          {"78", "it has not been set up yet: nobody to tell, or no secret"}};
}

CommandLine::CommandLine(CLI::App& app, std::string config_path) : app_(app) {
  choice_.path = std::move(config_path);
  app.set_version_flag("--version", std::string(protocol::kProgramVersion));
  app.fallthrough();
  config_ = app.add_option("--config", choice_.path, "configuration file")
                ->capture_default_str()
                ->type_name("FILE");
  app.add_option("--log-level", choice_.log_level, "error, warn, info or debug")
      ->type_name("LEVEL");
  auto* test = app.add_flag("--test", test_, "sends one message, and says what happened");
  app.add_flag("--dry-run", dry_run_, "prints what would be sent from now on, and sends nothing")
      ->excludes(test);
  explain_ = app.add_subcommand("explain", "says which rule sends or drops an event, and why");
  explain_
      ->add_option("--event", event_,
                   "events, lines as picket watch --json prints them; - is standard input")
      ->required()
      ->type_name("FILE");
  explain_->footer("Example: picket watch --json --since 1h | " + app.get_name() +
                   " explain --event -");
  check_ = app.add_subcommand("check-config", "reads the configuration and tells all its errors");
  check_->add_flag("--print-effective", print_, "print all keys with their values");
  app.require_subcommand(0, 1);
}

std::optional<int> CommandLine::parse(int argc, char* argv[]) {
  try {
    app_.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app_.exit(error) == 0 ? 0 : 2;
  }
  choice_.given = config_->count() > 0;
  return std::nullopt;
}

int CommandLine::run(const Program& program, const std::string& effective) const {
  if (explain_->parsed()) return explain(program, event_);
  if (check_->parsed()) {
    if (print_) {
      std::fputs(effective.c_str(), stdout);
    } else {
      std::printf("%s: ok\n", choice_.path.c_str());
    }
    return 0;
  }
  if (test_) return test(program);
  return dry_run_ ? dry_run(program) : bridge::run(program);
}

}  // namespace picket::bridge
