#include "hub/core/unended_runs.h"

#include "common/json_text.h"
#include "tests/hub/core/executions_rig.h"

namespace picket::hub {

using namespace test_executions;

namespace {

std::string line(const std::string& action, const std::string& id, bool allowed,
                 const std::string& outcome) {
  return R"({"time":"2026-05-04T03:02:01.000000000Z","seq":7,"actor":"uid 1002","action":")" +
         action + R"(","object":"uptime","allowed":)" + (allowed ? "true" : "false") +
         R"(,"outcome":")" + outcome + R"(","details":{"request":")" + id +
         R"(","node":"web1","execution":")" + id + R"("}})";
}

/// A hub that is started anew, over what one before it has left.
struct Restarted {
  Restarted() {
    Fixture before;
    before.connect();
    const auto client = before.start();
    stored_id = before.run.id();
    contents = before.rig.stored();
    contents.runs.push_back({.stored_before = 0, .start_seq = 1024});
  }
  std::string stored_id;
  JournalContents contents;
};

}  // namespace

TEST_CASE("a run that was recorded and not stored by a hub that was killed has its end recorded") {
  Restarted before;
  std::deque<AuditPage> pages;
  pages.push_back({.lines = {line("run.decide", "lost", true, "dispatched"),
                             line("run.decide", "ended", true, "dispatched"),
                             line("run.decide", "", false, "no such label"),
                             line("node.revoke", "", true, "done"), "no record"},
                   .at_end = false,
                   .trouble = {}});
  pages.push_back({.lines = {line("run.end", "ended", true, "exited 0"),
                             line("run.decide", before.stored_id, true, "dispatched")},
                   .at_end = true,
                   .trouble = {}});
  const Fixture after(before.contents, pages);
  const auto& audit = after.rig.audit;
  REQUIRE(audit.records.size() == 1);
  const AuditRecord& record = audit.records.front();
  CHECK(record.action == "run.end");
  CHECK(record.actor == "uid 1002");
  CHECK(record.object == "uptime");
  CHECK(record.outcome == "lost: the hub ended before it had stored this run");
  CHECK(record.details == std::vector<std::pair<std::string, std::string>>{
                              {"request", "lost"}, {"node", "web1"}, {"execution", "lost"}});
  CHECK(audit.reads_waiting() == 0);
}

TEST_CASE("nothing is said to be lost by an audit log that can't be read to its end") {
  Restarted before;
  const Fixture after(before.contents,
                      {{.lines = {line("run.decide", "perhaps", true, "dispatched")},
                        .at_end = false,
                        .trouble = "input/output error"}});
  CHECK(after.rig.audit.records.empty());
}

}  // namespace picket::hub
