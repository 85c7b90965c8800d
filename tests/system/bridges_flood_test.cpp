// 100,000 failed logins within a minute, from the logs of several nodes through the real programs:
// a few messages, whose numbers are true, and no memory for it. On a host of its own.
#include <filesystem>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <utility>

#include "picket/v1/bridge_state.pb.h"
#include "tests/support/catch.h"
#include "tests/support/sanitized.h"
#include "tests/system/bridged.h"
#include "tests/system/log_lines.h"

namespace picket::test {
namespace {

using namespace std::chrono_literals;

constexpr int kFailures = 100'000;
constexpr int kFirst = 20'000;     // after which a bridge has all memory that it needs
constexpr int kRingFull = 60'000;  // after which the hub has, of its newest updates
// The hub takes 10,000 of a node at once, then 500 a second: one alone would be slowed down.
constexpr int kNodes = 8;
constexpr std::size_t kMessagesMax = 5;
// What allocators take and give back meanwhile; 26 bytes kept of each failure would be more.
constexpr long kGrowthKibMax = 2048;

const std::map<std::string, std::string> kPlaces = {{"telegram", "telegram.state/place-7"},
                                                    {"discord", "discord.state/place-ops"}};

/// What was told of failed logins: "5 failed logins from ...", "failures: 1,000 from ...".
int64_t failures_in(const std::string& text) {
  static const std::regex kNumber(
      "(?:([0-9,]+)(?: more)? failed logins? from|failures: ([0-9,]+) from)");
  int64_t all = 0;
  for (std::sregex_iterator found(text.begin(), text.end(), kNumber), end; found != end; ++found) {
    std::string digits = (*found)[1].str() + (*found)[2].str();
    std::erase(digits, ',');
    all += std::stoll(digits);
  }
  return all;
}

class Flood {
 public:
  explicit Flood(int sources) : sources_(sources) {
    for (int i = 0; i < kNodes; ++i) add_node("flood" + std::to_string(i));
    bridged_.configure_telegram(chat_);
    bridged_.configure_discord(webhook_);
    for (const auto& [name, place] : kPlaces) bridged_.start_bridge(name);
    for (const auto& [name, place] : kPlaces)
      bridged_.await_place(name, place.substr(place.find('/') + 1));
  }

  void run() {
    const auto begun = std::chrono::steady_clock::now();
    fail_until(kFirst);
    auto before = resident();
    fail_until(kRingFull);
    before["hub"] = resident().at("hub");
    fail_until(kFailures);
    const auto after = resident();
    const auto took = std::chrono::steady_clock::now() - begun;
    CHECK((kSanitized || took < 1min));
    std::string grown;
    for (const auto& [name, kib] : after) {
      const long growth = kib - before.at(name);
      grown += " " + name + " " + std::to_string(before.at(name)) + " + " + std::to_string(growth);
      INFO(grown);
      CHECK((kSanitized || growth < kGrowthKibMax));
    }
    for (const auto* far_side : {&chat_, &webhook_}) {
      INFO(Bridged::all_of(*far_side));
      CHECK(far_side->accepted().size() <= kMessagesMax);
    }
    WARN(sources_ << " sources: " << chat_.accepted().size() << " and "
                  << webhook_.accepted().size() << " messages, KiB:" << grown << ", "
                  << std::chrono::duration_cast<std::chrono::seconds>(took).count() << " s");
  }

 private:
  /// With a /var/log of its own.
  void add_node(const std::string& name) {
    Site& site = bridged_.site;
    const std::string folder = site / (name + ".log.d");
    std::filesystem::create_directory(folder);
    append_log(sshd_line("Server listening on :: port 22."), folder + "/auth.log");
    REQUIRE(site.join(name, site.new_token(name)).status == 0);
    site.start_node(
        name, {},
        {"unshare", "--mount", "sh", "-c", "mount --bind \"$0\" /var/log && exec \"$@\"", folder});
    wait_until(name + " reads its log",
               [&] { return contains(site.picket({"show", name}).output, "read from"); });
  }

  /// Until so many have failed, and both bridges have counted them all.
  void fail_until(int count) {
    std::map<int, std::string> lines;  // by node
    for (; failed_ < count; ++failed_) {
      const int node = failed_ / sources_ % kNodes;
      lines[node] += sshd_line("Failed password for root from 198.51.100." +
                                   std::to_string(failed_ % sources_) + " port 50122 ssh2",
                               1000 + failed_, "flood" + std::to_string(node));
    }
    for (const auto& [node, text] : lines)
      append_log(text, bridged_.site / ("flood" + std::to_string(node) + ".log.d/auth.log"));
    for (const auto& [name, place] : kPlaces)
      wait_until(
          name + " has counted " + std::to_string(count), [&] { return counted(name) >= count; },
          60s);
    for (const auto& [name, place] : kPlaces) CHECK(counted(name) == count);
  }

  /// What was told, and what is kept to be told.
  int64_t counted(const std::string& name) const {
    std::string text;
    if (name == "telegram") {
      for (const Json& message : chat_.accepted()) text += message.at("text").get<std::string>();
    } else {
      for (const Json& message : webhook_.accepted())
        for (const Json& embed : message.at("shown").at("embeds"))
          text += embed.at("description").at(0).get<std::string>();
    }
    v1::BridgeState state;
    REQUIRE(state.ParseFromString(read(bridged_.site / kPlaces.at(name))));
    auto all = static_cast<uint64_t>(failures_in(text));
    for (const auto& burst : state.bursts())  // each is counted by "guessing" as well
      if (burst.rule() == "failures") all += burst.events().count();
    return static_cast<int64_t>(all);
  }

  std::map<std::string, long> resident() {
    std::map<std::string, long> kib = {{"hub", resident_kib(bridged_.site.hub().pid())}};
    for (const auto& [name, place] : kPlaces) kib[name] = resident_kib(bridged_.bridge(name).pid());
    return kib;
  }

  int sources_;
  FarSide chat_{"telegram_server.py", {"--chat", "7"}};
  FarSide webhook_{"discord_server.py", {"--webhook", "1"}};
  Bridged bridged_;
  int failed_ = 0;
};

}  // namespace

TEST_CASE(
    "100,000 failed logins of one source in a minute are at most 5 messages, all counted, and no "
    "memory",
    "[.][bridges-flood]") {
  Flood(1).run();
}

TEST_CASE(
    "100,000 failed logins of 200 sources in a minute are at most 5 messages, all counted, and no "
    "memory",
    "[.][bridges-flood-many]") {
  Flood(200).run();
}

}  // namespace picket::test
