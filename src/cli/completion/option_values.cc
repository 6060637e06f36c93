// SPDX-License-Identifier: Apache-2.0
#include "cli/completion/option_values.h"

#include <algorithm>
#include <string>
#include <vector>

#include "cli/arguments/options.h"
#include "cli/mounting/mount_options.h"
#include "index/database/types.h"
#include "transfer/verify/listing.h"

namespace checkpointfs::cli {
namespace {

using Words = std::vector<std::string_view>;

const Words kLevels = {"debug", "info", "warning", "error"};

// tests/cli/completion_test compares the words with those that the program's own messages name.
struct OptionWords {
  std::string_view option;
  Words words;
};
const std::vector<OptionWords>& option_words() {
  static const std::vector<OptionWords> kWords = {
      {"log-level", kLevels},
      {"sort", {"time", "size", "own", "name"}},
      {"engine", {"distcp", "s5cmd", "rclone", "csv"}},
      {"layout", {"snapshots", "jobs"}},
      {"rewrite", {"relative", "absolute="}},
      {"int64", {"number", "string"}},
      {"format", {"hadoop", "s5cmd", "rclone", "paths"}},
  };
  return kWords;
}

Candidates statuses() {
  Candidates all;
  for (size_t i = 0; i < index::kSnapshotStatuses; ++i)
    all.push_back({std::string(to_string(static_cast<index::SnapshotStatus>(i))), {}});
  return all;
}

// Splits "a, b and c".
Candidates listing_forms() {
  const std::string names = transfer::listing_form_names();
  Candidates all;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty() && word != "and") all.push_back({word.substr(0, word.find('=') + 1), {}});
    if (!word.empty() && word != "and" && word.find('=') == std::string::npos) all.back().text = word;
    word.clear();
  };
  for (const char c : names) {
    if (c == ',' || c == ' ') {
      end_word();
    } else if (c != '"') {
      word += c;
    }
  }
  end_word();
  return all;
}

Words values_of_mount_option(std::string_view name) {
  if (name == "io=") return {"auto", "hybrid", "push", "plain"};
  if (name == "affinity=") return {"auto", "off"};
  if (name == "state=") return {"operator", "keyed", "off"};
  if (name == "log-level=") return kLevels;
  return {};
}

}  // namespace

Candidates words_of(const Option& option) {
  const std::string_view name = long_name(option);
  if (name == "status") return statuses();
  if (name == "listing-format") return listing_forms();
  const auto found = std::ranges::find(option_words(), name, &OptionWords::option);
  return found == option_words().end() ? Candidates() : candidates_of(found->words);
}

Candidates mount_options_for(std::string_view typed) {
  const size_t comma = typed.rfind(',');
  const std::string_view before = typed.substr(0, comma == std::string_view::npos ? 0 : comma + 1);
  const auto is_given = [&](const std::string& option) {
    return (std::string(",").append(before)).find(std::string(",").append(option).append(",")) !=
           std::string::npos;
  };
  Candidates all;
  for (const std::string& name : mount_option_names()) {
    const Words values = values_of_mount_option(name);
    if (values.empty() && !is_given(name)) all.push_back({name, {}});
    for (const std::string_view value : values) all.push_back({std::string(name).append(value), {}});
  }
  complete_word(before, typed.substr(before.size()), &all);
  return all;
}

}  // namespace checkpointfs::cli
