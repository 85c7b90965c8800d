// The attributes of a netlink message, or within one of them, for a range-based for. They end where
// the next isn't whole.
#pragma once

#include <libmnl/libmnl.h>

#include <cstddef>

namespace picket::node {

class Attributes {
 public:
  /// Those behind a header of so many bytes.
  Attributes(const nlmsghdr* message, std::size_t header_bytes)
      : first_(static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(message, header_bytes))),
        end_(static_cast<const char*>(mnl_nlmsg_get_payload_tail(message))) {}
  explicit Attributes(const nlattr* nest)
      : first_(static_cast<const nlattr*>(mnl_attr_get_payload(nest))),
        end_(static_cast<const char*>(mnl_attr_get_payload(nest)) +
             mnl_attr_get_payload_len(nest)) {}

  struct End {};
  class Iterator {
   public:
    Iterator(const nlattr* attribute, const char* end) : attribute_(attribute), end_(end) {}
    const nlattr* operator*() const { return attribute_; }
    Iterator& operator++() {
      attribute_ = mnl_attr_next(attribute_);
      return *this;
    }
    friend bool operator==(const Iterator& at, End /*end*/) {
      const auto left = at.end_ - reinterpret_cast<const char*>(at.attribute_);
      return !mnl_attr_ok(at.attribute_, static_cast<int>(left));
    }

   private:
    const nlattr* attribute_;
    const char* end_;
  };

  Iterator begin() const { return {first_, end_}; }
  static End end() { return {}; }

 private:
  const nlattr* first_;
  const char* end_;
};

}  // namespace picket::node
