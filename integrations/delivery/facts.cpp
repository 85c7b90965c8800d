#include "integrations/delivery/facts.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/ip_prefix.h"
#include "common/rfc3339.h"

namespace picket::delivery {
namespace {

using Json = nlohmann::json;

// A node may say any time.
void set_times(Facts& facts, WallTime at, WallTime received) {
  facts.received = received == WallTime() ? at : received;
  facts.at = at == WallTime() ? facts.received : std::min(at, facts.received);
}

void set_source(Facts& facts, const std::string& address, const std::string& host) {
  facts.source = address.empty() ? host : address;
  facts.address = parse_ip(facts.source);
}

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

WallTime time_of(const Json& object, const char* key) {
  return parse_rfc3339(text_of(object, key)).value_or(WallTime());
}

const Json& object_in(const Json& object, const char* key) {
  static const Json kNone = Json::object();
  const auto found = object.find(key);
  return found != object.end() && found->is_object() ? *found : kNone;
}

void read_auth(Facts& facts, const Json& auth) {
  facts.user = text_of(auth, "user");
  set_source(facts, text_of(auth, "source_address"), text_of(auth, "source_host"));
  const std::string verified = text_of(auth, "verified");
  facts.verified = verified.empty() || verified == "yes";
  facts.attempt = text_of(auth, "attempt");
}

}  // namespace

bool is_forgery(std::string_view kind) {
  return kind == "auth.forgery_attempt" || kind == "node.identity_conflict" ||
         kind == "node.refused";
}

bool is_login(std::string_view kind) { return kind == "ssh.accepted" || kind == "login.opened"; }

bool is_failed_login(std::string_view kind) {
  return kind == "ssh.failed" || kind == "ssh.invalid_user" || kind == "ssh.refused" ||
         kind == "login.failed";
}

Facts facts_of(const v1::Update& update) {
  Facts facts;
  facts.node = update.node();
  set_times(facts, from_peer_unix_ns(update.at_unix_ns()),
            from_peer_unix_ns(update.received_unix_ns()));
  if (!update.has_event()) return facts;
  const v1::Event& event = update.event();
  facts.kind = event.kind();
  if (event.has_auth()) {
    const v1::AuthEvent& auth = event.auth();
    facts.user = auth.user();
    set_source(facts, auth.source_address(), auth.source_host());
    facts.verified = auth.verified() == v1::AuthEvent::VERIFIED_YES ||
                     auth.verified() == v1::AuthEvent::VERIFIED_UNSPECIFIED;
    facts.attempt = auth.attempt();
  } else if (event.has_session()) {
    facts.user = event.session().session().user();
    set_source(facts, {}, event.session().session().remote_host());
  }
  return facts;
}

Result<Facts> facts_from_json(std::string_view line) {
  const Json root = Json::parse(line, nullptr, false);
  if (root.is_discarded() || !root.is_object())
    return Error{"expected a line of picket watch --json, found no JSON object"};
  if (root.empty() || (root.contains("update") && !root["update"].is_object()))
    return Error{"expected a line of picket watch --json, found another object"};
  const Json& update = object_in(root, "update");
  const Json& event = object_in(update, "event");
  Facts facts;
  facts.kind = text_of(event, "kind");
  if (!update.empty() && update.contains("event") && facts.kind.empty())
    return Error{"expected {\"update\":{\"event\":{\"kind\":...}}}"};
  facts.node = text_of(update, "node");
  set_times(facts, time_of(update, "at"), time_of(update, "received"));
  if (event.contains("auth")) read_auth(facts, object_in(event, "auth"));
  const Json& session = object_in(object_in(event, "session"), "session");
  if (!session.empty()) {
    facts.user = text_of(session, "user");
    set_source(facts, {}, text_of(session, "remote_host"));
  }
  return facts;
}

}  // namespace picket::delivery
