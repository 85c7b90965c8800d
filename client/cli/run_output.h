// What commands write, on this program's own output. A terminal gets nothing that it would obey: a
// command's output is a stranger's text.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "client/cli/output.h"
#include "picket/v1/execution.pb.h"

namespace picket::cli {

/// Output of one stream cut into lines, whatever the pieces it comes in. A line without an end is
/// cut at limits::kOutputLineBytesMax.
class LineCutter {
 public:
  /// The lines that are whole now, without their ends.
  std::vector<std::string> add(std::string_view bytes);
  /// What is left at the end; empty: nothing.
  std::string rest();

 private:
  std::string line_;
};

class RunOutput {
 public:
  virtual ~RunOutput() = default;
  virtual void add(const std::string& node, const v1::ExecutionOutput& output) = 0;
  /// No more of this node.
  virtual void end(const std::string& node) = 0;
  /// No more of any.
  virtual void finish() {}
};

/// Of one node: bytes as they came, to stdout and stderr; escaped where that is a terminal.
class PlainOutput final : public RunOutput {
 public:
  PlainOutput(Output& out, Output& err, bool raw);
  void add(const std::string& node, const v1::ExecutionOutput& output) override;
  void end(const std::string& node) override;

 private:
  struct Sink {
    Output& output;
    bool escaped;
    std::string held;  // the beginning of a character
  };
  static void write(Sink& sink, std::string_view bytes);
  Sink out_;
  Sink err_;
};

/// Of many: whole lines, each with its node before it.
class PrefixedOutput final : public RunOutput {
 public:
  PrefixedOutput(Output& out, Output& err, const std::vector<std::string>& nodes);
  void add(const std::string& node, const v1::ExecutionOutput& output) override;
  void end(const std::string& node) override;

 private:
  struct Lines {
    LineCutter out;
    LineCutter err;
  };
  void write(Output& output, const std::string& node, const std::string& line) const;
  Output& out_;
  Output& err_;
  std::size_t width_ = 0;
  std::map<std::string, Lines> lines_;  // by node
};

/// Of many, at the end: output that is the same shown once, under the names of its nodes.
class GroupedOutput final : public RunOutput {
 public:
  explicit GroupedOutput(Output& out) : out_(out) {}
  void add(const std::string& node, const v1::ExecutionOutput& output) override;
  void end(const std::string& /*node*/) override {}
  void finish() override;

 private:
  Output& out_;
  std::map<std::string, std::string> texts_;  // by node; both streams as they came, bounded
};

/// One JSON object for each piece.
class JsonOutput final : public RunOutput {
 public:
  explicit JsonOutput(Output& out) : out_(out) {}
  void add(const std::string& node, const v1::ExecutionOutput& output) override;
  void end(const std::string& /*node*/) override {}

 private:
  Output& out_;
};

/// A line of a command's output for a terminal: tabs stay, nothing else acts.
std::string escape_output_line(std::string_view line);

}  // namespace picket::cli
