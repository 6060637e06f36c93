// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments/other_words.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/arguments/command.h"

namespace checkpointfs::cli {
namespace {

using Words = std::vector<std::string>;

constexpr std::string_view kFormatOptions[] = {"-o", "--output"};

constexpr std::array kOtherWords = {
    OtherWord{"snapshots", "list"}, OtherWord{"status", "jobs"}, OtherWord{"check", "verify"},
    OtherWord{"stats", "du"},       OtherWord{"copy", "export"}, OtherWord{"unmount", "umount"},
    OtherWord{"forget", "rm"},      OtherWord{"delete", "rm"},   OtherWord{"remove", "rm"},
    OtherWord{"prune", "gc"},
};

// Options in front of the program's own, which print and end.
bool is_of_program(const std::string& word) {
  return word == "--help" || word == "-h" || word == "--version" || word == "-V";
}

// True if any command has an option of this spelling, "--index" or "-o", that takes the next word.
bool takes_next_word(const std::string& word) {
  if (word.size() < 2 || word.find('=') != std::string::npos) return false;
  return std::ranges::any_of(commands(), [&](const Command& command) {
    return std::ranges::any_of(options_of(command), [&](const Option& option) {
      const bool is_it = word.starts_with("--") ? word.substr(2) == long_name(option)
                                                : word.size() == 2 && word[1] == short_name(option);
      return is_it && option.takes != OptionValue::kNone;
    });
  });
}

// The number of words before the command.
size_t options_in_front(const Words& words) {
  size_t n = 0;
  while (n < words.size() && words[n].size() > 1 && words[n].front() == '-' && words[n] != "--") {
    if (is_of_program(words[n])) return 0;
    n += takes_next_word(words[n]) ? 2 : 1;
  }
  return n < words.size() ? n : 0;
}

// The format of `-o json`, `-ojson`, `-o=json`, `--output json`, `--output=json` at `i`; sets `length` to the
// number of its words.
std::optional<std::string> format_at(std::span<const std::string> words, size_t i, size_t* length) {
  for (const std::string_view option : kFormatOptions) {
    if (!words[i].starts_with(option)) continue;
    std::string value = words[i].substr(option.size());
    *length = 1;
    if (value.empty()) {
      if (i + 1 == words.size()) return std::nullopt;
      *length = 2;
      return words[i + 1];
    }
    if (value.front() == '=') return value.substr(1);
    if (option.size() == 2) return value;
  }
  return std::nullopt;
}

// True for a command with --json, and with no option -o of its own.
bool takes_format(const Command& command) {
  const OptionGroup options = options_of(command);
  return std::ranges::any_of(options, [](const Option& one) { return long_name(one) == "json"; }) &&
         std::ranges::none_of(options, [](const Option& one) { return short_name(one) == 'o'; });
}

void replace_formats(Words& words) {
  for (size_t i = 1; i < words.size() && words[i] != "--"; ++i) {
    size_t length = 0;
    const auto format = format_at(words, i, &length);
    if (!format) continue;
    if (*format != "json") {
      throw base::Failure(base::FailureKind::kUsage,
                          base::format("the format {} is unknown; use --json, or no option for text",
                                       base::printable(*format)));
    }
    const auto at = words.begin() + static_cast<std::ptrdiff_t>(i);
    words.erase(at + 1, at + static_cast<std::ptrdiff_t>(length));
    words[i] = "--json";
  }
}

}  // namespace

std::span<const OtherWord> other_words() {
  return kOtherWords;
}

std::vector<std::string> in_own_words(std::vector<std::string> words) {
  const auto front = static_cast<std::ptrdiff_t>(options_in_front(words));
  if (front > 0) std::rotate(words.begin(), words.begin() + front, words.begin() + front + 1);
  if (words.empty()) return words;
  const auto* const other = std::ranges::find(kOtherWords, words.front(), &OtherWord::word);
  if (other != kOtherWords.end()) words.front() = other->command;
  const Command* const command = find_command(words.front());
  if (command != nullptr && takes_format(*command)) replace_formats(words);
  return words;
}

bool asks_for_json(std::span<const std::string> words) {
  for (size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    size_t length = 0;
    if (words[i] == "--json" || format_at(words, i, &length) == "json") return true;
  }
  return false;
}

}  // namespace checkpointfs::cli
