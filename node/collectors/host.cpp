#include "node/collectors/host.h"

#include <asio/post.hpp>
#include <cstdlib>
#include <utility>

#include "node/collectors/alarm.h"
#include "node/collectors/host_facts.h"
#include "node/collectors/host_hints.h"
#include "node/collectors/hostname_watch.h"

namespace picket::node {
namespace {

using namespace std::chrono_literals;

// An upgrade writes many files, one after the other.
constexpr Nanoseconds kLookAfterHint = 200ms;
// The kernel derives the boot's time from the clock, which is set by a little now and then.
constexpr int64_t kSameBootWithin = 2'000'000'000;

// The same boot keeps the time that was told first, unless the clock was really set.
void steady_boot_time(v1::NodeFacts& facts, const v1::NodeFacts& before) {
  const bool is_same = facts.boot_id() == before.boot_id();
  const int64_t drift = facts.booted_unix_ns() - before.booted_unix_ns();
  if (is_same && std::abs(drift) < kSameBootWithin)
    facts.set_booted_unix_ns(before.booted_unix_ns());
}

}  // namespace

// All that can call back. What is queued already when it ends finds `token` gone.
struct HostCollector::Watching {
  Watching(HostCollector& collector, const CollectorContext& context)
      : hints(context.loop, context.root, [&collector] { collector.look_soon(); }),
        hostname(context.loop, context.root, [&collector] { collector.look_soon(); }),
        soon(context.loop),
        safety(context.loop) {}

  HostHints hints;
  HostnameWatch hostname;
  Alarm soon;
  Alarm safety;
  bool look_pending = false;
  std::shared_ptr<bool> token = std::make_shared<bool>(true);
};

HostCollector::HostCollector(const CollectorContext& context) : context_(context) {}

HostCollector::~HostCollector() = default;

void HostCollector::start(Publish publish) {
  publish_ = std::move(publish);
  watching_ = std::make_unique<Watching>(*this, context_);
  look();
  arm_safety_poll();
}

void HostCollector::stop() { watching_.reset(); }

void HostCollector::arm_safety_poll() {
  watching_->safety.set(context_.safety_poll, [this] {
    watching_->hints.watch();
    look();
    arm_safety_poll();
  });
}

void HostCollector::look_soon() {
  if (std::exchange(watching_->look_pending, true)) return;
  watching_->soon.set(kLookAfterHint, [this] {
    watching_->look_pending = false;
    watching_->hints.watch();  // what was replaced is another file now
    look();
  });
}

void HostCollector::look() {
  v1::NodeFacts facts = read_host_facts(context_.root);
  steady_boot_time(facts, facts_);
  facts_ = std::move(facts);
  std::string bytes = facts_.SerializeAsString();
  if (bytes == published_) return;
  published_ = std::move(bytes);
  publish_(value());
}

v1::ResourceValue HostCollector::value() const {
  v1::ResourceValue value;
  value.set_resource(std::string(resource()));
  const int64_t now = to_unix_ns(context_.clock.wall());
  value.set_at_unix_ns(now);
  if (facts_.boot_id().empty()) {
    value.mutable_health()->mutable_failed()->set_reason("/proc can't be read");
    value.mutable_health()->mutable_failed()->set_remedy("mount -t proc proc /proc");
    return value;
  }
  value.mutable_health()->mutable_ok()->add_sources("proc");
  value.mutable_health()->mutable_ok()->set_last_success_unix_ns(now);
  *value.mutable_host() = facts_;
  return value;
}

void HostCollector::refresh(Publish done) {
  if (!watching_) return;
  asio::post(context_.loop, [this, done = std::move(done), weak = std::weak_ptr(watching_->token)] {
    if (weak.lock()) done(value());
  });
}

}  // namespace picket::node
