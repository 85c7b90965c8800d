#include "tests/system/site.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>
#include <filesystem>
#include <random>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "common/unique_fd.h"
#include "tests/support/catch.h"

namespace picket::test {
namespace {

using namespace std::chrono_literals;

// No command may hang a test.
const Words kLimited = {"timeout", "--kill-after=1", "30"};

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::string quoted(const std::string& text) { return '"' + text + '"'; }

}  // namespace

void wait_until(const std::string& what, const std::function<bool()>& condition,
                std::chrono::milliseconds within) {
  const auto deadline = std::chrono::steady_clock::now() + within;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("not in time: " + what);
    }
    std::this_thread::sleep_for(20ms);
  }
}

uint16_t free_port() {
  std::uniform_int_distribution<int> ports(10'000, 32'000);
  std::random_device random;
  for (int attempt = 0; attempt < 100; ++attempt) {
    const auto port = static_cast<uint16_t>(ports(random));
    const UniqueFd fd(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
      return port;
  }
  throw std::runtime_error("no free port");
}

// Not through the program faketime, which stays between us and what it runs.
Words clock_off_by(const std::string& offset) {
  return {"env", "LD_PRELOAD=/usr/$LIB/faketime/libfaketime.so.1", "DONT_FAKE_MONOTONIC=1",
          "ASAN_OPTIONS=verify_asan_link_order=0", "FAKETIME=" + offset};
}

Words clock_off_by_file(const std::string& path) {
  Words words = clock_off_by("");
  words.back() = "FAKETIME_TIMESTAMP_FILE=" + path;
  words.emplace_back("FAKETIME_NO_CACHE=1");
  return words;
}

std::string program(const std::string& name) { return PICKET_PROGRAMS "/" + name; }

Site::Site(const std::string& hub_toml) {
  write(folder_ / "hub.toml",
        "listen = [" + quoted(address()) + "]\nsocket = " + quoted(socket()) +
            "\nsocket_group = \"\"\nstate_folder = " + quoted(folder_ / "hub") + "\n" + hub_toml);
}

CommandResult Site::init(const Words& addresses) {
  Words words = kLimited + Words{program("picket-hub"), "init", "--config", folder_ / "hub.toml"};
  for (const auto& text : addresses.empty() ? Words{address()} : addresses) {
    words = words + Words{"--address", text};
  }
  return run(words);
}

void Site::start_hub_unwaited(const Words& before, const Words& after) {
  hub_.clear();
  const Words hub = {program("picket-hub"), "--config", folder_ / "hub.toml"};
  hub_.emplace_back(before + hub + after, folder_ / "hub.log");
}

void Site::start_hub(const Words& before) {
  start_hub_unwaited(before);
  wait_until("the hub answers", [this] { return picket({"status"}).status == 0; });
}

CommandResult Site::picket(const Words& arguments) const {
  return run(kLimited + Words{program("picket"), "--socket", socket()} + arguments);
}

Json Site::ask(const Words& arguments) const {
  const CommandResult result = picket(arguments + Words{"--json"});
  if (result.status != 0) throw std::runtime_error("picket failed: " + result.output);
  return Json::parse(result.output);
}

std::string Site::new_token(const std::string& node, const Words& more) const {
  return ask(Words{"token", "create", "--name", node} + more).at("token");
}

Child Site::start_picket(const Words& arguments, const std::string& name) const {
  return Child(Words{program("picket"), "--socket", socket()} + arguments, folder_ / name);
}

std::string Site::node_config(const std::string& node, const std::string& toml) const {
  const std::string path = folder_ / (node + ".toml");
  write(path, "state_folder = " + quoted(folder_ / node) + "\n" + toml +
                  "[events]\nsocket = " + quoted(event_socket(node)) + "\n");
  return path;
}

CommandResult Site::join(const std::string& node, const std::string& token, const Words& more,
                         const Words& before) const {
  return run(kLimited + before +
             Words{program("picket-node"), "--config", node_config(node), "join", token} + more);
}

Child& Site::start_node(const std::string& node, const std::string& toml, const Words& before) {
  nodes_.erase(node);
  const Words words = before + Words{program("picket-node"), "--config", node_config(node, toml)};
  return nodes_.emplace(node, Child(words, folder_ / (node + ".log"))).first->second;
}

std::string Site::state_of(const std::string& node) const {
  const CommandResult result = picket({"nodes", "--json"});
  std::istringstream lines(result.output);
  for (std::string line; std::getline(lines, line);) {
    const Json row = Json::parse(line, nullptr, false);
    if (!row.is_discarded() && row.value("name", "") == node) return row.value("state", "");
  }
  return {};
}

void Site::await_state(const std::string& node, const std::string& state,
                       std::chrono::milliseconds within) const {
  wait_until(node + " is " + state, [&] { return state_of(node) == state; }, within);
}

void Site::add_node(const std::string& node) {
  const CommandResult joined = join(node, new_token(node));
  if (joined.status != 0) throw std::runtime_error("join failed: " + joined.output);
  start_node(node);
  await_state(node, "connected");
}

}  // namespace picket::test
