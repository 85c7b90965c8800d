#include "node/collectors/reboot_reasons.h"

#include "common/limits.h"
#include "tests/support/captured_host.h"
#include "tests/support/catch.h"

namespace picket::node {
namespace {

using Texts = std::vector<std::string>;

std::string newer(const std::string& running, const Texts& installed) {
  return newer_kernel(running, installed).value_or("");
}

}  // namespace

TEST_CASE("a newer kernel of the running one's flavour is a reason, by its version's numbers") {
  CHECK(newer("6.1.0-9-amd64", {"6.1.0-9-amd64", "6.1.0-40-amd64", "6.1.0-39-amd64"}) ==
        "linux-image 6.1.0-40-amd64 is installed, 6.1.0-9-amd64 runs");
  CHECK(newer("6.12.6-amd64", {"6.12.43+deb13-amd64"}) ==
        "linux-image 6.12.43+deb13-amd64 is installed, 6.12.6-amd64 runs");
  CHECK(newer("6.9.0-1-amd64", {"6.10.0-1-amd64"}) != "");
  CHECK(newer("5.15.0-91-generic", {"5.15.0-100-generic", "5.15.0-91-generic"}) != "");
}

TEST_CASE("an older kernel, the same, one of another flavour, or leftovers are no reason") {
  const Texts installed = {"6.1.0-38-amd64",
                           "6.1.0-39-amd64",
                           "6.1.0-40-cloud-amd64",
                           "6.1.0-40-rt-amd64",
                           "6.1.0-41-amd64.dpkg-new",
                           "6.1.0-41-amd64.old",
                           "",
                           "rescue"};
  CHECK(newer("6.1.0-39-amd64", installed).empty());
  CHECK(newer("5.15.90.1-microsoft-standard-WSL2", installed).empty());
  CHECK(newer("4.4.0", installed).empty());
  CHECK(newer("", installed).empty());
  CHECK(newer("6.1.0-039-amd64", {"6.1.0-39-amd64"}).empty());
}

TEST_CASE("packages that ask for a reboot are named once each") {
  CHECK(parse_reboot_packages("libc6\nlinux-base\n\nlibc6\n") == Texts{"libc6", "linux-base"});
  CHECK(parse_reboot_packages("dbus") == Texts{"dbus"});
  CHECK(parse_reboot_packages("").empty());
}

TEST_CASE("a host's reasons are in /run/reboot-required and /boot, as many as a hub takes") {
  const test::CapturedHost host;
  const auto reasons = [&] { return read_reboot_reasons(host.root(), "6.1.0-39-amd64"); };
  CHECK(reasons().empty());
  host.write_file("/run/reboot-required.pkgs", "libc6\n");
  CHECK(reasons().empty());  // left over: the file itself says it
  host.write_file("/run/reboot-required", "*** System restart required ***\n");
  CHECK(reasons() == Texts{"libc6"});
  host.remove_file("/run/reboot-required.pkgs");
  CHECK(reasons() == Texts{"/run/reboot-required is there"});
  host.write_file("/boot/vmlinuz-6.1.0-40-amd64", "");
  CHECK(reasons().size() == 2);
  std::string many;
  for (int i = 0; i < 100; ++i) many += std::string(300, 'x') + "\xff" + std::to_string(i) + "\n";
  host.write_file("/run/reboot-required.pkgs", many);
  CHECK(reasons().size() == limits::kRebootReasonsMax);
  for (const auto& reason : reasons()) CHECK(reason.size() <= limits::kRebootReasonBytesMax);
}

}  // namespace picket::node
