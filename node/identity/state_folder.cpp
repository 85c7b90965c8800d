#include "node/identity/state_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "common/files.h"
#include "common/hub_addresses.h"
#include "common/identity_files.h"
#include "common/new_folder.h"
#include "common/sha256.h"

namespace picket::node {
namespace {

constexpr const char* kHubs = "/hubs";
constexpr const char* kKey = "/key.pem";
constexpr const char* kCertificate = "/certificate.pem";
constexpr const char* kRenewed = "/renewed.pem";
constexpr const char* kCa = "/ca.pem";
constexpr const char* kAddresses = "/addresses";
constexpr std::size_t kHubIdDigits = 16;

bool is_hub_id(std::string_view text) {
  return text.size() == kHubIdDigits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Status make_folder(const std::string& path) {
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) return system_error("make", path);
  return check_protected(path, false);
}

Status check_together(const std::string& folder, const Membership& loaded) {
  if (!loaded.ca.is_picket_ca() || hub_id_of(loaded.ca.fingerprint()) != loaded.hub_id) {
    return Error{folder + kCa + " is not the CA of the hub " + loaded.hub_id};
  }
  if (!loaded.certificate.is_signed_by(loaded.ca) || loaded.node.empty()) {
    return Error{folder + kCertificate + " is not a node's certificate by the CA in " + folder +
                 kCa};
  }
  if (!loaded.certificate.is_for(loaded.key)) {
    return Error{folder + kKey + " is not the key of " + folder + kCertificate};
  }
  return {};
}

Status fill(const std::string& folder, const Membership& membership) {
  const Secret key = membership.key.to_pem();
  if (auto written = write_file(folder + kKey, key.reveal(), 0600); !written) return written;
  const std::pair<const char*, std::string> public_files[] = {
      {kCertificate, membership.certificate.to_pem()},
      {kCa, membership.ca.to_pem()},
      {kAddresses, format_hub_addresses(membership.addresses)}};
  for (const auto& [name, content] : public_files) {
    if (auto written = write_file(folder + name, content, 0644); !written) return written;
  }
  return {};
}

}  // namespace

Result<StateFolder> StateFolder::open(const std::string& path) {
  std::string whole = std::filesystem::absolute(path).lexically_normal().string();
  while (whole.size() > 1 && whole.back() == '/') whole.pop_back();
  for (const auto& folder : {whole, whole + kHubs}) {
    if (const Status made = make_folder(folder); !made) return Error{made.error()};
  }
  return StateFolder(std::move(whole));
}

std::string StateFolder::log_position_file(std::string_view hub_id) const {
  return folder_of(hub_id) + "/log_position";
}

std::string StateFolder::event_position_file(std::string_view hub_id) const {
  return local_events_file() + "." + std::string(hub_id);
}

std::string StateFolder::folder_of(std::string_view hub_id) const {
  return path_ + kHubs + "/" + std::string(hub_id);
}

std::vector<std::string> StateFolder::hubs() const {
  std::vector<std::string> ids;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(path_ + kHubs, ignored)) {
    const std::string name = entry.path().filename().string();
    if (is_hub_id(name)) ids.push_back(name);  // others: folders that a crash left unfinished
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

bool StateFolder::has_joined(std::string_view hub_id) const {
  std::error_code ignored;
  return is_hub_id(hub_id) && std::filesystem::exists(folder_of(hub_id) + kKey, ignored);
}

Result<Membership> StateFolder::load(const std::string& hub_id) const {
  auto settled = load_settled(hub_id);
  auto renewed = load_pair(hub_id, kRenewed, kRenewed);
  if (!renewed) return settled;
  // One from before the node joined again means nothing.
  if (settled && renewed->certificate.not_before() < settled->certificate.not_before()) {
    return settled;
  }
  renewed->is_renewed = true;
  return renewed;
}

Result<Membership> StateFolder::load_settled(const std::string& hub_id) const {
  if (!has_joined(hub_id)) return Error{"this node has not joined the hub " + hub_id};
  return load_pair(hub_id, kKey, kCertificate);
}

Status StateFolder::save_renewed(const std::string& hub_id, const PrivateKey& key,
                                 const Certificate& certificate) const {
  const Secret key_pem = key.to_pem();
  const std::string certificate_pem = certificate.to_pem();
  std::string both;
  both.reserve(key_pem.reveal().size() + certificate_pem.size());  // grown, it would leave a copy
  both += key_pem.reveal();
  both += certificate_pem;
  Status written = write_file(folder_of(hub_id) + kRenewed, both, 0600);
  wipe(both);
  return written;
}

// At each moment one of the two pairs is whole: the renewed one goes last.
Status StateFolder::settle(const std::string& hub_id) const {
  const auto renewed = load(hub_id);
  if (!renewed) return Error{renewed.error()};
  const std::string folder = folder_of(hub_id);
  if (renewed->is_renewed) {
    const Secret key = renewed->key.to_pem();
    if (auto written = write_file(folder + kKey, key.reveal(), 0600); !written) return written;
    auto written = write_file(folder + kCertificate, renewed->certificate.to_pem(), 0644);
    if (!written) return written;
  }
  if (unlink((folder + kRenewed).c_str()) != 0) {
    return errno == ENOENT ? Status() : system_error("remove", folder + kRenewed);
  }
  return sync_folder(folder);
}

Result<Membership> StateFolder::load_pair(const std::string& hub_id, const char* key_file,
                                          const char* certificate_file) const {
  const std::string folder = folder_of(hub_id);
  auto key = load_private_key(folder + key_file);
  if (!key) return Error{key.error()};
  auto certificate = load_certificate(folder + certificate_file);
  if (!certificate) return Error{certificate.error()};
  auto ca = load_certificate(folder + kCa);
  if (!ca) return Error{ca.error()};
  auto addresses = load_hub_addresses(folder + kAddresses);
  if (!addresses) return Error{addresses.error()};
  const auto identity = certificate->identity();
  Membership loaded{hub_id,          identity ? identity->node : "",
                    *std::move(key), *std::move(certificate),
                    *std::move(ca),  *std::move(addresses)};
  if (const Status fits = check_together(folder, loaded); !fits) return Error{fits.error()};
  return loaded;
}

Status StateFolder::save(const Membership& membership, bool replace) const {
  const std::string final_path = folder_of(membership.hub_id);
  if (!is_hub_id(membership.hub_id)) return Error{"not the id of a hub: " + membership.hub_id};
  NewFolder folder(final_path);
  if (!folder.made()) return folder.made();
  if (const Status filled = fill(folder.path(), membership); !filled) return filled;
  return replace && has_joined(membership.hub_id) ? folder.replace() : folder.publish();
}

Result<UniqueFd> StateFolder::lock() const { return lock_folder(path_, "picket-node"); }

Result<std::string> StateFolder::folder_id(std::string_view boot_id) const {
  struct stat status{};
  if (stat(path_.c_str(), &status) != 0) return system_error("read", path_);
  return to_hex(sha256(std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) + ":" +
                       std::string(boot_id)));
}

}  // namespace picket::node
