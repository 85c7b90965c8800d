#include "common/renewal_proof.h"

#include <openssl/err.h>

#include <memory>
#include <stdexcept>

#include "common/sha256.h"

namespace picket {
namespace {

struct DigestFree {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Digest = std::unique_ptr<EVP_MD_CTX, DigestFree>;

std::string statement(std::string_view channel, std::string_view request_der) {
  std::string text = "picket-renew/1";
  text += channel;
  text += as_bytes(sha256(request_der));
  return text;
}

// Ed25519 has its own.
const EVP_MD* hash_for(const EVP_PKEY* key) {
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string prove_renewal(const PrivateKey& key, std::string_view channel,
                          std::string_view request_der) {
  const std::string signed_text = statement(channel, request_der);
  const Digest digest(EVP_MD_CTX_new());
  std::size_t size = 0;
  const bool ready =
      digest &&
      EVP_DigestSignInit(digest.get(), nullptr, hash_for(key.get()), nullptr, key.get()) == 1 &&
      EVP_DigestSign(digest.get(), nullptr, &size, bytes_of(signed_text), signed_text.size()) == 1;
  std::string proof(size, '\0');
  auto* out = reinterpret_cast<unsigned char*>(proof.data());
  if (!ready ||
      EVP_DigestSign(digest.get(), out, &size, bytes_of(signed_text), signed_text.size()) != 1) {
    throw std::runtime_error("can't sign: " + take_openssl_error());
  }
  proof.resize(size);
  return proof;
}

bool is_proven(const Certificate& old, std::string_view channel, std::string_view request_der,
               std::string_view proof) {
  EVP_PKEY* key = X509_get0_pubkey(old.get());
  if (key == nullptr || channel.empty() || proof.empty()) return false;
  const std::string signed_text = statement(channel, request_der);
  const Digest digest(EVP_MD_CTX_new());
  const bool proven =
      digest && EVP_DigestVerifyInit(digest.get(), nullptr, hash_for(key), nullptr, key) == 1 &&
      EVP_DigestVerify(digest.get(), bytes_of(proof), proof.size(), bytes_of(signed_text),
                       signed_text.size()) == 1;
  ERR_clear_error();
  return proven;
}

}  // namespace picket
