#include "common/auth_json.h"

#include "common/text.h"

namespace picket::json {

void put_behind(Json& object, const v1::BehindAddress& behind) {
  if (behind.interface().empty()) return;
  Json& peer = object["behind"] = Json::object();
  put_text(peer, "interface", behind.interface());
  put_text(peer, "public_key", behind.public_key());
  put_text(peer, "name", behind.name());
  put_text(peer, "endpoint_address", behind.endpoint_address());
  put_known(peer, "endpoint_port", behind.endpoint_port());
}

void put_auth(Json& object, const v1::AuthEvent& event) {
  using Event = v1::AuthEvent;
  put_word(object, "time_source", Event::TimeSource_Name(event.time_source()), "TIME_SOURCE_");
  put_text(object, "host", event.host());
  put_text(object, "process", event.process());
  put_known(object, "pid", event.pid());
  put_text(object, "user", event.user());
  put_bytes(object, "user_raw", event.user_raw());
  put_known(object, "invalid_user", event.invalid_user());
  put_text(object, "source_address", event.source_address());
  put_text(object, "source_host", event.source_host());
  put_known(object, "source_port", event.source_port());
  put_behind(object, event.behind());
  put_text(object, "method", event.method());
  put_text(object, "key_type", event.key_type());
  put_text(object, "key_fingerprint", event.key_fingerprint());
  put_text(object, "key_name", event.key_name());
  put_text(object, "target_user", event.target_user());
  put_bytes(object, "target_user_raw", event.target_user_raw());
  put_text(object, "tty", event.tty());
  put_text(object, "command", event.command());
  put_bytes(object, "command_raw", event.command_raw());
  put_text(object, "service", event.service());
  put_text(object, "reason", event.reason());
  put_bytes(object, "reason_raw", event.reason_raw());
  put_known(object, "repeated", event.repeated());
  put_word(object, "verified", Event::Verified_Name(event.verified()), "VERIFIED_");
  put_text(object, "attempt", event.attempt());
  put_known(object, "ambiguous", event.ambiguous());
  if (event.has_uid()) object["uid"] = event.uid();
  put_text(object, "claimed_kind", event.claimed_kind());
  put_known(object, "line", event.line());
}

void put_gap(Json& object, const v1::GapEvent& event) {
  put_text(object, "source", event.source());
  put_text(object, "reason", event.reason());
  put_time(object, "from", event.from_unix_ns());
  put_time(object, "to", event.to_unix_ns());
}

void put_quarantined(Json& object, const v1::QuarantinedEvent& event) {
  put_text(object, "source", event.source());
  put_known(object, "offset", event.offset());
  put_known(object, "bytes", event.bytes());
  put_text(object, "reason", event.reason());
}

void put_auth_log(Json& object, const v1::AuthLog& log) {
  put_text(object, "source", log.source());
  put_text(object, "instance", log.instance());
  put_known(object, "offset", log.offset());
  object["lines"] = log.lines();
  object["events"] = log.events();
  object["unparsed"] = log.unparsed();
  object["ignored"] = log.ignored();
  put_known(object, "behind_ms", log.behind_ms());
}

std::string auth_words(const v1::AuthEvent& event) {
  Json fields = Json::object();
  put_auth(fields, event);
  std::string words;
  for (const auto& [name, value] : fields.items()) {
    if (name.ends_with("_raw") || name == "time_source") continue;
    if (!words.empty()) words += ' ';
    words += name + "=";
    words += value.is_string() ? escape_for_log(value.get<std::string>()) : value.dump();
  }
  return words;
}

}  // namespace picket::json
