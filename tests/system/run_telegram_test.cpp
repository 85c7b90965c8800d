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
  Chatting() {
    std::ofstream(site() / "telegram.token") << kToken << "\n";
    REQUIRE(::chmod((site() / "telegram.token").c_str(), 0600) == 0);
    REQUIRE(::mkdir((site() / "telegram.state").c_str(), 0700) == 0);
    std::ofstream(site() / "telegram.toml")
        << "socket = \"" << site().socket() << "\"\nstate_folder = \"" << site() / "telegram.state"
        << "\"\ntoken_file = \"" << site() / "telegram.token" << "\"\napi_url = \""
        << "https://localhost:" << far_side.port() << "\"\nca_file = \"" << far_side.ca_file()
        << "\"\ncommands = [\"greet\", \"both\", \"lines\", \"slow\"]\n[users]\n7 = \"run\"\n";
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
