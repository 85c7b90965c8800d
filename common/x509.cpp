#include "common/x509.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cassert>
#include <ctime>
#include <stdexcept>

#include "common/limits.h"
#include "common/node_name.h"

namespace picket {
namespace {

constexpr std::string_view kHubUri = "picket:hub";
constexpr std::string_view kNodeUriPrefix = "picket:node:";
constexpr std::size_t kHubIdDigits = 16;

OpenSslPtr<BIO> reading(std::string_view text) {
  OpenSslPtr<BIO> bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  if (!bio) throw std::runtime_error("out of memory");
  return bio;
}

OpenSslPtr<BIO> writing_secrets() {
  OpenSslPtr<BIO> bio(BIO_new(BIO_s_secmem()));
  if (!bio) throw std::runtime_error("out of memory");
  return bio;
}

std::string_view content(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

// A PEM file that asks for a pass phrase must fail, not stop at a terminal's prompt.
int no_pass_phrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*context*/) {
  return -1;
}

// Within 1970 to 2200: X.509 goes on to the year 9999, nanoseconds in 64 bits end in 2262, and who
// subtracts such instants must not overflow. What can't be read is 1970: expired.
WallTime to_wall_time(const ASN1_TIME* time) {
  constexpr std::time_t kYear2200 = 7'258'118'400;
  std::tm fields{};
  if (ASN1_TIME_to_tm(time, &fields) != 1) return WallTime();
  return WallTime(std::chrono::seconds(std::clamp<std::time_t>(timegm(&fields), 0, kYear2200)));
}

// The certificate's only alternative name if that is a URI, else empty.
std::string only_uri(X509* certificate) {
  const OpenSslPtr<GENERAL_NAMES> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (!names || sk_GENERAL_NAME_num(names.get()) != 1) return {};
  const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), 0);
  if (name->type != GEN_URI) return {};
  const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
          static_cast<std::size_t>(ASN1_STRING_length(uri))};
}

std::optional<CertificateIdentity> identity_of(std::string_view uri) {
  using Role = CertificateIdentity::Role;
  if (uri == kHubUri) return CertificateIdentity{Role::kHub, ""};
  if (uri.substr(0, kNodeUriPrefix.size()) != kNodeUriPrefix) return std::nullopt;
  const std::string_view name = uri.substr(kNodeUriPrefix.size());
  if (!is_node_name(name)) return std::nullopt;
  return CertificateIdentity{Role::kNode, std::string(name)};
}

bool has_only_usage(X509* certificate, int wanted_nid) {
  const OpenSslPtr<EXTENDED_KEY_USAGE> usages(static_cast<EXTENDED_KEY_USAGE*>(
      X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)));
  if (!usages || sk_ASN1_OBJECT_num(usages.get()) != 1) return false;
  return OBJ_obj2nid(sk_ASN1_OBJECT_value(usages.get(), 0)) == wanted_nid;
}

}  // namespace

std::string take_openssl_error() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "unknown error" : reason;
}

std::string hub_id_of(const Sha256& ca_fingerprint) {
  return to_hex(ca_fingerprint).substr(0, kHubIdDigits);
}

PrivateKey PrivateKey::generate() {
  OpenSslPtr<EVP_PKEY> key(EVP_EC_gen("P-256"));
  if (!key) throw std::runtime_error("can't make a key: " + take_openssl_error());
  return PrivateKey(std::move(key));
}

Result<PrivateKey> PrivateKey::from_pem(std::string_view pem) {
  const auto bio = reading(pem);
  OpenSslPtr<EVP_PKEY> key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_pass_phrase, nullptr));
  ERR_clear_error();
  if (!key) return Error{"not a private key in PEM form"};
  return PrivateKey(std::move(key));
}

Secret PrivateKey::to_pem() const {
  const auto bio = writing_secrets();
  if (PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
      1) {
    throw std::runtime_error("can't write a key: " + take_openssl_error());
  }
  return Secret(content(bio.get()));
}

Result<Certificate> Certificate::from_pem(std::string_view pem) {
  const auto bio = reading(pem);
  X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, no_pass_phrase, nullptr);
  ERR_clear_error();
  if (certificate == nullptr) return Error{"not a certificate in PEM form"};
  return Certificate(certificate);
}

Result<Certificate> Certificate::from_der(std::string_view der) {
  const Error wrong{"not a certificate in DER form"};
  if (der.size() > limits::kCertificateBytesMax) return wrong;
  const auto* next = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* end = next + der.size();
  X509* certificate = d2i_X509(nullptr, &next, static_cast<long>(der.size()));
  ERR_clear_error();
  if (certificate == nullptr) return wrong;
  Certificate result(certificate);
  if (next != end) return wrong;
  return result;
}

Certificate Certificate::adopt(X509* certificate) {
  assert(certificate != nullptr);
  return Certificate(certificate);
}

std::string Certificate::to_pem() const {
  const OpenSslPtr<BIO> bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), get()) != 1) {
    throw std::runtime_error("can't write a certificate: " + take_openssl_error());
  }
  return std::string(content(bio.get()));
}

std::string Certificate::to_der() const {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(get(), &bytes);
  if (size < 0) throw std::runtime_error("can't write a certificate: " + take_openssl_error());
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

Sha256 Certificate::fingerprint() const { return sha256(to_der()); }

std::optional<CertificateIdentity> Certificate::identity() const {
  if ((X509_get_extension_flags(get()) & EXFLAG_CA) != 0) return std::nullopt;
  auto identity = identity_of(only_uri(get()));
  ERR_clear_error();
  if (!identity) return std::nullopt;
  const bool is_hub = identity->role == CertificateIdentity::Role::kHub;
  if (!has_only_usage(get(), is_hub ? NID_server_auth : NID_client_auth)) return std::nullopt;
  return identity;
}

bool Certificate::is_picket_ca() const {
  const bool is_ca = X509_check_ca(get()) == 1 && X509_get_pathlen(get()) == 0 &&
                     (X509_get_key_usage(get()) & KU_KEY_CERT_SIGN) != 0 && is_signed_by(*this);
  ERR_clear_error();
  return is_ca;
}

WallTime Certificate::not_before() const { return to_wall_time(X509_get0_notBefore(get())); }
WallTime Certificate::not_after() const { return to_wall_time(X509_get0_notAfter(get())); }

bool Certificate::is_for(const PrivateKey& key) const {
  const bool fits = X509_check_private_key(get(), key.get()) == 1;
  ERR_clear_error();
  return fits;
}

bool Certificate::is_signed_by(const Certificate& ca) const {
  const bool issued = X509_check_issued(ca.get(), get()) == X509_V_OK;
  const bool verified = issued && X509_verify(get(), X509_get0_pubkey(ca.get())) == 1;
  ERR_clear_error();
  return verified;
}

}  // namespace picket
