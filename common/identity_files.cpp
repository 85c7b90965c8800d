#include "common/identity_files.h"

#include "common/files.h"
#include "common/hub_addresses.h"

namespace picket {

Result<PrivateKey> load_private_key(const std::string& path) {
  if (const Status safe = check_protected(path, true); !safe) return Error{safe.error()};
  auto pem = read_file(path, kIdentityPartBytesMax);
  if (!pem) return Error{pem.error()};
  auto key = PrivateKey::from_pem(*pem);
  wipe(*pem);
  if (!key) return Error{path + " is damaged: " + key.error()};
  return key;
}

Result<Certificate> load_certificate(const std::string& path) {
  if (const Status safe = check_protected(path, false); !safe) return Error{safe.error()};
  const auto pem = read_file(path, kIdentityPartBytesMax);
  if (!pem) return Error{pem.error()};
  auto certificate = Certificate::from_pem(*pem);
  if (!certificate) return Error{path + " is damaged: " + certificate.error()};
  return certificate;
}

Result<std::vector<std::string>> load_hub_addresses(const std::string& path) {
  const auto text = read_file(path, kIdentityPartBytesMax);
  if (!text) return Error{text.error()};
  auto addresses = parse_hub_addresses(*text);
  if (!addresses) return Error{path + ": " + addresses.error()};
  return addresses;
}

}  // namespace picket
