// Judges a peer's certificate: issued by the CA that we trust, in its time, for the role that it
// plays here, and naming its holder. Part of common/tls; nobody else needs it.
#pragma once

#include <openssl/types.h>

#include <optional>
#include <string>
#include <string_view>

#include "common/clock.h"

namespace picket {

enum class TlsRole { kHub, kNode };

/// What the URI in a certificate's subjectAltName says.
struct CertificateName {
  TlsRole role;
  std::string node;  // empty for the hub
};

/// Nothing: no such URI, more than one, or a node's name that can't be one.
std::optional<CertificateName> name_in(const X509& certificate);

WallTime not_before_of(const X509& certificate);
WallTime not_after_of(const X509& certificate);

/// The first thing wrong with a certificate, in the order in which a person wants to hear of it.
/// Each has an alert of its own, so that the other side can say the same.
enum class CertificateFault {
  kNone,
  kForeignCa,
  kExpired,
  kNotYetValid,
  kWrongRole,
  kWrongName,
  kOther
};

struct Verdict {
  CertificateFault fault = CertificateFault::kNone;
  std::string text;  // one sentence, from the judge's point of view
};

/// `trusted` holds the one CA, which must have issued the certificate itself.
Verdict judge(X509& certificate, X509_STORE& trusted, TlsRole expected, bool check_time);

/// The X509_V_ERR_* for which OpenSSL sends the alert that stands for `fault`.
int alert_error_of(CertificateFault fault);

}  // namespace picket
