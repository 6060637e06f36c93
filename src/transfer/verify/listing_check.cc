// SPDX-License-Identifier: Apache-2.0
#include "transfer/verify/listing_check.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "transfer/manifest/crc32c.h"

namespace checkpointfs::transfer {
namespace {

using ListedByName = std::unordered_map<std::string, ListedFile>;

// The deepest directory with all files of the listing in or below it; of all directories, if there is none.
std::string common_directory(const std::vector<ListedFile>& listing) {
  std::optional<std::string_view> common;
  for (const bool directories : {false, true}) {
    for (const ListedFile& file : listing) {
      if (file.directory != directories) continue;
      const std::string_view directory = base::parent(file.path);
      if (!common) common = directory;
      while (!common->empty() && directory != *common && !base::path_below(directory, *common))
        common = base::parent(*common);
    }
    if (common) return std::string(*common);
  }
  return "";
}

// "" for the path itself; nothing for a path that is not directly in the directory.
std::optional<std::string_view> name_in(std::string_view path, std::string_view directory) {
  if (path == directory) return "";
  if (base::parent(path) != directory) return std::nullopt;
  return base::last_component(path);
}

void merge(ListedFile& into, const ListedFile& from) {
  into.directory = into.directory || from.directory;
  if (from.size) into.size = from.size;
  if (from.crc32c) into.crc32c = from.crc32c;
  if (from.sha256) into.sha256 = from.sha256;
  if (!from.unusable_sum.empty()) into.unusable_sum = from.unusable_sum;
}

void add_listing(ListedByName& all, const std::vector<ListedFile>& listing, std::string_view target) {
  NameSet added;
  for (const ListedFile& file : listing) {
    const std::optional<std::string_view> name = name_in(file.path, target);
    if (!name) continue;
    if (name->empty()) {
      if (file.directory) continue;
      throw base::Failure(
          base::FailureKind::kBroken,
          base::format(
              "{} is a file, and no directory. DistCp makes one from a list of one file, if the directory was not made before",
              base::printable(file.path)));
    }
    if (!added.add(*name)) {
      throw base::Failure(base::FailureKind::kInput,
                          base::format("the listing has {} twice: it is not one listing of one moment",
                                       base::printable(file.path)));
    }
    merge(all[std::string(*name)], file);
  }
}

// Counts in the verdict what was compared. Returns the first difference.
std::optional<CopyFinding> compare(const ManifestEntry& entry, const ListedFile& file, CopyVerdict& verdict) {
  if (file.directory) return CopyFinding{entry.name, CopyProblem::kNotAFile, "it is a directory"};
  if (file.size && *file.size != entry.size) return size_finding(entry.name, entry.size, *file.size);
  const bool crc32c = file.crc32c && entry.crc32c;
  const bool sha256 = file.sha256 && entry.sha256;
  if (crc32c && *file.crc32c != *entry.crc32c) {
    return CopyFinding{entry.name, CopyProblem::kDifferent,
                       base::format("its CRC32C is {}, but {} in the manifest", crc32c_text(*file.crc32c),
                                    crc32c_text(*entry.crc32c))};
  }
  if (sha256 && *file.sha256 != *entry.sha256)
    return CopyFinding{entry.name, CopyProblem::kDifferent, "its SHA-256 is not the one in the manifest"};
  if (file.size || crc32c || sha256) ++verdict.sizes;
  if (crc32c || sha256) ++verdict.contents;
  return std::nullopt;
}

}  // namespace

CopyVerdict check_listings(ExpectedFiles& expected, std::vector<std::vector<ListedFile>> listings,
                           std::string_view target, const CopyFindings& findings) {
  while (target.size() > 1 && target.ends_with('/')) target.remove_suffix(1);
  CopyVerdict verdict;
  verdict.files = expected.files();
  verdict.bytes = expected.bytes();
  ListedByName listed;
  for (std::vector<ListedFile>& listing : listings) {
    verdict.target = target.empty() ? common_directory(listing) : target;
    add_listing(listed, listing, verdict.target);
    listing.clear();
    listing.shrink_to_fit();
  }
  for (uint64_t done = 0; const std::optional<ManifestEntry> entry = expected.next();) {
    const auto found = listed.find(entry->name);
    std::optional<CopyFinding> finding;
    if (found == listed.end()) {
      finding = {entry->name, CopyProblem::kMissing, "it is not in the listing"};
    } else {
      finding = compare(*entry, found->second, verdict);
      if (!found->second.unusable_sum.empty()) verdict.unusable_sum = found->second.unusable_sum;
    }
    if (finding) {
      ++verdict.problems;
      findings.problem(*finding);
    }
    findings.progress(++done, verdict.files);
  }
  std::vector<std::string> additional;
  for (const auto& [name, found] : listed) {
    if (!expected.contains(name)) additional.push_back(name);
  }
  std::ranges::sort(additional);
  verdict.additional = additional.size();
  for (const std::string& name : additional) findings.additional(name);
  return verdict;
}

}  // namespace checkpointfs::transfer
