// Why a request failed, in one sentence that has no secret in it.
#pragma once

#include <curl/curl.h>

#include <span>
#include <string>
#include <string_view>

namespace picket::http {

/// "api.telegram.org: SSL peer certificate or SSH remote key was not OK (…)". `detail` is what curl
/// noted beside the code; left out unless the code is one whose notes are about host, address or
/// certificate, and unless it is free of all `secrets`. It may have words of the far side: outside
/// text.
std::string failure_text(std::string_view host, CURLcode code, std::string_view detail,
                         std::span<const std::string> secrets);

}  // namespace picket::http
