// Why a Debian or Ubuntu host should boot again: packages that say so, and a newer kernel that is
// installed and doesn't run. Read from files; nothing is asked of dpkg.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace picket::node {

/// /run/reboot-required.pkgs: each package once, sorted.
std::vector<std::string> parse_reboot_packages(std::string_view text);

/// "linux-image 6.1.0-40-amd64 is installed, 6.1.0-39-amd64 runs", by the names of /boot/vmlinuz-*.
/// Only kernels of the running one's flavour count: beside another, which one is meant to run is
/// the administrator's choice, and in a container /boot says nothing of the kernel that runs.
std::optional<std::string> newer_kernel(std::string_view running,
                                        std::span<const std::string> installed);

/// All reasons, as many and as long as the hub takes; none: it needs no reboot.
std::vector<std::string> read_reboot_reasons(const std::filesystem::path& root,
                                             std::string_view running);

}  // namespace picket::node
