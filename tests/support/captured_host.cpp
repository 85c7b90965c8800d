#include "tests/support/captured_host.h"

#include <fstream>

namespace picket::test {
namespace {

std::filesystem::path inside(const std::filesystem::path& root, std::string_view path) {
  return root / path.substr(1);
}

}  // namespace

CapturedHost::CapturedHost() : root_(folder_.path()) {
  write_file("/proc/stat", "cpu  1 2 3\nbtime " + std::to_string(kBooted) + "\nprocesses 7\n");
  start({.pid = 1, .parent = 0, .uid = 0, .command = "systemd", .start_ticks = 1});
  std::filesystem::create_directories(inside(root_, "/dev/pts"));
  std::filesystem::create_directories(inside(root_, "/run"));
}

// Written aside and renamed, as /proc and logind do: nobody reads half of it.
void CapturedHost::write_file(std::string_view path, std::string_view content) const {
  const auto target = inside(root_, path);
  std::filesystem::create_directories(target.parent_path());
  const auto aside = root_ / "aside";
  write(aside.string(), content);
  std::filesystem::rename(aside, target);
}

void CapturedHost::append_file(std::string_view path, std::string_view content) const {
  std::ofstream file(inside(root_, path), std::ios::binary | std::ios::app);
  file << content;
}

// Created, not renamed, as devpts does.
void CapturedHost::open_terminal(uint32_t number) const {
  write((root_ / "dev/pts" / std::to_string(number)).string(), "");
}

void CapturedHost::remove_file(std::string_view path) const {
  std::filesystem::remove_all(inside(root_, path));
}

bool CapturedHost::has(std::string_view path) const {
  return std::filesystem::exists(inside(root_, path));
}

void CapturedHost::start(const Process& process) const {
  const std::string pid = std::to_string(process.pid);
  const std::string session = std::to_string(process.session == 0 ? process.pid : process.session);
  const std::string uid = std::to_string(process.uid);
  std::string stat = pid + " (" + std::string(process.command) + ") " + process.state + " " +
                     std::to_string(process.parent) + " " + pid + " " + session + " " +
                     std::to_string(static_cast<int32_t>(process.tty)) + " -1 4194560" +
                     " 1 2 3 4 5 6 7 8 20 0 1 0 " + std::to_string(process.start_ticks) + " 9 10\n";
  std::string status = "Name:\tx\nUid:\t" + uid + "\t" + uid + "\t" + uid + "\t" + uid +
                       "\nNSpid:\t" + pid + std::string(process.namespaced) + "\n";
  write_file("/proc/" + pid + "/status", status);
  write_file("/proc/" + pid + "/stat", stat);
}

void CapturedHost::end(pid_t pid) const { remove_file("/proc/" + std::to_string(pid)); }

}  // namespace picket::test
