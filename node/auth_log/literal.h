// Texts compared with short ones in place. std::string_view's own comparisons call memcmp(), which
// for a few bytes is most of their cost, and each line of a log is compared with dozens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace picket::node {

template <std::size_t size>
bool begins_with(std::string_view text, const char (&literal)[size]) {
  constexpr std::size_t kLength = size - 1;
  return text.size() >= kLength && std::memcmp(text.data(), literal, kLength) == 0;
}

template <std::size_t size>
bool ends_with(std::string_view text, const char (&literal)[size]) {
  constexpr std::size_t kLength = size - 1;
  return text.size() >= kLength &&
         std::memcmp(text.data() + text.size() - kLength, literal, kLength) == 0;
}

template <std::size_t size>
bool is(std::string_view text, const char (&literal)[size]) {
  return text.size() == size - 1 && begins_with(text, literal);
}

/// The same for a beginning of any length: eight bytes at a time, the last eight perhaps twice.
inline bool begins_with(std::string_view text, std::string_view beginning) {
  constexpr std::size_t kWord = sizeof(uint64_t);
  const std::size_t size = beginning.size();
  if (text.size() < size) return false;
  std::size_t at = 0;
  if (size < kWord) {
    while (at < size && text[at] == beginning[at]) ++at;
    return at == size;
  }
  const auto same = [&](std::size_t place) {
    return std::memcmp(text.data() + place, beginning.data() + place, kWord) == 0;
  };
  while (at + kWord < size && same(at)) at += kWord;
  return at + kWord >= size && same(size - kWord);
}

}  // namespace picket::node
