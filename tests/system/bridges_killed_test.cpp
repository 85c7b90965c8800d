// Bridges, their hub and their far sides killed at random moments, through the real programs: what
// passes the rules is told, and little of it twice. On a host of its own.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/simulation/seeds.h"
#include "tests/support/catch.h"
#include "tests/system/bridged.h"
#include "tests/system/log_lines.h"

namespace picket::test {
namespace {

using namespace std::chrono_literals;

constexpr int kEvents = 5000;
constexpr int kKills = 200;
// Far side 0 is the Telegram chat, the others are webhooks. A bridge sends a chat one message a
// second, of ten things at most; more is told as a number, in which one that is missing wouldn't
// be missed. So each far side has ten at a time, and there are many of them.
constexpr int kFarSides = 32;
constexpr int kAtOnce = 10;
constexpr int kEventsOfRound = kFarSides * kAtOnce;
constexpr int kRounds = (kEvents + kEventsOfRound - 1) / kEventsOfRound;
// A rule that is told again and again is told ever more rarely, so the rounds take turns.
constexpr int kRulesOfEach = 3;

constexpr char kQuiet[] = "[rules.quiet]\nkinds = [\"ssh.disconnected\"]\nsend = false\n";

std::string two_digits(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::string rule_name(int far_side, int turn) {
  return "to-" + two_digits(far_side) + "-" + std::to_string(turn);
}

// Of the network from which come those that are for this far side.
std::string rule_section(int far_side, int turn) {
  const std::string network = "10." + std::to_string(far_side) + "." + std::to_string(turn);
  return "[rules." + rule_name(far_side, turn) + "]\nsources = [\"" + network + ".0/24\"]\n";
}

/// What one far side has been told.
struct Told {
  std::set<int> numbers;
  int repeats = 0;  // messages with something that one before had said
  double last = 0;  // when the far side accepted the last one
};

class Killing {
 public:
  explicit Killing(uint64_t seed) : random_(seed) {
    configure();
    for (const char* name : {"telegram", "discord"}) bridged_.start_bridge(name);
    bridged_.await_place("telegram", "place-7");
    for (int i = 1; i < kFarSides; ++i) bridged_.await_place("discord", "place-w" + two_digits(i));
  }

  void run() {
    for (int round = 0; round < kRounds; ++round) {
      INFO("round " << round << ", " << killed_ << " killed\n" << log());
      const int kills = (kKills - killed_) / (kRounds - round);
      run_round(round, kills);
      CHECK(repeats() <= killed_);
    }
    check_all();
  }

 private:
  static Words webhook_ids() {
    Words words = {"--limit", "0", "--channel-per-minute", "0"};
    for (int i = 1; i < kFarSides; ++i) words.insert(words.end(), {"--webhook", std::to_string(i)});
    return words;
  }

  void configure() {
    std::string sections = kQuiet;
    for (int i = 0; i < kRulesOfEach; ++i) sections += rule_section(0, i);
    bridged_.configure_telegram(chat_, sections);
    sections = kQuiet;
    for (int far_side = 1; far_side < kFarSides; ++far_side) {
      std::string names;
      for (int i = 0; i < kRulesOfEach; ++i) {
        sections += rule_section(far_side, i);
        names += (names.empty() ? "\"" : ", \"") + rule_name(far_side, i) + "\"";
      }
      sections += bridged_.webhook_lines(webhooks_, "w" + two_digits(far_side), far_side) +
                  "rules = [" + names + "]\n";
    }
    bridged_.write_discord(webhooks_, sections);
  }

  std::string log() const {
    const std::string log = read(bridged_.site / "discord.log");
    return log.substr(log.size() - std::min<std::size_t>(log.size(), 10'000));
  }
  int below(int end) { return static_cast<int>(random_() % static_cast<uint64_t>(end)); }

  /// Events and kills, both at random moments, until each of these events is told.
  void run_round(int round, int kills) {
    std::vector<int> events;
    for (int i = 0; i < kEventsOfRound && next_ < kEvents; ++i) events.push_back(next_++);
    std::ranges::shuffle(events, random_);
    for (int left = kills; left > 0; --left) {
      log_some(events, round, below(2 * kEventsOfRound / kills));
      make_slow(left % 2 == 0 ? chat_ : webhooks_);
      ::usleep(static_cast<useconds_t>(below(250'000)));
      kill_something();
    }
    log_some(events, round, kEventsOfRound);
    wait_until(
        "each is told, and that is saved",
        [this] {
          read_told();
          for (int i = 0; i < kFarSides; ++i)
            if (!is_settled(i)) return false;
          return true;
        },
        60s);
  }

  /// Else what is to be repeated would come with the next ten.
  bool is_settled(int far_side) const {
    constexpr double kTicks = 0.1;  // a file's time is not that exact
    const Told& told = told_.at(static_cast<std::size_t>(far_side));
    const int wanted = (next_ - far_side + kFarSides - 1) / kFarSides;
    if (static_cast<int>(told.numbers.size()) < wanted) return false;
    const std::string place =
        far_side == 0 ? "telegram.state/place-7" : "discord.state/place-w" + two_digits(far_side);
    struct stat status{};
    REQUIRE(::stat((bridged_.site / place).c_str(), &status) == 0);
    const double saved = static_cast<double>(status.st_mtim.tv_sec) +
                         static_cast<double>(status.st_mtim.tv_nsec) / 1e9;
    return saved + kTicks > told.last;
  }

  void log_some(std::vector<int>& events, int round, int count) {
    std::string lines;
    for (; count > 0 && !events.empty(); --count) {
      const int number = events.back();
      events.pop_back();
      const std::string who = "u" + std::to_string(number) + " from 10." +
                              std::to_string(number % kFarSides) + "." +
                              std::to_string(round % kRulesOfEach) + ".7 port 50122";
      lines += sshd_line("Accepted password for " + who + " ssh2", 1000 + number);
      lines += sshd_line("Disconnected from user " + who, 1000 + number);  // which nobody is told
    }
    append_log(lines);
  }

  void kill_something() {
    ++killed_;
    switch (below(5)) {
      case 0:
        bridged_.site.kill_hub();
        bridged_.site.start_hub();
        break;
      case 1: bridged_.start_bridge("telegram"); break;
      case 2: bridged_.start_bridge("discord"); break;
      case 3: restart(chat_); break;
      default: restart(webhooks_); break;
    }
  }

  /// So that some kills come while a message is on its way.
  void make_slow(const FarSide& far_side) {
    Json faults = Json::array();
    for (int i = 0; i < 4; ++i) faults.push_back("slow:0." + std::to_string(1 + below(3)));
    (void)far_side.control({{"next", faults}});
  }

  void restart(FarSide& far_side) {
    far_side.kill();
    ::usleep(static_cast<useconds_t>(below(50'000)));
    far_side.start();
  }

  void read_told() {
    for (const Json& message : chat_.accepted(of_chat_)) {
      ++of_chat_;
      take(0, message.at("text"), message.at("time"));
    }
    for (const Json& message : webhooks_.accepted(of_webhooks_)) {
      ++of_webhooks_;
      std::string text;
      for (const Json& embed : message.at("shown").at("embeds"))
        text += embed.at("description").at(0).get<std::string>() + "\n";
      take(std::stoi(message.at("webhook").get<std::string>()), text, message.at("time"));
    }
  }

  /// Each line of a message names one login, and is for this far side.
  void take(int far_side, const std::string& text, double accepted_at) {
    INFO(text);
    Told& told = told_.at(static_cast<std::size_t>(far_side));
    told.last = accepted_at;
    bool repeats = false;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      const std::size_t begin = line.find("ssh login: u");
      REQUIRE(begin != std::string::npos);
      const int number = std::stoi(line.substr(begin + 12));
      CHECK(number % kFarSides == far_side);
      repeats |= !told.numbers.insert(number).second;
    }
    told.repeats += repeats ? 1 : 0;
  }

  int repeats() const {
    int all = 0;
    for (const Told& told : told_) all += told.repeats;
    return all;
  }

  void check_all() {
    std::size_t events = 0;
    for (const Told& told : told_) events += told.numbers.size();
    CHECK(killed_ == kKills);
    CHECK(events == kEvents);
    WARN(events << " events told in " << of_chat_ + of_webhooks_ << " messages, " << repeats()
                << " of them repeated, " << killed_ << " kills");
  }

  Bridged bridged_{with_log()};
  FarSide chat_{"telegram_server.py", {"--chat", "7", "--private-per-second", "0"}};
  FarSide webhooks_{"discord_server.py", webhook_ids()};
  std::mt19937_64 random_;
  std::array<Told, kFarSides> told_;
  std::size_t of_chat_ = 0;
  std::size_t of_webhooks_ = 0;
  int next_ = 0;
  int killed_ = 0;
};

}  // namespace

TEST_CASE(
    "bridge, hub and far side killed 200 times during 5,000 events: each is told, and none of them "
    "repeats more than a message a kill",
    "[.][bridges-killed]") {
  simulation::for_each_seed([](uint64_t seed) { Killing(seed).run(); }, 1);
}

}  // namespace picket::test
