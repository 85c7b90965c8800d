#include "tests/support/login_host.h"

#include <arpa/inet.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <thread>

#include "tests/support/command.h"
#include "tests/support/throwaway_host.h"

namespace picket::test {
namespace {

void must(const std::vector<std::string>& arguments) {
  const CommandResult result = run(arguments);
  if (result.status != 0) throw std::runtime_error(arguments[0] + " failed: " + result.output);
}

// For daemons that have no way to say that they are ready.
void wait_until(const std::function<bool()>& ready, const std::string& what) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!ready()) {
    if (std::chrono::steady_clock::now() > deadline)
      throw std::runtime_error(what + " did not start");
    std::this_thread::yield();
  }
}

bool takes_connections(uint16_t port) {
  const UniqueFd fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

bool has_name(const std::string& name) {
  return run({"busctl", "--system", "--no-pager", "status", name}).status == 0;
}

}  // namespace

LoginHost::LoginHost() {
  must_be_throwaway_host();
  must({"useradd", "--create-home", "--shell", "/bin/bash", "--uid", "4242", "alice"});
  must({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file("host")});
  must({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", kAliceKeyName, "-f", file("alice")});
  std::filesystem::create_directory("/home/alice/.ssh");
  std::filesystem::copy_file(file("alice.pub"), "/home/alice/.ssh/authorized_keys");
  must({"chown", "-R", "alice:alice", "/home/alice/.ssh"});
  must({"chmod", "-R", "go=", "/home/alice/.ssh"});
  write("/home/alice/.hushlogin", "");
}

void LoginHost::make_utmp() {
  write("/run/utmp", "");
  must({"chown", "root:utmp", "/run/utmp"});
  must({"chmod", "0664", "/run/utmp"});
}

void LoginHost::start_logind() {
  for (const char* folder : {"sessions", "users", "seats", "machines", "inhibit"}) {
    std::filesystem::create_directories(std::string("/run/systemd/") + folder);
  }
  std::filesystem::create_directories("/run/dbus");
  daemons_.emplace_back(
      std::vector<std::string>{"dbus-daemon", "--system", "--nofork", "--nopidfile"}, file("bus"));
  wait_until([] { return std::filesystem::exists("/run/dbus/system_bus_socket"); }, "the bus");
  daemons_.emplace_back(
      std::vector<std::string>{"/usr/bin/python3", PICKET_SOURCE "/tests/support/systemd1_mock.py"},
      file("systemd1"));
  wait_until([] { return has_name("org.freedesktop.systemd1"); }, "the stand-in of systemd");
  daemons_.emplace_back(std::vector<std::string>{"/lib/systemd/systemd-logind"}, file("logind"));
  wait_until([] { return has_name("org.freedesktop.login1"); }, "logind");
}

void LoginHost::start_sshd(Log log) {
  // Newer ones make who fails wait; older ones know no such word.
  const bool has_penalties = std::filesystem::exists("/usr/lib/openssh/sshd-session");
  write(file("sshd_config"), "HostKey " + file("host") +
                                 "\nListenAddress 127.0.0.1\nListenAddress ::1\nUsePAM yes\n"
                                 "PidFile none\nPrintMotd no\nPrintLastLog no\n" +
                                 (has_penalties ? "PerSourcePenalties no\n" : ""));
  std::vector<std::string> sshd = {"/usr/sbin/sshd", "-D", "-f", file("sshd_config")};
  if (log == Log::kFile) sshd.emplace_back("-e");
  daemons_.emplace_back(sshd, file("sshd"));
  wait_until([] { return takes_connections(22); }, "sshd");
}

std::vector<std::string> LoginHost::ssh(const std::string& address) const {
  return {"ssh",
          "-i",
          file("alice"),
          "-o",
          "StrictHostKeyChecking=no",
          "-o",
          "UserKnownHostsFile=/dev/null",
          "-o",
          "BatchMode=yes",
          "-l",
          "alice",
          address};
}

Child LoginHost::log_in(const std::string& address) const {
  std::vector<std::string> arguments = ssh(address);
  arguments.insert(arguments.begin() + 1, "-tt");
  return Child(arguments, file("login"));
}

Child LoginHost::run_without_terminal(const std::string& address) const {
  std::vector<std::string> arguments = ssh(address);
  arguments.emplace_back("cat");
  return Child(arguments, file("login"));
}

}  // namespace picket::test
