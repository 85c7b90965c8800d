#include "node/wireguard/peer_names.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "common/limits.h"
#include "common/utf8.h"
#include "node/wireguard/key.h"

namespace picket::node {
namespace {

constexpr std::array<std::string_view, 2> kNameKeys = {"name", "friendly_name"};
// What wg(8) and wg-quick(8) know: commented out they are still no names.
constexpr std::array<std::string_view, 16> kSettings = {
    "privatekey", "presharedkey", "publickey", "allowedips", "endpoint", "persistentkeepalive",
    "listenport", "fwmark",       "address",   "dns",        "mtu",      "table",
    "preup",      "postup",       "predown",   "postdown"};
constexpr std::array<std::string_view, 3> kScriptWords = {"Client ", "begin ", "BEGIN_PEER "};
constexpr std::string_view kBlank = " \t\r";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

bool same_word(std::string_view text, std::string_view lower_case) {
  return std::equal(text.begin(), text.end(), lower_case.begin(), lower_case.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

template <typename Words>
bool is_one_of(const Words& words, std::string_view text) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return same_word(text, word); });
}

// A run of digits as long as a key, in base64 or hexadecimal: somebody keeps a secret there.
bool holds_key(std::string_view text) {
  constexpr std::size_t kDigitsMin = 43;
  std::size_t run = 0;
  for (const char c : text) {
    const bool digit = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                       c == '+' || c == '/' || c == '-' || c == '_';
    run = digit ? run + 1 : 0;
    if (run >= kDigitsMin) return true;
  }
  return false;
}

// What a comment names a peer, and whether it says that it is a name.
struct Named {
  std::string_view text;
  bool declared = false;
};

Named name_in(std::string_view comment) {
  const auto first = comment.find_first_not_of('#');
  if (first == std::string_view::npos) return {};
  std::string_view text = trim(comment.substr(first));
  if (first >= 3 && text.ends_with("###"))
    text = trim(text.substr(0, text.find_last_not_of('#') + 1));
  if (holds_key(text)) return {};
  const auto equals = text.find('=');
  if (equals != std::string_view::npos) {
    const std::string_view word = trim(text.substr(0, equals));
    if (is_one_of(kNameKeys, word)) return {trim(text.substr(equals + 1)), true};
    if (is_one_of(kSettings, word)) return {};
  }
  for (const std::string_view word : kScriptWords) {
    if (text.starts_with(word)) return {trim(text.substr(word.size())), false};
  }
  return {text, false};
}

// The best of the comments on one side of [Peer].
class Candidate {
 public:
  explicit Candidate(bool nearest_is_last) : nearest_is_last_(nearest_is_last) {}

  void add(const Named& named) {
    if (named.text.empty()) return;
    const bool better = best_.text.empty() || named.declared > best_.declared ||
                        (named.declared == best_.declared && nearest_is_last_);
    if (better) best_ = named;
  }
  const Named& best() const { return best_; }
  void clear() { best_ = {}; }

 private:
  bool nearest_is_last_;
  Named best_;
};

class Reader {
 public:
  explicit Reader(PeerNames& names) : names_(names) {}

  void line(std::string_view line) {
    if (line.starts_with('#')) {
      const Named named = name_in(line);
      above_.add(named);
      if (before_first_key_) below_.add(named);
    } else if (line.empty()) {
      above_.clear();
    } else if (line.starts_with('[')) {
      section(same_word(line.substr(0, line.find(']') + 1), "[peer]"));
    } else {
      setting(line);
    }
  }

 private:
  void section(bool is_peer) {
    in_peer_ = is_peer;
    before_first_key_ = is_peer;
    name_ = above_.best();
    above_.clear();
    below_.clear();
  }

  void setting(std::string_view line) {
    above_.clear();
    before_first_key_ = false;
    const auto equals = line.find('=');
    if (!in_peer_ || equals == std::string_view::npos) return;
    if (!same_word(trim(line.substr(0, equals)), "publickey")) return;
    const std::string_view value = line.substr(equals + 1);
    const std::string_view key = trim(value.substr(0, value.find('#')));
    const Named& below = below_.best();
    const bool below_counts = !below.text.empty() && below.declared >= name_.declared;
    const std::string_view name = below_counts ? below.text : name_.text;
    if (name.empty() || !is_key_text(key)) return;
    const std::string valid = to_valid_utf8(name.substr(0, 4 * limits::kWireguardNameBytesMax));
    names_.insert_or_assign(std::string(key),
                            std::string(cut_utf8(valid, limits::kWireguardNameBytesMax)));
  }

  PeerNames& names_;
  Candidate above_{true};
  Candidate below_{false};
  Named name_;
  bool in_peer_ = false;
  bool before_first_key_ = false;
};

}  // namespace

void add_peer_names(std::string_view configuration, PeerNames& names) {
  Reader reader(names);
  while (!configuration.empty()) {
    const auto end = configuration.find('\n');
    reader.line(trim(configuration.substr(0, end)));
    configuration.remove_prefix(end == std::string_view::npos ? configuration.size() : end + 1);
  }
}

}  // namespace picket::node
