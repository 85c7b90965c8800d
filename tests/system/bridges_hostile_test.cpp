// Hostile names that strangers give a real sshd, through the real programs to a Telegram chat and a
// Discord webhook. On a host of its own.
#include <algorithm>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/hostile_text.h"
#include "tests/support/journal_host.h"
#include "tests/support/login_host.h"
#include "tests/system/bridged.h"

namespace picket::test {
namespace {

using namespace std::chrono_literals;

// A message has ten lines at most; more is told as a number.
constexpr std::size_t kAtOnce = 10;
constexpr std::size_t kLoggedMax = 100;  // bytes of a name, by sshd
const std::string kSign = "⚪";
const std::string kBeforeTime = " · ";
constexpr std::size_t kTimeBytes = 8;  // "14:03:10"

/// What sshd takes for the name: behind ":" would be a style of logging in, behind "/" a role.
std::string as_sshd_takes(const std::string& name) {
  return name.substr(0, std::min(kLoggedMax, name.find_first_of(":/")));
}

/// What can be a name: sshd takes none with a zero byte. One of these users is there.
std::vector<std::string> names() {
  std::vector<std::string> names = hostile_texts();
  std::erase_if(names, [](const std::string& name) {
    return name == "alice" || name.find('\0') != std::string::npos || as_sshd_takes(name).empty();
  });
  return names;
}

std::string hex(const std::string& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += {kDigits[byte / 16], kDigits[byte % 16]};
  }
  return text;
}

/// What sshd's log has escaped: "\303\274", "\n", "\\".
std::string unescaped_of_sshd(std::string_view logged) {
  constexpr std::string_view kLetters = "abtnvfr";  // from 7 on
  std::string bytes;
  for (std::size_t i = 0; i < logged.size(); ++i) {
    if (logged[i] != '\\') {
      bytes += logged[i];
      continue;
    }
    const char next = logged.at(++i);
    const std::size_t letter = kLetters.find(next);
    if (next == '\\') {
      bytes += next;
    } else if (letter != std::string_view::npos) {
      bytes += static_cast<char>(7 + letter);
    } else {
      bytes += static_cast<char>(std::stoi(std::string(logged.substr(i, 3)), nullptr, 8));
      i += 2;
    }
  }
  return bytes;
}

/// Of a text in which no character takes two.
std::size_t utf16_units(const std::string& text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

/// Blanks at the ends, which Discord would cut off.
std::string with_ends_shown(const std::string& text) {
  const std::size_t begin = std::min(text.size(), text.find_first_not_of(' '));
  const std::size_t end = text.find_last_not_of(' ') + 1;  // 0: nothing but blanks
  std::string shown;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i < begin || i >= end) {
      shown += "\\x20";
    } else {
      shown += text[i];
    }
  }
  return shown;
}

/// A name as the log had it, and what is said of it.
struct Attempt {
  explicit Attempt(const Json& auth)
      : user(auth.at("user")),
        source(auth.at("source_address")),
        pid(std::to_string(auth.at("pid").get<int>())),
        sentence("ssh: no such user: " + user + " from " + source + " port " +
                 std::to_string(auth.at("source_port").get<int>())) {}
  std::string user;
  std::string source;
  std::string pid;
  std::string sentence;
};

class Strangers {
 public:
  Strangers() {
    host_.start_sshd(LoginHost::Log::kSyslog);
    std::string rules;
    for (std::size_t i = 0; i * kAtOnce < names_.size(); ++i) rules += rule(i);
    bridged_.configure_telegram(chat_, rules);
    bridged_.configure_discord(webhook_, rules);
    for (const char* name : {"telegram", "discord"}) bridged_.start_bridge(name);
    bridged_.await_place("telegram", "place-7");
    bridged_.await_place("discord", "place-ops");
  }

  void run() {
    REQUIRE(names_.size() > 200);
    const Child watch =
        bridged_.site.start_picket({"watch", "--json", "--kind", "ssh.invalid_user"}, "watch");
    wait_until("watch watches",
               [this] { return bridged_.site.ask({"status"}).at("subscriptions") == 3; });
    for (std::size_t i = 0; i * kAtOnce < names_.size(); ++i) {
      const auto attempts = try_names(i);
      check_chat(attempts);
      check_webhook(attempts);
    }
    CHECK(lines_ == names_.size());
    CHECK(embeds_ == names_.size());
  }

 private:
  // Each ten names have a rule of their own: one that is told again and again is told more rarely.
  static std::string source(std::size_t number) {
    return "127.0." + std::to_string(number + 1) + ".1";
  }
  static std::string rule(std::size_t number) {
    return "[rules.strangers" + std::to_string(number) +
           "]\nkinds = [\"ssh.invalid_user\"]\nsources = [\"" + source(number) + "\"]\n";
  }

  std::vector<Attempt> try_names(std::size_t number) {
    const std::size_t first = number * kAtOnce;
    const std::size_t end = std::min(names_.size(), first + kAtOnce);
    Words words = {"timeout", "60", "/usr/bin/python3", PICKET_SOURCE "/tests/support/ssh_names.py",
                   source(number)};
    for (std::size_t i = first; i < end; ++i) words.push_back(hex(names_[i]));
    const auto asked = test::run(words);
    INFO(asked.output);
    REQUIRE(asked.status == 0);
    std::vector<Json> events;
    wait_until("the hub has them", [&] {
      events = events_in(bridged_.site / "watch");
      return events.size() >= end;
    });
    std::vector<Attempt> attempts;
    for (std::size_t i = first; i < end; ++i) {
      attempts.emplace_back(events[i].at("auth"));
      CHECK(unescaped_of_sshd(attempts.back().user) == as_sshd_takes(names_[i]));
    }
    return attempts;
  }

  /// One after the other, in as many messages as there are.
  void check_chat(const std::vector<Attempt>& attempts) {
    for (std::size_t checked = 0; checked < attempts.size();) {
      const Json message = next(chat_, messages_);
      INFO(message.dump());
      CHECK(message.at("found").empty());  // nothing is a link, a mention, a command
      Json entities = message.at("entities");
      std::erase_if(entities.get_ref<Json::array_t&>(),
                    [](const Json& entity) { return entity.at("type") == "code"; });
      Json wanted = Json::array();  // the node's name in each line, and nothing else
      std::istringstream text(message.at("text").get<std::string>());
      std::size_t offset = 0;
      for (std::string line; std::getline(text, line); ++checked, ++lines_) {
        REQUIRE(checked < attempts.size());
        const std::string expected = kSign + " web1 " + attempts[checked].sentence + kBeforeTime;
        CHECK(line.substr(0, expected.size()) == expected);
        CHECK(line.size() == expected.size() + kTimeBytes);
        wanted.push_back({{"type", "bold"}, {"offset", offset + 2}, {"length", 4}});
        offset += utf16_units(line) + 1;
      }
      CHECK(entities == wanted);
    }
  }

  void check_webhook(const std::vector<Attempt>& attempts) {
    const auto plain = [](const std::string& text) { return Json::array({text, Json::array()}); };
    for (std::size_t checked = 0; checked < attempts.size();) {
      const Json message = next(webhook_, posts_);
      INFO(message.dump());
      CHECK(message.at("mentions") == Json::array());
      CHECK(message.at("content") == "");
      for (const Json& embed : message.at("shown").at("embeds")) {
        REQUIRE(checked < attempts.size());
        const Attempt& attempt = attempts[checked++];
        ++embeds_;
        CHECK(embed.at("title") == plain(kSign + " web1"));
        CHECK(embed.at("description") == plain(attempt.sentence));
        CHECK(embed.at("fields") ==
              Json::array({Json::array({plain("user"), plain(with_ends_shown(attempt.user))}),
                           Json::array({plain("from"), plain(attempt.source)}),
                           Json::array({plain("pid"), plain(attempt.pid)})}));
      }
    }
  }

  static Json next(const FarSide& far_side, std::size_t& seen) {
    std::vector<Json> messages;
    wait_until("it is told", [&] {
      messages = far_side.accepted(seen);
      return !messages.empty();
    });
    ++seen;
    return messages.front();
  }

  JournalHost journal_;
  LoginHost host_;
  Bridged bridged_{""};
  FarSide chat_{"telegram_server.py", {"--chat", "7"}};
  FarSide webhook_{"discord_server.py", {"--webhook", "1"}};
  std::vector<std::string> names_ = names();
  std::size_t messages_ = 0;  // that were looked at
  std::size_t posts_ = 0;
  std::size_t lines_ = 0;
  std::size_t embeds_ = 0;
};

}  // namespace

TEST_CASE(
    "T6: every hostile name that a real sshd logs arrives in a chat and a webhook as exactly that "
    "text, and changes nothing around it",
    "[.][bridges-hostile]") {
  Strangers().run();
}

}  // namespace picket::test
