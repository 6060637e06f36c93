// SPDX-License-Identifier: Apache-2.0
#include "cli/query/update_index.h"

#include <unistd.h>

#include <algorithm>
#include <vector>

#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/output/long_work.h"
#include "cli/output/messages.h"
#include "cli/output/progress.h"
#include "index/database/lock.h"
#include "index/read/reader.h"
#include "storage/beside.h"

namespace checkpointfs::cli {

index::ScanResult update_index(index::Options options, base::StoreCalls* calls,
                               const std::set<std::string>& forgotten) {
  for (storage::Mapping& given : index::given_mappings(options.index_file, calls)) {
    const bool anew = std::ranges::find(options.mappings, given.uri_prefix, &storage::Mapping::uri_prefix) !=
                      options.mappings.end();
    if (anew || forgotten.contains(given.uri_prefix)) continue;
    if (calls != nullptr) options.as_named.insert(given.directory);
    options.mappings.push_back(std::move(given));
  }
  Progress progress("reading", "snapshot");
  // A mount ends at once, as its sources may hang.
  std::optional<LongWork> work;
  if (calls == nullptr)
    work.emplace("reading", "snapshot", "the index keeps them, and one more run goes on there");
  index::ScanRequest request;
  request.calls = calls;
  request.progress = [&](uint64_t done, uint64_t found) {
    work ? work->update(done, found) : progress.update(done, found);
  };
  index::ScanResult result = index::scan(options, request);
  for (const std::string& directory : result.unreadable_directories) {
    print_warning(base::format("cannot list {}; the index keeps what it had below that directory",
                               base::printable(directory)));
  }
  return result;
}

void require_used(index::Reader& reader, const std::vector<storage::Mapping>& mappings) {
  constexpr size_t kUrisNamed = 3;
  for (const storage::Mapping& mapping : mappings) {
    if (reader.references().names_below(mapping.uri_prefix)) continue;
    std::set<std::string> named;
    reader.dump().identities([&](const index::FileIdentity& file) {
      if (named.size() < kUrisNamed) named.insert(storage::storage_uri(file.uri));
    });
    if (named.empty()) continue;  // no snapshot names a file yet
    std::string list;
    for (const std::string& uri : named)
      list += base::format("{}{}", list.empty() ? "" : ", ", base::printable(uri));
    throw base::Failure(
        base::FailureKind::kUsage,
        base::format("--map {}={} is unused: no snapshot names a file there; snapshots name files in {}",
                     base::printable(mapping.uri_prefix), base::printable(mapping.directory), list));
  }
}

index::ScanResult update_index_and_keep(const index::Options& options,
                                        const std::vector<storage::Mapping>& given, base::StoreCalls* calls,
                                        const std::set<std::string>& forgotten) {
  const std::vector<storage::Mapping> kept = index::given_mappings(options.index_file, calls);
  std::vector<storage::Mapping> added;
  for (const storage::Mapping& mapping : given) {
    if (std::ranges::find(kept, mapping.uri_prefix, &storage::Mapping::uri_prefix) == kept.end())
      added.push_back(mapping);
  }
  index::ScanResult result = update_index(options, calls, forgotten);
  if (added.empty() || !options.as_named.empty() || !result.silent.empty()) return result;
  try {
    index::Reader reader(options.index_file);
    require_used(reader, added);
  } catch (const base::Failure&) {
    index::Options before = options;
    std::set<std::string> refused = forgotten;
    for (const storage::Mapping& mapping : added) refused.insert(mapping.uri_prefix);
    std::erase_if(before.mappings,
                  [&](const storage::Mapping& mapping) { return refused.contains(mapping.uri_prefix); });
    update_index(std::move(before), calls, refused);
    throw;
  }
  return result;
}

std::optional<index::ScanResult> refresh_index(const index::Options& options, const std::string& purpose,
                                               bool verbose) {
  // The index of another user, such as root's index of a mount, may be readable and not writable.
  if (::access(options.index_file.c_str(), F_OK) == 0 && ::access(options.index_file.c_str(), W_OK) != 0) {
    if (verbose)
      print_warning(
          base::format("index {} cannot be written; it is used without an update", options.index_file));
    return std::nullopt;
  }
  try {
    const index::IndexLock lock(options.index_file, purpose, index::kPatience);
    return update_index(options);
  } catch (const base::Failure& failure) {
    if (failure.kind() != base::FailureKind::kInUse) throw;
    if (verbose)
      print_warning(base::format("{}; the index is used without an update", base::printable(failure.what())));
    return std::nullopt;
  }
}

std::string passed_over_text(const index::ScanResult& result) {
  constexpr size_t kMost = 10;
  if (result.passed_over.empty()) return {};
  std::string text = "not shown, and not scanned: ";
  for (size_t i = 0; i < std::min(result.passed_over.size(), kMost); ++i)
    text += base::format("{}{}", i == 0 ? "" : ", ", base::printable(result.passed_over[i]));
  if (result.passed_over.size() > kMost)
    text += base::format(" and {} more", result.passed_over.size() - kMost);
  return text;
}

std::string mapping_text(const storage::Mapping& mapping) {
  std::string text =
      base::format("{}={}", base::printable(mapping.uri_prefix), base::printable(mapping.directory));
  if (!mapping.inferred) return text;
  text += " (inferred";
  if (mapping.scope == mapping.directory) {
    text += " for that directory";
  } else if (!mapping.scope.empty()) {
    text += base::format(" for {}", base::printable(mapping.scope));
  }
  return text + ")";
}

}  // namespace checkpointfs::cli
