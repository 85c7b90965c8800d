// Commands run from a Telegram chat through the real programs, on a host of their own.
#include <sys/stat.h>

#include <fstream>
#include <optional>
#include <string>

#include "tests/support/catch.h"
#include "tests/support/far_side.h"
#include "tests/system/operated.h"

namespace picket::test {
namespace {

constexpr char kToken[] = "123456789:AAF-test-canary-token-of-the-far-side0";

struct Chatting {
  explicit Chatting(const Words& nodes = {"web1"}) : host(nodes) {
    std::ofstream(site() / "telegram.token") << kToken << "\n";
    REQUIRE(::chmod((site() / "telegram.token").c_str(), 0600) == 0);
    REQUIRE(::mkdir((site() / "telegram.state").c_str(), 0700) == 0);
    std::ofstream(site() / "telegram.toml")
        << "socket = \"" << site().socket() << "\"\nstate_folder = \"" << site() / "telegram.state"
        << "\"\ntoken_file = \"" << site() / "telegram.token" << "\"\napi_url = \""
        << "https://localhost:" << far_side.port() << "\"\nca_file = \"" << far_side.ca_file()
        << "\"\ncommands = [\"go\", \"greet\", \"both\", \"lines\", \"slow\"]\n[users]\n7 = "
           "\"run\"\n";
    start_bridge();
  }
  /// The one before is killed.
  void start_bridge() {
    bridge.reset();
    bridge.emplace(Words{program("picket-telegram"), "--config", site() / "telegram.toml"},
                   site() / "telegram.log");
  }
  const Site& site() const { return host.site; }
  void write(const std::string& text) const {
    (void)far_side.control({{"message", {{"from", 7}, {"text", text}}}});
  }
  /// The last that was accepted, once it says this.
  Json await(const std::string& words) const {
    Json last;
    wait_until(words, [&] {
      const auto accepted = far_side.accepted();
      for (const auto& one : accepted)
        if (contains(one.dump(-1, ' ', false, Json::error_handler_t::replace), words)) last = one;
      return !last.is_null();
    });
    return last;
  }
  void press(const Json& message) const {
    (void)far_side.control(
        {{"press",
          {{"from", 7},
           {"message_id", message["message_id"]},
           {"data", message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]}}}});
  }

  Operated host;
  FarSide far_side{"telegram_server.py", {"--chat", "7", "--private-per-second", "0"}};
  std::optional<Child> bridge;
};

}  // namespace

TEST_CASE(
    "SM33, SM34: commands run from a chat show what they wrote and how they ended, and a slow one "
    "blocks nothing",
    "[.][run-telegram]") {
  const Chatting f;
  f.write("/run web1 greet 'name=; rm -rf $x'");
  f.press(f.await("Run greet on web1"));
  const Json greeted = f.await("exited 0 after");
  CHECK(contains(greeted["text"], "hello ; rm -rf $x"));
  f.write("/run web1 both");
  f.press(f.await("Run both on web1"));
  const Json both = f.await("exited 3 after");
  CHECK(contains(both["text"], "out"));
  CHECK(contains(both["text"], "err"));
  f.write("/run web1 mark n=1 pause=0");
  f.await("is not among what this bot may run");

  f.write("/run web1 slow");
  f.press(f.await("Run slow on web1"));
  const Json running = f.await("begun");
  CHECK(contains(running["text"], "running"));
  f.write("/executions");  // a slow command blocks nothing
  f.await("slow on web1: running");
  f.press(running);
  f.await("slow on web1: cancelled");
  CHECK(test::running("sleep 60") == 0);
  CHECK(contains(f.site().picket({"audit"}).output, "telegram:7"));
}

TEST_CASE("a command run from a chat on several nodes is one message, with each that failed",
          "[.][run-telegram-fleet]") {
  const Chatting f({"web1", "web2", "web3"});
  f.write("/run web* greet name=all");
  const Json asking = f.await("Run greet on 3 nodes, name");
  CHECK(contains(asking["text"], "web1, web2, web3"));
  f.press(asking);
  const Json greeted = f.await("3 ok, 0 failed, 0 lost");
  CHECK(greeted["message_id"] == asking["message_id"]);
  for (const char* shown : {"web1\nhello all", "web2\nhello all", "web3\nhello all"})
    CHECK(contains(greeted["text"], shown));
  f.write("/run @all both");
  f.press(f.await("Run both on 3 nodes"));
  const Json failed = f.await("0 ok, 3 failed, 0 lost");
  CHECK(contains(failed["text"], "❌ web2 exited 3 after"));
  for (const auto& one : f.far_side.accepted()) CHECK(one["method"] != "sendDocument");

  f.write("/run web* slow");
  const Json slow = f.await("Run slow on 3 nodes");
  f.press(slow);
  const Json running = f.await("slow on 3 nodes: 3 running");
  f.press(running);
  CHECK(contains(f.await("slow on 3 nodes: 0 ok, 3 failed")["text"], "cancelled"));
  wait_until("nothing of it is left", [] { return test::running("sleep 60") == 0; });
}

TEST_CASE("a run from a chat is shown to its end whichever is killed meanwhile, bot or hub",
          "[.][run-telegram-killed]") {
  Chatting f({"web1", "web2", "db1"});
  const auto end_of = [&](const Json& asking) {
    Json last;
    for (const auto& one : f.far_side.accepted())
      if (one.value("message_id", 0) == asking["message_id"]) last = one;
    return last;
  };
  f.write("/run web* slow");
  const Json fleet = f.await("Run slow on 2 nodes");
  f.press(fleet);
  f.await("slow on 2 nodes: 2 running");
  f.start_bridge();
  f.write("/run db1 slow");
  const Json asking = f.await("Run slow on db1?");
  f.press(asking);
  f.await("slow on db1: running");
  f.host.site.kill_hub();
  f.await("slow on db1: connection to the hub lost");
  f.host.site.start_hub();
  for (const char* node : {"web1", "web2", "db1"}) f.site().await_state(node, "connected");
  wait_until("the run is followed again",
             [&] { return contains(end_of(asking).dump(), "slow on db1: running"); });
  f.bridge.reset();  // and ends while the bot is away
  for (const Json& one : f.host.executions())
    CHECK(f.site().picket({"cancel", one.at("id").get<std::string>()}).status == 0);
  wait_until("nothing of it is left", [] { return test::running("sleep 60") == 0; });
  f.start_bridge();
  wait_until("the ends are told", [&] {
    return contains(end_of(asking).dump(), "slow on db1: cancelled") &&
           contains(end_of(fleet).dump(), "0 ok, 2 failed, 0 lost");
  });
  CHECK(contains(f.site().picket({"executions"}).output, "telegram:7 message 7/"));
  wait_until("they are forgotten", [&] { return read(f.site() / "telegram.state/runs").empty(); });
  struct stat status{};
  REQUIRE(::stat((f.site() / "telegram.state/runs").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);

  f.bridge.reset();
  std::ofstream(f.site() / "telegram.state/runs") << "damaged";
  f.start_bridge();
  f.write("/run web1 greet name=again");
  f.press(f.await("Run greet on web1, name = "));
  f.await("hello again");
  CHECK(contains(read(f.site() / "telegram.log"), "the file of runs can't be read"));
}

TEST_CASE("SM34: output arrives as it was written, as text, or as a file if it is long",
          "[.][run-telegram-output]") {
  const Chatting f;
  f.write("/run web1 lines count=3");
  f.press(f.await("Run lines on web1"));
  const Json few = f.await("exited 0 after");
  CHECK(contains(few["text"], "<b>&amp;</b>\n1\n2\n3"));
  f.write("/run web1 lines count=5000");
  f.press(f.await("5000"));
  const Json file = f.await("sendDocument");
  std::string all = "<b>&amp;</b>\n";
  for (int i = 1; i <= 5000; ++i) all += std::to_string(i) + "\n";
  CHECK(file["document"]["content"] == all);
}

}  // namespace picket::test
