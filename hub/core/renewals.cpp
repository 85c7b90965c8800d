#include "hub/core/renewals.h"

#include <utility>

namespace picket::hub {

std::variant<v1::Joined, JoinRefused> Renewals::renew(const NodeCertificate& by,
                                                      std::string_view request_der,
                                                      const std::string& actor) {
  AuditRecord record;
  record.actor = actor;
  record.action = "node.renew";
  record.object = by.name;
  if (auto refused = identities_.check_renewal(by, request_der)) {
    record_refusal(*refused, std::move(record));
    return *std::move(refused);
  }
  record.allowed = true;
  record.outcome = "done";
  if (!audit_.record(record)) {
    return JoinRefused{v1::JoinRefusal::REASON_BUSY,
                       "the hub can't write its audit file, so it renews nothing; see its log",
                       by.name};
  }
  auto result = identities_.renew(by, request_der);
  if (const auto* refused = std::get_if<JoinRefused>(&result)) {
    record.outcome = "undone: " + refused->text;
    static_cast<void>(audit_.record(record));  // the refusal stands also where it can't be recorded
  }
  return result;
}

void Renewals::record_refusal(const JoinRefused& refused, AuditRecord record) {
  const auto left_out = recorded_.take(clock_.steady());
  if (!left_out) return;
  record.outcome = refused.text;
  if (*left_out > 0) {
    record.details.emplace_back("refusals not recorded before", std::to_string(*left_out));
  }
  static_cast<void>(audit_.record(record));  // the refusal stands also where it can't be recorded
}

}  // namespace picket::hub
