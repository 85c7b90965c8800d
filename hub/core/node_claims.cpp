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
bool are_names(const Names& names) {
  return std::all_of(names.begin(), names.end(), [](const std::string& name) {
    return !name.empty() && name.size() <= kNameBytesMax;
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

bool is_within_limits(const v1::AuthLog& log) {
  return are_short({&log.source(), &log.instance()}, limits::kTextBytesMax);
}

}  // namespace

bool is_within_limits(const v1::NodeHello& hello) {
  const auto& facts = hello.facts();
  const auto& peer = hello.peer();
  return are_short({&facts.host_name(), &facts.os(), &facts.kernel(), &facts.agent_version(),
                    &facts.boot_id(), &peer.program(), &peer.version(), &peer.instance_id(),
                    &hello.folder_id()},
                   limits::kTextBytesMax) &&
         hello.resources_size() <= kResourcesMax && are_names(hello.resources());
}

bool is_within_limits(const v1::ResourceValue& value) {
  const auto& rows = value.sessions().rows();
  return is_within_limits(value.health()) && is_within_limits(value.auth_log()) &&
         std::all_of(rows.begin(), rows.end(),
                     [](const v1::Session& row) { return is_within_limits(row); });
}

}  // namespace picket::hub
