#include "node/collectors/key_namer.h"

#include <asio/post.hpp>
#include <utility>

#include "common/decode.h"
#include "common/limits.h"
#include "common/log.h"
#include "common/message_shapes.h"
#include "node/collectors/recent_answers.h"
#include "node/processes/side_process.h"
#include "picket/v1/node_processes.pb.h"

namespace picket::node {

KeyNamer::KeyNamer(asio::io_context& loop, const Clock& clock, const KeyNamesSettings& settings)
    : loop_(loop), clock_(clock), settings_(settings) {}

void KeyNamer::ask(const std::string& user, const std::string& fingerprint, Done done) {
  if (is_stuck() || questions_.size() >= limits::kKeyRequestsMax || !connect())
    return answer_later(std::move(done));
  const uint64_t id = ++asked_;
  questions_.emplace(id, Question{std::move(done), clock_.steady()});
  v1::AgentToKeyNamer message;
  message.mutable_name()->set_id(id);
  message.mutable_name()->set_user(user);
  message.mutable_name()->set_fingerprint(fingerprint);
  link_->send(message);
}

// A home on a server that doesn't answer holds up one login, not each that follows.
bool KeyNamer::is_stuck() const {
  return !questions_.empty() &&
         clock_.steady() >= questions_.begin()->second.asked + kAnswerPatience;
}

// This agent's own process, if it has brought one, does not come back when it is lost: by now there
// are keys in memory that a new copy would have too.
bool KeyNamer::connect() {
  if (link_) return true;
  const SteadyTime now = clock_.steady();
  if (not_before_ && now < *not_before_) return false;
  UniqueFd socket;
  if (settings_.namer != nullptr) {
    socket = settings_.namer->take_socket();
  } else if (auto connected = connect_side(settings_.socket)) {
    socket = *std::move(connected);
  }
  not_before_ = now + (socket ? limits::kSideReconnect : limits::kSideRetry);
  if (!socket) return false;
  link_ = std::make_unique<SideLink>(
      loop_, std::move(socket), [this](std::string_view payload) { return take(payload); },
      [this] { on_lost(); });
  return true;
}

bool KeyNamer::take(std::string_view payload) {
  v1::KeyNamerToAgent message;
  if (!decode(payload, shapes::kKeyNamerToAgent, message)) return false;
  if (!message.has_named()) return true;
  const std::string& name = message.named().name();
  if (name.size() > limits::kKeyNameBytesMax) return false;
  auto question = questions_.extract(message.named().id());
  if (question.empty()) return false;
  question.mapped().done(name.empty() ? std::nullopt : std::optional(name));
  return true;
}

void KeyNamer::on_lost() {
  log::warn("the process that names keys has ended");
  link_.reset();
  for (auto& [id, question] : std::exchange(questions_, {})) question.done(std::nullopt);
}

void KeyNamer::answer_later(Done done) {
  asio::post(loop_, [weak = std::weak_ptr(token_), done = std::move(done)] {
    if (weak.lock()) done(std::nullopt);
  });
}

}  // namespace picket::node
