// The corpora of hostile texts: names, for every sink's test (tests/fixtures/hostile_text.txt), and
// parameters of commands (tests/fixtures/hostile_parameters.txt).
#pragma once

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace picket::test {

/// `\xNN` becomes a byte, `\\` a backslash.
inline std::string unescaped(const std::string& line) {
  std::string text;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\\') {
      text += line[i];
    } else if (line.at(i + 1) == '\\') {
      text += line[++i];
    } else {
      text += static_cast<char>(std::stoi(line.substr(i + 2, 2), nullptr, 16));
      i += 3;
    }
  }
  return text;
}

inline std::vector<std::string> hostile_texts_of(const std::string& name) {
  std::ifstream file(PICKET_FIXTURES "/" + name);
  if (!file) throw std::runtime_error("no tests/fixtures/" + name);
  std::vector<std::string> texts;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with('#')) texts.push_back(unescaped(line));
  }
  return texts;
}

inline std::vector<std::string> hostile_texts() { return hostile_texts_of("hostile_text.txt"); }

/// What strangers may give as parameters of commands.
inline std::vector<std::string> hostile_parameters() {
  return hostile_texts_of("hostile_parameters.txt");
}

}  // namespace picket::test
