#include "integrations/http/client.h"

#include <signal.h>

#include <asio/post.hpp>
#include <map>
#include <stdexcept>
#include <utility>

#include "integrations/http/multi.h"
#include "integrations/http/transfer.h"

namespace picket::http {
namespace {

void set_up_curl() {
  static const bool kDone = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  if (!kDone) throw std::runtime_error("libcurl can't start");
  // OpenSSL's writes to a connection that was reset would end the program
  struct sigaction now{};
  if (::sigaction(SIGPIPE, nullptr, &now) == 0 && now.sa_handler == SIG_DFL) {
    ::signal(SIGPIPE, SIG_IGN);
  }
}

}  // namespace

class Client::Requests : public std::enable_shared_from_this<Requests> {
 public:
  Requests(asio::any_io_executor executor, Options options)
      : executor_(std::move(executor)), options_(std::move(options)) {}

  /// After the constructor, since it needs the shared pointer.
  void open() {
    multi_ =
        std::make_shared<Multi>(executor_, [weak = weak_from_this()](CURL* handle, CURLcode code) {
          if (const auto self = weak.lock()) self->on_over(handle, code);
        });
  }

  void close() {
    for (const auto& [id, one] : under_way_) {
      if (one.transfer) multi_->remove(one.transfer->handle());
    }
    under_way_.clear();
    multi_->close();
  }

  Id send(Request request, Done done) {
    const Id id = ++last_;
    One& one = under_way_[id];
    one.id = id;
    one.done = std::move(done);
    const Status begun = begin(one, std::move(request));
    if (!begun) finish_soon(id, Error{begun.error()});
    return id;
  }

  void cancel(Id id) {
    const auto found = under_way_.find(id);
    if (found == under_way_.end()) return;
    if (found->second.transfer) multi_->remove(found->second.transfer->handle());
    under_way_.erase(found);
  }

  std::size_t size() const { return under_way_.size(); }

 private:
  struct One {
    Id id = 0;
    Done done;
    std::unique_ptr<Transfer> transfer;  // while curl has it
  };

  Status begin(One& one, Request request) {
    if (under_way_.size() > limits::kHttpRequestsMax) {
      return Error{"more than " + std::to_string(limits::kHttpRequestsMax) + " requests at once"};
    }
    Result<std::unique_ptr<Transfer>> transfer = Transfer::make(std::move(request), options_);
    if (!transfer) return Error{transfer.error()};
    curl_easy_setopt((*transfer)->handle(), CURLOPT_PRIVATE, &one);
    if (!multi_->add((*transfer)->handle())) return Error{"libcurl takes no more requests"};
    one.transfer = *std::move(transfer);
    return {};
  }

  void on_over(CURL* handle, CURLcode code) {
    char* of_handle = nullptr;
    curl_easy_getinfo(handle, CURLINFO_PRIVATE, &of_handle);
    auto& one = *reinterpret_cast<One*>(of_handle);
    multi_->remove(handle);
    Result<Response> result = one.transfer->result(code);
    one.transfer.reset();
    finish_soon(one.id, std::move(result));
  }

  /// In a turn of its own: whatever `done` does or throws, others' answers are not touched by it.
  void finish_soon(Id id, Result<Response> result) {
    asio::post(executor_, [weak = weak_from_this(), id, result = std::move(result)]() mutable {
      if (const auto self = weak.lock()) self->finish(id, std::move(result));
    });
  }

  void finish(Id id, Result<Response> result) {
    const auto found = under_way_.find(id);
    if (found == under_way_.end()) return;
    const Done done = std::move(found->second.done);
    under_way_.erase(found);
    done(std::move(result));
  }

  asio::any_io_executor executor_;
  Options options_;
  std::shared_ptr<Multi> multi_;
  std::map<Id, One> under_way_;
  Id last_ = 0;
};

Client::Client(asio::any_io_executor executor, Options options) {
  set_up_curl();
  requests_ = std::make_shared<Requests>(std::move(executor), std::move(options));
  requests_->open();
}

Client::~Client() { requests_->close(); }

Client::Id Client::send(Request request, Done done) {
  return requests_->send(std::move(request), std::move(done));
}

void Client::cancel(Id id) { requests_->cancel(id); }

std::size_t Client::under_way() const { return requests_->size(); }

}  // namespace picket::http
