#include "integrations/delivery/event_paragraph.h"

#include <string>

#include "tests/integrations/delivery/events.h"
#include "tests/support/catch.h"

namespace picket::delivery {
namespace {

const WallTime kAt = from_unix_ns(1'800'000'000'000'000'000);

Paragraph paragraph_of_su(const std::string& kind, const std::string& target) {
  v1::Update update = test::auth(1, kind, "web1", kAt, "alice", "");
  update.mutable_event()->mutable_auth()->set_target_user(target);
  update.mutable_event()->mutable_auth()->set_pid(4'194'304);
  return paragraph_of(update, facts_of(update));
}

TEST_CASE("SM32: a change of user is told with its whole pid, however long the names are") {
  CHECK(paragraph_of_su("su.opened", "root").text == "su: alice to root, pid 4194304");
  CHECK(paragraph_of_su("su.failed", "root").text == "su failed: alice to root, pid 4194304");
  CHECK(paragraph_of_su("su.closed", "root").fields.back().second == "4194304");
  const std::string text = paragraph_of_su("su.opened", std::string(1000, 'x')).text;
  CHECK(text.ends_with("x…, pid 4194304"));
  CHECK(text.size() <= kParagraphCharactersMax + 2);  // "…" has three bytes
}

TEST_CASE("of what is no change of user the pid is among the parts alone") {
  v1::Update update = test::auth(1, "ssh.accepted", "web1", kAt, "alice", "192.0.2.7");
  update.mutable_event()->mutable_auth()->set_pid(4711);
  const Paragraph paragraph = paragraph_of(update, facts_of(update));
  CHECK(paragraph.text == "ssh login: alice from 192.0.2.7");
  CHECK(paragraph.fields.back().second == "4711");
}

}  // namespace
}  // namespace picket::delivery
