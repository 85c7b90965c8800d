#include "hub/io/state_folder.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <utility>

#include "common/audit_files.h"
#include "common/files.h"
#include "common/hub_addresses.h"
#include "common/identity_files.h"
#include "common/limits.h"
#include "common/new_folder.h"
#include "common/time_text.h"
#include "hub/core/identity_book.h"
#include "hub/io/identity_file.h"

namespace picket::hub {
namespace {

constexpr const char* kCaKey = "/ca.key.pem";
constexpr const char* kCaCertificate = "/ca.pem";
constexpr const char* kHubKey = "/hub.key.pem";
constexpr const char* kHubCertificate = "/hub.pem";
constexpr const char* kAddresses = "/addresses";
constexpr const char* kIdentities = "/identities";
constexpr const char* kJournal = "/journal.db";

constexpr mode_t kSecretMode = 0600;
constexpr mode_t kPublicMode = 0644;

std::string without_trailing_slash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

Status check_vacant(const std::string& path) {
  std::error_code error;
  if (std::filesystem::exists(path + kCaCertificate, error)) {
    return Error{"there is a hub in " + path +
                 " already; remove that folder only if all its nodes may be lost"};
  }
  if (!std::filesystem::exists(path, error)) return {};
  if (std::filesystem::is_directory(path, error) && std::filesystem::is_empty(path, error))
    return {};
  return Error{path + " is there and is not an empty folder; choose another, or remove it"};
}

Status fill(const std::string& path, const CertificateAuthority& ca,
            const std::vector<std::string>& addresses, WallTime now) {
  const PrivateKey hub_key = PrivateKey::generate();
  const Secret ca_key_pem = ca.key().to_pem();
  const Secret hub_key_pem = hub_key.to_pem();
  const std::pair<const char*, std::pair<std::string, mode_t>> public_files[] = {
      {kCaCertificate, {ca.certificate().to_pem(), kPublicMode}},
      {kHubCertificate, {ca.certify_hub(hub_key, now).to_pem(), kPublicMode}},
      {kAddresses, {format_hub_addresses(addresses), kPublicMode}},
      {kIdentities, {encode_identity_file(IdentityBook()), kSecretMode}}};
  if (auto written = write_file(path + kCaKey, ca_key_pem.reveal(), kSecretMode); !written)
    return written;
  if (auto written = write_file(path + kHubKey, hub_key_pem.reveal(), kSecretMode); !written)
    return written;
  for (const auto& [name, file] : public_files) {
    if (auto written = write_file(path + name, file.first, file.second); !written) return written;
  }
  return {};
}

Status check_ca_time(const Certificate& ca, WallTime now) {
  if (now < ca.not_before()) {
    return Error{"this host's clock is " + in_words(ca.not_before() - now) +
                 " or more behind: the hub's CA certificate is not valid yet; set the clock"};
  }
  if (now >= ca.not_after()) {
    return Error{"the hub's CA certificate expired " + in_words(now - ca.not_after()) +
                 " ago by this host's clock; set the clock, or begin anew with picket-hub init"};
  }
  return {};
}

Result<CertificateAuthority> load_ca(const std::string& path, WallTime now) {
  auto certificate = load_certificate(path + kCaCertificate);
  if (!certificate) return Error{certificate.error()};
  auto key = load_private_key(path + kCaKey);
  if (!key) return Error{key.error()};
  if (!certificate->is_picket_ca()) {
    return Error{path + kCaCertificate + " is not the certificate of a picket CA"};
  }
  if (!certificate->is_for(*key)) {
    return Error{path + kCaKey + " is not the key of " + path + kCaCertificate};
  }
  if (const Status valid = check_ca_time(*certificate, now); !valid) return Error{valid.error()};
  return CertificateAuthority(*std::move(key), *std::move(certificate));
}

Status check_hub_certificate(const std::string& path, const Certificate& certificate,
                             const PrivateKey& key, const CertificateAuthority& ca) {
  const auto identity = certificate.identity();
  if (!identity || identity->role != CertificateIdentity::Role::kHub ||
      !certificate.is_signed_by(ca.certificate())) {
    return Error{path + kHubCertificate + " is not a hub's certificate by the CA in " + path +
                 kCaCertificate};
  }
  if (!certificate.is_for(key))
    return Error{path + kHubKey + " is not the key of " + path + kHubCertificate};
  return {};
}

}  // namespace

Result<std::string> vacant_state_folder(const std::string& path) {
  std::string whole =
      without_trailing_slash(std::filesystem::absolute(path).lexically_normal().string());
  if (auto vacant = check_vacant(whole); !vacant) return Error{vacant.error()};
  return whole;
}

Result<NewHub> StateFolder::init(const std::string& path, const std::vector<std::string>& addresses,
                                 WallTime now) {
  if (auto valid = check_hub_addresses(addresses); !valid) return Error{valid.error()};
  const auto final_path = vacant_state_folder(path);
  if (!final_path) return Error{final_path.error()};
  NewFolder folder(*final_path);
  if (!folder.made()) return Error{folder.made().error()};
  const auto ca = CertificateAuthority::make(now);
  if (auto filled = fill(folder.path(), ca, addresses, now); !filled) return Error{filled.error()};
  if (auto published = folder.publish(); !published) return Error{published.error()};
  return NewHub{*final_path, ca.hub_id(), to_hex(ca.certificate().fingerprint()), addresses,
                ca.certificate().not_after()};
}

bool StateFolder::is_missing(const std::string& path) {
  return access((path + kCaCertificate).c_str(), F_OK) != 0 && errno == ENOENT;
}

Result<StateFolder> StateFolder::open(const std::string& path, WallTime now) {
  if (access((path + kCaCertificate).c_str(), F_OK) != 0) {
    const std::string reason = system_error("read", path + kCaCertificate).message;
    return Error{"there is no hub in " + path + ": make one with picket-hub init (" + reason + ")"};
  }
  if (auto safe = check_protected(path, false); !safe) return Error{safe.error()};
  auto lock = lock_folder(path, "picket-hub");
  if (!lock) return Error{lock.error()};
  auto ca = load_ca(path, now);
  if (!ca) return Error{ca.error()};
  auto key = load_private_key(path + kHubKey);
  if (!key) return Error{key.error()};
  auto certificate = load_certificate(path + kHubCertificate);
  if (!certificate) return Error{certificate.error()};
  auto addresses = load_hub_addresses(path + kAddresses);
  if (!addresses) return Error{addresses.error()};
  if (auto fits = check_hub_certificate(path, *certificate, *key, *ca); !fits)
    return Error{fits.error()};
  StateFolder folder(path, *std::move(lock), *std::move(ca), *std::move(key),
                     *std::move(certificate), *std::move(addresses));
  if (auto renewed = folder.renew_certificate(now); !renewed) return Error{renewed.error()};
  return folder;
}

StateFolder::StateFolder(std::string path, UniqueFd lock, CertificateAuthority ca, PrivateKey key,
                         Certificate certificate, std::vector<std::string> addresses)
    : path_(std::move(path)),
      lock_(std::move(lock)),
      ca_(std::move(ca)),
      key_(std::move(key)),
      certificate_(std::move(certificate)),
      addresses_(std::move(addresses)) {}

Result<bool> StateFolder::renew_certificate(WallTime now) {
  // A certificate of the future was made by a clock that was wrong then.
  const bool good = now >= certificate_.not_before() &&
                    certificate_.not_after() - now >= limits::kHubCertificateRenewal;
  if (good) return false;
  Certificate fresh = ca_.certify_hub(key_, now);
  auto written = write_file(path_ + kHubCertificate, fresh.to_pem(), kPublicMode);
  if (!written) return Error{written.error()};
  certificate_ = std::move(fresh);
  return true;
}

std::string StateFolder::identities_path() const { return path_ + kIdentities; }
std::string StateFolder::audit_path() const { return path_ + "/" + kAuditFileName; }
std::string StateFolder::journal_path() const { return path_ + kJournal; }

}  // namespace picket::hub
