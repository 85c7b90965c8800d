#include "hub/core/audit_execution.h"

#include <algorithm>
#include <set>
#include <string>

#include "common/limits.h"
#include "common/sha256.h"
#include "tests/support/catch.h"

namespace picket::hub {
namespace {

AuditedRun restart() {
  return {.actor = "uid 1000",
          .on_behalf_of = "telegram:12345",
          .request = "r7",
          .label = "restart",
          .nodes = {"web1", "web2"},
          .parameters = {{"service", "nginx"}, {"mode", "now"}}};
}

std::string detail(const AuditRecord& record, const std::string& name) {
  for (const auto& [key, value] : record.details) {
    if (key == name) return value;
  }
  return "(none)";
}

}  // namespace

TEST_CASE("a run's request, decision and end are three records that name each other") {
  const AuditedExecution on_web1{.node = "web1", .id = "e42"};
  const AuditRecord requested = run_requested(restart());
  CHECK(requested.actor == "uid 1000");
  CHECK(requested.action == "run.request");
  CHECK(requested.object == "restart");
  CHECK(requested.allowed);
  CHECK(requested.details == decltype(requested.details){{"request", "r7"},
                                                         {"on_behalf_of", "telegram:12345"},
                                                         {"nodes", "web1 web2"},
                                                         {"parameter.service", "nginx"},
                                                         {"parameter.mode", "now"}});
  const AuditRecord decided = run_decided(restart(), on_web1, std::nullopt);
  CHECK(decided.action == "run.decide");
  CHECK(decided.allowed);
  CHECK(decided.outcome == "dispatched");
  CHECK(detail(decided, "request") == "r7");
  CHECK(detail(decided, "node") == "web1");
  CHECK(detail(decided, "execution") == "e42");
  const AuditRecord ended = run_ended(restart(), on_web1, "exited 0", "");
  CHECK(ended.action == "run.end");
  CHECK(ended.outcome == "exited 0");
  CHECK(detail(ended, "execution") == "e42");
  CHECK(detail(ended, "on_behalf_of") == "telegram:12345");
  CHECK(detail(ended, "cancelled_by") == "(none)");
}

TEST_CASE("who refused and who cancelled is in the record") {
  const AuditRecord refused = run_decided(restart(), {"db1", ""}, "uid 1000 may not run it there");
  CHECK_FALSE(refused.allowed);
  CHECK(refused.outcome == "uid 1000 may not run it there");
  CHECK(detail(refused, "execution") == "(none)");
  CHECK_FALSE(run_decided(restart(), {"db1", ""}, "").allowed);  // whatever it says
  CHECK(detail(run_ended(restart(), {"web1", "e"}, "cancelled", "uid 0"), "cancelled_by") ==
        "uid 0");
  AuditedRun own = restart();
  own.on_behalf_of.clear();
  CHECK(detail(run_requested(own), "on_behalf_of") == "(none)");
}

TEST_CASE("T3: values are recorded exactly up to the limit, and past it named by their hash") {
  AuditedRun run = restart();
  const auto recorded = [&](const std::string& value) {
    run.parameters = {{"p", value}};
    return detail(run_requested(run), "parameter.p");
  };
  const std::string longest(limits::kAuditValueBytesMax, 'x');
  CHECK(recorded(longest) == longest);
  const std::string more = longest + "y";
  CHECK(recorded(more) == longest + "… (" + std::to_string(more.size()) + " bytes, SHA-256 " +
                              to_hex(sha256(more)) + ")");
  CHECK(recorded("\xff") == "\ufffd… (1 bytes, SHA-256 " + to_hex(sha256("\xff")) + ")");
  CHECK(recorded("\xff") != recorded("\xfe"));
  CHECK(recorded("") == "");
}

TEST_CASE("parameters of one name, or of names that are cut, don't hide each other") {
  AuditedRun run = restart();
  const std::string name(limits::kCommandNameBytesMax, 'n');
  run.parameters = {{"a", "1"}, {"a", "2"},  {"a#2", "3"},
                    {"a", "4"}, {name, "5"}, {name + "x", "6"}};
  std::set<std::string> names;
  std::string values;
  for (const auto& [key, value] : run_requested(run).details) {
    CHECK(names.insert(key).second);
    if (key.starts_with("parameter.")) values += value;
  }
  CHECK(values == "123456");
}

TEST_CASE("more parameters or nodes than a record holds are counted") {
  AuditedRun run = restart();
  run.parameters.assign(limits::kAuditParametersMax, {"p", "v"});
  CHECK(detail(run_requested(run), "parameters_left_out") == "(none)");
  run.parameters.emplace_back("p", "v");
  CHECK(detail(run_requested(run), "parameters_left_out") == "1");
  run.nodes.assign(10'000, "web1");
  const std::string nodes = detail(run_requested(run), "nodes");
  CHECK(nodes.size() <= limits::kAuditNodesBytesMax + 20);
  const auto named = static_cast<std::size_t>(std::ranges::count(nodes, '1'));
  CHECK(nodes.find(" more") != std::string::npos);
  CHECK(named > 500);
}

}  // namespace picket::hub
