// T1: a node that was taken over, with a good certificate.
#include <cstdint>
#include <functional>
#include <string>

#include "common/decode.h"
#include "common/message_shapes.h"
#include "tests/support/catch.h"
#include "tests/support/hub_rig.h"

namespace picket::test {
namespace {

using Change = std::function<void(v1::NodeToHub&)>;

/// Whether a link that says this instead of the honest message is ended for it.
bool is_refused_in_hello(const Change& change) {
  HubRig rig({"web1"});
  auto link = rig.node_link("web1");
  v1::NodeToHub message = HubRig::hello();
  change(message);
  link->say(message);
  return link->peer.closed && link->peer.closed->reason == CloseReason::kProtocolError;
}

bool is_refused_in_value(const Change& change) {
  HubRig rig({"web1"});
  auto link = rig.connect_node("web1");
  v1::NodeToHub message = HubRig::sessions({"alice"});
  change(message);
  link->say(message);
  return link->peer.closed && link->peer.closed->reason == CloseReason::kProtocolError;
}

std::string text(std::size_t bytes) { return std::string(bytes, 'x'); }

/// What a client is answered to show_nodes and gets in a snapshot.
std::vector<std::string> all_frames(HubRig& rig) {
  auto client = rig.connect_client();
  v1::ClientToHub request;
  request.set_request_id(2);
  request.mutable_show_nodes();
  client->say(request);
  std::vector<std::string> frames = client->frames();
  v1::Subscribe subscribe = live_subscribe();
  subscribe.set_snapshot(true);
  auto subscriber = rig.subscriber(subscribe);
  for (auto& frame : subscriber->frames()) frames.push_back(std::move(frame));
  return frames;
}

}  // namespace

TEST_CASE("T1: each text of a node is taken at its limit, and ends the link one byte past it") {
  const auto at_limit = text(limits::kTextBytesMax);
  const auto past_it = text(limits::kTextBytesMax + 1);
  const auto row = [](v1::NodeToHub& message) {
    return message.mutable_value()->mutable_sessions()->mutable_rows(0);
  };
  using Set = std::function<void(v1::NodeToHub&, const std::string&)>;
  const std::vector<Set> in_value = {
      [&](v1::NodeToHub& m, const std::string& t) { row(m)->set_user(t); },
      [&](v1::NodeToHub& m, const std::string& t) { row(m)->set_user_raw(t); },
      [&](v1::NodeToHub& m, const std::string& t) { row(m)->set_tty(t); },
      [&](v1::NodeToHub& m, const std::string& t) { row(m)->set_seat(t); },
      [&](v1::NodeToHub& m, const std::string& t) { row(m)->set_remote_host(t); },
      [&](v1::NodeToHub& m, const std::string& t) { row(m)->set_remote_host_raw(t); },
      [&](v1::NodeToHub& m, const std::string& t) { row(m)->set_service(t); },
      [&](v1::NodeToHub& m, const std::string& t) { row(m)->set_class_(t); },
      [](v1::NodeToHub& m, const std::string& t) {
        m.mutable_value()->mutable_health()->mutable_failed()->set_reason(t);
      },
      [](v1::NodeToHub& m, const std::string& t) {
        m.mutable_value()->mutable_health()->mutable_failed()->set_remedy(t);
      }};
  for (const auto& set : in_value) {
    CHECK_FALSE(is_refused_in_value([&](v1::NodeToHub& m) { set(m, at_limit); }));
    CHECK(is_refused_in_value([&](v1::NodeToHub& m) { set(m, past_it); }));
  }
  const std::vector<Set> in_hello = {
      [](v1::NodeToHub& m, const std::string& t) {
        m.mutable_hello()->mutable_facts()->set_host_name(t);
      },
      [](v1::NodeToHub& m, const std::string& t) { m.mutable_hello()->mutable_facts()->set_os(t); },
      [](v1::NodeToHub& m, const std::string& t) { m.mutable_hello()->set_folder_id(t); }};
  for (const auto& set : in_hello) {
    CHECK_FALSE(is_refused_in_hello([&](v1::NodeToHub& m) { set(m, at_limit); }));
    CHECK(is_refused_in_hello([&](v1::NodeToHub& m) { set(m, past_it); }));
  }
}

TEST_CASE("T1: lists and names of a node have limits") {
  const auto name_resources = [](int count) {
    return [count](v1::NodeToHub& m) {
      m.mutable_hello()->clear_resources();
      for (int i = 0; i < count; ++i) m.mutable_hello()->add_resources("r" + std::to_string(i));
    };
  };
  CHECK_FALSE(is_refused_in_hello(name_resources(32)));
  CHECK(is_refused_in_hello(name_resources(33)));
  CHECK(is_refused_in_hello([](v1::NodeToHub& m) { m.mutable_hello()->add_resources(""); }));
  CHECK(is_refused_in_hello([](v1::NodeToHub& m) { m.mutable_hello()->add_resources(text(65)); }));
  CHECK(is_refused_in_value([](v1::NodeToHub& m) {
    for (int i = 0; i < 9; ++i) {
      m.mutable_value()->mutable_sessions()->mutable_rows(0)->add_sources("utmp");
    }
  }));
  CHECK(is_refused_in_value([](v1::NodeToHub& m) {
    m.mutable_value()->mutable_sessions()->mutable_rows(0)->clear_key();
  }));
}

TEST_CASE("T1: parts without end are not kept, whatever number of parts they announce") {
  HubRig rig({"web1"});
  auto link = rig.connect_node("web1");
  v1::NodeToHub message = HubRig::sessions({});
  message.mutable_value()->set_parts(4'000'000'000U);
  for (int i = 0; i < 200; ++i) {
    auto* row = message.mutable_value()->mutable_sessions()->add_rows();
    row->set_key(std::to_string(i));
    row->set_user(text(1000));
  }
  uint32_t part = 0;
  while (part < 1000 && !link->peer.closed) {
    message.mutable_value()->set_part(part++);
    link->say(message);
  }
  CHECK(part <= limits::kValueBytesMax / (200 * 1000) + 1);
  REQUIRE(link->peer.closed);
  CHECK(link->peer.closed->detail == "a value over 4 MiB");
}

TEST_CASE("T1: all values of a node together have a limit") {
  HubRig rig({"web1"});
  auto link = rig.node_link("web1");
  auto hello = HubRig::hello();
  for (int i = 0; i < 20; ++i) hello.mutable_hello()->add_resources("r" + std::to_string(i));
  link->say(hello);
  v1::NodeToHub message = HubRig::sessions({});
  for (int i = 0; i < 200; ++i) {
    auto* row = message.mutable_value()->mutable_sessions()->add_rows();
    row->set_key(std::to_string(i));
    row->set_user(text(1000));
  }
  message.mutable_value()->set_parts(15);
  int complete = 0;
  for (int resource = 0; resource < 20 && !link->peer.closed; ++resource) {
    message.mutable_value()->set_resource("r" + std::to_string(resource));
    for (uint32_t part = 0; part < 15; ++part) {
      message.mutable_value()->set_part(part);
      link->say(message);
    }
    complete += link->peer.closed ? 0 : 1;
  }
  CHECK(complete == 2);
  REQUIRE(link->peer.closed);
  CHECK(link->peer.closed->detail == "values of more than 8 MiB in all");
}

TEST_CASE("parts of two values can't be mixed") {
  HubRig rig({"web1"});
  auto link = rig.node_link("web1");
  auto hello = HubRig::hello();
  hello.mutable_hello()->add_resources("other");
  link->say(hello);
  auto message = HubRig::sessions({"alice"});
  message.mutable_value()->set_parts(2);
  link->say(message);
  CHECK_FALSE(link->peer.closed);
  message.mutable_value()->set_resource("other");
  message.mutable_value()->set_part(1);
  link->say(message);
  CHECK(link->peer.closed);
}

TEST_CASE("T1: whatever a node may say, all that clients get of it are frames that they can read") {
  HubRig rig({"web1"});
  auto hello = HubRig::hello();
  auto& facts = *hello.mutable_hello()->mutable_facts();
  for (auto* fact : {facts.mutable_host_name(), facts.mutable_os(), facts.mutable_kernel(),
                     facts.mutable_agent_version(), facts.mutable_boot_id()}) {
    *fact = text(limits::kTextBytesMax);
  }
  for (int i = 0; i < 31; ++i) hello.mutable_hello()->add_resources(text(60) + std::to_string(i));
  auto watcher = rig.subscriber(live_subscribe());
  auto link = rig.node_link("web1");
  link->say(hello);
  for (const auto& resource : hello.hello().resources()) {
    v1::NodeToHub message;
    message.mutable_value()->set_resource(resource);
    message.mutable_value()->set_parts(1);
    auto& failed = *message.mutable_value()->mutable_health()->mutable_failed();
    failed.set_reason(text(limits::kTextBytesMax));
    failed.set_remedy(text(limits::kTextBytesMax));
    link->say(message);
  }
  v1::NodeToHub many = HubRig::sessions({});
  many.mutable_value()->set_parts(6);
  for (uint32_t part = 0; part < 6; ++part) {
    many.mutable_value()->set_part(part);
    many.mutable_value()->mutable_sessions()->clear_rows();
    for (int i = 0; i < 400; ++i) {
      auto* row = many.mutable_value()->mutable_sessions()->add_rows();
      row->set_key(std::to_string(part) + "-" + std::to_string(i));
      for (int source = 0; source < 8; ++source) row->add_sources("s");
    }
    link->say(many);
  }
  CHECK_FALSE(link->peer.closed);
  rig.settle();
  auto frames = all_frames(rig);
  for (auto& frame : watcher->frames()) frames.push_back(std::move(frame));
  CHECK(frames.size() > 20);
  for (const auto& frame : frames) {
    v1::HubToClient message;
    CHECK(frame.size() <= limits::kFrameBytesMax);
    CHECK(decode(std::string_view(frame).substr(limits::kFrameHeaderBytes), shapes::kHubToClient,
                 message));
  }
}

TEST_CASE("a link that said goodbye while its name was being decided on is not welcomed") {
  HubRig rig({"web1"});
  auto holder = rig.connect_node("web1", "one");
  auto challenger = rig.connect_node("web1", "two");
  v1::NodeToHub goodbye;
  goodbye.mutable_goodbye();
  challenger->say(goodbye);
  rig.advance(limits::kProbeTimeout);
  for (const auto& message : challenger->peer.take<v1::HubToNode>()) {
    CHECK_FALSE(message.has_welcome());
  }
  CHECK_FALSE(holder->peer.closed);
}

}  // namespace picket::test
