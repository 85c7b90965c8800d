#include "node/collectors/inotify_events.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <cstring>

namespace picket::node {

void read_inotify(int fd, const std::function<void(const InotifyEvent& event)>& use) {
  alignas(inotify_event) char events[16 * 1024];
  const ssize_t got = read(fd, events, sizeof events);
  const char* const end = events + (got > 0 ? got : 0);
  for (const char* at = events; at < end;) {
    inotify_event event{};
    std::memcpy(&event, at, sizeof event);
    const char* const name = at + sizeof event;  // with zeroes behind it
    use({event.wd, event.mask, event.len > 0 ? std::string_view(name) : std::string_view()});
    at = name + event.len;
  }
}

}  // namespace picket::node
