#include "node/processes/side_process.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "node/processes/activation.h"
#include "node/processes/privileges.h"
#include "tests/support/catch.h"
#include "tests/support/temporary_folder.h"

namespace picket::node {
namespace {

// What the process tells through its socket until it closes it.
std::string heard(const UniqueFd& socket) {
  const timeval patience{10, 0};
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::string text;
  char bytes[4096];
  for (ssize_t got = 1; got > 0;) {
    got = ::recv(socket.get(), bytes, sizeof bytes, 0);
    REQUIRE(got >= 0);
    text.append(bytes, static_cast<std::size_t>(got));
  }
  return text;
}

std::string said_by(const std::function<std::string()>& speak) {
  auto process = SideProcess::start("side-test", [&](UniqueFd socket) {
    const std::string text = speak();
    return ::send(socket.get(), text.data(), text.size(), 0) > 0 ? 0 : 1;
  });
  REQUIRE(process);
  return heard(process->take_socket());
}

std::string whole_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("a side process has its socket and standard error, and nothing else that was open") {
  const UniqueFd secret(::open("/etc/passwd", O_RDONLY | O_CLOEXEC));
  REQUIRE(secret);
  const std::string open = said_by([] {
    std::string names;
    for (int fd = 0; fd < 64; ++fd)
      if (::fcntl(fd, F_GETFD) >= 0) names += std::to_string(fd) + " ";
    char input[64] = {};
    const ssize_t length = ::readlink("/proc/self/fd/0", input, sizeof input - 1);
    return names + (length > 0 ? input : "?") + " " + whole_file("/proc/self/comm");
  });
  CHECK(open == "0 1 2 3 /dev/null side-test\n");
}

TEST_CASE("a side process keeps one capability at most, for good, and can't be looked into") {
  const std::string status = said_by([] {
    const Status kept = keep_only({CAP_NET_ADMIN});
    if (!kept) return kept.error();
    return whole_file("/proc/self/status") + "dumpable " +
           std::to_string(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0)) + "\n";
  });
  INFO(status);
  CHECK(status.find("NoNewPrivs:\t1") != std::string::npos);
  CHECK(status.find("dumpable 0") != std::string::npos);
  CHECK(status.find("CapInh:\t0000000000000000") != std::string::npos);
  for (const char* set : {"CapPrm:\t", "CapEff:\t", "CapBnd:\t"}) {
    const auto at = status.find(set);
    REQUIRE(at != std::string::npos);
    const auto held = std::stoull(status.substr(at + 8, 16), nullptr, 16);
    CHECK((held & ~(1ULL << CAP_NET_ADMIN)) == 0);
  }
}

TEST_CASE("a side process does not end by Ctrl-C, but with its owner's end of the socket") {
  auto process = SideProcess::start("side-test", [](UniqueFd socket) {
    std::raise(SIGINT);
    std::raise(SIGTERM);
    char byte = 'l';
    (void)::send(socket.get(), &byte, 1, 0);
    return static_cast<int>(::recv(socket.get(), &byte, 1, 0));
  });
  REQUIRE(process);
  const pid_t pid = process->pid();
  UniqueFd socket = process->take_socket();
  char byte = 0;
  REQUIRE(::recv(socket.get(), &byte, 1, 0) == 1);
  process->end();
  CHECK(::kill(pid, 0) != 0);
  CHECK(errno == ESRCH);  // ended, and no zombie left
}

TEST_CASE("root and the group of a socket's file may connect, others not") {
  const test::TemporaryFolder folder;
  const std::string path = folder / "file";
  test::write(path, "");
  struct stat file{};
  REQUIRE(::stat(path.c_str(), &file) == 0);
  const gid_t group = file.st_gid;
  CHECK(may_connect({.uid = 0, .gid = group + 1, .pid = 1, .groups = {}}, path));
  CHECK(may_connect({.uid = 1000, .gid = group, .pid = 1, .groups = {}}, path));
  CHECK(may_connect({.uid = 1000, .gid = group + 1, .pid = 1, .groups = {5, group}}, path));
  CHECK_FALSE(may_connect({.uid = 1000, .gid = group + 1, .pid = 1, .groups = {group + 2}}, path));
  CHECK_FALSE(may_connect({.uid = 1000, .gid = group, .pid = 1, .groups = {}}, folder / "none"));
  CHECK_FALSE(may_connect({.uid = 1000, .gid = group, .pid = 1, .groups = {}}, ""));
}

TEST_CASE("who wasn't started by systemd has no socket of it") {
  CHECK_FALSE(socket_of_service_manager("some.socket"));
}

}  // namespace picket::node
