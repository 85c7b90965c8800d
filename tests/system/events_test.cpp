// Local events and clocks through the real programs: what a program on a node tells, what happens
// when node or hub are killed in between, and whose clock is wrong.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <sstream>

#include "common/limits.h"
#include "tests/support/catch.h"
#include "tests/system/site.h"

namespace picket::test {
namespace {

constexpr char kToml[] = "[auth_log]\nenabled = false\n";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// A hub and one node whose socket for events is in the site's folder.
struct Watched {
  Watched() {
    REQUIRE(site.init().status == 0);
    site.start_hub();
    REQUIRE(site.join("web1", site.new_token("web1")).status == 0);
    start_node();
  }
  std::string socket() const { return site.event_socket("web1"); }
  void start_node() {
    site.start_node("web1", kToml);
    wait_until("the node takes events", [&] { return access(socket().c_str(), F_OK) == 0; });
    site.await_state("web1", "connected");
  }
  CommandResult tell(const Words& words) const {
    Words all = {"timeout", "30", program("picket-node"), "event", "--socket", socket()};
    all.insert(all.end(), words.begin(), words.end());
    return run(all);
  }
  void tell_number(int number) const {
    const auto told = tell({"count", "n=" + std::to_string(number)});
    INFO(told.output);
    REQUIRE(told.status == 0);
  }
  /// The numbers that the journal has, in its order; waits for `last`.
  std::vector<int> numbers_until(int last) {
    const std::string name = "numbers" + std::to_string(last);
    const Child watch = site.start_picket({"watch", "--json", "--since", "1h"}, name);
    const std::string text = "\"value\":\"" + std::to_string(last) + "\"";
    wait_until("the last event is told", [&] { return contains(read(site / name), text); });
    std::vector<int> numbers;
    std::istringstream lines(read(site / name));
    for (std::string line; std::getline(lines, line);) {
      const Json object = Json::parse(line, nullptr, false);
      if (!object.is_object() || !contains(line, "local.count")) continue;
      numbers.push_back(
          std::stoi(object["update"]["event"]["local"]["fields"][0]["value"].get<std::string>()));
    }
    return numbers;
  }

  Site site;
};

}  // namespace

TEST_CASE("a program's event reaches the watcher with its uid, and every word is escaped") {
  Watched f;
  struct stat file{};
  REQUIRE(stat(f.socket().c_str(), &file) == 0);
  CHECK((file.st_mode & 0777) == 0666);
  const Child watch = f.site.start_picket({"watch", "--kind", "local.*"}, "watch");
  wait_until("watch watches", [&] { return f.site.ask({"status"}).at("subscriptions") == 1; });
  const auto told = f.tell({"backup.failed", "--text", "no \x1b[31mspace\xff", "disk=sda1"});
  INFO(told.output);
  CHECK(told.status == 0);
  CHECK(told.output.empty());
  wait_until("it is told", [&] { return contains(read(f.site / "watch"), "disk=sda1"); });
  const std::string line = read(f.site / "watch");
  CHECK(contains(line, "web1"));
  CHECK(contains(line, "local.backup.failed by uid " + std::to_string(getuid()) + ": no "));
  CHECK_FALSE(contains(line, "\x1b[31mspace"));
  CHECK_FALSE(contains(line, "\xff"));
}

TEST_CASE(
    "a wrong command line is 2, a refusal 1 with the reason, and so is an agent that is gone") {
  Watched f;
  CHECK(f.tell({"Backup"}).status == 2);
  CHECK(f.tell({"backup", "no-value"}).status == 2);
  CHECK(f.tell({}).status == 2);
  CommandResult refused = f.tell({"count", "n=1"});
  for (std::size_t i = 0; i < limits::kLocalEventsBurst + 5 && refused.status == 0; ++i)
    refused = f.tell({"count", "n=1"});
  CHECK(refused.status == 1);
  CHECK(contains(refused.output, "refused: too many events of uid"));
  f.site.kill_node("web1");
  const auto gone = f.tell({"count"});
  CHECK(gone.status == 1);
  CHECK(contains(gone.output, "no picket-node takes events at"));
}

TEST_CASE("accepted events outlive a killed node and a hub that is away, each once and in order") {
  Watched f;
  f.tell_number(1);
  f.site.kill_hub();
  f.tell_number(2);
  f.tell_number(3);
  f.site.kill_node("web1");  // what it accepted is nowhere but in its spool
  f.site.start_node("web1", kToml);
  wait_until("the node takes events", [&] { return f.tell({"count", "n=4"}).status == 0; });
  f.site.start_hub();
  f.site.await_state("web1", "connected");
  f.tell_number(5);
  CHECK(f.numbers_until(5) == std::vector<int>{1, 2, 3, 4, 5});
  f.site.kill_node("web1");
  f.start_node();
  f.site.kill_hub();
  f.site.start_hub();
  f.site.await_state("web1", "connected");
  f.tell_number(6);
  CHECK(f.numbers_until(6) == std::vector<int>{1, 2, 3, 4, 5, 6});
}

TEST_CASE("a node whose clock is hours off is told and shown as that, and so is its being right") {
  Watched f;
  const Child watch = f.site.start_picket({"watch", "--kind", "node.clock_*"}, "watch");
  wait_until("watch watches", [&] { return f.site.ask({"status"}).at("subscriptions") == 1; });
  wait_until("the clock is known",
             [&] { return f.site.ask({"nodes", "web1"}).contains("clock_offset_ms"); });
  const int64_t right = f.site.ask({"nodes", "web1"}).at("clock_offset_ms");
  CHECK(std::abs(right) < 1000);
  f.site.start_node("web1", kToml, clock_off_by("+2h"));
  wait_until("it is told",
             [&] { return contains(read(f.site / "watch"), "its clock is wrong: "); });
  CHECK(contains(f.site.picket({"nodes"}).output, "web1: its clock is "));
  CHECK(contains(f.site.picket({"show", "web1"}).output, " ahead of the hub's"));
  f.start_node();
  wait_until("that it is right is told",
             [&] { return contains(read(f.site / "watch"), "its clock is right again: "); });
}

}  // namespace picket::test
