// From a message to what it claims, by the one table of message forms. Stateless, and believes
// nothing: that is for trust.h.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "node/auth_log/claim.h"
#include "node/auth_log/form.h"
#include "node/auth_log/pattern.h"
#include "node/auth_log/program.h"

namespace picket::node {

class Grammar {
 public:
  enum class Found : uint8_t {
    kNotOurs,  // of no program that is read here
    kUnknown,  // of one, but of no form in the table
    kClaim,    // `claim` is filled; its kind may be kNothing
  };

  struct Row {
    const Form* form;
    std::vector<Pattern> patterns;
    bool severity;  // "error: " may stand before it
  };

  Grammar();

  Found read(std::string_view process, std::string_view message, Claim* claim) const;

  /// The whole table, in its order.
  const std::vector<std::unique_ptr<Row>>& rows() const { return rows_; }

 private:
  struct Entry {
    std::string_view prefix;
    const Pattern* pattern;
    const Form* form;
    bool severity;
  };
  /// Patterns of one program by the first byte of what they match, in the table's order.
  using ByFirstByte = std::array<std::vector<Entry>, 256>;

  void add(std::span<const Form> forms);
  bool match(FormProgram program, std::string_view message, bool severity, Claim* claim) const;

  std::vector<std::unique_ptr<Row>> rows_;
  std::array<ByFirstByte, kFormPrograms> index_;
};

}  // namespace picket::node
