#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <utility>

#include "common/json_text.h"
#include "common/protocol.h"
#include "picket/v1/hub_state.pb.h"
#include "tests/simulation/actors.h"

namespace picket::simulation {
namespace {

using namespace std::chrono_literals;
constexpr auto kCommitDelay = 20ms;
constexpr auto kReadDelay = 1s;

/// As the log writes it, as far as a hub reads it again.
std::string line_of(const hub::AuditRecord& record) {
  std::string details;
  for (const auto& [name, value] : record.details)
    details += (details.empty() ? "" : ",") + to_json_string(name) + ":" + to_json_string(value);
  return R"({"time":"2026-05-04T03:02:01.000000000Z","seq":1,"actor":)" +
         to_json_string(record.actor) + R"(,"action":)" + to_json_string(record.action) +
         R"(,"object":)" + to_json_string(record.object) + R"(,"allowed":)" +
         (record.allowed ? "true" : "false") + R"(,"outcome":)" + to_json_string(record.outcome) +
         R"(,"details":{)" + details + "}}";
}

}  // namespace

SimulatedJournal::SimulatedJournal(World& world, std::size_t bytes_max)
    : world_(world),
      memory_(bytes_max, [this](std::function<void()> action) { later(std::move(action)); }) {
  memory_.on_stored = [this](const hub::JournalBatch& batch) { on_stored(batch); };
}

// In the order of the questions, as one helper thread does it.
void SimulatedJournal::later(std::function<void()> action) {
  last_done_ = std::max(last_done_, world_.clock.steady() + world_.random.up_to(kCommitDelay));
  world_.events.at(last_done_, [this, life = life_, action = std::move(action)] {
    if (life == life_) action();
  });
}

void SimulatedJournal::on_stored(const hub::JournalBatch& batch) {
  for (const auto& entry : batch.entries) on_entry(*entry);
  for (const auto& position : batch.positions) on_position(position);
  for (const auto& row : batch.executions) on_execution(row);
  if (batch.run) runs_.push_back(*batch.run);
}

void SimulatedJournal::on_entry(const hub::JournalEntry& entry) {
  all_committed_.push_back(entry.seq);
  v1::HubToClient message;
  if (!message.ParseFromString(entry.frame.substr(limits::kFrameHeaderBytes)))
    throw std::runtime_error("the hub stored what nobody can read");
  const auto& event = message.update().event();
  if (event.has_gap()) told_[entry.node].push_back(kGap);
  if (event.has_local()) events_[entry.node].push_back(std::stoll(event.local().text()));
  if (event.has_auth()) told_[entry.node].push_back(std::stoll(event.auth().user()));
}

// An end that was stored stays.
void SimulatedJournal::on_execution(const hub::ExecutionRow& row) {
  if (row.bytes.empty()) {
    executions_.erase(row.id);
    return;
  }
  v1::StoredExecution stored;
  if (!stored.ParseFromString(row.bytes))
    throw std::runtime_error("the hub stored what nobody can read");
  v1::Execution& kept = executions_[row.id];
  if (kept.has_end() &&
      kept.end().SerializeAsString() != stored.execution().end().SerializeAsString())
    throw std::runtime_error("the stored end of " + row.id + " has changed");
  kept = stored.execution();
}

std::vector<v1::Execution> SimulatedJournal::executions() const {
  std::vector<v1::Execution> all;
  for (const auto& [id, execution] : executions_) all.push_back(execution);
  return all;
}

void SimulatedJournal::on_position(const hub::NodePosition& position) {
  std::erase_if(positions_, [&](const hub::NodePosition& other) {
    return other.node == position.node && other.position.source() == position.position.source() &&
           other.position.instance() == position.position.instance();
  });
  if (!position.dropped) positions_.push_back(position);
}

hub::JournalContents SimulatedJournal::contents() const {
  hub::JournalContents contents;
  for (const auto& [name, bytes] : memory_.nodes) {
    if (!bytes.empty()) contents.nodes.push_back({name, bytes});
  }
  contents.positions = positions_;
  contents.runs = runs_;
  for (const auto& [id, bytes] : memory_.executions) {
    if (!bytes.empty()) contents.executions.push_back({id, bytes});
  }
  return contents;
}

SimulatedHub::SimulatedHub(World& world, std::size_t nodes, std::size_t ring_bytes,
                           std::size_t journal_bytes)
    : journal(world, journal_bytes), world_(world), ring_bytes_(ring_bytes) {
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
      hub::HubParts{world_.clock, *deadlines_, journal, identities_, audit_,
                    [this] { return world_.random.below(UINT64_MAX); }},
      hub::HubSettings{
          .dead_after = limits::kDeadAfter, .forget_after = {}, .ring_bytes_max = ring_bytes_},
      hub::AccessRules{}, std::move(info));
  hub_->restore(journal.contents());
  hub::AuditPage page{.lines = {}, .at_end = true, .trouble = {}};
  for (const auto& record : audit_.records) page.lines.push_back(line_of(record));
  audit_.pages = {std::move(page)};
  hub_->start();
  world_.events.at(world_.clock.steady() + world_.random.up_to(kReadDelay),
                   [this] { audit_.answer_reads(); });
}

void SimulatedHub::crash() {
  if (!hub_) return;
  journal.crash();
  // Those first that look for nodes' links as they go; where a process dies nothing does.
  for (auto& wire : client_wires_) wire->kill(1);
  for (auto& wire : wires_) {
    if (std::ranges::find(client_wires_, wire) == client_wires_.end()) wire->kill(1);
  }
  client_wires_.clear();
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
      .name = name,
      .issued = world_.clock.wall(),
      .expires = world_.clock.wall() + limits::kNodeCertificateValidity};
  wire->attach(1, hub_->make_node_link(wire->end(1), certificate, "192.0.2.1:50000"));
}

void SimulatedHub::accept_client(const std::shared_ptr<Wire>& wire) {
  std::erase_if(client_wires_, [](const auto& old) { return old->over(); });
  client_wires_.push_back(wire);
  wire->attach(1, hub_->make_client_link(wire->end(1), hub::Caller{}));
}

}  // namespace picket::simulation
