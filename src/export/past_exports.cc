// SPDX-License-Identifier: Apache-2.0
#include "export/past_exports.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "export/placement.h"
#include "flink/names.h"
#include "storage/state_file.h"

namespace checkpointfs::exporting {

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
                                                   const Options& options) {
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
  reader.for_each([&](const FileRecord& file, uint64_t) {
    const bool is_metadata = file.name == flink::kMetadataFile;
    if (!has_sums(file, options.checksums) ||
        !is_still_there(is_metadata ? directory.get() : files.get(), file))
      return false;
    if (is_metadata) {
      metadata = file;
      return false;
    }
    ++counts.files;
    counts.kept_bytes += file.size;
    return true;
  });
  if (!metadata) return std::nullopt;
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
