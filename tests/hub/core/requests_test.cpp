#include "hub/core/requests.h"

#include <algorithm>
#include <cstdint>

#include "tests/support/catch.h"
#include "tests/support/hub_rig.h"

namespace picket::hub {
namespace {

using namespace std::chrono_literals;
using test::HubRig;
using Messages = std::vector<v1::HubToClient>;

constexpr uint32_t kObserver = 1000;
constexpr uint32_t kAdministrator = 1001;
constexpr uint32_t kStranger = 65534;

AccessRules rules() {
  AccessRules access;
  access.hub_uid = 200;
  access.observe_gids = {500};
  access.administer_uids = {kAdministrator};
  return access;
}

/// Each request, filled so far that its handler accepts it.
v1::ClientToHub example(v1::ClientToHub::RequestCase message) {
  v1::ClientToHub request;
  request.set_request_id(9);
  switch (message) {
    case v1::ClientToHub::kSubscribe: *request.mutable_subscribe() = test::live_subscribe(); break;
    case v1::ClientToHub::kListNodes: request.mutable_list_nodes(); break;
    case v1::ClientToHub::kShowNodes: request.mutable_show_nodes(); break;
    case v1::ClientToHub::kGetStatus: request.mutable_get_status(); break;
    case v1::ClientToHub::kCreateTokens: request.mutable_create_tokens()->add_nodes("n"); break;
    case v1::ClientToHub::kListTokens: request.mutable_list_tokens(); break;
    case v1::ClientToHub::kRevokeToken: request.mutable_revoke_token()->set_id("1"); break;
    case v1::ClientToHub::kRevokeNode: request.mutable_revoke_node()->set_node("web1"); break;
    case v1::ClientToHub::kForgetNode: request.mutable_forget_node()->set_node("web1"); break;
    case v1::ClientToHub::kListAudit: request.mutable_list_audit(); break;
    case v1::ClientToHub::kRun: request.mutable_run()->set_node("nope"); break;
    case v1::ClientToHub::kAttachExecution: request.mutable_attach_execution(); break;
    case v1::ClientToHub::kCancelExecution: request.mutable_cancel_execution(); break;
    case v1::ClientToHub::kListExecutions: request.mutable_list_executions(); break;
    case v1::ClientToHub::kHello:
    case v1::ClientToHub::REQUEST_NOT_SET: break;
  }
  return request;
}

Messages ask(HubRig& rig, Caller caller, const v1::ClientToHub& request) {
  auto link = rig.connect_client(std::move(caller));
  link->say(request);
  Messages replies;
  do {
    rig.settle();
    for (auto& reply : link->peer.take<v1::HubToClient>()) replies.push_back(reply);
    for (auto& reply : link->peer.pull_all<v1::HubToClient>(*link->handler))
      replies.push_back(reply);
  } while (rig.audit.reads_waiting() > 0);
  link->end();
  return replies;
}

const Caller kRoot{.uid = 0, .gid = 0, .groups = {}};

std::string text_of(const test::MemoryAudit& audit) {
  std::string text;
  for (const auto& record : audit.records) text += record.object + ' ' + record.outcome + '\n';
  return text;
}

v1::Error::Code error_of(const Messages& replies) {
  for (const auto& reply : replies) {
    if (reply.has_error()) return reply.error().code();
  }
  return v1::Error::CODE_UNSPECIFIED;
}

}  // namespace

TEST_CASE("the table has a row for every request of the protocol but hello, sorted by name") {
  const auto rows_of = [](int number) {
    return std::ranges::count(requests(), static_cast<v1::ClientToHub::RequestCase>(number),
                              &Request::message);
  };
  for (int number = v1::ClientToHub::kSubscribe; number <= v1::ClientToHub::kForgetNode; ++number)
    CHECK(rows_of(number) == 1);
  CHECK(rows_of(v1::ClientToHub::kListAudit) == 1);
  for (int number = v1::ClientToHub::kRun; number <= v1::ClientToHub::kListExecutions; ++number)
    CHECK(rows_of(number) == 1);
  CHECK(std::is_sorted(requests().begin(), requests().end(),
                       [](const Request& a, const Request& b) { return a.name < b.name; }));
}

TEST_CASE(
    "every request is refused to whoever lacks its permission, and answered to the others (T3)") {
  const std::vector<std::pair<Caller, Permission>> callers = {
      {{.uid = 0, .gid = 0, .groups = {}}, Permission::kAdminister},
      {{.uid = 200, .gid = 200, .groups = {}}, Permission::kAdminister},
      {{.uid = kAdministrator, .gid = 1001, .groups = {}}, Permission::kAdminister},
      {{.uid = kObserver, .gid = 1000, .groups = {4, 500}}, Permission::kObserve},
      {{.uid = kStranger, .gid = kStranger, .groups = {4}}, Permission::kNone}};
  for (const auto& row : requests()) {
    for (const auto& [caller, permission] : callers) {
      HubRig rig({"web1"}, {}, rules());
      const auto replies = ask(rig, caller, example(row.message));
      INFO(row.name << " as uid " << caller.uid);
      REQUIRE_FALSE(replies.empty());
      const bool refused = error_of(replies) == v1::Error::CODE_NOT_PERMITTED;
      CHECK(refused == (permission < row.permission));
      if (refused && !row.action.empty()) {
        REQUIRE(rig.audit.records.size() == 1);
        CHECK_FALSE(rig.audit.records[0].allowed);
        CHECK(rig.audit.records[0].action == row.action);
        CHECK(rig.audit.records[0].actor == "uid " + std::to_string(caller.uid));
        CHECK(rig.identities.token_list.empty());
        CHECK(rig.identities.nodes.contains("web1"));
      }
    }
  }
}

TEST_CASE(
    "token, revoke and forget are recorded before they are done, and not done if they can't be") {
  for (const auto message : {v1::ClientToHub::kCreateTokens, v1::ClientToHub::kRevokeNode,
                             v1::ClientToHub::kForgetNode}) {
    HubRig rig({"web1"});
    ask(rig, {}, example(message));
    REQUIRE(rig.audit.records.size() == 1);
    CHECK(rig.audit.records[0].allowed);
    HubRig broken({"web1"});
    broken.audit.failing = true;
    CHECK(error_of(ask(broken, {}, example(message))) == v1::Error::CODE_INTERNAL);
    CHECK(broken.identities.token_list.empty());
    CHECK(broken.identities.nodes.contains("web1"));
    CHECK_FALSE(broken.identities.nodes.at("web1").revoked);
  }
}

TEST_CASE(
    "nodes are found by name, pattern and address (SM16), not by what they say of themselves") {
  HubRig rig({"db1", "web1", "web2"});
  auto web = rig.connect_node("web1");
  const auto found = [&](const std::string& selector) {
    auto request = example(v1::ClientToHub::kListNodes);
    request.mutable_list_nodes()->add_selectors(selector);
    std::string names;
    for (const auto& reply : ask(rig, {}, request)) names += reply.node().name() + " ";
    return names;
  };
  CHECK(found("web*") == "web1 web2  ");
  CHECK(found("db1") == "db1  ");
  CHECK(found("192.0.2.1") == "web1  ");
  CHECK(found("host") == " ");  // its host name, says web1
  CHECK(found("@all") == "db1 web1 web2  ");
  CHECK(found("x*") == " ");
  auto request = example(v1::ClientToHub::kListNodes);
  request.mutable_list_nodes()->add_selectors("web3");
  CHECK(error_of(ask(rig, {}, request)) == v1::Error::CODE_NO_SUCH_NODE);
}

TEST_CASE(
    "show asks the node for idle times and answers within a second even if the node is silent") {
  HubRig rig({"web1"});
  auto node = rig.connect_node("web1");
  node->say(HubRig::sessions({"alice"}));
  node->peer.sent.clear();
  auto client = rig.connect_client();
  auto request = example(v1::ClientToHub::kShowNodes);
  request.mutable_show_nodes()->set_refresh(true);
  client->say(request);
  CHECK(client->peer.pull_all<v1::HubToClient>(*client->handler).empty());
  const auto asked = node->peer.take<v1::HubToNode>();
  REQUIRE(asked.size() == 1);

  SECTION("the node answers") {
    v1::NodeToHub answer;
    answer.mutable_refreshed()->set_id(asked[0].refresh().id());
    *answer.mutable_refreshed()->mutable_value() = HubRig::sessions({"alice"}).value();
    answer.mutable_refreshed()->mutable_value()->mutable_sessions()->mutable_rows(0)->set_idle_ms(
        4000);
    node->say(answer);
    rig.advance(300ms);
    const auto replies = client->peer.pull_all<v1::HubToClient>(*client->handler);
    REQUIRE(replies.size() == 3);
    CHECK(replies[0].node().collectors(0).refreshed_ago_ms() == 300);
    CHECK(replies[1].rows().sessions().rows(0).idle_ms() == 4000);
    CHECK(replies[2].has_end());
  }
  SECTION("the node is silent") {
    rig.advance(limits::kRefreshTimeout);
    const auto replies = client->peer.pull_all<v1::HubToClient>(*client->handler);
    REQUIRE(replies.size() == 3);
    CHECK_FALSE(replies[0].node().collectors(0).has_refreshed_ago_ms());
    CHECK_FALSE(replies[1].rows().sessions().rows(0).has_idle_ms());
  }
  SECTION("the node goes") {
    node->end();
    CHECK(client->peer.pull_all<v1::HubToClient>(*client->handler).size() == 3);
  }
  SECTION("the client goes first") {
    client->end();
    rig.advance(limits::kRefreshTimeout);
    CHECK(rig.hub->clients() == 0);
  }
}

TEST_CASE("a client's first message is hello, once, anything else ends its connection only") {
  HubRig rig;
  auto early = rig.client_link();
  early->say(example(v1::ClientToHub::kListNodes));
  CHECK(early->peer.closed->reason == CloseReason::kProtocolError);
  auto twice = rig.connect_client();
  v1::ClientToHub hello;
  *hello.mutable_hello()->mutable_peer() = protocol::self("picket", "x");
  twice->say(hello);
  CHECK(twice->peer.closed->reason == CloseReason::kProtocolError);
  auto garbage = rig.client_link();
  garbage->handler->on_frame("\xff\xff");
  CHECK(garbage->peer.closed->reason == CloseReason::kBadFrame);
  auto fine = rig.connect_client();
  fine->say(example(v1::ClientToHub::kGetStatus));
  CHECK(fine->peer.take<v1::HubToClient>().at(0).has_status());
}

TEST_CASE(
    "who may not observe any more loses the connection on which he watches, and others don't") {
  constexpr uint32_t kMallory = 1002;
  constexpr uint32_t kAlice = 1003;
  AccessRules before;
  before.observe_uids = {kMallory, kAlice};
  HubRig rig({"web1"}, {}, before);
  const auto mallory = rig.connect_client({.uid = kMallory, .gid = 0, .groups = {}});
  const auto alice = rig.connect_client({.uid = kAlice, .gid = 0, .groups = {}});
  AccessRules after;
  after.observe_uids = {kAlice};
  rig.hub->set_access(after);
  REQUIRE(mallory->peer.closed);
  CHECK(mallory->peer.closed->reason == CloseReason::kNotPermitted);
  CHECK_FALSE(alice->peer.closed);
}

TEST_CASE("a client has at most so many unanswered requests, and then its count is free again") {
  HubRig rig({"web1"});
  auto client = rig.connect_client();
  const auto request = example(v1::ClientToHub::kListNodes);
  for (std::size_t i = 0; i < limits::kRequestsOpenMax; ++i) client->say(request);
  CHECK(client->peer.sent.empty());
  client->say(request);
  CHECK(error_of(client->peer.take<v1::HubToClient>()) == v1::Error::CODE_BUSY);
  client->peer.pull_all<v1::HubToClient>(*client->handler);
  client->say(request);
  CHECK(client->peer.sent.empty());
}

TEST_CASE("closed links tell what went wrong with clients, not that they were done") {
  HubRig rig;
  rig.connect_client()->end();
  CHECK(rig.closed_links().empty());
  rig.connect_client()->end({CloseReason::kOutboxFull, {}});
  REQUIRE(rig.closed_links().size() == 1);
  CHECK(rig.closed_links()[0].reason() == "outbox_full");
}

TEST_CASE("the status says why nothing is stored, and no more once it is") {
  HubRig rig({"web1"});
  const auto status = [&] {
    return ask(rig, kRoot, example(v1::ClientToHub::kGetStatus)).at(0).status();
  };
  CHECK(status().storing());
  CHECK(status().not_storing_reason().empty());
  rig.journal.full = true;
  const auto node = rig.connect_node("web1");
  rig.advance(limits::kCommitDelay);
  CHECK_FALSE(status().storing());
  CHECK(status().not_storing_reason() == "full");
  rig.journal.full = false;
  rig.advance(limits::kStoreRetry);
  CHECK(status().storing());
  CHECK(status().not_storing_reason().empty());
}

TEST_CASE("a request of a newer client is answered by unsupported") {
  HubRig rig;
  v1::ClientToHub newer;
  newer.set_request_id(3);
  CHECK(error_of(ask(rig, {}, newer)) == v1::Error::CODE_UNSUPPORTED);
}

TEST_CASE("the status says why nothing can be recorded") {
  HubRig rig;
  const auto error = [&] {
    return ask(rig, kRoot, example(v1::ClientToHub::kGetStatus)).at(0).status().audit_error();
  };
  CHECK(error().empty());
  rig.audit.failing = true;
  CHECK(error() == "the disk is full");
}

TEST_CASE("T3: what is matched against every update is short") {
  HubRig rig({"web1"});
  const auto subscribe_with = [&](std::size_t bytes) {
    auto request = example(v1::ClientToHub::kSubscribe);
    request.mutable_subscribe()->mutable_filter()->add_kinds(std::string(bytes, '*'));
    return error_of(ask(rig, {}, request));
  };
  CHECK(subscribe_with(limits::kSelectorBytesMax) == v1::Error::CODE_UNSPECIFIED);
  CHECK(subscribe_with(limits::kSelectorBytesMax + 1) == v1::Error::CODE_INVALID);
  auto list = example(v1::ClientToHub::kListNodes);
  for (std::size_t i = 0; i < limits::kSelectorsMax; ++i)
    list.mutable_list_nodes()->add_selectors("*");
  CHECK(error_of(ask(rig, {}, list)) == v1::Error::CODE_UNSPECIFIED);
  list.mutable_list_nodes()->add_selectors("*");
  CHECK(error_of(ask(rig, {}, list)) == v1::Error::CODE_INVALID);
}

TEST_CASE("a thousand new tokens are streamed as the client reads, not queued all at once") {
  HubRig rig;
  auto link = rig.connect_client(kRoot);
  auto request = example(v1::ClientToHub::kCreateTokens);
  request.mutable_create_tokens()->clear_nodes();
  for (int i = 0; i < 1000; ++i) {
    request.mutable_create_tokens()->add_nodes("web" + std::to_string(i));
  }
  link->say(request);
  CHECK(link->peer.sent.empty());
  CHECK(link->peer.pull_all<v1::HubToClient>(*link->handler).size() == 1001);  // and the end
}

TEST_CASE("T16: a token that is revoked by its text, however it was pasted, is in no record") {
  const std::string token = "pkt1_c2VjcmV0";
  const std::vector<std::string> pastes = {token, " " + token, "picket-node join " + token + "\n"};
  for (const auto& pasted : pastes) {
    HubRig rig;
    rig.identities.token_list.emplace_back().set_id(token);
    auto request = example(v1::ClientToHub::kRevokeToken);
    request.mutable_revoke_token()->set_id(pasted);
    CHECK(error_of(ask(rig, kRoot, request)) == v1::Error::CODE_UNSPECIFIED);
    CHECK(text_of(rig.audit).find("c2Vj") == std::string::npos);
  }
}

TEST_CASE("a name that can be no node's is refused as such, and not recorded") {
  HubRig rig({"web1"});
  auto request = example(v1::ClientToHub::kForgetNode);
  request.mutable_forget_node()->set_node(std::string(300'000 / 4, 'x'));
  CHECK(error_of(ask(rig, kRoot, request)) == v1::Error::CODE_NO_SUCH_NODE);
  CHECK(rig.audit.records.empty());
}

}  // namespace picket::hub
