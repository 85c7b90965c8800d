#include "common/x509.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <regex>
#include <string>

#include "common/limits.h"
#include "common/x509_issue.h"
#include "tests/support/catch.h"
#include "tests/support/command.h"
#include "tests/support/temporary_folder.h"

namespace picket {
namespace {

using Role = CertificateIdentity::Role;

const WallTime kFrom = from_unix_ns(1'700'000'000'000'000'000);
const WallTime kUntil = kFrom + std::chrono::hours(24);

struct TestCa {
  PrivateKey key = PrivateKey::generate();
  Certificate certificate = make_ca_certificate(key, {kFrom, kUntil});

  Certificate issue(const PrivateKey& subject, Role role, const std::string& node) const {
    return make_certificate(certificate, key, subject.get(), {role, node}, {kFrom, kUntil});
  }
};

std::string request_der(EVP_PKEY* key, const EVP_MD* digest) {
  const OpenSslPtr<X509_REQ> request(X509_REQ_new());
  REQUIRE(X509_REQ_set_pubkey(request.get(), key) == 1);
  REQUIRE(X509_REQ_sign(request.get(), key, digest) > 0);
  unsigned char* bytes = nullptr;
  const int size = i2d_X509_REQ(request.get(), &bytes);
  std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

}  // namespace

TEST_CASE("a certificate says the role, name and validity it was made with") {
  const TestCa ca;
  const auto key = PrivateKey::generate();
  const auto node = ca.issue(key, Role::kNode, "web1.example-org_2");
  REQUIRE(node.identity());
  CHECK(node.identity()->role == Role::kNode);
  CHECK(node.identity()->node == "web1.example-org_2");
  CHECK(node.not_before() == kFrom);
  CHECK(node.not_after() == kUntil);
  CHECK(node.is_for(key));
  CHECK_FALSE(node.is_for(ca.key));
  CHECK(node.is_signed_by(ca.certificate));
  const auto hub = ca.issue(key, Role::kHub, "");
  REQUIRE(hub.identity());
  CHECK(hub.identity()->role == Role::kHub);
  CHECK_FALSE(ca.certificate.identity());
  CHECK(ca.certificate.is_picket_ca());
  CHECK_FALSE(node.is_picket_ca());
}

TEST_CASE("validity beyond 2050 and fractions of a second are read back in whole seconds") {
  const auto far = from_unix_ns(2'600'000'000'000'000'000);
  const auto key = PrivateKey::generate();
  const auto ca = make_ca_certificate(key, {kFrom + std::chrono::milliseconds(999), far});
  CHECK(ca.not_before() == kFrom);
  CHECK(ca.not_after() == far);
}

TEST_CASE("a certificate until the year 9999 is one until 2200") {
  const test::TemporaryFolder folder;
  const std::string file = folder.path() + "/far.pem";
  const auto made =
      test::run({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                 "-nodes", "-keyout", folder.path() + "/key.pem", "-subj", "/CN=far", "-days",
                 "2900000", "-out", file});
  REQUIRE(made.status == 0);
  const auto far = Certificate::from_pem(test::read(file));
  REQUIRE(far);
  CHECK(far->not_after() == from_unix_ns(7'258'118'400'000'000'000));
}

TEST_CASE("a certificate of another CA with the same name is not signed by ours") {
  const TestCa ours;
  const TestCa other;
  const auto certificate = other.issue(PrivateKey::generate(), Role::kNode, "web1");
  CHECK(certificate.is_signed_by(other.certificate));
  CHECK_FALSE(certificate.is_signed_by(ours.certificate));
}

TEST_CASE("every certificate gets a serial number of its own") {
  const TestCa ca;
  const auto key = PrivateKey::generate();
  const auto first = ca.issue(key, Role::kNode, "web1");
  const auto second = ca.issue(key, Role::kNode, "web1");
  CHECK(first.fingerprint() != second.fingerprint());
}

TEST_CASE("keys and certificates survive PEM and DER, and nothing may stand behind the DER") {
  const TestCa ca;
  const auto pem = ca.key.to_pem();
  const auto key = PrivateKey::from_pem(pem.reveal());
  REQUIRE(key);
  CHECK(ca.certificate.is_for(*key));
  const auto again = Certificate::from_pem(ca.certificate.to_pem());
  REQUIRE(again);
  CHECK(again->fingerprint() == ca.certificate.fingerprint());
  const auto der = ca.certificate.to_der();
  CHECK(Certificate::from_der(der));
  CHECK_FALSE(Certificate::from_der(der + "x"));
  CHECK_FALSE(Certificate::from_der(der.substr(0, der.size() - 1)));
  CHECK_FALSE(Certificate::from_der(""));
  CHECK_FALSE(
      Certificate::from_pem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
  CHECK_FALSE(PrivateKey::from_pem(ca.certificate.to_pem()));
}

TEST_CASE("a request proves its key") {
  const auto key = PrivateKey::generate();
  const auto der = CertificateRequest::make(key).to_der();
  REQUIRE(CertificateRequest::from_der(der));
  CHECK_FALSE(CertificateRequest::from_der(der + "x"));
  CHECK_FALSE(CertificateRequest::from_der(""));
  auto changed = der;
  changed.back() = static_cast<char>(changed.back() ^ 1);
  const auto refused = CertificateRequest::from_der(changed);
  REQUIRE_FALSE(refused);
  CHECK(refused.error() == "the certificate request is not signed by its own key");
}

TEST_CASE("a request is refused whatever single bit of it is flipped") {
  const auto key = PrivateKey::generate();
  const auto der = CertificateRequest::make(key).to_der();
  for (std::size_t i = 0; i < der.size() * 8; ++i) {
    auto changed = der;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    const auto request = CertificateRequest::from_der(changed);
    // Length bytes have more than one reading to a lenient decoder; what is read must still be this
    // key.
    if (request) REQUIRE(EVP_PKEY_eq(request->public_key(), key.get()) == 1);
  }
}

TEST_CASE("only keys on P-256, P-384 and Ed25519 are certified") {
  const OpenSslPtr<EVP_PKEY> p384(EVP_EC_gen("P-384"));
  CHECK(CertificateRequest::from_der(request_der(p384.get(), EVP_sha384())));
  const OpenSslPtr<EVP_PKEY> ed25519(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  CHECK(CertificateRequest::from_der(request_der(ed25519.get(), nullptr)));

  for (const char* curve : {"P-521", "secp256k1", "P-224"}) {
    const OpenSslPtr<EVP_PKEY> other(EVP_EC_gen(curve));
    REQUIRE(other);
    const auto refused = CertificateRequest::from_der(request_der(other.get(), EVP_sha256()));
    REQUIRE_FALSE(refused);
    CHECK(refused.error() ==
          "the key of the certificate request is not of P-256, P-384 or Ed25519");
  }
  for (const unsigned bits : {1024U, 2048U, 4096U}) {
    const OpenSslPtr<EVP_PKEY> rsa(EVP_RSA_gen(bits));
    CHECK_FALSE(CertificateRequest::from_der(request_der(rsa.get(), EVP_sha256())));
  }
}

TEST_CASE("a curve given by its parameters is refused, even if they are those of P-256") {
  const test::TemporaryFolder folder;
  const std::string key = folder.path() + "/key.pem";
  const std::string request = folder.path() + "/request.der";
  const auto made = test::run({"openssl", "ecparam", "-name", "prime256v1", "-param_enc",
                               "explicit", "-genkey", "-noout", "-out", key});
  REQUIRE(made.status == 0);
  const auto asked = test::run({"openssl", "req", "-new", "-key", key, "-subj", "/CN=web1",
                                "-outform", "DER", "-out", request});
  REQUIRE(asked.status == 0);
  CHECK_FALSE(CertificateRequest::from_der(test::read(request)));
}

TEST_CASE("a request of 4 KiB is read, one byte more is refused unread") {
  const auto fits =
      CertificateRequest::from_der(std::string(limits::kCertificateRequestBytesMax, 'x'));
  REQUIRE_FALSE(fits);
  CHECK(fits.error() == "the certificate request is not PKCS #10 in DER form");
  const auto large =
      CertificateRequest::from_der(std::string(limits::kCertificateRequestBytesMax + 1, 'x'));
  REQUIRE_FALSE(large);
  CHECK(large.error() == "the certificate request is larger than 4096 bytes");
}

TEST_CASE("names and CA:TRUE in a request do not reach the certificate") {
  const test::TemporaryFolder folder;
  const std::string request = folder.path() + "/request.der";
  const auto asked = test::run({"openssl",
                                "req",
                                "-new",
                                "-newkey",
                                "ec",
                                "-pkeyopt",
                                "ec_paramgen_curve:P-256",
                                "-nodes",
                                "-keyout",
                                folder.path() + "/key.pem",
                                "-subj",
                                "/CN=picket hub",
                                "-addext",
                                "basicConstraints=critical,CA:TRUE",
                                "-addext",
                                "subjectAltName=URI:picket:hub,URI:picket:node:db1",
                                "-addext",
                                "extendedKeyUsage=serverAuth",
                                "-outform",
                                "DER",
                                "-out",
                                request});
  REQUIRE(asked.status == 0);
  const auto parsed = CertificateRequest::from_der(test::read(request));
  REQUIRE(parsed);
  const TestCa ca;
  const auto made = make_certificate(ca.certificate, ca.key, parsed->public_key(),
                                     {Role::kNode, "web1"}, {kFrom, kUntil});
  REQUIRE(made.identity());
  CHECK(made.identity()->role == Role::kNode);
  CHECK(made.identity()->node == "web1");
  CHECK_FALSE(made.is_picket_ca());
}

TEST_CASE("openssl reads from our certificates what we meant to write") {
  const TestCa ca;
  const test::TemporaryFolder folder;
  const std::string ca_file = folder.path() + "/ca.pem";
  const std::string node_file = folder.path() + "/node.pem";
  const std::string hub_file = folder.path() + "/hub.pem";
  const auto key = PrivateKey::generate();
  test::write(ca_file, ca.certificate.to_pem());
  test::write(node_file, ca.issue(key, Role::kNode, "web1").to_pem());
  test::write(hub_file, ca.issue(key, Role::kHub, "").to_pem());
  const std::string at = std::to_string(to_unix_ns(kFrom) / 1'000'000'000 + 3600);
  const auto verify = [&](const std::string& file, const std::string& purpose) {
    return test::run({"openssl", "verify", "-x509_strict", "-attime", at, "-purpose", purpose,
                      "-CAfile", ca_file, file})
        .status;
  };
  CHECK(verify(node_file, "sslclient") == 0);
  CHECK(verify(node_file, "sslserver") != 0);
  CHECK(verify(hub_file, "sslserver") == 0);
  CHECK(verify(hub_file, "sslclient") != 0);
  const auto ca_text = test::run({"openssl", "x509", "-in", ca_file, "-noout", "-text"}).output;
  CHECK(std::regex_search(ca_text, std::regex("Subject: CN ?= ?picket CA\n")));
  CHECK(ca_text.find("X509v3 Basic Constraints: critical\n                CA:TRUE, pathlen:0") !=
        std::string::npos);
  CHECK(ca_text.find("X509v3 Key Usage: critical\n                Certificate Sign\n") !=
        std::string::npos);
  const auto node_text = test::run({"openssl", "x509", "-in", node_file, "-noout", "-text"}).output;
  for (const char* expected :
       {"Version: 3 (0x2)", "Signature Algorithm: ecdsa-with-SHA256", "ASN1 OID: prime256v1",
        "X509v3 Key Usage: critical\n                Digital Signature\n",
        "X509v3 Extended Key Usage: \n                TLS Web Client Authentication\n",
        "X509v3 Subject Alternative Name: \n                URI:picket:node:web1\n",
        "X509v3 Basic Constraints: critical\n                CA:FALSE\n"}) {
    CHECK(node_text.find(expected) != std::string::npos);
  }
  CHECK(std::regex_search(node_text, std::regex("Subject: CN ?= ?web1\n")));
}

}  // namespace picket
