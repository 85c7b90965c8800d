// The scripts in the shells that read them, with a program that stands in for the client: it prints
// names of nodes, one of them of a hostile hub.
#include "common/cli_docs/completion.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <sstream>

#include "common/cli_docs/man_page.h"
#include "tests/support/catch.h"
#include "tests/support/command.h"
#include "tests/support/temporary_folder.h"

namespace picket::cli_docs {
namespace {

using Words = std::vector<std::string>;

struct Fixture {
  Fixture() {
    app.add_flag("--json", json, "JSON; with a ' and a \\ in it");
    app.add_option("--color", text, "when: to colour")->check(CLI::IsMember({"auto", "never"}));
    app.add_option("--secret", text, "not shown")->group("");
    auto* show = app.add_subcommand("show", "show nodes");
    show->add_option("nodes", texts, "which")->type_name("SELECTOR");
    auto* token = app.add_subcommand("token", "tokens");
    auto* create = token->add_subcommand("create", "make one");
    create->add_option("--name", text, "a name")->type_name("NAME")->required();
    create->add_option("--node", text, "like this one")->type_name("NODE");
    app.add_subcommand("scan", "read")->add_option("file", text, "of lines")->type_name("FILE");
    test::write(folder / "picket",
                "#!/bin/sh\nprintf 'web1\\nweb2\\n$(touch " + (folder / "run") + ")\\ndb 1\\n'\n");
    std::filesystem::permissions(folder / "picket", std::filesystem::perms::owner_all);
    test::write(folder / "lines.log", "");
  }

  Words bash(const Words& line) const {
    test::write(folder / "bash", bash_completion("picket", verbs_of(app)));
    std::string words;
    for (const auto& word : line) words += " " + in_quotes(word);
    return run_in("bash", "source ./bash; COMP_WORDS=(" + words +
                              "); COMP_CWORD=" + std::to_string(line.size() - 1) +
                              "; _picket; printf '%s\\n' \"${COMPREPLY[@]}\"");
  }
  // Without what it says of them.
  Words fish(const std::string& line) const {
    test::write(folder / "fish", fish_completion("picket", verbs_of(app)));
    Words words = run_in("fish", "source ./fish; complete -C " + in_quotes(line));
    for (auto& word : words) word = word.substr(0, word.find('\t'));
    return words;
  }
  // As _describe would get it.
  Words zsh(const Words& line) const {
    test::write(folder / "zsh", zsh_completion("picket", verbs_of(app)));
    std::string words;
    for (const auto& word : line) words += " " + in_quotes(word);
    return run_in("zsh",
                  "compdef() { : }; _files() { print -l -- *.log }\n"
                  "_describe() { print -l -- ${choices%%:*} }\n"
                  "source ./zsh; words=(" +
                      words + "); CURRENT=" + std::to_string(line.size()) + "; _picket");
  }
  bool was_run() const { return std::filesystem::exists(folder / "run"); }

  Words run_in(const std::string& shell, const std::string& script) const {
    const auto result =
        test::run({"env", "-C", folder.path(), "PATH=" + folder.path() + ":/usr/bin:/bin",
                   "HOME=" + folder.path(), shell, "-c", script});
    INFO(result.output);
    CHECK(result.status == 0);
    Words words;
    std::istringstream lines(result.output);
    for (std::string word; std::getline(lines, word);) {
      if (!word.empty()) words.push_back(word);
    }
    return words;
  }

  test::TemporaryFolder folder;
  CLI::App app{"A program.", "picket"};
  std::string text;
  Words texts;
  bool json = false;
};

bool has(const Words& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

TEST_CASE("bash completes verbs, options, choices, files and the nodes of the hub") {
  const Fixture f;
  CHECK(f.bash({"picket", "s"}) == Words{"show", "scan"});
  CHECK(f.bash({"picket", "token", ""}) == Words{"create", "-h", "--help", "--json", "--color"});
  CHECK(f.bash({"picket", "token", "create", "--n"}) == Words{"--name", "--node"});
  CHECK(f.bash({"picket", "show", "--color", ""}) == Words{"auto", "never"});
  CHECK(f.bash({"picket", "token", "create", "--node", "web"}) == Words{"web1", "web2"});
  CHECK(f.bash({"picket", "scan", "li"}) == Words{"lines.log"});
  CHECK(f.bash({"picket", "--sec"}).empty());
  CHECK(f.bash({"picket", "show", "d"}) == Words{"db\\ 1"});
}

TEST_CASE("fish completes verbs, options, choices, files and the nodes of the hub") {
  const Fixture f;
  CHECK(f.fish("picket s") == Words{"scan", "show"});
  CHECK(f.fish("picket token c") == Words{"create"});
  // Newer ones offer what only contains the letters as well.
  CHECK(has(f.fish("picket token create --n"), "--name"));
  CHECK(f.fish("picket token create --nod") == Words{"--node"});
  CHECK(f.fish("picket show --color ") == Words{"auto", "never"});
  CHECK(f.fish("picket show web") == Words{"web1", "web2"});
  CHECK(has(f.fish("picket scan li"), "lines.log"));
  CHECK(f.fish("picket --sec").empty());
}

TEST_CASE("zsh completes verbs, options, choices, files and the nodes of the hub") {
  const Fixture f;
  CHECK(has(f.zsh({"picket", ""}), "show"));
  CHECK(has(f.zsh({"picket", "token", ""}), "create"));
  CHECK_FALSE(has(f.zsh({"picket", "token", ""}), "show"));
  CHECK(has(f.zsh({"picket", "token", "create", ""}), "--node"));
  CHECK(f.zsh({"picket", "show", "--color", ""}) == Words{"auto", "never"});
  CHECK(has(f.zsh({"picket", "show", ""}), "web2"));
  CHECK(f.zsh({"picket", "scan", ""}).front() == "lines.log");
  CHECK_FALSE(has(f.zsh({"picket", ""}), "--secret"));
}

TEST_CASE("no shell runs what a hostile hub calls a node") {
  const Fixture f;
  f.bash({"picket", "show", ""});
  CHECK(has(f.fish("picket show "), "$(touch " + (f.folder / "run") + ")"));
  f.zsh({"picket", "show", ""});
  CHECK_FALSE(f.was_run());
}

TEST_CASE("a man page has all verbs and options, and mandoc finds nothing wrong with it") {
  const Fixture f;
  const std::string page = man_page({.program = "picket",
                                     .version = "1.2.3",
                                     .section = 1,
                                     .summary = "a program",
                                     .files = {{"/etc/picket/x.toml", "what it is"}},
                                     .exit_codes = {{"0", "done"}},
                                     .see_also = {"other(1)", "another(8)"}},
                                    verbs_of(f.app));
  test::write(f.folder / "picket.1", page);
  CHECK(f.run_in("sh", "mandoc -T lint -W error picket.1").empty());
  const auto lines = f.run_in("sh", "mandoc -T ascii picket.1 | col -b");
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  for (const char* part :
       {"picket token create --name NAME [OPTIONS]", "--color auto|never", "Required.",
        "with a ' and a \\ in it", "/etc/picket/x.toml", "other(1), another(8)", "picket scan"}) {
    INFO(part);
    CHECK(text.find(part) != std::string::npos);
  }
  CHECK(text.find("secret") == std::string::npos);
}

}  // namespace picket::cli_docs
