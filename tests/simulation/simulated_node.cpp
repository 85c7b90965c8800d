#include <utility>

#include "common/protocol.h"
#include "tests/simulation/actors.h"

namespace picket::simulation {
namespace {

using namespace std::chrono_literals;
constexpr auto kSpoolDelay = 20ms;

}  // namespace

std::string node_name(std::size_t index) { return "node" + std::to_string(index); }

void SimulatedSpoolFile::later(std::function<void()> action) {
  world_.after(world_.random.up_to(kSpoolDelay), [this, life = life_, action = std::move(action)] {
    if (life == life_) action();
  });
}

void SimulatedSpoolFile::append(const std::vector<v1::SpooledEvent>& events, Done done) {
  later([this, events, done = std::move(done)] {
    contents_.events.insert(contents_.events.end(), events.begin(), events.end());
    contents_.next = events.back().number() + 1;
    done({});
  });
}

void SimulatedSpoolFile::replace(const node::SpoolContents& contents, Done done) {
  later([this, contents, done = std::move(done)] {
    contents_ = contents;
    if (!contents.events.empty()) contents_.next = contents.events.back().number() + 1;
    done({});
  });
}

SimulatedNode::SimulatedNode(World& world, SimulatedHub& hub, std::string name)
    : executor(world),
      world_(world),
      hub_(hub),
      name_(std::move(name)),
      log_host_(log_, [this] { world_.after(0ns, [this] { feeds_.wake(); }); }),
      spool_file_(world) {
  feeds_.set_host(&log_host_);
  start();
}

void SimulatedNode::log(uint64_t lines) {
  for (; lines > 0; --lines) log_.add_failure(std::to_string(logged_++), world_.clock.wall());
  feeds_.wake();
}

void SimulatedNode::vacuum() {
  for (std::size_t n = log_.lines.size() / 2; n > 0; --n) log_.take_away_first();
}

void SimulatedNode::tell_event() {
  if (!spool_) return;
  v1::Event event;
  event.set_kind("local.simulated");
  event.mutable_local()->set_text(std::to_string(next_event_));
  const auto accepted = [this, number = next_event_++](const std::optional<std::string>& refused) {
    if (!refused) accepted_.push_back(number);
  };
  spool_->add(world_.clock.wall(), event.SerializeAsString(), accepted);
}

void SimulatedNode::change() {
  if (users_.size() > 20 || (!users_.empty() && world_.random.one_in(2))) {
    auto gone = users_.begin();
    std::advance(gone, static_cast<long>(world_.random.below(users_.size())));
    users_.erase(gone);
  } else {
    // A key is never used twice, as on a real node.
    users_.insert("user" + std::to_string(next_user_++));
  }
  if (agent_) agent_->publish(value());
}

v1::ResourceValue SimulatedNode::value() const {
  v1::ResourceValue value;
  value.set_resource("sessions");
  value.set_at_unix_ns(to_unix_ns(world_.clock.wall()));
  value.mutable_health()->mutable_ok()->add_sources("utmp");
  value.mutable_sessions();
  for (const auto& user : users_) {
    auto* row = value.mutable_sessions()->add_rows();
    row->set_key(user);
    row->set_user(user);
  }
  return value;
}

void SimulatedNode::start() {
  if (agent_) return;
  v1::NodeHello hello;
  *hello.mutable_peer() = protocol::self("picket-node", "simulated");
  hello.set_folder_id(name_);
  hello.add_resources("sessions");
  hello.add_resources("commands");
  agent_ = std::make_unique<node::Agent>(std::move(hello), world_.clock,
                                         [](const std::string&, node::Agent::Answer) {});
  feed_ = std::make_unique<node::LogFeed>(feeds_, world_.clock, bookmark_, WallTime{});
  spool_ = std::make_unique<node::EventSpool>(spool_file_, spool_file_.contents(), true);
  event_feed_ = std::make_unique<node::EventFeed>(spool_.get(), event_bookmark_);
  execution_feeds_ = std::make_unique<node::ExecutionFeeds>();
  executions_ = std::make_unique<node::ExecutionFeed>(*execution_feeds_, "h");
  agent_->publish(value());
  find_executor();
  connect();
}

void SimulatedNode::crash() {
  if (!agent_) return;
  ++life_;
  executor.leave();
  if (wire_) wire_->kill(0);
  wire_.reset();
  spool_file_.crash();
  feed_.reset();
  event_feed_.reset();
  executions_.reset();
  execution_feeds_.reset();
  spool_.reset();
  agent_.reset();
}

void SimulatedNode::cut() {
  if (wire_) wire_->cut();
}

// ---- The executor, as the collector of commands treats it.

void SimulatedNode::find_executor() { executor.join(*this); }

void SimulatedNode::on_executor(v1::ExecutorToAgent message) {
  if (message.has_hello()) {
    untold_ = message.hello().running();
    execution_feeds_->set_runner(&executor);
    if (untold_ == 0) execution_feeds_->on_known();
    return;
  }
  if (message.has_commands()) return agent_->publish(commands(message.commands()));
  const bool was_left_behind = message.has_running();
  execution_feeds_->take(std::move(message));
  if (was_left_behind && untold_ > 0 && --untold_ == 0) execution_feeds_->on_known();
}

void SimulatedNode::on_executor_lost() {
  execution_feeds_->set_runner(nullptr, "the process that runs commands has ended");
  execution_feeds_->on_known();
  agent_->publish(commands({}));
  world_.after(world_.random.up_to(2s), [this, life = life_] {
    if (life == life_ && agent_) find_executor();
  });
}

v1::ResourceValue SimulatedNode::commands(const v1::Commands& commands) const {
  v1::ResourceValue value;
  value.set_resource("commands");
  value.set_at_unix_ns(to_unix_ns(world_.clock.wall()));
  if (commands.instance_id().empty()) {
    value.mutable_health()->mutable_failed()->set_reason("it has ended");
  } else {
    value.mutable_health()->mutable_ok();
  }
  *value.mutable_commands() = commands;
  return value;
}

// ---- The link.

void SimulatedNode::connect() {
  wire_ = hub_.dial(world_.random.up_to(50ms));
  if (!wire_) return connect_later();
  wire_->attach(
      0, std::make_unique<node::HubLink>(
             *agent_, node::HubFeeds{*feed_, *event_feed_, *executions_}, wire_->end(0), *this));
  hub_.accept_node(wire_, name_);
}

void SimulatedNode::connect_later() {
  world_.after(limits::kBackoffMin + world_.random.up_to(limits::kBackoffMax),
               [this, life = life_] {
                 if (life == life_ && agent_) connect();
               });
}

void SimulatedNode::on_welcome(const v1::Welcome& /*welcome*/) {}
void SimulatedNode::on_refused(const v1::Refusal& /*refusal*/) {}
void SimulatedNode::on_renewed(const v1::Renewed& /*renewed*/) {}

void SimulatedNode::on_closed(const Closed& /*closed*/) {
  wire_.reset();
  connect_later();
}

}  // namespace picket::simulation
