#include "node/auth_log/choose_source.h"

#include "tests/support/catch.h"

namespace picket::node {
namespace {

v1::CollectorHealth ok(const char* source) {
  v1::CollectorHealth health;
  health.mutable_ok()->add_sources(source);
  return health;
}

v1::CollectorHealth failed(const char* reason, const char* remedy) {
  v1::CollectorHealth health;
  health.mutable_failed()->set_reason(reason);
  health.mutable_failed()->set_remedy(remedy);
  return health;
}

}  // namespace

TEST_CASE("the journal is read if it can be, else the file") {
  const auto no_journal = failed("journal not readable", "join the group");
  const auto no_file = failed("there is no file", "");
  CHECK(choose_source(ok("journald"), ok("file")) == LogChoice::kJournal);
  CHECK(choose_source(ok("journald"), no_file) == LogChoice::kJournal);
  CHECK(choose_source(no_journal, ok("file")) == LogChoice::kFile);
  CHECK(choose_source(no_journal, no_file) == LogChoice::kNone);
  CHECK(choose_source({}, {}) == LogChoice::kNone);
}

TEST_CASE("what is said of the log is what is said of the source, or why there is none") {
  const auto no_journal = failed("journal not readable", "join the group");
  const auto no_file = failed("denied", "change the mode");
  CHECK(health_of_choice(ok("journald"), no_file).ok().sources(0) == "journald");
  CHECK(health_of_choice(no_journal, ok("file")).ok().sources(0) == "file");
  const auto neither = health_of_choice(no_journal, no_file).failed();
  CHECK(neither.reason() == "journal not readable; denied");
  CHECK(neither.remedy() == "join the group");
  CHECK(health_of_choice(failed("there is no journal", ""), no_file).failed().remedy() ==
        "change the mode");
}

}  // namespace picket::node
