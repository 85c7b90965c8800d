#include "tests/support/wireguard_pair.h"

#include <chrono>
#include <filesystem>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "tests/support/command.h"
#include "tests/support/temporary_folder.h"

namespace picket::test {
namespace {

using Words = std::vector<std::string>;

constexpr char kFolder[] = "/run/pair/";

std::string must(const Words& words) {
  const CommandResult result = run(words);
  if (result.status != 0) throw std::runtime_error(words[0] + " failed: " + result.output);
  return result.output;
}

std::string shell(const std::string& script) { return must({"bash", "-c", script}); }

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// Makes FOLDER/NAME with a private key; its public one.
std::string make_key(const std::string& name) {
  const std::string path = kFolder + name;
  return first_line(shell("umask 077; wg genkey > " + path + "; wg pubkey < " + path));
}

void lay_cable() {
  for (const char* host : {"server", "laptop"}) must({"ip", "netns", "add", host});
  must({"ip", "link", "add", "up-server", "netns", "server", "type", "veth", "peer", "name",
        "up-laptop", "netns", "laptop"});
  must({"ip", "-n", "server", "address", "add", "192.0.2.1/24", "dev", "up-server"});
  must({"ip", "-n", "laptop", "address", "add", "192.0.2.2/24", "dev", "up-laptop"});
  for (const std::string host : {"server", "laptop"})
    must({"ip", "-n", host, "link", "set", "up-" + host, "up"});
}

Child start_program(const std::string& host) {
  Child program({"ip", "netns", "exec", host, "env", "WG_PROCESS_FOREGROUND=1", "LOG_LEVEL=error",
                 "wireguard-go", "-f", "wg-" + host},
                kFolder + host + ".log");
  const std::string socket = "/run/wireguard/wg-" + host + ".sock";
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!std::filesystem::exists(socket)) {
    if (std::chrono::steady_clock::now() > give_up)
      throw std::runtime_error("wireguard-go: " + read(kFolder + host + ".log"));
    std::this_thread::yield();
  }
  return program;
}

}  // namespace

WireguardPair::WireguardPair() {
  std::filesystem::create_directories(kFolder);
  lay_cable();
  server_key_ = make_key("server");
  laptop_key_ = make_key("laptop");
  shell(std::string("umask 077; wg genpsk > ") + kFolder + "shared");
  for (const char* name : {"server", "laptop", "shared"})
    secrets_.push_back(first_line(read(std::string(kFolder) + name)));
  for (const char* host : {"server", "laptop"}) programs_.push_back(start_program(host));
  const std::string shared = std::string(kFolder) + "shared";
  set({"wg-server", "listen-port", "51820", "private-key", std::string(kFolder) + "server", "peer",
       laptop_key_, "preshared-key", shared, "allowed-ips", "10.9.0.2/32"});
  set({"wg-laptop", "private-key", std::string(kFolder) + "laptop", "fwmark", "0x2a", "peer",
       server_key_, "preshared-key", shared, "allowed-ips", "10.9.0.0/24,fd00:9::/64",
       "persistent-keepalive", "25"});
  must({"ip", "-n", "server", "address", "add", "10.9.0.1/24", "dev", "wg-server"});
  must({"ip", "-n", "laptop", "address", "add", "10.9.0.2/24", "dev", "wg-laptop"});
  for (const std::string host : {"server", "laptop"})
    must({"ip", "-n", host, "link", "set", "wg-" + host, "up"});
}

void WireguardPair::talk() const {
  set({"wg-laptop", "peer", server_key_, "endpoint", "192.0.2.1:51820"});
  must({"ip", "netns", "exec", "laptop", "ping", "-q", "-c", "1", "-W", "10", "10.9.0.1"});
}

void WireguardPair::set(const Words& words) const {
  Words all = {"wg", "set"};
  all.insert(all.end(), words.begin(), words.end());
  must(all);
}

void WireguardPair::move_laptop(const std::string& address) const {
  must({"ip", "-n", "laptop", "address", "flush", "dev", "up-laptop"});
  must({"ip", "-n", "laptop", "address", "add", address, "dev", "up-laptop"});
}

std::vector<Words> WireguardPair::dump() const {
  std::vector<Words> rows;
  std::istringstream lines(must({"wg", "show", "all", "dump"}));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    Words& row = rows.emplace_back();
    for (std::string field; std::getline(fields, field, '\t');) row.push_back(field);
  }
  return rows;
}

std::string WireguardPair::new_key() { return first_line(shell("wg genkey | wg pubkey")); }

}  // namespace picket::test
