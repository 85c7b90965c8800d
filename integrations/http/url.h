// A URL taken apart by curl, so that what is refused here and what is sent can't differ.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string>
#include <vector>

#include "common/result.h"

namespace picket::http {

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using UrlHandle = std::unique_ptr<CURLU, FreeUrl>;

/// A URL of http or https, without user and password. The error shows no part of it.
Result<UrlHandle> parse_url(const std::string& text);
std::string host_of(CURLU* url);
/// What may be secret of it: the path, its parts, the query; those too short to tell anything are
/// left out.
std::vector<std::string> secrets_of(CURLU* url);

}  // namespace picket::http
