#include "common/log.h"

#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <utility>

#include "common/rfc3339.h"
#include "common/text.h"

namespace picket::log {
namespace {

constexpr std::array kLevels = {Level::kError, Level::kWarn, Level::kInfo, Level::kDebug};

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::kError: return spdlog::level::err;
    case Level::kWarn: return spdlog::level::warn;
    case Level::kInfo: return spdlog::level::info;
    case Level::kDebug: return spdlog::level::debug;
  }
  return spdlog::level::info;
}

Level from_spdlog(spdlog::level::level_enum level) {
  if (level >= spdlog::level::err) return Level::kError;
  if (level == spdlog::level::warn) return Level::kWarn;
  return level == spdlog::level::info ? Level::kInfo : Level::kDebug;
}

// <n> of sd-daemon(3): the numbers of syslog(3).
std::string_view journald_prefix(Level level) {
  switch (level) {
    case Level::kError: return "<3>";
    case Level::kWarn: return "<4>";
    case Level::kInfo: return "<6>";
    case Level::kDebug: return "<7>";
  }
  return "<6>";
}

class LineFormatter final : public spdlog::formatter {
 public:
  explicit LineFormatter(Style style) : style_(style) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& line) override {
    const std::string text =
        to_line(style_, from_spdlog(message.level), message.time,
                std::string_view(message.payload.data(), message.payload.size()));
    line.append(text.data(), text.data() + text.size());
  }

  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<LineFormatter>(style_);
  }

 private:
  Style style_;
};

void write(Level level, std::string_view event, Fields fields) {
  if (!spdlog::should_log(to_spdlog(level))) return;
  const std::string text = to_text(event, fields);
  spdlog::default_logger_raw()->log(to_spdlog(level),
                                    spdlog::string_view_t(text.data(), text.size()));
}

}  // namespace

std::string_view to_string(Level level) {
  switch (level) {
    case Level::kError: return "error";
    case Level::kWarn: return "warn";
    case Level::kInfo: return "info";
    case Level::kDebug: return "debug";
  }
  return "info";
}

Result<Level> parse_level(std::string_view text) {
  std::array<std::string_view, kLevels.size()> names;
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    names[i] = to_string(kLevels[i]);
    if (names[i] == text) return kLevels[i];
  }
  std::string message = "expected error, warn, info or debug, found \"" + std::string(text) + '"';
  const auto meant = closest_word(text, names);
  if (meant) message += ", did you mean \"" + std::string(*meant) + "\"?";
  return Error{message};
}

void set_up(Level level) {
  const Style style = style_for_stderr(std::getenv("JOURNAL_STREAM"));
  auto logger =
      std::make_shared<spdlog::logger>("picket", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(std::make_unique<LineFormatter>(style));
  logger->set_level(to_spdlog(level));
  logger->flush_on(spdlog::level::trace);
  spdlog::set_default_logger(std::move(logger));
}

void set_level(Level level) { spdlog::default_logger_raw()->set_level(to_spdlog(level)); }

void error(std::string_view event, Fields fields) { write(Level::kError, event, fields); }
void warn(std::string_view event, Fields fields) { write(Level::kWarn, event, fields); }
void info(std::string_view event, Fields fields) { write(Level::kInfo, event, fields); }
void debug(std::string_view event, Fields fields) { write(Level::kDebug, event, fields); }

bool debugs() { return spdlog::should_log(spdlog::level::debug); }

std::string to_text(std::string_view event, Fields fields) {
  std::string text(event);
  for (const Field& field : fields) {
    if (field.value.empty()) continue;
    text += ' ';
    text += field.name;
    text += '=';
    text += escape_for_log(field.value);
  }
  return text;
}

std::string to_line(Style style, Level level, WallTime time, std::string_view text) {
  std::string line;
  switch (style) {
    case Style::kJournald: line = journald_prefix(level); break;
    case Style::kTerminal:
      line = to_rfc3339(time, 3);
      line += ' ';
      line += to_string(level);
      line += ' ';
      break;
  }
  line += text;
  line += '\n';
  return line;
}

Style style_for_stderr(const char* journal_stream) {
  struct stat status{};
  if (journal_stream == nullptr || fstat(STDERR_FILENO, &status) != 0) return Style::kTerminal;
  const std::string actual = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  return actual == journal_stream ? Style::kJournald : Style::kTerminal;
}

}  // namespace picket::log
