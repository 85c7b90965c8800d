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
  return head;
}

v1::ResourceValue too_large(v1::ResourceValue head) {
  head.clear_rows();
  auto* failed = head.mutable_health()->mutable_failed();
  failed->set_reason("too_large: the value is over 4 MiB");
  return head;
}

void append_rows(v1::ResourceValue& value, v1::ResourceValue& part) {
  for (auto& row : *part.mutable_sessions()->mutable_rows()) {
    *value.mutable_sessions()->add_rows() = std::move(row);
  }
}

}  // namespace

std::vector<v1::ResourceValue> split_value(v1::ResourceValue value) {
  const v1::ResourceValue head = head_of(value);
  std::vector<v1::ResourceValue> parts = {head};
  std::size_t total = 0;
  std::size_t in_part = 0;
  for (auto& row : *value.mutable_sessions()->mutable_rows()) {
    const std::size_t bytes = row.ByteSizeLong();
    total += bytes;
    if (total > limits::kValueBytesMax) {
      parts = {too_large(head)};
      break;
    }
    // Half of the element limit: a row's own repeated fields count as well.
    const bool full = in_part + bytes > limits::kPartBytesMax ||
                      static_cast<std::size_t>(parts.back().sessions().rows_size()) >=
                          limits::kFrameElementsMax / 4;
    if (full) {
      parts.push_back(head);
      in_part = 0;
    }
    in_part += bytes;
    *parts.back().mutable_sessions()->add_rows() = std::move(row);
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    parts[i].set_part(static_cast<uint32_t>(i));
    parts[i].set_parts(static_cast<uint32_t>(parts.size()));
  }
  return parts;
}

ValueAssembler::Outcome ValueAssembler::add(v1::ResourceValue part) {
  if (part.part() == 0) {
    value_.reset();
    next_part_ = 0;
    bytes_ = 0;
  }
  const bool fits = part.part() == next_part_ && part.part() < part.parts() &&
                    (!value_ || value_->parts() == part.parts());
  if (!fits) return Outcome::kOutOfOrder;
  bytes_ += part.ByteSizeLong();
  // Each part repeats the head, a few hundred bytes at most.
  if (bytes_ > limits::kValueBytesMax + std::size_t{part.parts()} * 1024) return Outcome::kTooLarge;
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
