// The runs of commands: each is asked for once, at most run once, and has exactly one end that
// clients are told. What was requested and how it ended outlasts the hub; between them stands what
// the nodes say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "hub/core/execution.h"
#include "hub/core/output_window.h"
#include "picket/v1/node_link.pb.h"

namespace picket::hub {

class Hub;
class NodeLink;

inline constexpr char kNeverCameBack[] = "the node has not come back for a day";

/// Numbers that nobody can guess or has had.
using RandomNumber = std::function<uint64_t()>;

class Executions {
 public:
  Executions(Hub& hub, RandomNumber random);
  ~Executions();
  Executions(const Executions&) = delete;
  Executions& operator=(const Executions&) = delete;

  /// What an earlier run of the hub stored; false: it can't be read.
  bool restore(const std::string& bytes);

  // ---- of clients
  /// Whether as many are under way on this node as may be.
  bool is_full(std::string_view node) const;
  /// Sends it to the node, which is connected and has an executor; the caller has recorded who
  /// asks.
  Execution& start(NodeLink& link, const v1::Run& run, const std::string& id,
                   const std::string& requested_by, const std::string& instance_id);
  std::string new_id();
  Execution* find(std::string_view id);
  void cancel(Execution& execution, const std::string& by);
  const std::map<std::string, Execution, std::less<>>& all() const { return all_; }
  /// More of its output may come, as far as it is read and the node's way isn't full.
  void grant(Execution& execution);

  // ---- of nodes. False: the node broke a promise.
  void on_connected(NodeLink& link);
  void on_disconnected(std::string_view node);
  void on_gone(std::string_view node);  // revoked or forgotten: nothing more will be heard
  void on_known(NodeLink& link, const v1::KnownExecutions& known);
  void on_refused(NodeLink& link, const v1::RunRefused& refused);
  void on_started(NodeLink& link, const v1::ExecutionStarted& started);
  [[nodiscard]] bool on_output(NodeLink& link, v1::ExecutionOutput output);
  void on_ended(NodeLink& link, const v1::ExecutionEnded& ended);

  // ---- of the journal
  /// As it is to be stored; no bytes: it is no longer kept.
  std::string encode(const std::string& id) const;
  void on_stored(const std::string& id);

  // ---- of the audit log
  /// What an earlier hub's log says of one's end. Not all are in it: an old one may be rotated
  /// away.
  void on_found_in_log(const std::string& id, bool has_end);
  /// No more of that comes: what is known to have ended and not to be on record is recorded.
  void on_log_read();

 private:
  struct Line {  // to one node
    OutputWindow window;
    std::set<Execution*> under_way;
    std::optional<Deadlines::Id> deadline;  // by which it is to be heard what became of them
  };

  Execution* of(const NodeLink& link, const std::string& id);
  static void end_unwanted(NodeLink& link, const std::string& id);
  static void settle(NodeLink& link, const std::string& id);
  void set_state(Execution& execution, v1::Execution::State state);
  void end(Execution& execution, v1::ExecutionEnd end);
  void give_up_after(Execution& execution, Milliseconds within);
  void record_end(Execution& execution);
  void record_later();
  void lose(Execution& execution, const std::string& reason);
  void lose_after(const std::string& node, Nanoseconds within, std::optional<uint64_t> but_of_link,
                  std::string reason);
  void stop_waiting(Line& line);
  void lose_unless(const Line& line, const std::function<bool(const Execution&)>& keep,
                   const std::string& reason);
  void release(Execution& execution);
  void prune();
  void forget(const std::string& id);

  Hub& hub_;
  RandomNumber random_;
  std::map<std::string, Execution, std::less<>> all_;  // by id, so by time
  std::map<std::string, Line, std::less<>> lines_;     // by node
  std::deque<std::string> ended_;                      // the oldest first
  std::set<std::string> unrecorded_;                   // whose end the audit log did not take
  std::optional<Deadlines::Id> record_at_;             // it is tried again then
};

/// "exited 0", "signaled 15", "timed out", "cancelled", "refused: ...", "lost: ...".
std::string words_of(const v1::ExecutionEnd& end);

}  // namespace picket::hub
