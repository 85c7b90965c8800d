#include "client/cli/run_output.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "client/lib/json_executions.h"
#include "common/limits.h"
#include "common/text.h"

namespace picket::cli {
namespace {

bool is_stderr(const v1::ExecutionOutput& output) {
  return output.stream() == v1::ExecutionOutput::STREAM_STDERR;
}

std::string missed_words(uint64_t bytes) {
  return "[" + std::to_string(bytes) + " bytes of output are missing here]";
}

// How many bytes at the end of `text` begin a character of UTF-8 that is not whole.
std::size_t unfinished_bytes(std::string_view text) {
  for (std::size_t back = 1; back <= std::min<std::size_t>(text.size(), 3); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0U) == 0x80U) continue;
    const std::size_t whole = byte >= 0xF0U ? 4 : byte >= 0xE0U ? 3 : byte >= 0xC0U ? 2 : 1;
    return whole > back ? back : 0;
  }
  return 0;
}

}  // namespace

std::string escape_output_line(std::string_view line) {
  std::string text;
  while (true) {
    const std::size_t tab = line.find('\t');
    text += escape_for_terminal(line.substr(0, tab));
    if (tab == std::string_view::npos) return text;
    text += '\t';
    line.remove_prefix(tab + 1);
  }
}

std::vector<std::string> LineCutter::add(std::string_view bytes) {
  std::vector<std::string> lines;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::size_t room = limits::kOutputLineBytesMax - line_.size();
    const std::size_t size = std::min({end, room, bytes.size()});
    line_ += bytes.substr(0, size);
    bytes.remove_prefix(size);
    const bool is_whole = !bytes.empty() && bytes.front() == '\n';
    if (is_whole) bytes.remove_prefix(1);
    if (is_whole || line_.size() == limits::kOutputLineBytesMax)
      lines.push_back(std::exchange(line_, {}));
  }
  return lines;
}

std::string LineCutter::rest() { return std::exchange(line_, {}); }

PlainOutput::PlainOutput(Output& out, Output& err, bool raw)
    : out_{out, !raw && isatty(out.descriptor()) == 1, {}},
      err_{err, !raw && isatty(err.descriptor()) == 1, {}} {}

void PlainOutput::write(Sink& sink, std::string_view bytes) {
  if (!sink.escaped) return sink.output.write(bytes);
  std::string text = std::exchange(sink.held, {});
  text += bytes;
  const std::size_t unfinished = unfinished_bytes(text);
  sink.held = text.substr(text.size() - unfinished);
  std::string_view rest = std::string_view(text).substr(0, text.size() - unfinished);
  std::string shown;
  while (true) {
    const std::size_t end = rest.find('\n');
    shown += escape_output_line(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    shown += '\n';
    rest.remove_prefix(end + 1);
  }
  sink.output.write(shown);
}

void PlainOutput::add(const std::string& /*node*/, const v1::ExecutionOutput& output) {
  if (output.missed_bytes() > 0)
    err_.output.write("picket: " + missed_words(output.missed_bytes()) + "\n");
  write(is_stderr(output) ? err_ : out_, output.data());
}

void PlainOutput::end(const std::string& /*node*/) {
  for (Sink* sink : {&out_, &err_})
    sink->output.write(escape_output_line(std::exchange(sink->held, {})));
}

PrefixedOutput::PrefixedOutput(Output& out, Output& err, const std::vector<std::string>& nodes)
    : out_(out), err_(err) {
  for (const auto& node : nodes) width_ = std::max(width_, node.size());
}

void PrefixedOutput::write(Output& output, const std::string& node, const std::string& line) const {
  output.write(node + ":" + std::string(width_ - std::min(width_, node.size()) + 1, ' ') +
               escape_output_line(line) + "\n");
}

void PrefixedOutput::add(const std::string& node, const v1::ExecutionOutput& output) {
  if (output.missed_bytes() > 0) write(err_, node, missed_words(output.missed_bytes()));
  const bool err = is_stderr(output);
  Lines& lines = lines_[node];
  for (const auto& line : (err ? lines.err : lines.out).add(output.data()))
    write(err ? err_ : out_, node, line);
}

void PrefixedOutput::end(const std::string& node) {
  const auto lines = lines_.extract(node);
  if (lines.empty()) return;
  if (const auto rest = lines.mapped().out.rest(); !rest.empty()) write(out_, node, rest);
  if (const auto rest = lines.mapped().err.rest(); !rest.empty()) write(err_, node, rest);
}

void GroupedOutput::add(const std::string& node, const v1::ExecutionOutput& output) {
  std::string& text = texts_[node];
  if (text.size() > limits::kGroupedOutputBytesMax) return;
  if (output.missed_bytes() > 0) text += missed_words(output.missed_bytes()) + "\n";
  text += output.data();
  if (text.size() <= limits::kGroupedOutputBytesMax) return;
  text.resize(limits::kGroupedOutputBytesMax);
  text += "\n[what follows is not shown]\n";
}

void GroupedOutput::finish() {
  std::map<std::string, std::vector<std::string>> nodes;  // by what they wrote
  for (auto& [node, text] : texts_) nodes[text].push_back(node);
  for (const auto& [text, names] : nodes) {
    std::string title;
    for (const auto& name : names) title += (title.empty() ? "" : ", ") + name;
    out_.write("--- " + title + " (" + std::to_string(names.size()) + ")\n");
    LineCutter cutter;
    for (const auto& line : cutter.add(text)) out_.write(escape_output_line(line) + "\n");
    if (const auto rest = cutter.rest(); !rest.empty()) out_.write(escape_output_line(rest) + "\n");
  }
}

void JsonOutput::add(const std::string& node, const v1::ExecutionOutput& output) {
  out_.write(client::to_json(node, output) + "\n");
}

}  // namespace picket::cli
