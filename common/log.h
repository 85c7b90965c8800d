// Log lines on stderr: `TIME LEVEL event in plain words key=value ...`. Error: a person must act;
// warn: may need to; info: life cycle; debug: per message. The only global state is spdlog's
// default logger.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <string_view>

#include "common/clock.h"
#include "common/result.h"

namespace picket::log {

enum class Level { kError, kWarn, kInfo, kDebug };

/// "error", "warn", "info", "debug"
std::string_view to_string(Level level);
Result<Level> parse_level(std::string_view text);

/// One pair behind the event. Values may be outside text: they are escaped when the line is made.
struct Field {
  Field(std::string_view field_name, std::string_view field_value)
      : name(field_name), value(field_value) {}
  Field(std::string_view field_name, bool field_value)
      : name(field_name), value(field_value ? "true" : "false") {}
  Field(std::string_view field_name, const char* field_value)
      : name(field_name), value(field_value) {}
  template <std::integral Number>
  Field(std::string_view field_name, Number field_value)
      : name(field_name), value(std::to_string(field_value)) {}

  std::string_view name;
  std::string value;
};
using Fields = std::initializer_list<Field>;

/// Makes stderr the place of the log. Under systemd, which keeps time and level itself, lines begin
/// with
/// "<n>" (sd-daemon(3)) instead. Call once, early; threads may log afterwards.
void set_up(Level level);
/// From here on; set_up() came before.
void set_level(Level level);

void error(std::string_view event, Fields fields = {});
void warn(std::string_view event, Fields fields = {});
void info(std::string_view event, Fields fields = {});
void debug(std::string_view event, Fields fields = {});

/// True if debug lines are written: for fields that are costly to make.
bool debugs();

// The pure parts.

/// `node link closed node=web1 reason=idle_timeout`; a field without a value is left out.
std::string to_text(std::string_view event, Fields fields);

enum class Style { kTerminal, kJournald };
/// The whole line with its end. spdlog hands the text back, so this takes it as made by to_text().
std::string to_line(Style style, Level level, WallTime time, std::string_view text);

/// kJournald if stderr is the stream that `journal_stream` names (the variable JOURNAL_STREAM; may
/// be null).
Style style_for_stderr(const char* journal_stream);

}  // namespace picket::log
