// sudo's own messages. The folder and the command are the caller's to choose, so both may hold what
// looks like the fields between them.
#include "node/auth_log/form.h"

namespace picket::node {
namespace {

constexpr FormProgram kIn = FormProgram::kSudo;
constexpr std::string_view kBetween = " ; ";

bool by_user(Claim& claim) {
  claim.writer = Writer::kCaller;
  claim.caller = claim.user;
  return true;
}

bool starts_with_field(std::string_view text) {
  for (const std::string_view name : {"HOST=", "TTY=", "CHROOT=", "PWD="}) {
    if (text.starts_with(name)) return true;
  }
  return false;
}

// Takes "NAME=VALUE ; " off the start of `rest`.
std::string_view take(std::string_view name, std::string_view* rest) {
  if (!rest->starts_with(name)) return {};
  const std::size_t end = rest->find(kBetween);
  if (end == std::string_view::npos) return {};
  const std::string_view value = rest->substr(name.size(), end - name.size());
  rest->remove_prefix(end + kBetween.size());
  return value;
}

// The one place of `word`; more than one is nobody's to choose between.
std::size_t only_place(std::string_view text, std::string_view word, bool* ambiguous) {
  const std::size_t at = text.find(word);
  if (at != std::string_view::npos && text.find(word, at + 1) != std::string_view::npos) {
    *ambiguous = true;
  }
  return at;
}

// "[REASON ; ][TTY=T ; ]PWD=FOLDER ; USER=TARGET ; [GROUP=G ; ][ENV=E ; ][TSID=N ; ]COMMAND=C"
bool read_fields(Claim& claim) {
  std::string_view rest = claim.tail;
  if (!starts_with_field(rest)) {
    const std::size_t end = rest.find(kBetween);
    if (end == std::string_view::npos) return false;
    claim.kind = Kind::kSudoFailed;
    claim.reason = rest.substr(0, end);
    rest.remove_prefix(end + kBetween.size());
  }
  (void)take("HOST=", &rest);
  claim.tty = take("TTY=", &rest);
  (void)take("CHROOT=", &rest);
  const std::size_t user = only_place(rest, " ; USER=", &claim.ambiguous);
  if (!rest.starts_with("PWD=") || user == std::string_view::npos) return false;
  rest.remove_prefix(user + kBetween.size());
  claim.target_user = take("USER=", &rest);
  (void)take("GROUP=", &rest);
  if (rest.starts_with("ENV=")) {
    const std::size_t end = only_place(rest, " ; COMMAND=", &claim.ambiguous);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + kBetween.size());
  }
  (void)take("TSID=", &rest);
  if (!rest.starts_with("COMMAND=")) return false;
  claim.command = rest.substr(8);
  if (claim.ambiguous) claim.target_user = claim.command = {};
  return by_user(claim);
}

// clang-format off: a table
constexpr Form kForms[] = {
    {kIn, Kind::kNothing, "{user} : ((command continued) {skip*}"},
    {kIn, Kind::kNothing, "{user} : unable to resolve host {skip*}"},
    {kIn, Kind::kSudoCommand, "{user} : {tail*}", read_fields},
};
// clang-format on

}  // namespace

std::span<const Form> sudo_forms() { return kForms; }

}  // namespace picket::node
