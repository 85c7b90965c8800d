#include "tests/support/test_certificates.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdint>

namespace picket::test {
namespace {

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct KeyDeleter {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct CertificateDeleter {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, KeyDeleter>;
using CertificatePtr = std::unique_ptr<X509, CertificateDeleter>;

template <typename Write>
std::string to_pem(Write write) {
  const std::unique_ptr<BIO, BioDeleter> bio(BIO_new(BIO_s_mem()));
  write(bio.get());
  char* bytes = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &bytes);
  return {bytes, static_cast<std::size_t>(length)};
}

void add_extension(X509& certificate, X509& issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  X509_add_ext(&certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

CertificatePtr blank(EVP_PKEY* key, const std::string& name, const Wish& wish) {
  static long serial = 1;
  CertificatePtr certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), wish.not_before.count());
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), wish.not_after.count());
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

}  // namespace

struct TestCa::Pair {
  KeyPtr key{EVP_EC_gen("P-256")};
  CertificatePtr certificate;
};

TestCa::TestCa() : ca_(std::make_unique<Pair>()) {
  Wish wish;
  wish.not_before = -std::chrono::hours(24 * 365 * 5);
  wish.not_after = std::chrono::hours(24 * 365 * 5);
  ca_->certificate = blank(ca_->key.get(), "picket test CA", wish);
  auto& certificate = *ca_->certificate;
  X509_set_issuer_name(&certificate, X509_get_subject_name(&certificate));
  add_extension(certificate, certificate, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(certificate, certificate, NID_key_usage, "critical,keyCertSign,cRLSign");
  X509_sign(&certificate, ca_->key.get(), EVP_sha256());
}

TestCa::~TestCa() = default;

TlsCredentials TestCa::issue(const Wish& wish) const {
  const KeyPtr key(EVP_EC_gen("P-256"));
  const auto certificate = blank(key.get(), "holder", wish);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(ca_->certificate.get()));
  if (!wish.uri.empty()) {
    add_extension(*certificate, *ca_->certificate, NID_subject_alt_name, "URI:" + wish.uri);
  }
  if (!wish.usage.empty()) {
    add_extension(*certificate, *ca_->certificate, NID_ext_key_usage, wish.usage);
  }
  X509_sign(certificate.get(), ca_->key.get(), EVP_sha256());
  TlsCredentials credentials;
  credentials.certificate = to_pem([&](BIO* bio) { PEM_write_bio_X509(bio, certificate.get()); });
  credentials.private_key = to_pem([&](BIO* bio) {
    PEM_write_bio_PKCS8PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  credentials.ca_certificate = this->certificate();
  return credentials;
}

std::string TestCa::certificate() const {
  return to_pem([&](BIO* bio) { PEM_write_bio_X509(bio, ca_->certificate.get()); });
}

Sha256 TestCa::sha256() const {
  Sha256 hash{};
  X509_digest(ca_->certificate.get(), EVP_sha256(), hash.data(), nullptr);
  return hash;
}

std::string to_der(const std::string& pem) {
  const std::unique_ptr<BIO, BioDeleter> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* bytes = nullptr;
  long length = 0;
  std::string der;
  if (PEM_read_bio(bio.get(), &name, &header, &bytes, &length) == 1) {
    der.assign(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(length));
  }
  OPENSSL_free(name);
  OPENSSL_free(header);
  OPENSSL_free(bytes);
  return der;
}

}  // namespace picket::test
