#include "hub/core/key_names.h"

#include <utility>

#include "common/limits.h"
#include "hub/core/derive_sessions.h"

namespace picket::hub {
namespace {

void name_session(UpdateSink& sink, NodeRecord& node, const v1::AuthEvent& login, WallTime at) {
  const auto resource = node.resources.find(kSessionsResource);
  if (resource == node.resources.end()) return;
  StoredResource& stored = resource->second;
  const std::string key = session_of(stored.sessions, login.pid(), at);
  if (key.empty()) return node.key_logins.add(login.pid(), at, login.key_name());
  if (!stored.key_names.try_emplace(key, login.key_name()).second) return;
  v1::Session row = stored.sessions.at(key);
  fill_session(node, row);
  *sink.change(resource->first).mutable_sessions()->add_changed() = std::move(row);
}

}  // namespace

void name_key(UpdateSink& sink, NodeRecord& node, const People& people, WallTime at,
              v1::Event& event) {
  if (!event.has_auth()) return;
  v1::AuthEvent& auth = *event.mutable_auth();
  // It will stand in every row of its session.
  if (auth.key_name().size() > limits::kKeyNameBytesMax) auth.clear_key_name();
  const auto person = people.find(auth.key_fingerprint());
  if (person != people.end()) auth.set_key_name(person->second);
  const bool opened =
      event.kind() == "ssh.accepted" && auth.verified() == v1::AuthEvent::VERIFIED_YES;
  if (opened && !auth.key_name().empty()) name_session(sink, node, auth, at);
}

void name_sessions(NodeRecord& node, StoredResource& stored,
                   const std::vector<v1::Session>& sessions) {
  for (const auto& session : sessions) {
    if (stored.key_names.contains(session.key())) continue;
    std::string name = node.key_logins.take(session);
    if (!name.empty()) stored.key_names.emplace(session.key(), std::move(name));
  }
}

void forget_key_names(StoredResource& stored) {
  std::erase_if(stored.key_names,
                [&](const auto& entry) { return !stored.sessions.contains(entry.first); });
}

void fill_key_name(const NodeRecord& node, v1::Session& session) {
  const auto resource = node.resources.find(kSessionsResource);
  if (resource == node.resources.end()) return;
  const auto name = resource->second.key_names.find(session.key());
  if (name != resource->second.key_names.end()) session.set_key_name(name->second);
}

}  // namespace picket::hub
