// Runs a fuzz target over a folder of inputs, without libFuzzer: each input as it is, cut short,
// and with some bits turned over. The same every time.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kCutsMax = 16;
constexpr int kFlips = 16;

// Exactly as long as the input, so that a sanitizer sees who reads past its end.
void run(const std::vector<uint8_t>& input) {
  const std::vector<uint8_t> copy(input.begin(), input.end());
  LLVMFuzzerTestOneInput(copy.data(), copy.size());
}

void run_cut(const std::vector<uint8_t>& input) {
  const std::size_t step = input.size() / kCutsMax + 1;
  for (std::size_t length = 0; length < input.size(); length += step) {
    run({input.begin(), input.begin() + static_cast<std::ptrdiff_t>(length)});
  }
}

void run_flipped(const std::vector<uint8_t>& input) {
  if (input.empty()) return;
  std::minstd_rand random(static_cast<uint32_t>(input.size()));  // NOLINT(cert-msc*): the same
  for (int i = 0; i < kFlips; ++i) {
    auto flipped = input;
    for (int bits = 1 + i % 4; bits > 0; --bits) {
      flipped[random() % flipped.size()] ^= static_cast<uint8_t>(1U << (random() % 8));
    }
    run(flipped);
  }
}

std::vector<uint8_t> read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
    return 2;
  }
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(arguments[1])) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    // Said before it is run: whoever crashes can't say it afterwards.
    std::printf("%s\n", path.filename().c_str());
    std::fflush(stdout);
    const auto input = read(path);
    run(input);
    run_cut(input);
    run_flipped(input);
  }
  std::printf("%zu inputs\n", paths.size());
  return paths.empty() ? 1 : 0;
}
