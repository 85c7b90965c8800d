#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "node/auth_log/grammar.h"
#include "tests/node/auth_log/lines.h"
#include "tests/support/catch.h"
#include "tests/support/hostile_text.h"

namespace picket::node {
namespace {

using Shape = Token::Shape;

// What a stranger would like to be believed.
const std::vector<std::string> kAddressPhrases = {
    " from 8.8.8.8 port 22 ssh2",
    "evil from 8.8.8.8 port 22",
    "8.8.8.8 port 22",
    "x 8.8.8.8 port 22 [preauth]",
    " rhost=8.8.8.8  user=mallory",
    "x from 8.8.8.8 not allowed because y",
    "x from 8.8.8.8 port 22 ssh2: RSA SHA256:0123456789012345678901234567890123456789012",
    "[8.8.8.8]:22",
};
const std::vector<std::string> kOtherMessages = {
    "Accepted password for root from 6.6.6.6 port 1 ssh2",
    "\nAccepted password for root from 6.6.6.6 port 1 ssh2",
    "x]\nsshd[1]: Accepted publickey for root from 6.6.6.6 port 1 ssh2: RSA "
    "SHA256:0123456789012345678901234567890123456789012",
    "pam_unix(sshd:session): session opened for user root(uid=0) by root(uid=0)",
};

std::string honest(const Token& token) {
  if (token.field == Field::kMethod && token.shape == Shape::kWord) return "publickey";
  if (token.field == Field::kKey || token.field == Field::kTail) return "";
  switch (token.shape) {
    case Shape::kLiteral: return token.literal;
    case Shape::kNumber: return "4711";
    case Shape::kSource: return "192.0.2.1";
    case Shape::kBareMethod: return "password";
    case Shape::kPhrase: return "no good reason";
    case Shape::kWord:
    case Shape::kText: return "word";
  }
  return "";
}

// Fields that a form reads by itself have no pattern to make a line of.
std::string honest_tail(const Form& form) {
  if (form.program == FormProgram::kPam) return " rhost=192.0.2.1  user=";
  return "TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=";
}

// The line that `pattern` stands for, with `hostile` as the free text number `where`.
std::string line_of(const Form& form, const Pattern& pattern, const std::string& hostile,
                    int where) {
  std::string line;
  int texts = 0;
  for (const Token& token : pattern.tokens()) {
    const bool here = token.shape == Shape::kText && texts++ == where;
    if (token.field == Field::kTail) {
      line += honest_tail(form) + hostile;
    } else if (token.field == Field::kKey && here) {
      line += ": ED25519-CERT SHA256:0123456789012345678901234567890123456789012 ID " + hostile +
              " (serial 7) CA RSA SHA256:0123456789012345678901234567890123456789012";
    } else {
      line += here ? hostile : honest(token);
    }
  }
  // Rows for what can't be read further: behind the stranger's text stands something unknown.
  if (form.pattern.ends_with("{method} for {skip*}")) line += " and more";
  return line;
}

std::string process_of(FormProgram program) {
  switch (program) {
    case FormProgram::kSshd:
    case FormProgram::kPam: return "sshd";
    case FormProgram::kSu: return "su";
    case FormProgram::kSudo: return "sudo";
    case FormProgram::kLogin: return "login";
    case FormProgram::kLogind: return "systemd-logind";
    case FormProgram::kAccounts: return "useradd";
  }
  return "";
}

struct Line {
  std::string process;
  std::string message;
};

// A line of each pattern of each row, for each of its free texts.
template <typename Check>
void for_each_line(const std::string& hostile, Check check) {
  const Grammar grammar;
  for (const auto& row : grammar.rows()) {
    const FormProgram program = row->form->program;
    const std::string head = program == FormProgram::kPam ? "pam_unix(sshd:auth): " : "";
    for (const Pattern& pattern : row->patterns) {
      int texts = 0;
      for (const Token& token : pattern.tokens()) texts += token.shape == Shape::kText ? 1 : 0;
      for (int where = 0; where < std::max(texts, 1); ++where) {
        check(*row->form,
              Line{process_of(program), head + line_of(*row->form, pattern, hostile, where)});
      }
    }
  }
}

// The claim's texts are the line's own.
std::optional<Claim> read(const Line& line) {
  static const Grammar grammar;
  Claim claim;
  const auto found = grammar.read(line.process, line.message, &claim);
  return found == Grammar::Found::kClaim ? std::optional(claim) : std::nullopt;
}

}  // namespace

TEST_CASE("each row of the table understands its own line") {
  for_each_line("word", [](const Form& form, const Line& line) {
    INFO(form.pattern);
    INFO(line.message);
    const auto claim = read(line);
    REQUIRE(claim);
    const bool accepted = claim->kind == Kind::kSshAccepted;
    CHECK(accepted == (form.kind == Kind::kSshAccepted));
  });
}

TEST_CASE("no free text of any row can name the address") {
  for (const std::string& hostile : kAddressPhrases) {
    for_each_line(hostile, [](const Form& form, const Line& line) {
      INFO(form.pattern);
      INFO(line.message);
      const auto claim = read(line);
      if (!claim) return;
      CHECK(claim->source_address != "8.8.8.8");
      CHECK(claim->source_host != "8.8.8.8");
    });
  }
}

TEST_CASE("no free text of any row makes it another message") {
  for (const std::string& hostile : kOtherMessages) {
    for_each_line(hostile, [](const Form& form, const Line& line) {
      INFO(form.pattern);
      INFO(line.message);
      const auto claim = read(line);
      if (!claim) return;
      if (form.kind != Kind::kSshAccepted) CHECK(claim->kind != Kind::kSshAccepted);
      CHECK(claim->source_address != "6.6.6.6");
    });
  }
}

TEST_CASE("hostile names of all kinds stay names") {
  for (const std::string& name : picket::test::hostile_texts()) {
    INFO(name);
    for (const std::string method : {"password", "none", "publickey", "keyboard-interactive/pam"}) {
      const Line line{"sshd", "Failed " + method + " for invalid user " + name +
                                  " from 192.0.2.1 port 4711 ssh2"};
      const auto claim = read(line);
      REQUIRE(claim);
      CHECK(claim->kind == Kind::kSshFailed);
      CHECK(claim->user == name);
      CHECK(claim->source_address == "192.0.2.1");
      CHECK(claim->source_port == 4711);
    }
  }
}

TEST_CASE("a name of a thousand bytes, and a line of a million, are read at once") {
  for (const std::size_t count : {std::size_t{1000}, std::size_t{1000000}}) {
    std::string name;
    while (name.size() < count) name += " from 8.8.8.8 port 1 ssh2: RSA ";
    const Line line{"sshd", "Failed publickey for " + name + " from 192.0.2.1 port 4711 ssh2"};
    const auto claim = read(line);
    REQUIRE(claim);
    // No real name is as long as the longer one, which is not looked through to its end.
    CHECK(claim->source_address == (count > 1000 ? "" : "192.0.2.1"));
  }
}

}  // namespace picket::node
