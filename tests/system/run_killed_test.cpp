// Commands while everything that has a part in them is killed, on a host of their own: what was
// run, what is said of it, and what is left.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <list>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/system/operated.h"

namespace picket::test {
namespace {

using namespace std::chrono_literals;

const Words kNodes = {"web1", "web2", "web3"};

/// As many as PICKET_RUNS says, else what takes a minute or two.
std::size_t runs_wanted() {
  const char* given = std::getenv("PICKET_RUNS");
  return given != nullptr ? std::stoul(given) : 1000;
}

std::size_t descriptors_of(pid_t pid) {
  const std::filesystem::directory_iterator open("/proc/" + std::to_string(pid) + "/fd");
  return static_cast<std::size_t>(std::distance(begin(open), end(open)));
}

/// The first child of this name; 0: there is none.
pid_t child_of(pid_t parent, const std::string& name) {
  const auto found = run({"pgrep", "-P", std::to_string(parent), "-x", name});
  return found.output.empty() ? 0 : std::stoi(found.output);
}

class Killing {
 public:
  explicit Killing(uint32_t seed) : host_(kNodes), random_(seed) {
    for (const auto& node : kNodes)
      agent_descriptors_ = std::max(agent_descriptors_, descriptors_of(agent(node)));
    executor_descriptors_ = descriptors_of(executor(kNodes.front()));
    hub_descriptors_ = descriptors_of(host_.site.hub().pid());
  }

  /// Until there were so many: what is asked of a hub that isn't there is none. Several are under
  /// way when something is killed.
  void run_all(std::size_t wanted) {
    for (int n = 0; dispatched().size() < wanted;) {
      for (int some = 1 + below(20); some > 0; --some) start(n++);
      kill_something();
      std::erase_if(clients_, [](Child& client) { return client.wait_for(0ms).has_value(); });
    }
    for (const auto& node : kNodes) host_.site.await_state(node, "connected");
    for (const auto& node : kNodes)
      wait_until(node + " runs commands", [&] { return has_commands(node); }, 60s);
    wait_until("all have ended", [&] { return have_ended(); }, 60s);
    // Also what was dispatched in the milliseconds before the hub was killed, which has no row.
    wait_until("each has its end in the audit log", [&] { return have_ends_recorded(); }, 60s);
    clients_.clear();
  }

  /// Exactly one end of each, that says what was so.
  void check_ends() {
    const auto marks = marks_made();
    for (const auto& [n, count] : marks) {
      INFO("n=" << n);
      CHECK(count == 1);
    }
    const auto ends = ends_recorded();
    for (const auto& [id, outcomes] : ends) {
      INFO(id);
      CHECK(outcomes.size() == 1);
    }
    std::map<std::string, int> kinds;
    const auto all = host_.executions();
    for (const Json& one : all) {
      INFO(one.dump());
      CHECK(ends.contains(one.at("id")));
      const Json& end = one.at("end");
      ++kinds[end.at("kind").get<std::string>() + " " + end.value("reason", "")];
      const bool did_well = end.at("kind") == "exited" && end.at("code") == 0;
      if (did_well) CHECK(marks.contains(one.at("arguments").at("n")));
    }
    CHECK(marks.size() > all.size() / 4);  // not all were lost
    std::string told;
    for (const auto& [kind, count] : kinds) told += std::to_string(count) + " " + kind + "\n";
    WARN(dispatched().size() << " dispatched, " << marks.size() << " commands run, " << killed_
                             << " killed, " << ends.size() - all.size()
                             << " in the audit log alone\n"
                             << told);
  }

  void check_nothing_is_left() {
    wait_until("no process of a command is left", [] { return running("/run/marks") == 0; });
    wait_until("nobody watches over one",
               [] { return run({"pgrep", "-x", "picket-command"}).output.empty(); });
    wait_until("no zombie is left",
               [] { return !contains(run({"ps", "-eo", "stat="}).output, "Z"); });
    for (const auto& node : kNodes) {
      wait_until(node + " has an executor", [&] { return executor(node) > 0; }, 60s);
      CHECK(descriptors_of(agent(node)) <= agent_descriptors_);
      CHECK(descriptors_of(executor(node)) <= executor_descriptors_);
    }
    CHECK(descriptors_of(host_.site.hub().pid()) <= hub_descriptors_);
  }

 private:
  int below(int end) { return static_cast<int>(random_() % static_cast<uint32_t>(end)); }
  const std::string& some_node() { return kNodes[static_cast<std::size_t>(below(3))]; }
  pid_t agent(const std::string& node) { return host_.site.node(node).pid(); }
  pid_t executor(const std::string& node) {
    return child_of(child_of(agent(node), "start-commands"), "run-commands");
  }
  bool has_commands(const std::string& node) const {
    return contains(host_.site.picket({"commands", node}).output, "mark");
  }

  void start(int n) {
    clients_.push_back(host_.site.start_picket(
        {"run", some_node(), "mark", "n=" + std::to_string(n), "pause=" + std::to_string(below(4))},
        "client"));
  }

  void kill_something() {
    ::usleep(static_cast<useconds_t>(below(30'000)));
    Site& site = host_.site;
    const std::string& node = some_node();
    ++killed_;
    switch (below(8)) {
      case 0:
        site.kill_hub();
        site.start_hub();
        host_.await_commands(node);
        break;
      case 1:
        site.kill_node(node);
        site.start_node(node);
        host_.await_commands(node);
        break;
      case 2:
        if (!clients_.empty())
          clients_.erase(std::next(clients_.begin(), below(int(clients_.size()))));
        break;
      case 3:
        if (const pid_t pid = executor(node); pid > 0) ::kill(pid, SIGKILL);
        break;
      case 4: run({"pkill", "-KILL", "-f", "/run/marks"}); break;
      case 5: run({"pkill", "-KILL", "-x", "picket-command"}); break;
      default: --killed_;
    }
  }

  bool have_ended() const {
    const auto all = host_.executions();
    return std::ranges::all_of(all, [](const Json& one) { return one.at("state") == "ended"; });
  }

  static std::map<std::string, int> marks_made() {
    std::map<std::string, int> marks;
    std::ifstream file("/run/marks");
    for (std::string line; std::getline(file, line);) ++marks[line];
    return marks;
  }

  /// All that the audit log says of.
  std::vector<Json> records_of(const std::string& action) const {
    std::vector<Json> records;
    for (Json& record : objects_in(host_.site.picket({"audit", "--json"}).output)) {
      if (record.at("action") == action) records.push_back(std::move(record));
    }
    return records;
  }

  std::set<std::string> dispatched() const {
    std::set<std::string> ids;
    for (const Json& record : records_of("run.decide")) {
      if (record.at("outcome") == "dispatched") ids.insert(record.at("details").at("execution"));
    }
    return ids;
  }

  bool have_ends_recorded() const {
    const auto ends = ends_recorded();
    return std::ranges::all_of(dispatched(), [&](const auto& id) { return ends.contains(id); });
  }

  std::map<std::string, Words> ends_recorded() const {
    std::map<std::string, Words> ends;
    for (const Json& record : records_of("run.end"))
      ends[record.at("details").at("execution")].push_back(record.at("outcome"));
    return ends;
  }

  Operated host_;
  std::mt19937 random_;
  std::list<Child> clients_;
  int killed_ = 0;
  std::size_t agent_descriptors_ = 0;
  std::size_t executor_descriptors_ = 0;
  std::size_t hub_descriptors_ = 0;
};

}  // namespace

TEST_CASE(
    "whatever is killed, a command is run at most once, has exactly one end, and leaves "
    "nothing behind",
    "[.][run-killed]") {
  Killing killing(1);
  killing.run_all(runs_wanted());
  killing.check_ends();
  killing.check_nothing_is_left();
}

}  // namespace picket::test
