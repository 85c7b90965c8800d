#include "node/auth_log/scan.h"

#include <array>
#include <ctime>
#include <utility>

#include "common/auth_json.h"

namespace picket::node {
namespace {

using json::Json;

std::string local_time(WallTime time) {
  const std::time_t seconds = std::chrono::floor<Seconds>(time).time_since_epoch().count();
  std::tm parts{};
  localtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts)};
}

std::string to_json(const v1::Event& event, WallTime time) {
  Json object = Json::object();
  json::put_text(object, "kind", event.kind());
  json::put_time(object, "time", to_unix_ns(time));
  json::put_auth(object, event.auth());
  return json::line_of(object);
}

// "2026-11-20 23:08:49  ssh.failed  user=alice ...": the same fields, for people.
std::string to_text(const v1::Event& event, WallTime time) {
  return local_time(time) + "  " + event.kind() + "  " + json::auth_words(event.auth());
}

}  // namespace

Scan::Scan(ReadLine read, Format format, Print print)
    : read_(std::move(read)), format_(format), print_(std::move(print)) {}

void Scan::line(const LogLine& line) {
  ++lines_;
  Reading reading = read_(line);
  switch (reading.verdict) {
    case Reading::Verdict::kIgnored: ++ignored_; return;
    case Reading::Verdict::kUnparsed: ++unparsed_; return;
    case Reading::Verdict::kEvent: break;
  }
  ++events_;
  if (line.number != 0) reading.event.mutable_auth()->set_line(line.number);
  print_(format_ == Format::kJson ? to_json(reading.event, line.time)
                                  : to_text(reading.event, line.time));
}

void Scan::foreign_line() {
  ++lines_;
  ++unparsed_;
}

std::string Scan::summary() const {
  const Json counts = {
      {"lines", lines_}, {"events", events_}, {"unparsed", unparsed_}, {"ignored", ignored_}};
  Json object = Json::object();
  object["summary"] = counts;
  return json::line_of(object);
}

}  // namespace picket::node
