// Keeps the certificate for one hub young: asks for another over the live link when little is left
// of it, and, when it has ended, by proof of its key on a connection of its own.
#pragma once

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/backoff.h"
#include "common/clock.h"
#include "node/collectors/alarm.h"
#include "node/identity/renewal.h"
#include "node/io/hub_identity.h"

namespace picket::node {

class CertificateRenewal {
 public:
  using Identity = std::shared_ptr<const HubIdentity>;
  /// Sends a request over the live link.
  using Ask = std::function<void(std::string certificate_request)>;

  /// All references outlive this object.
  CertificateRenewal(asio::io_context& loop, const Clock& clock, IdentitySource& source,
                     Backoff::Random random);

  /// The hub has taken `identity`. From now on it is looked at now and then.
  void on_welcome(Identity identity, Ask ask);
  void on_link_ended();
  /// True: there is a newer identity to go on with.
  bool on_renewed(const v1::Renewed& renewed);

  /// No link was to be had. Whether it makes sense to ask by proof of the key, not too often: the
  /// certificate has expired, or the hub's clock may think so.
  bool is_wanted_by_key(const HubIdentity& identity, bool hub_says_expired);
  /// Asks. True: there is a newer identity to go on with.
  asio::awaitable<bool> renew_by_key(Identity identity);

 private:
  void look_after(Nanoseconds wait);
  void look();
  bool keep(const Renewal& renewal, Result<Certificate> certificate);
  bool failed(const std::string& why);

  asio::io_context& loop_;
  const Clock& clock_;
  IdentitySource& source_;
  Backoff::Random random_;
  Alarm alarm_;
  Identity identity_;  // of the live link
  Ask ask_;
  std::optional<Renewal> asked_;
  std::optional<SteadyTime> last_by_key_;
  std::string last_said_;
};

}  // namespace picket::node
