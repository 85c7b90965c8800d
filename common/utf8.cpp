#include "common/utf8.h"

#include "common/limits.h"

namespace picket {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// What may follow a lead byte (The Unicode Standard, table 3-7): the length of the whole sequence
// (0: not a lead byte) and the range of its second byte; all further bytes are 80..BF.
struct Lead {
  std::size_t length = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
};

Lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {1};
  if (byte < 0xC2) return {0};
  if (byte < 0xE0) return {2};
  if (byte == 0xE0) return {3, 0xA0};
  if (byte == 0xED) return {3, 0x80, 0x9F};  // no surrogates
  if (byte < 0xF0) return {3};
  if (byte == 0xF0) return {4, 0x90};
  if (byte < 0xF4) return {4};
  if (byte == 0xF4) return {4, 0x80, 0x8F};  // nothing above U+10FFFF
  return {0};
}

struct Step {
  std::size_t bytes;
  bool valid;
};

// The character at the start of `rest`, or the maximal part of one that is replaced as a whole.
Step next_step(std::string_view rest) {
  const Lead lead = lead_of(static_cast<unsigned char>(rest[0]));
  if (lead.length == 0) return {1, false};
  std::size_t count = 1;
  for (; count < lead.length && count < rest.size(); ++count) {
    const auto byte = static_cast<unsigned char>(rest[count]);
    const unsigned char low = count == 1 ? lead.low : 0x80;
    const unsigned char high = count == 1 ? lead.high : 0xBF;
    if (byte < low || byte > high) break;
  }
  return {count, count == lead.length};
}

}  // namespace

std::string to_valid_utf8(std::string_view bytes) {
  std::string valid;
  valid.reserve(bytes.size());
  while (!bytes.empty()) {
    const Step step = next_step(bytes);
    valid += step.valid ? bytes.substr(0, step.bytes) : kReplacement;
    bytes.remove_prefix(step.bytes);
  }
  return valid;
}

std::string_view cut_utf8(std::string_view valid, std::size_t bytes_max) {
  if (valid.size() <= bytes_max) return valid;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(valid[end]) & 0xC0) == 0x80) --end;
  return valid.substr(0, end);
}

void set_outside_text(std::string_view bytes, std::string* text, std::string* raw) {
  const std::string valid = to_valid_utf8(bytes);
  *text = cut_utf8(valid, limits::kTextBytesMax);
  if (raw != nullptr && valid != bytes) *raw = bytes.substr(0, limits::kTextBytesMax);
}

}  // namespace picket
