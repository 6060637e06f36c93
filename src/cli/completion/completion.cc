// SPDX-License-Identifier: Apache-2.0
#include "cli/completion/completion.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <iterator>

#include "base/errors.h"
#include "base/text/message.h"
#include "cli/arguments/command.h"
#include "cli/arguments/other_words.h"
#include "cli/completion/option_values.h"
#include "cli/completion/storage_names.h"
#include "cli/completion/typed_line.h"

namespace checkpointfs::cli {
namespace {

constexpr unsigned kPatience = 2;  // seconds

void append(Candidates* all, Candidates more) {
  std::ranges::move(more, std::back_inserter(*all));
}

Candidates command_candidates() {
  Candidates all;
  for (const Command& command : commands())
    all.push_back({std::string(command.name), std::string(command.summary)});
  all.push_back({"help", "print the options of a command"});
  return all;
}

Candidates option_candidates(const Command& command) {
  Candidates all;
  for (const Option& option : options_of(command))
    all.push_back({base::format("--{}", long_name(option)), option.help});
  return all;
}

// `operand` of a value: "FILE", "NAME=DIR".
Paths paths_of(std::string_view operand) {
  if (operand == "DIR" || operand == "PLAN" || operand == "NAME=DIR") return Paths::kDirectories;
  return operand == "FILE" ? Paths::kFiles : Paths::kNone;
}

Completion value_of(const Option& option, const TypedLine& line) {
  const std::string_view name = long_name(option);
  if (name == "options") return {mount_options_for(line.typed), Paths::kNone};
  const bool has_name = line.typed.find('=') != std::string::npos;
  if (name == "map") return {{}, has_name ? Paths::kDirectories : Paths::kNone};
  Completion completion{words_of(option), paths_of(option.value)};
  if (name == "job") completion.candidates = job_candidates(line.invocation);
  if (name == "source") completion.candidates = source_candidates();
  complete_word({}, line.typed, &completion.candidates);
  return completion;
}

bool begins_path(std::string_view typed) {
  return typed.starts_with('/') || typed.starts_with('.') || typed.starts_with('~');
}

// Storage and mounts, before anything is typed; afterwards, paths.
Candidates places(const TypedLine& line) {
  if (!line.typed.empty()) return {};
  Candidates all = mount_point_candidates();
  append(&all, source_candidates());
  return all;
}

Completion trash_operand(const TypedLine& line) {
  const std::vector<std::string>& operands = line.invocation.operands;
  if (operands.empty()) {
    return {{{"list", "list the plans in the trash"},
             {"restore", "move the files of a plan back"},
             {"purge", "delete the files of plans permanently"}},
            Paths::kNone};
  }
  if (operands.front() == "list") return {};
  Completion completion{plan_candidates(line.invocation), Paths::kNone};
  std::erase_if(completion.candidates, [&](const Candidate& plan) {
    return std::ranges::find(operands, plan.text) != operands.end();
  });
  return completion;
}

Completion operand_of(const Command& command, const TypedLine& line) {
  const size_t position = line.invocation.operands.size();
  if (command.name == "trash") return trash_operand(line);
  if (command.name == "unpin") return {pin_candidates(line.invocation), Paths::kDirectories};
  if (command.name == "umount") return {mount_point_candidates(), Paths::kDirectories};
  if (command.name == "label")
    return {position == 0 ? job_candidates(line.invocation) : Candidates(), Paths::kNone};
  if (command.usage.starts_with("SNAPSHOT")) {
    const bool has_one = !line.invocation.has("diff") &&
                         (command.usage == "SNAPSHOT" || command.usage.find('[') != std::string_view::npos);
    if (position > 0 && has_one) return {};
    return {begins_path(line.typed) ? Candidates() : snapshot_candidates(line.invocation, line.typed),
            Paths::kFiles};
  }
  if (command.usage.find("SOURCE") != std::string_view::npos)
    return {command.name == "mount" ? Candidates() : places(line), Paths::kDirectories};
  return {{}, Paths::kFiles};
}

}  // namespace

Completion complete(const std::vector<std::string>& line_words) {
  Completion completion;
  const std::string typed = line_words.empty() ? std::string() : line_words.back();
  std::vector<std::string> words;
  try {
    words = in_own_words({line_words.begin(), line_words.end() - (line_words.empty() ? 0 : 1)});
  } catch (const base::Failure&) {
    return completion;  // an unknown format, which the command reports
  }
  // Options may stand before the command.
  const bool is_command = words.empty() || words.front().starts_with('-');
  words.push_back(typed);
  if (is_command || (words.front() == "help" && words.size() == 2)) {
    completion.candidates = command_candidates();
    if (is_command)
      append(&completion.candidates, {{"--help", "print the commands"}, {"--version", "print the version"}});
    complete_word({}, typed, &completion.candidates);
    return completion;
  }
  const Command* const command = find_command(words.front());
  if (command == nullptr) return completion;
  const TypedLine line = typed_line(*command, {words.begin() + 1, words.end()});
  if (line.option) {
    completion = value_of(*line.option, line);
    complete_word(line.before, {}, &completion.candidates);
    return completion;
  }
  completion = line.may_be_option && line.typed.starts_with('-')
                   ? Completion{option_candidates(*command), Paths::kNone}
                   : operand_of(*command, line);
  complete_word({}, line.typed, &completion.candidates);
  return completion;
}

void answer_shell(const std::vector<std::string>& words) {
  ::alarm(kPatience);
  print_completion(std::cout, complete(words));
}

}  // namespace checkpointfs::cli
