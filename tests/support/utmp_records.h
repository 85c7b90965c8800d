// Makes records of utmp(5), the platform's own.
#pragma once

#include <arpa/inet.h>
#include <utmp.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace picket::test {

struct UtmpLogin {
  std::string_view user = "alice";
  std::string_view tty = "pts/3";
  std::string_view host = "";
  const char* address = nullptr;  // IPv4 or IPv6
  pid_t pid = 100;
  int32_t seconds = 1'700'000'000;
  int32_t micros = 250'000;
  short type = USER_PROCESS;
};

template <std::size_t size>
void fill_field(char (&field)[size], std::string_view text) {
  std::copy_n(text.data(), std::min(size, text.size()), field);
}

inline std::string utmp_record(const UtmpLogin& login) {
  struct utmp record{};
  record.ut_type = login.type;
  record.ut_pid = login.pid;
  record.ut_tv.tv_sec = login.seconds;
  record.ut_tv.tv_usec = login.micros;
  fill_field(record.ut_user, login.user);
  fill_field(record.ut_line, login.tty);
  fill_field(record.ut_host, login.host);
  if (login.address != nullptr && inet_pton(AF_INET6, login.address, record.ut_addr_v6) != 1) {
    inet_pton(AF_INET, login.address, record.ut_addr_v6);
  }
  return std::string(reinterpret_cast<const char*>(&record), sizeof record);
}

}  // namespace picket::test
