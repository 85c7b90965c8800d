#include "common/value_parts.h"

#include <cassert>
#include <utility>

#include "common/limits.h"

namespace picket {
namespace {

v1::ResourceValue head_of(const v1::ResourceValue& value) {
  v1::ResourceValue head;
  head.set_resource(value.resource());
  head.set_at_unix_ns(value.at_unix_ns());
  *head.mutable_health() = value.health();
  if (value.has_sessions()) head.mutable_sessions();
  if (value.has_auth_log()) *head.mutable_auth_log() = value.auth_log();
  if (value.has_wireguard()) head.mutable_wireguard();
  if (value.has_host()) *head.mutable_host() = value.host();
  if (value.has_commands()) *head.mutable_commands() = value.commands();
  return head;
}

v1::ResourceValue too_large(v1::ResourceValue head) {
  head.clear_rows();
  auto* failed = head.mutable_health()->mutable_failed();
  failed->set_reason("too_large: the value is over 4 MiB");
  return head;
}

std::size_t bytes_of_rows(const v1::ResourceValue& part) {
  std::size_t bytes = 0;
  for (const auto& row : part.sessions().rows()) bytes += row.ByteSizeLong();
  for (const auto& row : part.wireguard().interfaces()) bytes += row.ByteSizeLong();
  for (const auto& row : part.wireguard().peers()) bytes += row.ByteSizeLong();
  return bytes;
}

// MergeFrom() appends repeated fields; all else of a part is the head again.
void append_rows(v1::ResourceValue& value, const v1::ResourceValue& part) {
  if (part.has_sessions()) value.mutable_sessions()->MergeFrom(part.sessions());
  if (part.has_wireguard()) value.mutable_wireguard()->MergeFrom(part.wireguard());
}

/// The parts of one value while its rows are handed out to them.
class Parts {
 public:
  explicit Parts(v1::ResourceValue head) : head_(std::move(head)), parts_{head_} {}

  /// The part that the next row belongs to.
  template <typename Row>
  v1::ResourceValue& part_for(const Row& row) {
    const std::size_t bytes = row.ByteSizeLong();
    total_ += bytes;
    if (budget_.begins_frame(bytes, elements_of(row))) parts_.push_back(head_);
    return parts_.back();
  }

  std::vector<v1::ResourceValue> take() {
    if (total_ > limits::kValueBytesMax) parts_ = {too_large(head_)};
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      parts_[i].set_part(static_cast<uint32_t>(i));
      parts_[i].set_parts(static_cast<uint32_t>(parts_.size()));
    }
    return std::move(parts_);
  }

 private:
  v1::ResourceValue head_;
  std::vector<v1::ResourceValue> parts_;
  FrameBudget budget_;
  std::size_t total_ = 0;
};

}  // namespace

std::size_t elements_of(const v1::Session& session) {
  return 1 + static_cast<std::size_t>(session.sources_size());
}

std::size_t elements_of(const v1::WireguardInterface& /*interface*/) { return 1; }

std::size_t elements_of(const v1::WireguardPeer& peer) {
  return 1 + static_cast<std::size_t>(peer.allowed_ips_size());
}

bool FrameBudget::begins_frame(std::size_t bytes, std::size_t elements) {
  bytes_ += bytes;
  elements_ += elements;
  // Half of the element limit: what stands beside the rows has repeated fields as well.
  const bool fits = bytes_ <= limits::kPartBytesMax && elements_ <= limits::kFrameElementsMax / 2;
  if (fits || (bytes_ == bytes && elements_ == elements)) return false;
  bytes_ = bytes;
  elements_ = elements;
  return true;
}

std::vector<v1::ResourceValue> split_value(v1::ResourceValue value) {
  Parts parts(head_of(value));
  if (value.has_sessions()) {
    for (auto& row : *value.mutable_sessions()->mutable_rows()) {
      *parts.part_for(row).mutable_sessions()->add_rows() = std::move(row);
    }
  }
  if (value.has_wireguard()) {
    for (auto& row : *value.mutable_wireguard()->mutable_interfaces()) {
      *parts.part_for(row).mutable_wireguard()->add_interfaces() = std::move(row);
    }
    for (auto& row : *value.mutable_wireguard()->mutable_peers()) {
      *parts.part_for(row).mutable_wireguard()->add_peers() = std::move(row);
    }
  }
  return parts.take();
}

ValueAssembler::Outcome ValueAssembler::add(v1::ResourceValue part) {
  if (part.part() == 0) {
    value_.reset();
    next_part_ = 0;
    bytes_ = 0;
  }
  const bool fits =
      part.part() == next_part_ && part.part() < part.parts() &&
      (!value_ || (value_->parts() == part.parts() && value_->resource() == part.resource()));
  if (!fits) return Outcome::kOutOfOrder;
  bytes_ += bytes_of_rows(part);  // of the head, which each part repeats, only one is kept
  if (bytes_ > limits::kValueBytesMax) return Outcome::kTooLarge;
  const bool last = part.part() + 1 == part.parts();
  ++next_part_;
  if (!value_) {
    value_ = std::move(part);
  } else {
    append_rows(*value_, part);
  }
  return last ? Outcome::kComplete : Outcome::kIncomplete;
}

v1::ResourceValue ValueAssembler::take() {
  assert(value_);
  v1::ResourceValue value = *std::move(value_);
  value_.reset();
  return value;
}

}  // namespace picket
