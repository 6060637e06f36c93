// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments/unknown_option.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/output/suggestion.h"

namespace checkpointfs::cli {
namespace {

struct Answer {
  std::string_view option;   // its long name, or its letter
  std::string_view command;  // "": any
  std::string_view text;
};

// Options of other programs that people try. The first row that fits counts.
constexpr std::array kAnswers = {
    Answer{"dry-run", "pin",
           "pin has no dry run: it only adds links to the source, and 'checkpointfs unpin' removes them"},
    Answer{
        "dry-run", "unpin",
        "unpin has no dry run: it moves the pin into the trash, and 'checkpointfs trash restore' restores it"},
    Answer{"dry-run", "label",
           "label has no dry run: it changes only a name, and the old one can be given again"},
    Answer{"dry-run", "plan", "plan copies nothing: the plan is the dry run"},
    Answer{"dry-run", "", "this command changes no storage, so it needs no dry run"},
    Answer{"allow-other", "mount", "write -o allow_other"},
    Answer{"read-only", "mount", "a mount is always read-only; leave it out"},
    Answer{"force", "umount", "use --lazy to detach a mount that is in use"},
    Answer{"yes", "", "no command asks; --apply carries a plan out"},
    Answer{"prune", "", "the trash keeps what is removed; 'checkpointfs trash purge' frees the space"},
    Answer{"color", "", "results have colours on a terminal; NO_COLOR=1 switches them off"},
    Answer{"no-color", "", "results have colours on a terminal; NO_COLOR=1 switches them off"},
};

// The long names of letters that mean the same in many programs.
std::string_view whole_name(std::string_view name) {
  if (name == "n") return "dry-run";
  if (name == "f") return "force";
  if (name == "y") return "yes";
  return name;
}

bool has_option(const Command& command, std::string_view name) {
  return std::ranges::any_of(options_of(command), [&](const Option& option) {
    return long_name(option) == name || (name.size() == 1 && short_name(option) == name.front());
  });
}

std::string commands_with(std::string_view name) {
  std::vector<std::string_view> having;
  for (const Command& command : commands()) {
    if (has_option(command, name)) having.push_back(command.name);
  }
  if (having.empty()) return {};
  std::string text;
  for (size_t i = 0; i < having.size(); ++i) {
    if (i > 0) text += i + 1 == having.size() ? " and " : ", ";
    text += having[i];
  }
  return base::format("{} {} it", text, having.size() == 1 ? "has" : "have");
}

std::string advice(const Command& command, std::string_view name) {
  const auto* const answer = std::ranges::find_if(kAnswers, [&](const Answer& one) {
    return one.option == whole_name(name) && (one.command.empty() || one.command == command.name);
  });
  if (answer != kAnswers.end()) return std::string(answer->text);
  if (std::string others = commands_with(name); !others.empty()) return others;
  if (name.size() == 1) return {};
  std::vector<std::string> names;
  for (const Option& option : options_of(command)) names.emplace_back(long_name(option));
  const std::string near = suggestion(std::string(name), names);
  return near.empty() ? near : base::format("did you mean --{}?", near);
}

}  // namespace

std::string unknown_option_text(const Command& command, std::string_view given) {
  const std::string_view name = given.substr(std::min(given.find_first_not_of('-'), given.size()));
  const std::string text = advice(command, name);
  return base::format("{} has no option {}{}{}{} 'checkpointfs help {}'", command.name,
                      base::printable(given), text.empty() ? "" : "; ", text,
                      text.ends_with('?') ? " See" : "; see", command.name);
}

}  // namespace checkpointfs::cli
