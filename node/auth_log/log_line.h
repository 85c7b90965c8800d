// One line of a host's auth log, whichever source it comes from: what the grammar reads.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "common/clock.h"
#include "picket/v1/model.pb.h"

namespace picket::node {

/// What the kernel told journald of whoever wrote the line; nobody can forge it.
struct Attested {
  std::optional<uint32_t> uid;
  uint32_t pid = 0;          // 0: not known
  std::string_view exe;      // often empty: the writer had ended before journald looked
  std::string_view boot_id;  // 32 hexadecimal digits
};

/// Texts are borrowed: they live as long as the call that is handed the line. They are bytes:
/// invalid UTF-8, control characters and line feeds (in `message`) are possible everywhere.
struct LogLine {
  std::string_view message;  // without the header
  std::string_view process;  // the identifier: "sshd", "su"
  std::string_view host;
  uint32_t pid = 0;  // as the line says; 0: it doesn't
  WallTime time;
  v1::AuthEvent::TimeSource time_source = v1::AuthEvent::TIME_SOURCE_UNSPECIFIED;
  std::optional<Attested> attested;  // nothing: a plain file, which anybody may have fed
  uint64_t number = 0;               // of a scanned file, from 1; else 0
};

}  // namespace picket::node
