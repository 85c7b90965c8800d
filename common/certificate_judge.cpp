#include "common/certificate_judge.h"

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <memory>
#include <vector>

#include "common/limits.h"

namespace picket {
namespace {

constexpr std::string_view kHubUri = "picket:hub";
constexpr std::string_view kNodeUriPrefix = "picket:node:";

struct StoreContextDeleter {
  void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
};
struct NamesDeleter {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

bool is_node_name(std::string_view name) {
  const auto printable = [](char c) { return c > ' ' && c < 0x7f; };
  return !name.empty() && name.size() <= limits::kNodeNameBytesMax &&
         std::all_of(name.begin(), name.end(), printable);
}

WallTime to_wall_time(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {};
  return WallTime(Seconds(timegm(&parts)));
}

std::string to_text(WallTime time) {
  const auto seconds = std::chrono::duration_cast<Seconds>(time.time_since_epoch()).count();
  std::tm parts{};
  char text[32];
  gmtime_r(&seconds, &parts);
  return {text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

CertificateFault fault_of(int error) {
  switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return CertificateFault::kExpired;
    case X509_V_ERR_CERT_NOT_YET_VALID: return CertificateFault::kNotYetValid;
    case X509_V_ERR_INVALID_PURPOSE: return CertificateFault::kWrongRole;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_SUBJECT_ISSUER_MISMATCH:
    case X509_V_ERR_AKID_SKID_MISMATCH:
    case X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN: return CertificateFault::kForeignCa;
    default: return CertificateFault::kOther;
  }
}

// OpenSSL stops at the first error it meets; a person wants the gravest. So all are collected here,
// any of them refuses. Verification runs to its end on this thread, within collect_errors().
thread_local std::vector<int>* errors_found = nullptr;

int keep_error(int ok, X509_STORE_CTX* context) {
  if (ok != 1) errors_found->push_back(X509_STORE_CTX_get_error(context));
  return 1;
}

std::vector<int> collect_errors(X509& certificate, X509_STORE& trusted, TlsRole expected,
                                bool check_time) {
  std::vector<int> errors;
  const std::unique_ptr<X509_STORE_CTX, StoreContextDeleter> context(X509_STORE_CTX_new());
  if (!context || X509_STORE_CTX_init(context.get(), &trusted, &certificate, nullptr) != 1) {
    return {X509_V_ERR_OUT_OF_MEM};
  }
  X509_STORE_CTX_set_purpose(context.get(), expected == TlsRole::kNode ? X509_PURPOSE_SSL_CLIENT
                                                                       : X509_PURPOSE_SSL_SERVER);
  if (!check_time) X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_NO_CHECK_TIME);
  X509_STORE_CTX_set_verify_cb(context.get(), keep_error);
  errors_found = &errors;
  const int verified = X509_verify_cert(context.get());
  errors_found = nullptr;
  if (verified != 1 && errors.empty()) errors.push_back(X509_V_ERR_UNSPECIFIED);
  return errors;
}

bool has_usage(X509& certificate, TlsRole role) {
  if ((X509_get_extension_flags(&certificate) & EXFLAG_XKUSAGE) == 0) return false;
  const uint32_t wanted = role == TlsRole::kNode ? XKU_SSL_CLIENT : XKU_SSL_SERVER;
  return (X509_get_extended_key_usage(&certificate) & wanted) != 0;
}

CertificateFault gravest(const std::vector<int>& errors) {
  auto worst = CertificateFault::kNone;
  for (const int error : errors) {
    const auto fault = fault_of(error);
    if (worst == CertificateFault::kNone || fault < worst) worst = fault;
  }
  return worst;
}

std::string holder_of(const std::optional<CertificateName>& name, TlsRole expected) {
  if (name && name->role == TlsRole::kNode) return "the certificate of node " + name->node;
  return expected == TlsRole::kHub ? "the hub's certificate" : "the peer's certificate";
}

std::string foreign_ca_text(TlsRole expected) {
  return expected == TlsRole::kNode
             ? "the peer's certificate was not issued by this hub's CA: it belongs to another hub"
             : "the hub's certificate was not issued by the CA of the hub that this node joined: "
               "another hub answers at this address";
}

std::string wrong_role_text(TlsRole expected) {
  return expected == TlsRole::kNode
             ? "the peer's certificate is not a node's (its extended key usage lacks clientAuth)"
             : "the peer's certificate is not a hub's (its extended key usage lacks serverAuth)";
}

std::string wrong_name_text(TlsRole expected) {
  return expected == TlsRole::kNode
             ? "the peer's certificate names no node (one URI picket:node:NAME is required)"
             : "the peer's certificate does not name a hub (one URI picket:hub is required)";
}

std::string describe(CertificateFault fault, const X509& certificate, TlsRole expected,
                     const std::vector<int>& errors) {
  const std::string holder = holder_of(name_in(certificate), expected);
  switch (fault) {
    case CertificateFault::kNone: return {};
    case CertificateFault::kForeignCa: return foreign_ca_text(expected);
    case CertificateFault::kExpired:
      return holder + " expired at " + to_text(not_after_of(certificate)) +
             "; if that is still to come, this machine's clock is wrong";
    case CertificateFault::kNotYetValid:
      return holder + " is not valid before " + to_text(not_before_of(certificate)) +
             ": check the clock of this machine and of the peer";
    case CertificateFault::kWrongRole: return wrong_role_text(expected);
    case CertificateFault::kWrongName: return wrong_name_text(expected);
    case CertificateFault::kOther:
      return holder + " was refused: " + X509_verify_cert_error_string(errors.front());
  }
  return {};
}

}  // namespace

std::optional<CertificateName> name_in(const X509& certificate) {
  const std::unique_ptr<GENERAL_NAMES, NamesDeleter> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::optional<CertificateName> found;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* entry = sk_GENERAL_NAME_value(names.get(), i);
    if (entry->type != GEN_URI || found) return std::nullopt;
    const ASN1_IA5STRING* text = entry->d.uniformResourceIdentifier;
    const std::string_view uri(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                               static_cast<std::size_t>(ASN1_STRING_length(text)));
    if (uri == kHubUri) {
      found = CertificateName{TlsRole::kHub, {}};
    } else if (uri.starts_with(kNodeUriPrefix) && is_node_name(uri.substr(kNodeUriPrefix.size()))) {
      found = CertificateName{TlsRole::kNode, std::string(uri.substr(kNodeUriPrefix.size()))};
    } else {
      return std::nullopt;
    }
  }
  return found;
}

WallTime not_before_of(const X509& certificate) {
  return to_wall_time(X509_get0_notBefore(&certificate));
}

WallTime not_after_of(const X509& certificate) {
  return to_wall_time(X509_get0_notAfter(&certificate));
}

Verdict judge(X509& certificate, X509_STORE& trusted, TlsRole expected, bool check_time) {
  const auto errors = collect_errors(certificate, trusted, expected, check_time);
  auto fault = gravest(errors);
  if (fault == CertificateFault::kNone && !has_usage(certificate, expected)) {
    fault = CertificateFault::kWrongRole;
  }
  const auto name = name_in(certificate);
  if (fault == CertificateFault::kNone && (!name || name->role != expected)) {
    fault = CertificateFault::kWrongName;
  }
  return {fault, describe(fault, certificate, expected, errors)};
}

int alert_error_of(CertificateFault fault) {
  switch (fault) {
    case CertificateFault::kNone: return X509_V_OK;
    case CertificateFault::kForeignCa: return X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
    case CertificateFault::kExpired: return X509_V_ERR_CERT_HAS_EXPIRED;
    case CertificateFault::kNotYetValid: return X509_V_ERR_CERT_NOT_YET_VALID;
    case CertificateFault::kWrongRole: return X509_V_ERR_INVALID_PURPOSE;
    case CertificateFault::kWrongName: return X509_V_ERR_PERMITTED_VIOLATION;
    case CertificateFault::kOther: return X509_V_ERR_APPLICATION_VERIFICATION;
  }
  return X509_V_ERR_UNSPECIFIED;
}

}  // namespace picket
