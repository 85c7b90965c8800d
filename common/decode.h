// Parses a payload from a peer within limits: bytes, nesting, and elements of repeated fields. The
// last is counted on the wire before anything is allocated: 256 KiB of empty sub-messages would
// cost 25 MiB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace google::protobuf {
class MessageLite;
}

namespace picket {

/// Which fields of a message hold repeated elements or lead to messages that do. One constant table
/// per protocol (common/message_shapes.h); a test holds it against the .proto files.
struct MessageShape {
  struct Field {
    uint32_t number;
    bool repeated;
    const MessageShape* message;  // null: scalars, strings or bytes
  };
  std::span<const Field> fields;
};

/// Keeps the library from writing to stderr what a peer's bytes were like: decode() says it. Once,
/// by main().
void silence_protobuf();

/// False: not a message of this type, or over a limit. `message` is then unspecified.
[[nodiscard]] bool decode(std::string_view payload, const MessageShape& shape,
                          google::protobuf::MessageLite& message);

/// Elements of repeated fields in `payload`, or SIZE_MAX if it isn't wire format or nested too
/// deep.
[[nodiscard]] std::size_t count_elements(std::string_view payload, const MessageShape& shape);

}  // namespace picket
