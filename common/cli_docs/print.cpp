#include "common/cli_docs/print.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <utility>

#include "common/cli_docs/completion.h"

namespace picket::cli_docs {
namespace {

[[noreturn]] void print(const std::string& text) {
  const bool printed =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (!printed) throw CLI::RuntimeError("stdout can't be written", 1);
  throw CLI::Success();
}

std::string completion(const std::string& shell, const std::string& program,
                       const std::vector<VerbDoc>& verbs) {
  if (shell == "bash") return bash_completion(program, verbs);
  return shell == "zsh" ? zsh_completion(program, verbs) : fish_completion(program, verbs);
}

}  // namespace

void add_printing(CLI::App& app, ManPage about) {
  const std::string program = about.program;
  const std::string hidden;
  app.add_flag_callback("--print-man-page",
                        [&app, about = std::move(about)] { print(man_page(about, verbs_of(app))); })
      ->group(hidden);
  app.add_option_function<std::string>("--print-completion",
                                       [&app, program](const std::string& shell) {
                                         print(completion(shell, program, verbs_of(app)));
                                       })
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->group(hidden);
}

}  // namespace picket::cli_docs
