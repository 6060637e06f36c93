// SPDX-License-Identifier: Apache-2.0
#include "cli/completion/typed_line.h"

#include <string_view>

#include "base/text/message.h"
#include "cli/arguments/options.h"

namespace checkpointfs::cli {
namespace {

// An option at the beginning of a word: "--long", "--long=", "-o", "-oVALUE".
struct OptionInWord {
  Option option;
  std::string before;  // with the sign of equality
  bool has_value = false;
  std::string value;
};

std::optional<OptionInWord> option_in(const std::string& word, const OptionGroup& group) {
  for (const Option& option : group) {
    const std::string name = base::format("--{}", long_name(option));
    if (word == name) return OptionInWord{option, {}, false, {}};
    if (word.starts_with(name + "=")) {
      const size_t begin = name.size() + 1;
      return OptionInWord{option, word.substr(0, begin), true, word.substr(begin)};
    }
    if (short_name(option) == '\0') continue;
    const std::string letter = base::format("-{}", short_name(option));
    if (word == letter) return OptionInWord{option, {}, false, {}};
    if (option.takes != OptionValue::kNone && word.starts_with(letter))
      return OptionInWord{option, letter, true, word.substr(letter.size())};
  }
  return std::nullopt;
}

}  // namespace

TypedLine typed_line(const Command& command, const std::vector<std::string>& words) {
  const OptionGroup group = options_of(command);
  TypedLine line;
  const auto add = [&](const Option& option, const std::string& value) {
    line.invocation.options[std::string(long_name(option))].push_back(value);
  };
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool is_last = i + 1 == words.size();
    if (is_last) line.typed = word;
    if (line.may_be_option && word == "--" && !is_last) {
      line.may_be_option = false;
      continue;
    }
    const auto found = line.may_be_option && word.starts_with('-') ? option_in(word, group) : std::nullopt;
    if (!found) {
      if (!is_last && (!line.may_be_option || !word.starts_with('-')))
        line.invocation.operands.push_back(word);
      continue;
    }
    if (found->has_value && is_last) {
      line.option = found->option;
      line.before = found->before;
      line.typed = found->value;
    } else if (is_last) {
      continue;
    } else if (found->has_value || found->option.takes == OptionValue::kNone) {
      add(found->option, found->value);
    } else if (++i + 1 == words.size()) {
      line.option = found->option;
      line.typed = words[i];
    } else {
      add(found->option, words[i]);
    }
  }
  return line;
}

}  // namespace checkpointfs::cli
