#include "node/keys/authorized_keys_files.h"

#include <strings.h>

#include <algorithm>
#include <cstddef>
#include <optional>

namespace picket::node {
namespace {

constexpr int kIncludesMax = 16;  // sshd's own limit of nesting
constexpr std::string_view kFolder = "/etc/ssh/";

using Patterns = std::vector<std::string>;

bool is_word(const std::string& word, const char* name) {
  return ::strcasecmp(word.c_str(), name) == 0;
}

// Words between blanks and the first '='; quotes are taken off; the rest behind '#' is a comment.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  bool begun = false;
  bool had_equals = false;
  const auto end_word = [&] {
    if (begun) words.push_back(std::move(word));
    word.clear();
    begun = false;
  };
  for (const char c : line) {
    const bool is_equals = c == '=' && !quoted && !had_equals && words.size() < 2;
    had_equals = had_equals || is_equals;
    const bool separates = c == ' ' || c == '\t' || c == '\r' || is_equals;
    if (!quoted && c == '#' && !begun) break;
    if (c == '"') {
      quoted = !quoted;
      begun = true;
    } else if (!quoted && separates) {
      end_word();
    } else {
      word += c;
      begun = true;
    }
  }
  end_word();
  return words;
}

class ConfigReader {
 public:
  ConfigReader(const ReadText& read, const Glob& glob) : read_(read), glob_(glob) {}

  std::optional<Patterns> find(const std::string& file, int depth = 0) {
    std::string text = read_(file);
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      auto found = find_in_line(words_of(rest.substr(0, end)), depth);
      // From Match to the end of its file.
      if (found || is_over_) return found;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return std::nullopt;
  }

 private:
  std::optional<Patterns> find_in_line(const std::vector<std::string>& words, int depth) {
    if (words.empty()) return std::nullopt;
    is_over_ = is_word(words[0], "Match");
    if (is_word(words[0], "AuthorizedKeysFile") && words.size() > 1)
      return Patterns(words.begin() + 1, words.end());
    if (!is_word(words[0], "Include") || depth >= kIncludesMax) return std::nullopt;
    for (std::size_t at = 1; at < words.size(); ++at) {
      const std::string pattern =
          words[at].starts_with('/') ? words[at] : std::string(kFolder) + words[at];
      for (const std::string& file : glob_(pattern)) {
        auto found = find(file, depth + 1);
        if (found) return found;
        is_over_ = false;  // a Match of an included file ends with it
      }
    }
    return std::nullopt;
  }

  const ReadText& read_;
  const Glob& glob_;
  bool is_over_ = false;
};

}  // namespace

std::vector<std::string> authorized_keys_patterns(const std::string& config_file,
                                                  const ReadText& read, const Glob& glob) {
  const auto found = ConfigReader(read, glob).find(config_file);
  return found ? *found : Patterns{".ssh/authorized_keys", ".ssh/authorized_keys2"};
}

std::string authorized_keys_file(std::string_view pattern, const Account& account) {
  if (pattern == "none") return {};
  std::string file;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] != '%') {
      file += pattern[at];
      continue;
    }
    switch (++at < pattern.size() ? pattern[at] : '\0') {
      case 'h': file += account.home; break;
      case 'u': file += account.user; break;
      case 'U': file += std::to_string(account.uid); break;
      case '%': file += '%'; break;
      default: return {};
    }
  }
  return file.starts_with('/') ? file : account.home + "/" + file;
}

}  // namespace picket::node
