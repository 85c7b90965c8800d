// From a line of the auth log to what it means: the grammar, then whether to believe it, then which
// attempt it belongs to.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

#include "node/auth_log/claim.h"
#include "node/auth_log/log_line.h"
#include "picket/v1/model.pb.h"

namespace picket::node {

struct Reading {
  enum class Verdict {
    kEvent,     // `event` is filled: kind and auth detail; else it is of no line
    kIgnored,   // of no program that we read, or known to report nothing
    kUnparsed,  // of a program that we read, but not understood: counted, never fatal
  };
  Verdict verdict = Verdict::kIgnored;
  v1::Event event;
};

/// The uid of a local user, if it is known now; called for su and the like only.
using UidOf = std::function<std::optional<uint32_t>(std::string_view user)>;

/// Reads the lines of one host in their order. What it remembers between them is small, bounded,
/// and only ever makes a line less believed: it may be lost at any time.
class LineReader {
 public:
  explicit LineReader(UidOf uid_of);
  ~LineReader();

  /// Borrowed: valid until the next line is read, which is told in the same memory.
  const Reading& read(const LogLine& line);

 private:
  struct Parts;
  void tell(const Claim& claim, const LogLine& line);

  std::unique_ptr<Parts> parts_;
  Reading reading_;
  bool ordinary_ = true;  // the last event: neither a forgery nor one with exact bytes
};

}  // namespace picket::node
