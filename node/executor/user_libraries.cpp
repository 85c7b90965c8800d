#include "node/executor/user_libraries.h"

#include <dlfcn.h>

#include <algorithm>
#include <sstream>

#include "common/files.h"

namespace picket::node {
namespace {

constexpr std::size_t kFileBytesMax = 64 * 1024;

bool is_about_users(const std::string& database) {
  return database == "passwd:" || database == "group:" || database == "initgroups:";
}

// Not what stands in brackets, which says when to go on to the next.
bool is_name(const std::string& word) {
  return !word.empty() && std::ranges::all_of(word, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_';
  });
}

}  // namespace

void load_user_libraries(const std::string& nsswitch) {
  const auto text = read_file(nsswitch, kFileBytesMax);
  if (!text) return;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string word;
    if (!(words >> word) || !is_about_users(word)) continue;
    while (words >> word)
      if (is_name(word)) (void)::dlopen(("libnss_" + word + ".so.2").c_str(), RTLD_NOW);
  }
}

}  // namespace picket::node
