// SPDX-License-Identifier: Apache-2.0
#include "export/past_exports.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <utility>
#include <vector>

#include "export/placement.h"
#include "flink/names.h"
#include "storage/state_file.h"

namespace checkpointfs::exporting {
namespace {

// Looks at many files of a directory, with all threads.
class LookedAt {
 public:
  LookedAt(int directory, base::ParallelCalls& calls) : directory_(directory), calls_(calls) {}

  // False once a file is known not to be there.
  bool add(const FileRecord& file) {
    if (files_.size() <= count_) files_.resize(count_ + kAtOnce);
    files_[count_++] = file;
    return count_ < kAtOnce * kCalls || are_all_there();
  }

  bool are_all_there() {
    calls_.run((count_ + kAtOnce - 1) / kAtOnce, [&](size_t call) {
      const size_t end = std::min(count_, (call + 1) * kAtOnce);
      for (size_t i = call * kAtOnce; i < end; ++i) {
        if (!is_still_there(directory_, files_[i])) all_there_ = false;
      }
    });
    count_ = 0;
    return all_there_;
  }

 private:
  static constexpr size_t kAtOnce = 256;  // files of one call
  static constexpr size_t kCalls = 16;

  int directory_;
  base::ParallelCalls& calls_;
  std::vector<FileRecord> files_;  // used again and again, so that names need no new memory
  size_t count_ = 0;
  std::atomic<bool> all_there_ = true;
};

}  // namespace

JournalHeader header_of(const index::Snapshot& snapshot, const Options& options) {
  const Placement placement = placement_of(snapshot, options.layout);
  return {placement.directory, placement.files, form_text(options.form, options.layout),
          snapshot.metadata_size, snapshot.metadata_mtime_ns};
}

bool has_sums(const FileRecord& file, transfer::Checksums wanted) {
  const bool has_crc32c = wanted == transfer::Checksums::kNone || file.sums.crc32c;
  return has_crc32c && (wanted != transfer::Checksums::kCrc32cAndSha256 || file.sums.sha256);
}

bool is_still_there(int directory, const FileRecord& file) {
  struct stat st = {};
  return ::fstatat(directory, file.name.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0 && file.is_still(st);
}

std::optional<CompleteExport> find_complete_export(const Target& target, const index::Snapshot& snapshot,
                                                   const Options& options, base::ParallelCalls& calls) {
  if (options.layout == Layout::kFilesOnly) return std::nullopt;
  const JournalHeader header = header_of(snapshot, options);
  auto notes = target.find_notes(snapshot.path);
  if (!notes) return std::nullopt;
  base::UniqueFd journal = target.try_open_note(*notes, kJournal, O_RDONLY);
  const base::UniqueFd files = target.try_open_directory(header.files);
  const base::UniqueFd directory = target.try_open_directory(header.directory);
  if (!journal || !files || !directory) return std::nullopt;
  JournalReader reader(journal.get());
  if (reader.header() != header) return std::nullopt;
  std::optional<FileRecord> metadata;
  Counts counts;
  LookedAt looked_at(files.get(), calls);
  reader.for_each([&](const FileRecord& file, uint64_t) {
    if (!has_sums(file, options.checksums)) return false;
    if (file.name == flink::kMetadataFile) {
      if (is_still_there(directory.get(), file)) metadata = file;
      return false;
    }
    ++counts.files;
    counts.kept_bytes += file.size;
    return looked_at.add(file);
  });
  if (!metadata || !looked_at.are_all_there()) return std::nullopt;
  counts.bytes = counts.kept_bytes;
  return CompleteExport{std::move(*notes), std::move(journal), std::move(*metadata), counts};
}

void read_other_exports(const Target& target, const index::Snapshot& but, KnownFiles& known) {
  constexpr size_t kMostKnown = 1'000'000;  // 24 to 40 bytes each
  constexpr size_t kMostJournals = 256;
  const auto own = target.find_notes(but.path);
  for (const std::string& name : target.notes_by_time()) {
    const auto notes = own && name == own->name ? std::nullopt : target.open_notes(name);
    base::UniqueFd journal;
    if (notes) journal = target.try_open_note(*notes, kJournal, O_RDONLY);
    if (!journal) continue;
    JournalReader reader(journal.get());
    if (!reader.header() || !target.try_open_directory(reader.header()->files)) continue;
    base::UniqueFd to_keep(::fcntl(journal.get(), F_DUPFD_CLOEXEC, 0));
    if (!to_keep) return;  // too many are open: other files are copied
    const uint32_t index = known.add_journal({std::move(to_keep), reader.header()->files});
    reader.for_each([&](const FileRecord& file, uint64_t offset) {
      known.add(file.origin.key(file.size), index, offset);
      return known.size() < kMostKnown;
    });
    if (known.size() >= kMostKnown || known.journals() >= kMostJournals) return;
  }
}

void remove_stale_notes(const Target& target, storage::DiskOperations& disk) {
  constexpr int64_t kWeek = int64_t{7} * 24 * 3600 * 1'000'000'000;
  for (const std::string& name : target.notes_by_time()) {
    const auto notes = target.open_notes(name);
    if (!notes) continue;
    const base::UniqueFd journal = target.try_open_note(*notes, kJournal, O_RDONLY);
    struct stat st = {};
    if (!journal || ::fstat(journal.get(), &st) != 0) continue;
    const JournalReader reader(journal.get());
    if (!reader.header()) continue;
    struct stat stage = {};
    const bool is_half = ::fstatat(notes->fd.get(), kFiles, &stage, AT_SYMLINK_NOFOLLOW) == 0;
    const bool is_stale = is_half ? disk.now_ns() - storage::mtime_ns(st) > kWeek
                                  : !target.try_open_directory(reader.header()->directory) && errno == ENOENT;
    if (is_stale) target.remove_notes_named(name, disk);
  }
}

}  // namespace checkpointfs::exporting
