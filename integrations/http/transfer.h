// One request as curl has it, and the answer as it comes in. Doesn't know sockets or the loop.
#pragma once

#include <curl/curl.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "integrations/http/client.h"
#include "integrations/http/message.h"
#include "integrations/http/url.h"

namespace picket::http {

class Transfer {
 public:
  /// The error names neither path nor headers.
  static Result<std::unique_ptr<Transfer>> make(Request request, const Options& options);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;
  ~Transfer() = default;

  CURL* handle() { return easy_.get(); }
  /// When it is over; once.
  Result<Response> result(CURLcode code);

 private:
  struct FreeEasy {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct FreeMime {
    void operator()(curl_mime* mime) const { curl_mime_free(mime); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  Transfer(Request request, const Options& options, UrlHandle url);
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
  void set_limits(const Options& options);
  void set_security(const Options& options);
  void set_body();
  void set_form();
  void set_headers();
  void take_header(std::string_view line);

  // In this order: what curl points to is freed after its handle.
  Request request_;
  UrlHandle url_;
  std::array<char, CURL_ERROR_SIZE> detail_{};
  std::unique_ptr<curl_slist, FreeList> header_lines_;
  std::unique_ptr<CURL, FreeEasy> easy_;
  std::unique_ptr<curl_mime, FreeMime> mime_;
  std::size_t answer_bytes_max_;
  bool too_long_ = false;
  Response response_;
};

}  // namespace picket::http
