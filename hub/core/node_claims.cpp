#include "hub/core/node_claims.h"

#include <algorithm>
#include <initializer_list>
#include <string>

#include "common/limits.h"

namespace picket::hub {
namespace {

constexpr int kResourcesMax = 32;
constexpr std::size_t kNameBytesMax = 64;  // of a resource, a source, a class
constexpr int kHealthSourcesMax = 8;
constexpr int kRowSourcesMax = 8;
constexpr std::size_t kKeyBytesMax = 256;

using Texts = std::initializer_list<const std::string*>;

bool are_short(Texts texts, std::size_t bytes_max) {
  return std::all_of(texts.begin(), texts.end(),
                     [bytes_max](const std::string* text) { return text->size() <= bytes_max; });
}

template <typename Names>
bool are_names(const Names& names, std::size_t bytes_max = kNameBytesMax) {
  return std::all_of(names.begin(), names.end(), [bytes_max](const std::string& name) {
    return !name.empty() && name.size() <= bytes_max;
  });
}

bool is_within_limits(const v1::CollectorHealth& health) {
  const auto& sources = health.ok().sources();
  return are_short({&health.failed().reason(), &health.failed().remedy()}, limits::kTextBytesMax) &&
         sources.size() <= kHealthSourcesMax && are_names(sources);
}

bool is_within_limits(const v1::Session& row) {
  return !row.key().empty() && row.key().size() <= kKeyBytesMax &&
         are_short({&row.user(), &row.user_raw(), &row.tty(), &row.remote_host(),
                    &row.remote_host_raw(), &row.service(), &row.seat(), &row.class_()},
                   limits::kTextBytesMax) &&
         row.sources_size() <= kRowSourcesMax && are_names(row.sources());
}

bool is_within_limits(const v1::WireguardPeer& row) {
  const auto& ips = row.allowed_ips();
  return !row.key().empty() && row.key().size() <= kKeyBytesMax &&
         are_short({&row.interface(), &row.public_key(), &row.endpoint_address()}, kKeyBytesMax) &&
         row.name().size() <= limits::kTextBytesMax &&
         ips.size() <= static_cast<int>(limits::kWireguardAllowedIpsMax) && are_names(ips);
}

bool is_within_limits(const v1::WireguardInterface& row) {
  return are_short({&row.name(), &row.public_key()}, kKeyBytesMax);
}

bool is_within_limits(const v1::NodeFacts& facts) {
  return are_short({&facts.host_name(), &facts.os(), &facts.kernel(), &facts.agent_version(),
                    &facts.boot_id()},
                   limits::kTextBytesMax) &&
         facts.reboot_reasons_size() <= static_cast<int>(limits::kRebootReasonsMax) &&
         are_names(facts.reboot_reasons(), limits::kRebootReasonBytesMax);
}

template <typename Rows>
bool are_within_limits(const Rows& rows) {
  return std::all_of(rows.begin(), rows.end(),
                     [](const auto& row) { return is_within_limits(row); });
}

bool is_within_limits(const v1::AuthLog& log) {
  return are_short({&log.source(), &log.instance()}, limits::kTextBytesMax);
}

}  // namespace

bool is_within_limits(const v1::NodeHello& hello) {
  const auto& peer = hello.peer();
  return is_within_limits(hello.facts()) &&
         are_short({&peer.program(), &peer.version(), &peer.instance_id(), &hello.folder_id()},
                   limits::kTextBytesMax) &&
         hello.resources_size() <= kResourcesMax && are_names(hello.resources());
}

bool is_within_limits(const v1::ResourceValue& value) {
  return is_within_limits(value.health()) &&
         value.commands().ByteSizeLong() <= limits::kCommandsPublishedBytesMax &&
         is_within_limits(value.auth_log()) && is_within_limits(value.host()) &&
         are_within_limits(value.sessions().rows()) &&
         are_within_limits(value.wireguard().interfaces()) &&
         are_within_limits(value.wireguard().peers());
}

}  // namespace picket::hub
