#include "node/io/certificate_renewal.h"

#include <utility>

#include "common/frame.h"
#include "common/limits.h"
#include "common/log.h"
#include "common/protocol.h"
#include "common/rfc3339.h"
#include "node/io/join_exchange.h"

namespace picket::node {

CertificateRenewal::CertificateRenewal(asio::io_context& loop, const Clock& clock,
                                       IdentitySource& source, Backoff::Random random)
    : loop_(loop), clock_(clock), source_(source), random_(std::move(random)), alarm_(loop) {}

void CertificateRenewal::on_welcome(Identity identity, Ask ask) {
  identity_ = std::move(identity);
  ask_ = std::move(ask);
  last_by_key_.reset();
  if (!identity_->membership) return;
  if (identity_->membership->is_renewed) {
    const Status settled = source_.settle();
    if (!settled) log::warn("the old certificate can't be put away", {{"why", settled.error()}});
  }
  look_after(Nanoseconds(0));
}

void CertificateRenewal::on_link_ended() {
  alarm_.cancel();
  asked_.reset();
  ask_ = nullptr;
}

// A fleet that came at once doesn't ask at once.
void CertificateRenewal::look_after(Nanoseconds wait) {
  const auto jitter = Nanoseconds(limits::kRenewalJitter).count();
  const auto later = Nanoseconds(static_cast<int64_t>(random_() % static_cast<uint64_t>(jitter)));
  alarm_.set(wait + later, [this] { look(); });
}

void CertificateRenewal::look() {
  const Membership& membership = *identity_->membership;
  if (!Renewal::is_due(membership.certificate, clock_.wall())) {
    return look_after(limits::kRenewalCheckEvery);
  }
  asked_.emplace(membership);
  look_after(limits::kRenewalRetry);  // unless it succeeds
  ask_(asked_->request());
}

bool CertificateRenewal::on_renewed(const v1::Renewed& renewed) {
  const auto asked = std::exchange(asked_, std::nullopt);
  if (!asked) return false;  // nobody did
  if (renewed.has_certificate()) {
    return keep(*asked, asked->accept(renewed.certificate(), clock_.wall()));
  }
  return failed("the hub refused: " + renewed.refused());
}

bool CertificateRenewal::keep(const Renewal& renewal, Result<Certificate> certificate) {
  if (!certificate) return failed(certificate.error());
  if (auto kept = source_.keep(renewal.key(), *certificate); !kept) return failed(kept.error());
  last_said_.clear();
  log::info("certificate renewed", {{"until", to_rfc3339(certificate->not_after(), 0)}});
  return true;
}

// The same trouble is told once.
bool CertificateRenewal::failed(const std::string& why) {
  if (std::exchange(last_said_, why) != why) {
    log::warn("certificate not renewed", {{"why", why}});
  }
  return false;
}

bool CertificateRenewal::is_wanted_by_key(const HubIdentity& identity, bool hub_says_expired) {
  if (!identity.membership) return false;
  const SteadyTime now = clock_.steady();
  if (last_by_key_ && now - *last_by_key_ < limits::kRenewalEvery) return false;
  const Certificate& certificate = identity.membership->certificate;
  const bool wanted = hub_says_expired || Renewal::is_due(certificate, clock_.wall());
  if (wanted) last_by_key_ = now;
  return wanted;
}

asio::awaitable<bool> CertificateRenewal::renew_by_key(Identity identity) {
  const Membership& membership = *identity->membership;
  const Renewal renewal(membership);
  const auto tls = TlsContext::join(membership.ca.fingerprint());
  if (!tls) co_return failed(tls.error());
  const MakeJoinRequest make = [&renewal, &membership](const TlsPeer& hub) {
    const v1::Peer self = protocol::self("picket-node", "renew");
    return encode_frame(renewal.request_by_key(self, membership, hub.channel));
  };
  auto exchanging = exchange_join(loop_.get_executor(), *tls, identity->addresses, make);
  const Result<v1::JoinReply> reply = co_await std::move(exchanging);
  if (!reply) co_return failed(reply.error());
  co_return keep(renewal, renewal.accept(*reply, clock_.wall()));
}

}  // namespace picket::node
