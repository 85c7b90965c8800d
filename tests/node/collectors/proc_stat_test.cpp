#include "node/collectors/proc_stat.h"

#include <cstdint>
#include <random>

#include "node/collectors/tty_name.h"
#include "tests/support/captured_host.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

const std::string kRest = " S 298 300 300 34819 300 4194304 1 2 3 4 5 6 7 8 20 0 1 0 777 9 10\n";

struct Terminal {
  uint32_t device;
  std::string name;
};

}  // namespace

TEST_CASE("a process is known by its line in /proc") {
  const auto stat = parse_stat("300 (bash)" + kRest);
  REQUIRE(stat);
  CHECK(stat->pid == 300);
  CHECK(stat->command == "bash");
  CHECK(stat->state == 'S');
  CHECK(stat->parent == 298);
  CHECK(stat->session == 300);
  CHECK(stat->tty_device == test::pts(3));
  CHECK(stat->start_ticks == 777);
}

TEST_CASE("a process can't forge its line by its name") {
  for (const std::string name :
       {"", ")", "a) S 1 1 1 0 (", "two words", "line\nend", "\xFF\x1b", "((()))"}) {
    const auto stat = parse_stat("300 (" + name + ")" + kRest);
    REQUIRE(stat);
    CHECK(stat->command == name);
    CHECK(stat->parent == 298);
  }
}

TEST_CASE("a line cut anywhere is nobody's or whole") {
  const std::string line = "300 (bash)" + kRest;
  const std::size_t needed = line.find(" 777") + 2;
  for (std::size_t length = 0; length < line.size(); ++length) {
    const auto stat = parse_stat(line.substr(0, length));
    REQUIRE(stat.has_value() == (length >= needed));
  }
}

TEST_CASE("lines of any bytes are taken without harm") {
  std::mt19937 random(3);
  const std::string alphabet = "0123456789 ()-SZ\n:\tUid";
  for (int round = 0; round < 3000; ++round) {
    std::string line(random() % 120, ' ');
    for (char& byte : line) byte = alphabet[random() % alphabet.size()];
    (void)parse_stat(line);
    (void)parse_status("Uid:" + line);
    (void)parse_boot_time("btime " + line);
  }
  CHECK_FALSE(parse_stat("x (y)" + kRest));
  CHECK_FALSE(parse_stat("99999999999 (y)" + kRest));
}

TEST_CASE("a status gives the real user, and whether the process lives in a container") {
  const auto own = parse_status("Name:\tx\nUid:\t1000\t0\t0\t0\nNSpid:\t300\n");
  REQUIRE(own);
  CHECK(own->uid == 1000);
  CHECK_FALSE(own->in_container);
  CHECK(parse_status("Uid:\t0\t0\t0\t0\nNSpid:\t300\t1\n")->in_container);
  CHECK_FALSE(parse_status("Uid:\t0\t0\t0\t0\n")->in_container);
  CHECK_FALSE(parse_status("Name:\tUid: 7\n"));
  CHECK_FALSE(parse_status("Uid:\tx\n"));
  CHECK_FALSE(parse_status(""));
}

TEST_CASE("the boot time is found among the counters") {
  CHECK(parse_boot_time("cpu 1\nbtime 1600000000\nx 1\n") == 1'600'000'000);
  CHECK_FALSE(parse_boot_time("cpu 1\n"));
  CHECK_FALSE(parse_boot_time("btime\n"));
}

TEST_CASE("terminals have the names that people know") {
  const Terminal terminals[] = {
      {0, ""},
      {test::pts(0), "pts/0"},
      {test::pts(255), "pts/255"},
      {test::pts(256), "pts/256"},
      {test::pts(1'000'000), "pts/1000000"},
      {137U << 8, "pts/256"},
      {(4U << 8) | 1, "tty1"},
      {(4U << 8) | 63, "tty63"},
      {(4U << 8) | 64, "ttyS0"},
      {(5U << 8) | 1, "console"},
      {(204U << 8) | 64, "ttyAMA0"},
      {229U << 8, "hvc0"},
      {(250U << 8) | 7, "250:7"},
  };
  for (const Terminal& terminal : terminals) CHECK(tty_name(terminal.device) == terminal.name);
}

}  // namespace picket::node
