#include <string>

#include "tests/support/catch.h"
#include "tests/support/hub_rig.h"

namespace picket::hub {
namespace {

using test::HubRig;

struct Asked {
  explicit Asked(HubRig& on, int64_t since_unix_ns = 0) : rig(on) {
    link = rig.connect_client({.uid = 0, .gid = 0, .groups = {}});
    v1::ClientToHub request;
    request.set_request_id(9);
    request.mutable_list_audit()->set_since_unix_ns(since_unix_ns);
    link->say(request);
  }
  /// "line|line|", and what ended it: "end", "error: ..."; nothing so far: empty.
  std::string pulled() const {
    std::string text;
    for (const auto& message : link->peer.pull_all<v1::HubToClient>(*link->handler)) {
      CHECK(message.request_id() == 9);
      if (message.has_audit_line()) text += message.audit_line().line() + "|";
      if (message.has_error()) text += "error: " + message.error().text();
      if (message.has_end()) text += "end";
    }
    return text;
  }
  HubRig& rig;
  std::unique_ptr<test::RigLink> link;
};

AuditPage page(std::vector<std::string> lines, bool at_end = false) {
  return {.lines = std::move(lines), .at_end = at_end, .trouble = {}};
}

}  // namespace

TEST_CASE("the audit log is read a page at a time, each when the one before has gone") {
  HubRig rig;
  rig.audit.pages = {page({"1", "2"}), page({}), page({"3"}), page({"4"}, true)};
  const Asked asked(rig, 77);
  CHECK(asked.pulled().empty());
  CHECK(rig.audit.read_since == from_unix_ns(77));
  CHECK(rig.audit.reads_waiting() == 1);
  const int wakes = asked.link->peer.wakes;
  rig.audit.answer_reads();
  CHECK(asked.link->peer.wakes == wakes + 1);
  CHECK(rig.audit.reads_waiting() == 0);  // nothing is read ahead of the client
  CHECK(asked.pulled() == "1|2|");
  rig.audit.answer_reads();
  CHECK(asked.pulled().empty());
  rig.audit.answer_reads();
  CHECK(asked.pulled() == "3|");
  rig.audit.answer_reads();
  CHECK(asked.pulled() == "4|end");
  CHECK(rig.audit.reads_waiting() == 0);
}

TEST_CASE("an audit log without records is an end") {
  HubRig rig;
  const Asked asked(rig);
  CHECK(asked.pulled().empty());
  rig.audit.answer_reads();
  CHECK(asked.pulled() == "end");
}

TEST_CASE("an audit log that can't be read to its end is an error, after what could be read") {
  HubRig rig;
  rig.audit.pages = {{.lines = {"1"}, .at_end = true, .trouble = "Input/output error"}};
  const Asked asked(rig);
  CHECK(asked.pulled().empty());
  rig.audit.answer_reads();
  CHECK(asked.pulled() == "1|error: the audit log can't be read: Input/output error");
}

TEST_CASE("what a client waits for of the audit log doesn't keep its other replies") {
  HubRig rig;
  const Asked asked(rig);
  CHECK(asked.pulled().empty());
  v1::ClientToHub status;
  status.set_request_id(9);
  status.mutable_get_status();
  asked.link->say(status);
  CHECK(asked.link->peer.take<v1::HubToClient>().size() == 2);
  rig.audit.answer_reads();
  CHECK(asked.pulled() == "end");
}

TEST_CASE("a client that goes while the audit log is read for it is no harm") {
  HubRig rig;
  {
    const Asked asked(rig);
    CHECK(asked.pulled().empty());
    asked.link->end();
  }
  CHECK(rig.audit.reads_waiting() == 1);
  rig.audit.answer_reads();
  CHECK(rig.hub->clients() == 0);
}

TEST_CASE("replies of the audit log count among the unanswered requests, until they have ended") {
  HubRig rig;
  const auto link = rig.connect_client({.uid = 0, .gid = 0, .groups = {}});
  v1::ClientToHub request;
  request.mutable_list_audit();
  const auto ask = [&](std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) link->say(request);
    return link->peer.take<v1::HubToClient>().size();  // refusals
  };
  CHECK(ask(limits::kRequestsOpenMax) == 0);
  CHECK(ask(1) == 1);
  std::size_t ended = 0;
  while (ended < limits::kRequestsOpenMax) {
    const auto replies = link->peer.pull_all<v1::HubToClient>(*link->handler);
    for (const auto& reply : replies) ended += reply.has_end() ? 1 : 0;
    rig.audit.answer_reads();
  }
  CHECK(ask(limits::kRequestsOpenMax) == 0);
  CHECK(ask(1) == 1);
}

}  // namespace picket::hub
