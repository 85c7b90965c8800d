#include "common/x509_issue.h"

#include <openssl/core_names.h>
#include <openssl/err.h>

#include <array>
#include <cassert>
#include <ctime>
#include <stdexcept>

#include "common/limits.h"
#include "common/node_name.h"
#include "common/random_bytes.h"

namespace picket {
namespace {

constexpr const char* kCaName = "picket CA";
constexpr const char* kHubName = "picket hub";
constexpr std::size_t kSerialBytes = 16;

void require(bool done, const char* what) {
  if (!done)
    throw std::runtime_error(std::string("can't make ") + what + ": " + take_openssl_error());
}

// ---- keys of requests

std::string text_parameter(EVP_PKEY* key, const char* name) {
  std::array<char, 64> text{};
  std::size_t size = 0;
  if (EVP_PKEY_get_utf8_string_param(key, name, text.data(), text.size(), &size) != 1) return {};
  return {text.data(), size};
}

bool is_accepted_curve(EVP_PKEY* key) {
  // Explicit parameters can describe a curve of the sender's making.
  if (text_parameter(key, OSSL_PKEY_PARAM_EC_ENCODING) != OSSL_PKEY_EC_ENCODING_GROUP) return false;
  const std::string group = text_parameter(key, OSSL_PKEY_PARAM_GROUP_NAME);
  return group == SN_X9_62_prime256v1 || group == SN_secp384r1;
}

bool is_accepted_key(EVP_PKEY* key) {
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519) return true;
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC && is_accepted_curve(key);
}

bool is_on_its_curve(EVP_PKEY* key) {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(
      EVP_PKEY_CTX_new(key, nullptr), EVP_PKEY_CTX_free);
  return context != nullptr && EVP_PKEY_public_check(context.get()) == 1;
}

// ---- parts of certificates

void set_serial(X509* certificate) {
  const Secret serial = random_bytes(kSerialBytes);
  const auto* bytes = reinterpret_cast<const unsigned char*>(serial.reveal().data());
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> number(
      BN_bin2bn(bytes, static_cast<int>(kSerialBytes), nullptr), BN_free);
  const bool set = number != nullptr &&
                   BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
  require(set, "a serial number");
}

std::time_t seconds_of(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

void set_validity(X509* certificate, Validity validity) {
  const auto from = seconds_of(validity.not_before);
  const auto until = seconds_of(validity.not_after);
  require(ASN1_TIME_set(X509_getm_notBefore(certificate), from) != nullptr &&
              ASN1_TIME_set(X509_getm_notAfter(certificate), until) != nullptr,
          "a validity");
}

void set_subject(X509* certificate, const std::string& common_name) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(common_name.c_str());
  X509_NAME* name = X509_get_subject_name(certificate);
  require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes, -1, -1, 0) == 1, "a name");
}

/// `value` as in openssl's x509v3_config(5). It is made of constants and checked node names only:
/// in that language a ',' or ':' from outside would add names and extensions.
void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const OpenSslPtr<X509_EXTENSION> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "an extension");
}

OpenSslPtr<X509> begin_certificate(EVP_PKEY* subject_key, const std::string& common_name,
                                   Validity validity) {
  OpenSslPtr<X509> certificate(X509_new());
  require(certificate && X509_set_version(certificate.get(), X509_VERSION_3) == 1, "a certificate");
  set_serial(certificate.get());
  set_validity(certificate.get(), validity);
  set_subject(certificate.get(), common_name);
  require(X509_set_pubkey(certificate.get(), subject_key) == 1, "a certificate's key");
  return certificate;
}

Certificate sign(OpenSslPtr<X509> certificate, const PrivateKey& key) {
  require(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0, "a signature");
  // Parsed again: OpenSSL caches what it read of an object that was still being made.
  auto made = Certificate::from_der(Certificate::adopt(certificate.release()).to_der());
  if (!made) throw std::runtime_error(made.error());
  return *std::move(made);
}

}  // namespace

CertificateRequest CertificateRequest::make(const PrivateKey& key) {
  OpenSslPtr<X509_REQ> request(X509_REQ_new());
  require(request && X509_REQ_set_pubkey(request.get(), key.get()) == 1 &&
              X509_REQ_sign(request.get(), key.get(), EVP_sha256()) > 0,
          "a certificate request");
  return CertificateRequest(std::move(request));
}

Result<CertificateRequest> CertificateRequest::from_der(std::string_view der) {
  if (der.size() > limits::kCertificateRequestBytesMax) {
    return Error{"the certificate request is larger than " +
                 std::to_string(limits::kCertificateRequestBytesMax) + " bytes"};
  }
  const auto* next = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* end = next + der.size();
  OpenSslPtr<X509_REQ> request(d2i_X509_REQ(nullptr, &next, static_cast<long>(der.size())));
  EVP_PKEY* key = request && next == end ? X509_REQ_get0_pubkey(request.get()) : nullptr;
  const bool accepted = key != nullptr && is_accepted_key(key) && is_on_its_curve(key);
  const bool proven = accepted && X509_REQ_verify(request.get(), key) == 1;
  ERR_clear_error();
  if (!request || next != end) return Error{"the certificate request is not PKCS #10 in DER form"};
  if (!accepted)
    return Error{"the key of the certificate request is not of P-256, P-384 or Ed25519"};
  if (!proven) return Error{"the certificate request is not signed by its own key"};
  return CertificateRequest(std::move(request));
}

std::string CertificateRequest::to_der() const {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509_REQ(request_.get(), &bytes);
  require(size > 0, "a certificate request");
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

Certificate make_ca_certificate(const PrivateKey& key, Validity validity) {
  auto certificate = begin_certificate(key.get(), kCaName, validity);
  X509* made = certificate.get();
  require(X509_set_issuer_name(made, X509_get_subject_name(made)) == 1, "an issuer's name");
  add_extension(made, made, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(made, made, NID_key_usage, "critical,keyCertSign");
  add_extension(made, made, NID_subject_key_identifier, "hash");
  return sign(std::move(certificate), key);
}

Certificate make_certificate(const Certificate& ca, const PrivateKey& ca_key, EVP_PKEY* subject_key,
                             const CertificateIdentity& subject, Validity validity) {
  const bool is_hub = subject.role == CertificateIdentity::Role::kHub;
  assert(is_hub || is_node_name(subject.node));
  auto certificate = begin_certificate(subject_key, is_hub ? kHubName : subject.node, validity);
  X509* made = certificate.get();
  require(X509_set_issuer_name(made, X509_get_subject_name(ca.get())) == 1, "an issuer's name");
  add_extension(made, ca.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(made, ca.get(), NID_key_usage, "critical,digitalSignature");
  add_extension(made, ca.get(), NID_ext_key_usage, is_hub ? "serverAuth" : "clientAuth");
  add_extension(made, ca.get(), NID_subject_alt_name,
                is_hub ? "URI:picket:hub" : "URI:picket:node:" + subject.node);
  add_extension(made, ca.get(), NID_subject_key_identifier, "hash");
  add_extension(made, ca.get(), NID_authority_key_identifier, "keyid:always");
  return sign(std::move(certificate), ca_key);
}

}  // namespace picket
