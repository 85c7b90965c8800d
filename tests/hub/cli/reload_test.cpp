#include "hub/cli/reload.h"

#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;
using Keys = std::vector<std::string>;

struct File {
  Reloaded read(const std::string& text, const HubConfig& running = quiet()) {
    test::write(folder / "hub.toml", text);
    ConfigChoice choice;
    choice.path = folder / "hub.toml";
    choice.given = true;
    return read_again(choice, running);
  }
  static HubConfig quiet() {
    HubConfig config;
    config.socket_group.clear();
    return config;
  }
  test::TemporaryFolder folder;
};

}  // namespace

TEST_CASE("what a running hub takes over is in force, the rest waits for a restart") {
  File file;
  const Reloaded reloaded = file.read(
      "socket_group = \"\"\nsocket = \"/run/other.sock\"\nstate_folder = \"/elsewhere\"\n"
      "listen = [\"127.0.0.1:1\"]\ndead_after = \"20s\"\nforget_after = \"1h\"\n"
      "token_validity = \"2h\"\n[access]\nobserve = [\"uid:7\"]\nadminister = [\"uid:8\"]\n"
      "run = [{ who = \"uid:9\", labels = \"*\", nodes = \"web*\" }]\n"
      "[journal]\nmax_bytes = \"2MiB\"\nmax_age = \"1d\"\n[audit]\nmax_bytes = \"1MiB\"\nkeep = "
      "2\n[log]\nlevel = \"debug\"\n");
  REQUIRE(reloaded.errors.empty());
  CHECK(reloaded.changed == Keys{"dead_after", "forget_after", "token_validity", "access.observe",
                                 "access.administer", "access.run", "journal.max_bytes",
                                 "journal.max_age", "audit.max_bytes", "audit.keep", "log.level"});
  CHECK(reloaded.need_restart == Keys{"listen", "socket", "state_folder"});
  CHECK(reloaded.config.dead_after == 20s);
  CHECK(reloaded.config.log_level == log::Level::kDebug);
  CHECK(reloaded.config.socket == HubConfig().socket);
  CHECK(reloaded.access.observe_uids.contains(7));
  CHECK(reloaded.access.administer_uids.contains(8));
  REQUIRE(reloaded.access.run.size() == 1);
  CHECK(reloaded.access.run[0].uids.contains(9));
}

TEST_CASE("a file that says what is in force changes nothing") {
  File file;
  const Reloaded reloaded = file.read("socket_group = \"\"\n");
  CHECK(reloaded.errors.empty());
  CHECK(reloaded.changed.empty());
  CHECK(reloaded.need_restart.empty());
}

TEST_CASE("with one error nothing of a file is taken over, and all errors are told") {
  File file;
  const auto errors = file.read(
                              "dead_after = \"20s\"\nforget_after = 7\nlisen = []\n"
                              "[access]\nobserve = [\"no-such-user\"]\n")
                          .errors;
  REQUIRE(errors.size() == 3);
  CHECK(errors[0].find("hub.toml:2: forget_after: ") != std::string::npos);
  CHECK(errors[1].find("hub.toml:3: lisen: unknown key") != std::string::npos);
  CHECK(errors[2].find("access.observe: this host has no user") != std::string::npos);
}

TEST_CASE("a file that was named and has gone is an error") {
  ConfigChoice choice;
  choice.path = "/nonexistent/hub.toml";
  choice.given = true;
  CHECK(read_again(choice, File::quiet()).errors.size() == 1);
}

}  // namespace picket::hub
