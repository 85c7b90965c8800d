// A request and its answer. Plain data; who sends it is integrations/http/client.h.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/limits.h"

namespace picket::http {

/// A file in a form, as a browser would upload it.
struct File {
  std::string field;         // the form's name for it
  std::string name;          // the file's name, as the far side shows it
  std::string content_type;  // empty: the far side guesses
  std::string content;
};

struct Request {
  std::string method = "GET";
  std::string url;  // http or https, without user and password
  std::vector<std::pair<std::string, std::string>> headers;
  std::string content_type;  // of `body`
  std::string body;
  /// With any of these two the body is multipart/form-data and made of them alone.
  std::vector<std::pair<std::string, std::string>> form;
  std::optional<File> file;
  /// From send() to the last byte of the answer.
  std::chrono::milliseconds timeout = limits::kHttpTimeout;
};

/// Names of headers are the same in any case.
struct HeaderLess {
  using is_transparent = void;
  bool operator()(std::string_view left, std::string_view right) const;
};

/// What was answered, whatever the status: 404 is an answer, not a failure.
struct Response {
  int status = 0;
  /// Those that say how fast to go on: Retry-After, X-RateLimit-*; and Content-Type.
  std::map<std::string, std::string, HeaderLess> headers;
  std::string body;

  /// Its value; empty if there is none.
  std::string_view header(std::string_view name) const;
};

}  // namespace picket::http
