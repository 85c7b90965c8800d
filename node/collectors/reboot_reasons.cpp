#include "node/collectors/reboot_reasons.h"

#include <algorithm>
#include <cctype>
#include <system_error>
#include <utility>

#include "common/limits.h"
#include "common/utf8.h"
#include "node/collectors/small_file.h"

namespace picket::node {
namespace {

constexpr std::size_t kPackagesBytesMax = 64 * 1024;
constexpr int kBootFilesMax = 4096;  // looked at
constexpr std::string_view kImage = "vmlinuz-";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes what `belongs` from the front.
template <typename Belongs>
std::string_view take(std::string_view& text, Belongs belongs) {
  const auto end = std::find_if_not(text.begin(), text.end(), belongs);
  const auto taken = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(taken.size());
  return taken;
}

int compare_numbers(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

/// "6.1.0-9" before "6.1.0-40": numbers as numbers, the rest as text.
bool is_older(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    const auto is_text = [](char c) { return !is_digit(c); };
    const int text = take(a, is_text).compare(take(b, is_text));
    if (text != 0) return text < 0;
    const int number = compare_numbers(take(a, is_digit), take(b, is_digit));
    if (number != 0) return number < 0;
  }
  return false;
}

/// "-amd64" of "6.1.0-40-amd64" and of "6.12.43+deb13-amd64": from the first dash before a letter.
std::string_view flavour_of(std::string_view kernel) {
  for (std::size_t at = 0; at + 1 < kernel.size(); ++at) {
    if (kernel[at] == '-' && std::isalpha(static_cast<unsigned char>(kernel[at + 1])) != 0)
      return kernel.substr(at);
  }
  return {};
}

std::vector<std::string> installed_kernels(const std::filesystem::path& root) {
  std::vector<std::string> kernels;
  std::error_code error;
  std::filesystem::directory_iterator file(below(root, "/boot"), error);
  for (int n = 0; !error && file != std::filesystem::directory_iterator() && n < kBootFilesMax;
       ++n, file.increment(error)) {
    const std::string name = file->path().filename().string();
    if (name.starts_with(kImage)) kernels.push_back(name.substr(kImage.size()));
  }
  return kernels;
}

std::vector<std::string> told_by_packages(const std::filesystem::path& root) {
  auto packages = parse_reboot_packages(
      read_small_file(below(root, "/run/reboot-required.pkgs"), kPackagesBytesMax).bytes);
  std::error_code error;
  const bool is_said = std::filesystem::exists(below(root, "/run/reboot-required"), error);
  if (!is_said) return {};
  if (packages.empty()) packages.emplace_back("/run/reboot-required is there");
  return packages;
}

}  // namespace

std::vector<std::string> parse_reboot_packages(std::string_view text) {
  std::vector<std::string> packages;
  while (!text.empty()) {
    const std::string_view line = take(text, [](char c) { return c != '\n'; });
    text.remove_prefix(std::min<std::size_t>(1, text.size()));
    if (!line.empty()) packages.emplace_back(line);
  }
  std::sort(packages.begin(), packages.end());
  packages.erase(std::unique(packages.begin(), packages.end()), packages.end());
  return packages;
}

std::optional<std::string> newer_kernel(std::string_view running,
                                        std::span<const std::string> installed) {
  const std::string_view flavour = flavour_of(running);
  if (flavour.empty()) return std::nullopt;
  std::string_view newest = running;
  for (const std::string& kernel : installed) {
    if (flavour_of(kernel) == flavour && is_older(newest, kernel)) newest = kernel;
  }
  if (newest == running) return std::nullopt;
  return "linux-image " + std::string(newest) + " is installed, " + std::string(running) + " runs";
}

std::vector<std::string> read_reboot_reasons(const std::filesystem::path& root,
                                             std::string_view running) {
  std::vector<std::string> reasons;
  if (auto kernel = newer_kernel(running, installed_kernels(root)))
    reasons.push_back(*std::move(kernel));
  for (std::string& package : told_by_packages(root)) reasons.push_back(std::move(package));
  if (reasons.size() > limits::kRebootReasonsMax) reasons.resize(limits::kRebootReasonsMax);
  for (std::string& reason : reasons) {
    const std::string valid = to_valid_utf8(reason);
    reason = cut_utf8(valid, limits::kRebootReasonBytesMax);
  }
  return reasons;
}

}  // namespace picket::node
