// The record of every decision that changes something. hub/io/audit_file chains the records by hash
// and writes them before the answer goes out.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace picket::hub {

struct AuditRecord {
  std::string actor;   // "uid 1000", "node web1", "join 192.0.2.7"
  std::string action;  // "token.create", "node.revoke", "node.join", ...
  std::string object;  // node or token id
  bool allowed = false;
  std::string outcome;  // "done", or why not
  std::vector<std::pair<std::string, std::string>> details;
};

class Audit {
 public:
  virtual ~Audit() = default;
  /// On stable storage when it returns; false: it could not be written, and what it would record
  /// must not be done.
  [[nodiscard]] virtual bool record(const AuditRecord& record) = 0;
};

}  // namespace picket::hub
