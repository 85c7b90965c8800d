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

TEST_CASE("what the log says of an end counts, not what the row says of the log") {
  for (const bool was_recorded : {true, false}) {
    Fixture before;
    before.connect();
    const auto client = before.start();
    before.started();
    before.rig.audit.failing = !was_recorded;
    before.ended();
    JournalContents contents = before.rig.stored();
    contents.runs.push_back({.stored_before = 0, .start_seq = 1024});
    const std::string begin = line("run.decide", before.run.id(), true, "dispatched");
    const std::string end = line("run.end", before.run.id(), true, "exited 0");
    const auto recorded = [&](const Words& lines, const std::string& trouble = {}) {
      return actions(Fixture(contents, {{.lines = lines, .at_end = true, .trouble = trouble}}).rig);
    };
    CHECK(recorded({begin, end}).empty());
    CHECK(recorded({end}).empty());
    CHECK(recorded({begin}) == Words{"run.end exited 0"});
    const Words by_row = was_recorded ? Words{} : Words{"run.end exited 0"};
    CHECK(recorded({}) == by_row);  // rotated away
    CHECK(recorded({begin}, "input/output error") == by_row);
    contents.runs.clear();  // nothing is known of an earlier hub
    CHECK(recorded({begin}) == by_row);
  }
}

TEST_CASE("what ends while the log is read has one end there") {
  const Restarted before;
  Fixture after;
  after.rig.audit.pages = {{.lines = {line("run.decide", before.stored_id, true, "dispatched")},
                            .at_end = true,
                            .trouble = {}}};
  Hub& hub = *after.rig.hub;
  hub.restore(before.contents);
  hub.start();
  after.connect();
  after.run.set_id(before.stored_id);
  after.ended();
  CHECK(actions(after.rig) == Words{"run.end exited 0"});
}

TEST_CASE("the log is read from the first start on that is known, and lost runs are tried again") {
  Restarted before;
  before.contents.runs.push_back({.stored_before = 0, .start_seq = uint64_t{1} << 40U});
  Fixture after(before.contents, {{.lines = {}, .at_end = true, .trouble = {}}});
  CHECK(after.rig.audit.read_since < start_of(1024));
  Fixture failing;
  failing.rig.audit.failing = true;
  failing.rig.audit.pages = {
      {.lines = {line("run.decide", "lost", true, "dispatched")}, .at_end = true, .trouble = {}}};
  failing.rig.hub->restore(before.contents);
  failing.rig.hub->start();
  failing.rig.settle();
  CHECK(actions(failing.rig).empty());
  failing.rig.audit.failing = false;
  failing.rig.advance(limits::kAuditRepairRetry);
  CHECK(actions(failing.rig).size() == 1);
  failing.rig.advance(limits::kAuditRepairRetry);
  CHECK(actions(failing.rig).size() == 1);
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
