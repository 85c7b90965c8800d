// From nothing to a server that is watched, as the person at the terminal sees it.
#include <signal.h>

#include <cstdint>
#include <regex>

#include "tests/support/catch.h"
#include "tests/support/golden.h"
#include "tests/system/site.h"

namespace picket::test {
namespace {

// What differs from run to run, by what it is.
std::string normalised(std::string text, const Site& site) {
  const std::string folder = site / "";
  for (auto at = text.find(folder); at != std::string::npos; at = text.find(folder)) {
    text.replace(at, folder.size(), "FOLDER/");
  }
  const std::pair<const char*, const char*> replacements[] = {
      {R"(\b[0-9a-f]{64}\b)", "FINGERPRINT"},
      {R"(\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b)", "BOOT"},
      {R"re((seq"?:? ?|since )\d{16})re", "$1SEQ"},
      {R"(\b[0-9a-f]{16}\b)", "ID"},
      {R"(\b[0-9a-f]{12}\b)", "ID"},
      {R"(pkt1_[A-Za-z0-9_-]+)", "TOKEN"},
      {R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z)", "TIME"},
      {R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", "TIME"},
      {R"(\d\d:\d\d:\d\d)", "TIME"},
      {R"(just now|\d+ (s|min|h|d) ago)", "LATELY"},
      {R"(\bin \d+ (h|d)\b)", "LATER"},
      {R"(127\.0\.0\.1:\d+)", "ADDRESS"},
      {R"("refreshed_ago_ms":\d+)", R"("refreshed_ago_ms":N)"},
      {R"(\d+ \(\d+ B\))", "N (N B)"},
      {R"re("kept_(updates|bytes)":\d+)re", R"re("kept_$1":N)re"},
      // The host on which the test runs.
      {R"((host +).*)", "$1HOST"},
      {R"((booted +).*)", "$1BOOTED"},
      // The hub may have asked already, or not yet.
      {R"(  clock +.*\n)", ""},
      {R"(,"clock_offset_ms":-?\d+)", ""},
      {R"("host_name":"[^"]*","os":"[^"]*","kernel":"[^"]*")", R"("host_name":"HOST")"},
  };
  for (const auto& [pattern, name] : replacements) {
    text = std::regex_replace(text, std::regex(pattern), name);
  }
  return std::regex_replace(text, std::regex("  +"),
                            "  ");  // columns are as wide as what is in them
}

// `$ picket nodes` and what came.
std::string typed(const Site& site, const std::string& what, const CommandResult& result) {
  return "$ " + what + "\n" + normalised(result.output, site) + "\n";
}

// A node that sees nobody, whoever is logged in where the test runs.
void add_quiet_node(Site& site, std::string& transcript) {
  const std::string token = site.new_token("web1");
  transcript += typed(site, "picket-node join TOKEN", site.join("web1", token));
  site.start_node("web1",
                  "[auth_log]\nenabled = false\n[sessions]\nenabled = false\n"
                  "[wireguard]\nenabled = false\n");
  site.await_state("web1", "connected");
}

std::string transcript_of(Site& site, const std::vector<Words>& commands) {
  std::string transcript;
  for (const auto& words : commands) {
    std::string line = "picket";
    for (const auto& word : words) line += " " + word;
    transcript += typed(site, line, site.picket(words));
  }
  return transcript;
}

std::string watched(const Site& site, const Words& arguments) {
  const std::string name = arguments.back() + ".watched";
  Child watch = site.start_picket(arguments, name);
  wait_until("watch has printed",
             [&] { return read(site / name).find("web1") != std::string::npos; });
  watch.signal(SIGTERM);
  watch.wait();
  return read(site / name);
}

}  // namespace

TEST_CASE("from nothing to a watched server, as a person and as a program see it") {
  Site site;
  std::string transcript = typed(site, "picket-hub init --address HOST", site.init());
  site.start_hub();
  add_quiet_node(site, transcript);
  transcript += transcript_of(site, {{"nodes"}, {"show", "web1"}, {"status"}, {"token", "list"}});
  transcript += "$ picket watch --since 1h\n" +
                normalised(watched(site, {"watch", "--since", "1h"}), site) + "\n";
  const std::string path = "tests/fixtures/golden/first_light.txt";
  CHECK(transcript == golden(path, transcript));
}

TEST_CASE("what programs read has the same names every time") {
  Site site;
  std::string transcript;
  site.init();
  site.start_hub();
  add_quiet_node(site, transcript);
  transcript = transcript_of(site, {{"nodes", "--json"},
                                    {"show", "web1", "--json"},
                                    {"status", "--json"},
                                    {"token", "list", "--json"}});
  transcript += "$ picket watch --since 1h --json\n" +
                normalised(watched(site, {"watch", "--since", "1h", "--json"}), site) + "\n";
  const std::string path = "tests/fixtures/golden/first_light.jsonl";
  CHECK(transcript == golden(path, transcript));
}

TEST_CASE("a hub of several listeners takes nodes and joins on each, IPv6 too") {
  Site site;
  const uint16_t other = free_port();
  const std::string v6 = "[::1]:" + std::to_string(other);
  REQUIRE(site.init({v6}).status == 0);
  site.start_hub_unwaited({}, {"--listen", site.address(), "--listen", v6});
  wait_until("the hub answers", [&] { return site.picket({"status"}).status == 0; });
  CHECK(site.ask({"status"}).at("listen") == Json({site.address(), v6}));
  site.add_node("web1");
  CHECK(site.ask({"nodes", "::1"}).at("name") == "web1");
  CHECK(site.picket({"nodes", "192.0.2.1"}).status == 3);
}

TEST_CASE("one dual-stack listener takes IPv4 and IPv6, and shows IPv4 as such") {
  Site site;
  const std::string port = std::to_string(free_port());
  REQUIRE(site.init({"127.0.0.1:" + port}).status == 0);
  site.start_hub_unwaited({}, {"--listen", "[::]:" + port});
  wait_until("the hub answers", [&] { return site.picket({"status"}).status == 0; });
  site.add_node("web1");
  const std::string address = site.ask({"nodes", "web1"}).at("address");
  CHECK(address.starts_with("127.0.0.1:"));
}

TEST_CASE("init completes addresses, makes missing folders and writes a configuration to edit") {
  const TemporaryFolder folder;
  write(folder / "hub.toml", "state_folder = \"" + folder.path() + "/a/b/hub\"\n");
  const auto init = [&](const std::string& config, const std::string& address) {
    return run({program("picket-hub"), "--config", folder / config, "init", "--address", address});
  };
  CHECK(init("hub.toml", "not an address").status == 1);
  CHECK(init("hub.toml", "hub.example.org").status == 0);
  CHECK(read(folder / "a/b/hub/addresses").ends_with("\nhub.example.org:9992\n"));
  const CommandResult again = init("hub.toml", "hub.example.org");
  CHECK(again.status == 1);
  CHECK(again.output.find("there is a hub in") != std::string::npos);
}

}  // namespace picket::test
