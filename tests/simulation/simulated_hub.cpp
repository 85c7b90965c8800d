#include <algorithm>
#include <cstdint>
#include <utility>

#include "common/protocol.h"
#include "tests/simulation/actors.h"

namespace picket::simulation {
namespace {

using namespace std::chrono_literals;
constexpr auto kCommitDelay = 20ms;
constexpr auto kReadDelay = 5ms;

}  // namespace

void SimulatedJournal::later(std::function<void()> action) {
  world_.after(world_.random.up_to(kReadDelay), [this, life = life_, action = std::move(action)] {
    if (life == life_) action();
  });
}

void SimulatedJournal::append(hub::JournalBatch batch) {
  const auto due =
      std::max(last_commit_, world_.clock.steady() + world_.random.up_to(kCommitDelay));
  last_commit_ = due;
  world_.events.at(due, [this, life = life_, batch = std::move(batch)] {
    if (life == life_) commit(batch);
  });
}

void SimulatedJournal::commit(const hub::JournalBatch& batch) {
  if (evicted_seq_ == 0 && !batch.entries.empty()) evicted_seq_ = batch.entries.front()->seq - 1;
  for (const auto& entry : batch.entries) {
    all_committed_.push_back(entry->seq);
    committed_.push_back(entry);
  }
  for (const auto& row : batch.nodes) {
    if (row.bytes.empty()) {
      nodes_.erase(row.name);
    } else {
      nodes_[row.name] = row.bytes;
    }
  }
  while (committed_.size() > kept_max_) {
    evicted_seq_ = committed_.front()->seq;
    committed_.pop_front();
  }
  listener_->stored();
}

hub::JournalContents SimulatedJournal::contents() const {
  hub::JournalContents contents;
  for (const auto& [name, bytes] : nodes_) contents.nodes.push_back({name, bytes});
  return contents;
}

void SimulatedJournal::read(uint64_t after_seq, std::size_t bytes_max,
                            std::function<void(hub::JournalPage)> done) {
  later([this, after_seq, bytes_max, done = std::move(done)] { done(page(after_seq, bytes_max)); });
}

hub::JournalPage SimulatedJournal::page(uint64_t after_seq, std::size_t bytes_max) const {
  hub::JournalPage page;
  if (after_seq < evicted_seq_) {
    page.gaps.push_back({after_seq + 1, evicted_seq_, {}, "no longer kept"});
  }
  std::size_t bytes = 0;
  const auto later = [](uint64_t seq, const hub::JournalEntryPtr& entry) {
    return seq < entry->seq;
  };
  auto next = std::upper_bound(committed_.begin(), committed_.end(), after_seq, later);
  for (; next != committed_.end(); ++next) {
    const auto& entry = *next;
    if (!page.entries.empty() && bytes + entry->frame.size() > bytes_max) return page;
    bytes += entry->frame.size();
    page.entries.push_back(entry);
  }
  page.at_end = true;
  return page;
}

void SimulatedJournal::find(WallTime since, std::function<void(uint64_t)> done) {
  later([this, since, done = std::move(done)] {
    uint64_t after = evicted_seq_;
    for (const auto& entry : committed_) {
      if (entry->received < since) after = entry->seq;
    }
    done(after);
  });
}

void SimulatedJournal::crash() {
  ++life_;
  listener_ = nullptr;
}

SimulatedHub::SimulatedHub(World& world, std::size_t nodes, std::size_t ring_bytes,
                           std::size_t journal_kept)
    : journal(world, journal_kept), world_(world), ring_bytes_(ring_bytes) {
  for (std::size_t i = 0; i < nodes; ++i) identities_.add(node_name(i));
}

void SimulatedHub::start() {
  if (hub_) return;
  deadlines_ = std::make_unique<Deadlines>();
  world_.add(*deadlines_);
  hub::HubInfo info{.peer = protocol::self("picket-hub", "simulated"),
                    .hub_id = "h",
                    .listen = {},
                    .ca_expires = {}};
  hub_ = std::make_unique<hub::Hub>(
      hub::HubParts{world_.clock, *deadlines_, journal, identities_, audit_},
      hub::HubSettings{
          .dead_after = limits::kDeadAfter, .forget_after = {}, .ring_bytes_max = ring_bytes_},
      hub::AccessRules{}, std::move(info));
  hub_->restore(journal.contents());
  hub_->start();
}

void SimulatedHub::crash() {
  if (!hub_) return;
  journal.crash();
  for (auto& wire : wires_) wire->kill(1);
  wires_.clear();
  world_.remove(*deadlines_);
  hub_.reset();
  deadlines_.reset();
}

std::shared_ptr<Wire> SimulatedHub::dial(Nanoseconds latency) {
  if (!hub_) return nullptr;
  std::erase_if(wires_, [](const auto& wire) { return wire->over(); });
  wires_.push_back(world_.connect(latency));
  return wires_.back();
}

void SimulatedHub::accept_node(const std::shared_ptr<Wire>& wire, const std::string& name) {
  const hub::NodeCertificate certificate{
      .name = name, .issued = world_.clock.wall(), .expires = {}};
  wire->attach(1, hub_->make_node_link(wire->end(1), certificate, "192.0.2.1:50000"));
}

void SimulatedHub::accept_client(const std::shared_ptr<Wire>& wire) {
  wire->attach(1, hub_->make_client_link(wire->end(1), hub::Caller{}));
}

}  // namespace picket::simulation
