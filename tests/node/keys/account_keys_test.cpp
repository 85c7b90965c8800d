#include "node/keys/account_keys.h"

#include <sys/stat.h>

#include <filesystem>

#include "common/limits.h"
#include "tests/support/captured_host.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

// ssh-keygen -lf says its fingerprint.
constexpr char kKey[] =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f";
constexpr char kFingerprint[] = "SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA";

struct Fixture {
  std::string name(const std::string& user = "alice") {
    return name_of_account_key(
        host.root(),
        [](const std::string& wanted) -> std::optional<Account> {
          if (wanted != "alice") return std::nullopt;
          return Account{"alice", "/home/alice", 1000};
        },
        user, kFingerprint);
  }

  test::CapturedHost host;
};

std::string line(const std::string& comment) { return std::string(kKey) + " " + comment + "\n"; }

}  // namespace

TEST_CASE_METHOD(Fixture, "a key is called what its account's file says") {
  host.write_file("/home/alice/.ssh/authorized_keys", "# keys\n" + line("alice@laptop"));
  CHECK(name() == "alice@laptop");
  CHECK(name("bob").empty());
}

TEST_CASE_METHOD(Fixture, "the files are those that sshd looks at, in its order") {
  host.write_file("/home/alice/.ssh/authorized_keys", line("not looked at"));
  host.write_file("/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\n");
  host.write_file("/etc/ssh/sshd_config.d/keys.conf",
                  "AuthorizedKeysFile /etc/keys/%u .ssh/other\n");
  host.write_file("/home/alice/.ssh/other", line("of the home"));
  CHECK(name() == "of the home");
  host.write_file("/etc/keys/alice", line("of the host"));
  CHECK(name() == "of the host");
  host.write_file("/etc/keys/alice", line(""));
  CHECK(name() == "of the home");
}

TEST_CASE_METHOD(Fixture, "what a user puts in the place of the file is not opened unless a file") {
  host.write_file("/home/alice/.ssh/authorized_keys2", line("second"));
  const auto path = host.root() / "home/alice/.ssh/authorized_keys";
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  CHECK(name() == "second");  // and does not wait for whoever writes into it
  std::filesystem::remove(path);
  std::filesystem::create_symlink("/dev/zero", path);
  CHECK(name() == "second");
  std::filesystem::remove(path);
  std::filesystem::create_directory(path);
  CHECK(name() == "second");
}

TEST_CASE_METHOD(Fixture, "a file without end is left alone") {
  host.write_file("/home/alice/.ssh/authorized_keys",
                  line("first") + std::string(limits::kAuthorizedKeysBytesMax, '\n'));
  host.write_file("/home/alice/.ssh/authorized_keys2", line("second"));
  CHECK(name() == "second");
}

TEST_CASE_METHOD(Fixture, "a name is valid and short, whatever stands in the file") {
  host.write_file("/home/alice/.ssh/authorized_keys", line("a\xff" + std::string(1000, 'x')));
  const std::string told = name();
  CHECK(told.size() == limits::kKeyNameBytesMax);
  CHECK(told.starts_with("a\xEF\xBF\xBDxx"));
}

}  // namespace picket::node
