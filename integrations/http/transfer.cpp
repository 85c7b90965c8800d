#include "integrations/http/transfer.h"

#include <sys/socket.h>

#include <algorithm>
#include <new>
#include <utility>

#include "integrations/http/failure.h"

namespace picket::http {
namespace {

template <typename Value>
void set(CURL* easy, CURLoption option, Value value) {
  // Fails for lack of memory, or where curl was built without what is asked for.
  if (curl_easy_setopt(easy, option, value) != CURLE_OK) throw std::bad_alloc();
}

/// As curl would, but not for programs that this one starts.
curl_socket_t open_socket(void*, curlsocktype, curl_sockaddr* address) {
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

bool is_one_line(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

Status check(const Request& request) {
  bool good =
      is_one_line(request.method) && !request.method.empty() && is_one_line(request.content_type);
  for (const auto& [name, value] : request.headers) {
    good = good && !name.empty() && is_one_line(name) && is_one_line(value) &&
           name.find(':') == std::string::npos;
  }
  if (!good) return Error{"a method or header has a line break or no name"};
  return {};
}

bool begins_with(std::string_view text, std::string_view lower_case_start) {
  const HeaderLess less;
  const std::string_view start = text.substr(0, lower_case_start.size());
  return !less(start, lower_case_start) && !less(lower_case_start, start);
}

bool is_kept(std::string_view name) {
  return begins_with(name, "x-ratelimit-") ||
         (name.size() == 11 && begins_with(name, "retry-after")) ||
         (name.size() == 12 && begins_with(name, "content-type"));
}

std::string_view trim(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace

Result<std::unique_ptr<Transfer>> Transfer::make(Request request, const Options& options) {
  const Status checked = check(request);
  if (!checked) return Error{checked.error()};
  Result<UrlHandle> url = parse_url(request.url);
  if (!url) return Error{url.error()};
  return std::unique_ptr<Transfer>(new Transfer(std::move(request), options, *std::move(url)));
}

Transfer::Transfer(Request request, const Options& options, UrlHandle url)
    : request_(std::move(request)),
      url_(std::move(url)),
      easy_(curl_easy_init()),
      answer_bytes_max_(options.answer_bytes_max) {
  if (!easy_) throw std::bad_alloc();
  set(easy_.get(), CURLOPT_CURLU, url_.get());
  set(easy_.get(), CURLOPT_ERRORBUFFER, detail_.data());
  set(easy_.get(), CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(easy_.get(), CURLOPT_WRITEDATA, this);
  set(easy_.get(), CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(easy_.get(), CURLOPT_HEADERDATA, this);
  set(easy_.get(), CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  set_limits(options);
  set_security(options);
  set_body();
  set_headers();
}

void Transfer::set_limits(const Options& options) {
  CURL* easy = easy_.get();
  // 0 would mean none
  set(easy, CURLOPT_TIMEOUT_MS, std::max<long>(1, request_.timeout.count()));
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, std::max<long>(1, options.connect_timeout.count()));
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_TCP_KEEPALIVE, 1L);  // a long poll is silent for long
  // Names are resolved by a thread of curl's; a request that ends doesn't wait for it.
  set(easy, CURLOPT_QUICK_EXIT, 1L);
}

void Transfer::set_security(const Options& options) {
  CURL* easy = easy_.get();
  set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  set(easy, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2);
  // Of HTTP/1.1 a request that isn't answered in time ends its connection. One of HTTP/2 would be
  // used again, and again, though the network behind it has forgotten it.
  set(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
  set(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  if (options.ca_file.empty()) return;
  set(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  set(easy, CURLOPT_CAPATH, static_cast<char*>(nullptr));
}

void Transfer::set_body() {
  CURL* easy = easy_.get();
  if (request_.method == "HEAD") {
    set(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  if (!request_.form.empty() || request_.file) {
    set_form();
  } else if (!request_.body.empty() || request_.method == "POST") {
    set(easy, CURLOPT_POST, 1L);
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    set(easy, CURLOPT_POSTFIELDS, request_.body.data());
  }
  set(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void Transfer::set_form() {
  mime_.reset(curl_mime_init(easy_.get()));
  if (!mime_) throw std::bad_alloc();
  const auto add = [this](const std::string& name, const std::string& data) {
    curl_mimepart* part = curl_mime_addpart(mime_.get());
    if (part == nullptr || curl_mime_name(part, name.c_str()) != CURLE_OK ||
        curl_mime_data(part, data.data(), data.size()) != CURLE_OK) {
      throw std::bad_alloc();
    }
    return part;
  };
  for (const auto& [name, value] : request_.form) add(name, value);
  if (request_.file) {
    curl_mimepart* part = add(request_.file->field, request_.file->content);
    curl_mime_filename(part, request_.file->name.c_str());
    if (!request_.file->content_type.empty()) {
      curl_mime_type(part, request_.file->content_type.c_str());
    }
  }
  set(easy_.get(), CURLOPT_MIMEPOST, mime_.get());
}

void Transfer::set_headers() {
  const auto add = [this](const std::string& line) {
    curl_slist* const first = header_lines_.get();
    curl_slist* const list = curl_slist_append(first, line.c_str());
    if (list == nullptr) throw std::bad_alloc();
    if (first == nullptr) header_lines_.reset(list);
  };
  add("Expect:");  // no round trip before a body
  // curl's own guess would be a form's; a multipart body names itself
  if (!mime_ && !request_.content_type.empty()) add("Content-Type: " + request_.content_type);
  for (const auto& [name, value] : request_.headers) {
    std::string line = name;
    add(value.empty() ? line += ';' : line.append(": ").append(value));
  }
  set(easy_.get(), CURLOPT_HTTPHEADER, header_lines_.get());
  set(easy_.get(), CURLOPT_USERAGENT, "picket/" PICKET_VERSION);
}

std::size_t Transfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto* transfer = static_cast<Transfer*>(self);
  std::string& body = transfer->response_.body;
  if (size * count > transfer->answer_bytes_max_ - body.size()) {
    transfer->too_long_ = true;
    return 0;
  }
  body.append(bytes, size * count);
  return size * count;
}

std::size_t Transfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
  static_cast<Transfer*>(self)->take_header({bytes, size * count});
  return size * count;
}

void Transfer::take_header(std::string_view line) {
  if (begins_with(line, "http/")) response_.headers.clear();  // the one before was "100 Continue"
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_kept(line.substr(0, colon))) return;
  const std::string_view value = trim(line.substr(colon + 1));
  if (response_.headers.size() >= limits::kHttpHeadersMax ||
      value.size() > limits::kHttpHeaderBytesMax) {
    return;
  }
  response_.headers.insert_or_assign(std::string(line.substr(0, colon)), std::string(value));
}

Result<Response> Transfer::result(CURLcode code) {
  const std::string host = host_of(url_.get());
  if (too_long_) {
    return Error{host + ": the answer is longer than " + std::to_string(answer_bytes_max_) +
                 " bytes"};
  }
  if (code != CURLE_OK) {
    std::vector<std::string> secrets = secrets_of(url_.get());
    for (const auto& [name, value] : request_.headers) secrets.push_back(value);
    return Error{failure_text(host, code, detail_.data(), secrets)};
  }
  long status = 0;
  curl_easy_getinfo(easy_.get(), CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  return std::move(response_);
}

}  // namespace picket::http
