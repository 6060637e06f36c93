// SPDX-License-Identifier: Apache-2.0
#include "cli/completion/candidates.h"

#include "base/text/format.h"
#include "base/text/message.h"

namespace checkpointfs::cli {

Candidates candidates_of(const std::vector<std::string_view>& words) {
  Candidates candidates;
  for (const std::string_view word : words) candidates.push_back({std::string(word), {}});
  return candidates;
}

void complete_word(std::string_view before, std::string_view typed, Candidates* candidates) {
  std::erase_if(*candidates, [&](const Candidate& one) { return !one.text.starts_with(typed); });
  for (Candidate& one : *candidates) one.text.insert(0, before);
}

void print_completion(std::ostream& out, const Completion& completion) {
  for (const auto& [text, help] : completion.candidates) {
    if (base::printable(text) == text) out << text << '\t' << base::printable(help) << '\n';
  }
  switch (completion.paths) {
    case Paths::kNone:
      out << ":none\n";
      break;
    case Paths::kFiles:
      out << ":files\n";
      break;
    case Paths::kDirectories:
      out << ":directories\n";
      break;
  }
}

}  // namespace checkpointfs::cli
