#include "hub/io/hub_certificate.h"

#include <string>
#include <utility>

#include "common/limits.h"
#include "common/log.h"

namespace picket::hub {

HubCertificate::HubCertificate(StateFolder& folder, const Clock& clock, Deadlines& deadlines)
    : folder_(folder), clock_(clock), deadlines_(deadlines) {}

Status HubCertificate::open() {
  const Secret key = folder_.key().to_pem();
  auto tls = TlsContext::hub({.certificate = folder_.certificate().to_pem(),
                              .private_key = std::string(key.reveal()),
                              .ca_certificate = folder_.ca().certificate().to_pem()});
  if (!tls) return Error{tls.error()};
  contexts_.push_back(std::make_unique<TlsContext>(*std::move(tls)));
  return {};
}

void HubCertificate::keep_young(Use use) {
  use_ = std::move(use);
  use_(tls());
  deadlines_.at(clock_.steady() + limits::kRenewalCheckEvery, [this] { look(); });
}

void HubCertificate::look() {
  const auto renewed = folder_.renew_certificate(clock_.wall());
  const Status used = renewed && *renewed ? open() : Status();
  if (!renewed || !used) {
    log::error("the hub's certificate can't be renewed",
               {{"why", renewed ? used.error() : renewed.error()}});
  } else if (*renewed) {
    use_(tls());
    log::info("the hub's certificate was renewed");
  }
  deadlines_.at(clock_.steady() + limits::kRenewalCheckEvery, [this] { look(); });
}

}  // namespace picket::hub
