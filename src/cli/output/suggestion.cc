// SPDX-License-Identifier: Apache-2.0
#include "cli/output/suggestion.h"

#include <algorithm>
#include <numeric>

namespace checkpointfs::cli {
namespace {

// The Levenshtein distance.
size_t distance(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t change = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({change, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string suggestion(const std::string& typed, const std::vector<std::string>& words) {
  std::string nearest;
  size_t least = 3;
  for (const std::string& word : words) {
    const size_t d = distance(typed, word);
    if (d < least && d < word.size()) {
      least = d;
      nearest = word;
    }
  }
  return nearest;
}

}  // namespace checkpointfs::cli
