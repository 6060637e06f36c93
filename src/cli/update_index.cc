// SPDX-License-Identifier: Apache-2.0
#include "cli/update_index.h"

#include <unistd.h>

#include <algorithm>
#include <vector>

#include "base/concat.h"
#include "base/errors.h"
#include "base/human.h"
#include "base/progress.h"
#include "cli/exit_code.h"
#include "index/reader.h"

namespace checkpointfs::cli {

index::ScanResult update_index(index::Options options, index::StoreCalls* calls,
                               const std::set<std::string>& forgotten) {
  for (index::Mapping& given : index::given_mappings(options.index_file, calls)) {
    const bool anew = std::ranges::find(options.mappings, given.uri_prefix, &index::Mapping::uri_prefix) !=
                      options.mappings.end();
    if (anew || forgotten.contains(given.uri_prefix)) continue;
    if (calls != nullptr) options.as_named.insert(given.directory);
    options.mappings.push_back(std::move(given));
  }
  base::Progress progress("reading", "snapshot");
  index::ScanRequest request;
  request.calls = calls;
  request.progress = [&](uint64_t done, uint64_t found) { progress.update(done, found); };
  index::ScanResult result = index::scan(options, request);
  for (const std::string& directory : result.unreadable_directories) {
    print_error(
        base::concat("cannot list ", base::printable(directory), "; what was known below it is kept"));
  }
  return result;
}

std::optional<index::ScanResult> refresh_index(const index::Options& options, const std::string& purpose,
                                               bool verbose) {
  // Somebody else's index, as root's of a mount, can be read by those who may not write it.
  if (::access(options.index_file.c_str(), F_OK) == 0 && ::access(options.index_file.c_str(), W_OK) != 0) {
    if (verbose) print_error(base::concat("index ", options.index_file, " cannot be written; used as it is"));
    return std::nullopt;
  }
  try {
    const index::IndexLock lock(options.index_file, purpose, index::kPatience);
    return update_index(options);
  } catch (const base::Failure& failure) {
    if (failure.kind() != base::FailureKind::kInUse) throw;
    if (verbose) print_error(base::concat(base::printable(failure.what()), "; the index is used as it is"));
    return std::nullopt;
  }
}

std::string passed_over_text(const index::ScanResult& result) {
  constexpr size_t kMost = 10;
  if (result.passed_over.empty()) return {};
  std::string text = "not shown, and not looked at: ";
  for (size_t i = 0; i < std::min(result.passed_over.size(), kMost); ++i)
    text += base::concat(i == 0 ? "" : ", ", base::printable(result.passed_over[i]));
  if (result.passed_over.size() > kMost)
    text += base::concat(" and ", result.passed_over.size() - kMost, " more");
  return text;
}

std::string mapping_text(const index::Mapping& mapping) {
  std::string text =
      base::concat(base::printable(mapping.uri_prefix), "=", base::printable(mapping.directory));
  if (!mapping.inferred) return text;
  text += " (inferred";
  if (!mapping.scope.empty()) text += base::concat(" for ", base::printable(mapping.scope));
  return text + ")";
}

}  // namespace checkpointfs::cli
