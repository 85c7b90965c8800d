// A hub with nodes that run commands, for tests of the real programs on a host of their own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/throwaway_host.h"
#include "tests/system/site.h"
#include "tests/system/told.h"

namespace picket::test {

inline constexpr char kAllowlist[] = R"(
[commands.both]
argv = ["/bin/sh", "-c", "echo out; echo err >&2; exit 3"]
user = "root"
[commands.greet]
description = "greets somebody"
argv = ["/bin/echo", "hello {name}"]
user = "nobody"
[commands.greet.parameters.name]
pattern = "[a-z ;$`'-]*"
[commands.kill-me]
argv = ["/bin/sh", "-c", "kill -TERM $$"]
user = "root"
[commands.lines]
argv = ["/bin/sh", "-c", "echo '<b>&amp;</b>'; seq $0", "{count}"]
user = "nobody"
[commands.lines.parameters.count]
min = 0
max = 100000
[commands.mark]
argv = ["/bin/sh", "-c", "echo $0 >> /run/marks; sleep 0.$1", "{n}", "{pause}"]
user = "root"
concurrency = 32
[commands.mark.parameters.n]
min = 0
max = 100000
[commands.mark.parameters.pause]
min = 0
max = 9
[commands.slow]
argv = ["/bin/sh", "-c", "echo begun; sleep 60 & wait"]
user = "root"
[commands.flood]
argv = ["/usr/bin/head", "-c", "10000000000", "/dev/zero"]
user = "root"
max_output = "16GiB"
[commands.go]
argv = ["/usr/bin/test", "-e", "/run/go"]
user = "root"
)";

/// How many processes run this.
inline int running(const std::string& command) {
  const auto found = run({"pgrep", "-fc", command});
  return found.output.empty() ? 0 : std::stoi(found.output);
}

/// A hub, and nodes that run what is listed.
struct Operated {
  explicit Operated(const Words& nodes = {"web1"}) {
    must_be_throwaway_host();
    std::filesystem::create_directories("/etc/picket");
    write("/etc/picket/commands.toml", kAllowlist);
    REQUIRE(site.init().status == 0);
    site.start_hub();
    for (const auto& node : nodes) site.add_node(node);
    for (const auto& node : nodes) await_commands(node);
  }
  void await_commands(const std::string& node) const {
    wait_until(node + " runs commands",
               [&] { return contains(site.picket({"commands", node}).output, "greet"); });
  }
  std::vector<Json> executions() const {
    std::vector<Json> all;
    for (const Json& object : objects_in(site.picket({"executions", "--json"}).output))
      all.push_back(object.at("execution"));
    return all;
  }
  Json last() const { return executions().back(); }
  std::string detach(const Words& words) const {
    Words all = {"run", "web1", "--detach"};
    all.insert(all.end(), words.begin(), words.end());
    REQUIRE(site.picket(all).status == 0);
    return last().at("id");
  }

  Site site;
};

}  // namespace picket::test
