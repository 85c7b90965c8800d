// A hub with one node, and bridges beside it, for tests of the real programs.
#pragma once

#include <sys/stat.h>

#include <fstream>
#include <map>
#include <string>
#include <utility>

#include "tests/support/catch.h"
#include "tests/support/far_side.h"
#include "tests/system/log_lines.h"
#include "tests/system/site.h"
#include "tests/system/told.h"

namespace picket::test {

inline constexpr char kTelegramToken[] = "123456789:AAF-test-canary-token-of-the-far-side0";
inline constexpr char kWebhookToken[] =
    "test-canary-token-of-the-far-side-webhook-0123456789abcdefghijklmnop";
inline constexpr char kWithoutLog[] = "[auth_log]\nenabled = false\n";

inline void write_secret(const std::string& path, const std::string& text) {
  std::ofstream(path) << text << "\n";
  REQUIRE(::chmod(path.c_str(), 0600) == 0);
}

/// Nothing that node.toml needs: a log is there to be read. Its first line says which it is.
inline std::string with_log() {
  append_log(sshd_line("Server listening on :: port 22."));
  return {};
}

class Bridged {
 public:
  /// `node_toml`: more lines of the node's configuration.
  explicit Bridged(const std::string& node_toml = kWithoutLog) {
    REQUIRE(site.init().status == 0);
    site.start_hub();
    REQUIRE(site.join("web1", site.new_token("web1")).status == 0);
    site.start_node("web1", node_toml);
    site.await_state("web1", "connected");
    if (node_toml == kWithoutLog) return;
    wait_until("the log is read",
               [this] { return contains(site.picket({"show", "web1"}).output, "read from"); });
  }

  /// telegram.toml, of chat 7; `more`: what stands behind its other lines.
  void configure_telegram(const FarSide& far_side, const std::string& more = {}) {
    write_secret(site / "telegram.token", kTelegramToken);
    std::ofstream(site / "telegram.toml")
        << common_lines("telegram", far_side) << "token_file = \"" << site / "telegram.token"
        << "\"\nchats = [\"7\"]\napi_url = \"https://localhost:" << far_side.port() << "\"\n"
        << more;
  }
  /// discord.toml, of webhook 1 as "ops"; `more`: as above, what `ops` has of its own first.
  void configure_discord(const FarSide& far_side, const std::string& more = {}) {
    write_discord(far_side, webhook_lines(far_side, "ops", 1) + more);
  }
  /// discord.toml as a whole; `sections`: its webhooks and rules.
  void write_discord(const FarSide& far_side, const std::string& sections) {
    std::ofstream(site / "discord.toml") << common_lines("discord", far_side) << sections;
  }
  /// The section of one webhook of discord.toml, whose secret is beside it.
  std::string webhook_lines(const FarSide& far_side, const std::string& name, int id) const {
    const std::string path = "api/webhooks/" + std::to_string(id) + "/" + kWebhookToken;
    write_secret(site / (name + ".url"), far_side.url(path));
    return "[webhooks." + name + "]\nurl_file = \"" + site / (name + ".url") + "\"\n";
  }

  /// "telegram" or "discord"; one that runs is killed, as kill -9 does.
  void start_bridge(const std::string& name) {
    bridges_.erase(name);
    bridges_.emplace(name, Child(command(name), site / (name + ".log")));
  }
  Child& bridge(const std::string& name) { return bridges_.at(name); }
  /// It has begun to follow: what happens from now on is told.
  void await_place(const std::string& name, const std::string& file) const {
    struct stat status{};
    wait_until("the bridge has a place",
               [&] { return ::stat((site / (name + ".state/" + file)).c_str(), &status) == 0; });
  }
  CommandResult ask(const std::string& name, const Words& more) const {
    Words words = command(name);
    words.insert(words.begin(), {"timeout", "60"});
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  /// A local event on the node, which says "n=NUMBER.".
  void tell(int number) const {
    const auto told =
        run({"timeout", "30", program("picket-node"), "event", "--socket",
             site.event_socket("web1"), "count", "n=" + std::to_string(number) + "."});
    INFO(told.output);
    REQUIRE(told.status == 0);
  }
  static std::string all_of(const FarSide& far_side) {
    std::string all;
    for (const auto& message : far_side.accepted()) all += message.dump() + "\n";
    return all;
  }

  Site site;

 private:
  Words command(const std::string& name) const {
    return {program("picket-" + name), "--config", site / (name + ".toml")};
  }
  std::string common_lines(const std::string& name, const FarSide& far_side) const {
    const std::string folder = site / (name + ".state");
    ::mkdir(folder.c_str(), 0700);
    return "socket = \"" + site.socket() + "\"\nstate_folder = \"" + folder + "\"\nca_file = \"" +
           far_side.ca_file() + "\"\n";
  }

  std::map<std::string, Child> bridges_;
};

}  // namespace picket::test
