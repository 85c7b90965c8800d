#include "common/decode.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/message_lite.h>
#include <google/protobuf/stubs/logging.h>

#include <optional>

#include "common/limits.h"

namespace picket {
namespace {

constexpr std::size_t kInvalid = SIZE_MAX;

// Wire types of the protobuf encoding; groups (3, 4) are not used by proto3 and refused.
enum WireType : uint32_t { kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5 };

std::optional<uint64_t> take_varint(std::string_view& bytes) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<uint8_t>(bytes.front());
    bytes.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7fU) << shift;
    if ((byte & 0x80U) == 0) return value;
  }
  return std::nullopt;
}

bool skip(std::string_view& bytes, std::size_t count) {
  if (bytes.size() < count) return false;
  bytes.remove_prefix(count);
  return true;
}

const MessageShape::Field* find(const MessageShape& shape, uint64_t number) {
  for (const auto& field : shape.fields) {
    if (field.number == number) return &field;
  }
  return nullptr;
}

std::size_t count(std::string_view bytes, const MessageShape& shape, int depth) {
  if (depth > limits::kNestingMax) return kInvalid;
  std::size_t elements = 0;
  while (!bytes.empty()) {
    const auto tag = take_varint(bytes);
    if (!tag) return kInvalid;
    const auto* field = find(shape, *tag >> 3U);
    if (field != nullptr && field->repeated) ++elements;
    switch (*tag & 7U) {
      case kVarint:
        if (!take_varint(bytes)) return kInvalid;
        break;
      case kFixed64:
        if (!skip(bytes, 8)) return kInvalid;
        break;
      case kFixed32:
        if (!skip(bytes, 4)) return kInvalid;
        break;
      case kLength: {
        const auto length = take_varint(bytes);
        if (!length || *length > bytes.size()) return kInvalid;
        const std::string_view content = bytes.substr(0, *length);
        bytes.remove_prefix(*length);
        if (field != nullptr && field->message != nullptr) {
          const std::size_t nested = count(content, *field->message, depth + 1);
          if (nested == kInvalid) return kInvalid;
          elements += nested;
        }
        break;
      }
      default: return kInvalid;
    }
  }
  return elements;
}

}  // namespace

std::size_t count_elements(std::string_view payload, const MessageShape& shape) {
  return count(payload, shape, 1);
}

bool decode(std::string_view payload, const MessageShape& shape,
            google::protobuf::MessageLite& message) {
  if (payload.size() > limits::kFrameBytesMax) return false;
  const std::size_t elements = count_elements(payload, shape);
  if (elements > limits::kFrameElementsMax) return false;
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const uint8_t*>(payload.data()),
                                               static_cast<int>(payload.size()));
  input.SetRecursionLimit(limits::kNestingMax);
  return message.ParseFromCodedStream(&input) && input.ConsumedEntireMessage();
}

void silence_protobuf() { google::protobuf::SetLogHandler(nullptr); }

}  // namespace picket
