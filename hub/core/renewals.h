// A new certificate for a node that has one: over its live link, or by proof of an expired one's
// key. Recorded before it is made, like every decision.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "common/clock.h"
#include "common/limits.h"
#include "common/per_minute.h"
#include "hub/core/audit.h"
#include "hub/core/identities.h"

namespace picket::hub {

class Renewals {
 public:
  /// All outlive this object.
  Renewals(Identities& identities, Audit& audit, const Clock& clock)
      : identities_(identities), audit_(audit), clock_(clock) {}

  /// `by` has been proven to be whose the request is; `actor` is for the record.
  std::variant<v1::Joined, JoinRefused> renew(const NodeCertificate& by,
                                              std::string_view request_der,
                                              const std::string& actor);

 private:
  void record_refusal(const JoinRefused& refused, AuditRecord record);

  Identities& identities_;
  Audit& audit_;
  const Clock& clock_;
  // A node that asks for ever must not fill the disk.
  PerMinute recorded_{limits::kJoinRefusalsAuditedPerMinuteMax};
};

}  // namespace picket::hub
