// A hub with one node, and a bridge of either kind beside it, for tests of the real programs.
#pragma once

#include <sys/stat.h>

#include <fstream>
#include <optional>
#include <string>

#include "tests/support/catch.h"
#include "tests/support/far_side.h"
#include "tests/system/site.h"

namespace picket::test {

inline constexpr char kToken[] = "123456789:AAF-test-canary-token-of-the-far-side0";
inline constexpr char kHookToken[] =
    "test-canary-token-of-the-far-side-webhook-0123456789abcdefghijklmnop";

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline void write_secret(const std::string& path, const std::string& text) {
  std::ofstream(path) << text << "\n";
  REQUIRE(::chmod(path.c_str(), 0600) == 0);
}

/// A hub with one node, and a bridge of either kind beside it.
struct Bridged {
  Bridged() {
    REQUIRE(site.init().status == 0);
    site.start_hub();
    REQUIRE(site.join("web1", site.new_token("web1")).status == 0);
    site.start_node("web1", "[auth_log]\nenabled = false\n");
    site.await_state("web1", "connected");
  }

  void configure_telegram(const FarSide& far_side) {
    write_secret(site / "telegram.token", kToken);
    std::ofstream(site / "telegram.toml")
        << "socket = \"" << site.socket() << "\"\nstate_folder = \"" << folder("telegram")
        << "\"\ntoken_file = \"" << site / "telegram.token" << "\"\nchats = [\"7\"]\napi_url = \""
        << "https://localhost:" << far_side.port() << "\"\nca_file = \"" << far_side.ca_file()
        << "\"\n";
  }
  void configure_discord(const FarSide& far_side) {
    write_secret(site / "ops.url", far_side.url("api/webhooks/1/" + std::string(kHookToken)));
    std::ofstream(site / "discord.toml")
        << "socket = \"" << site.socket() << "\"\nstate_folder = \"" << folder("discord")
        << "\"\nca_file = \"" << far_side.ca_file() << "\"\n[webhooks.ops]\nurl_file = \""
        << site / "ops.url" << "\"\n";
  }
  std::string folder(const std::string& name) const {
    const std::string path = site / (name + ".state");
    ::mkdir(path.c_str(), 0700);
    return path;
  }
  Words command(const std::string& name) const {
    return {program("picket-" + name), "--config", site / (name + ".toml")};
  }
  void start_bridge(const std::string& name) {
    bridge.reset();
    bridge.emplace(command(name), site / (name + ".log"));
  }
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
  std::optional<Child> bridge;
};

}  // namespace picket::test
