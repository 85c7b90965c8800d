#include "client/cli/app.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <random>
#include <sstream>
#include <utility>

#include "client/cli/commands/registry.h"
#include "client/lib/hub_socket.h"
#include "common/cli_docs/print.h"
#include "common/protocol.h"
#include "common/text.h"

namespace picket::cli {
namespace {

struct GlobalOptions {
  std::string socket;
  std::string colour = "auto";
  bool json = false;
};

// The command line's grammar, and which verb does its work.
class Grammar {
 public:
  Grammar() : app_("Who is logged in on your servers, now.", "picket") {
    app_.set_version_flag("--version", "picket " + std::string(protocol::kProgramVersion));
    app_.add_option("--socket", options_.socket, "The hub's socket (or PICKET_SOCKET)")
        ->type_name("PATH");
    app_.add_flag("--json", options_.json, "JSON for programs, one object per line");
    app_.add_option("--color", options_.colour, "auto, always or never (and NO_COLOR)")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->type_name("WHEN");
    for (const Command& command : commands()) add(command);
    app_.allow_extras();  // so that an unknown verb gets our own message
    app_.footer(
        "`picket VERB --help` has examples.\n"
        "Exit codes: 0 done, 1 failed, 2 usage, 3 no such node, 4 hub unreachable, 5 not "
        "permitted.");
    cli_docs::add_printing(app_, about());
  }

  CLI::App& app() { return app_; }
  const GlobalOptions& options() const { return options_; }

  /// The work of the verb that was given; null: none.
  const Run* chosen() const {
    for (const auto& [app, run] : runs_) {
      if (app->parsed()) return &run;
    }
    return nullptr;
  }

  /// What is wrong with words that nothing took.
  std::string complaint(const std::string& word) const {
    const bool is_option = word.starts_with('-');
    std::string text =
        std::string("unknown ") + (is_option ? "option" : "verb") + " \"" + word + '"';
    std::vector<std::string> known;
    if (is_option) {
      collect_options(app_, known);
    } else {
      for (const Command& command : commands()) known.emplace_back(command.verb);
    }
    const std::vector<std::string_view> words(known.begin(), known.end());
    const auto meant = closest_word(word, words);
    return meant ? text + ", did you mean \"" + std::string(*meant) + "\"?" : text;
  }

 private:
  static cli_docs::ManPage about() {
    return {.program = "picket",
            .version = std::string(protocol::kProgramVersion),
            .section = 1,
            .summary = "see who is logged in on your servers, and what happens there",
            .files = {{"/run/picket/hub.sock", "the socket of the hub on this host"}},
            .exit_codes = {{"0", "done"},
                           {"1", "failed"},
                           {"2", "the command line is wrong"},
                           {"3", "there is no such node"},
                           {"4", "the hub can't be reached"},
                           {"5", "not permitted"}},
            .see_also = {"picket-hub(8)", "picket-node(8)"}};
  }

  void add(const Command& command) {
    auto* verb = app_.add_subcommand(std::string(command.verb), std::string(command.summary));
    runs_.emplace(verb, command.set_up(*verb));
    set_up_help(*verb, "Examples:\n" + std::string(command.examples));
  }

  /// Examples for nested verbs too, and global options may follow all of them.
  static void set_up_help(CLI::App& verb, const std::string& examples) {
    verb.footer(examples);
    verb.fallthrough();
    for (auto* nested : verb.get_subcommands(nullptr)) set_up_help(*nested, examples);
  }

  /// Of `app` and of the verbs that were given.
  static void collect_options(const CLI::App& app, std::vector<std::string>& names) {
    for (const auto* option : app.get_options()) {
      for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    }
    for (const auto* verb : app.get_subcommands()) collect_options(*verb, names);
  }

  CLI::App app_;
  GlobalOptions options_;
  std::map<const CLI::App*, Run> runs_;
};

ColourMode colour_mode(const std::string& text) {
  if (text == "always") return ColourMode::kAlways;
  return text == "never" ? ColourMode::kNever : ColourMode::kAuto;
}

ExitCode fail_usage(Output& err, const std::string& what) {
  err.write("picket: " + escape_for_terminal(what) + "\n`picket --help` says what there is.\n");
  return ExitCode::kUsage;
}

// `picket help VERB` is `picket VERB --help`. CLI11 takes the words from the last to the first.
std::vector<std::string> reversed_words(std::vector<std::string> words) {
  if (!words.empty() && words.front() == "help") {
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  std::ranges::reverse(words);
  return words;
}

client::HubClientSettings hub_settings(const GlobalOptions& options,
                                       const Environment& environment) {
  client::HubClientSettings settings;
  settings.socket =
      options.socket.empty()
          ? client::default_socket_path(environment.picket_socket, environment.xdg_runtime_dir)
          : options.socket;
  settings.program = "picket";
  settings.random = [engine = std::mt19937_64(std::random_device{}())]() mutable {
    return engine();
  };
  return settings;
}

ExitCode work(const Run& run_verb, const GlobalOptions& options, const Environment& environment,
              const Clock& clock, Output& err) {
  Output out(environment.out);
  asio::io_context io(1);
  client::HubClient hub(io.get_executor(), hub_settings(options, environment));
  const Screen screen =
      screen_of(environment.out, colour_mode(options.colour), environment.no_color);
  Context context{io, hub, clock, out, err, screen, options.json};
  const ExitCode code = run_verb(context);
  if (out.trouble().empty()) return code;
  err.write("picket: " + out.trouble() + "\n");
  return ExitCode::kFailed;
}

}  // namespace

ExitCode run(const std::vector<std::string>& arguments, const Environment& environment,
             const Clock& clock) {
  Output err(environment.err);
  Grammar grammar;
  try {
    grammar.app().parse(reversed_words(arguments));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0) return fail_usage(err, error.what());
    std::ostringstream help;
    grammar.app().exit(error, help, help);
    Output(environment.out).write(help.str());
    return ExitCode::kDone;
  }
  const auto unknown = grammar.app().remaining();
  if (!unknown.empty()) return fail_usage(err, grammar.complaint(unknown.front()));
  const Run* run_verb = grammar.chosen();
  if (run_verb == nullptr) {
    err.write(grammar.app().help());
    return ExitCode::kUsage;
  }
  return work(*run_verb, grammar.options(), environment, clock, err);
}

}  // namespace picket::cli
