// SPDX-License-Identifier: Apache-2.0
#include "export/snapshot_export.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <span>
#include <utility>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "export/manifest_files.h"
#include "export/parallel_work.h"
#include "export/past_exports.h"
#include "export/target_check.h"
#include "flink/names.h"
#include "storage/state_file.h"

namespace checkpointfs::exporting {
namespace {

using Clock = std::chrono::steady_clock;
using base::Failure;
using base::FailureKind;

constexpr transfer::Purpose kPurpose = {"the snapshot was not exported",
                                        "may export it, if he may read the file", "", index::kFileMode};
constexpr size_t kPage = 1024;                       // files that are read from the index at once
constexpr uint64_t kBatchBytes = uint64_t{1} << 30;  // of files between two looks at the journal
constexpr auto kRecordEvery = std::chrono::seconds(5);
constexpr size_t kMostUnrecorded = 25'000;
constexpr mode_t kStageMode = 0700;

}  // namespace

SnapshotExport::SnapshotExport(const Target& target, KnownFiles& known, base::ParallelCalls& calls,
                               const Options& options, storage::DiskOperations& disk, index::Reader& reader,
                               const index::Snapshot& snapshot)
    : target_(target),
      known_(known),
      calls_(calls),
      options_(options),
      disk_(disk),
      reader_(reader),
      snapshot_(snapshot),
      placement_(placement_of(snapshot, options.layout)),
      header_(header_of(snapshot, options)) {
  transfer::require_sound(snapshot_);
}

std::optional<Exported> SnapshotExport::find_complete() {
  const auto complete = find_complete_export(target_, snapshot_, options_, calls_);
  if (!complete) return std::nullopt;
  counts_ = complete->counts;
  if (options_.on_progress) options_.on_progress(counts_.files, counts_.bytes);
  const int journal = complete->journal.get();
  manifest_ = target_.path_of(placement_.directory + kManifestSuffix);
  if (!has_manifest_files(target_, placement_, options_.checksums)) {
    struct stat like = {};
    ::fstat(complete->notes.fd.get(), &like);
    write_manifest_files(target_, complete->notes, journal, complete->metadata, snapshot_, placement_, like,
                         options_.checksums, disk_);
  }
  remove_rest(complete->notes);
  check(complete->notes, journal);
  Exported exported = result();
  exported.was_complete = true;
  return exported;
}

Exported SnapshotExport::result() const {
  Exported exported;
  exported.directory = target_.path_of(placement_.directory);
  exported.manifest = manifest_;
  exported.counts = counts_;
  exported.verified = options_.verify;
  return exported;
}

Exported SnapshotExport::run() {
  const bool is_whole = options_.layout != Layout::kFilesOnly;
  stats_ = transfer::stat_snapshot(snapshot_);
  existing_ = target_.try_open_directory(placement_.files);
  directory_ = target_.try_open_directory(placement_.directory);
  directory_error_ = directory_ ? 0 : errno;
  require_another_place();
  if (is_whole) require_same_metadata();
  notes_ = target_.make_notes(snapshot_.path, disk_);
  resume_journal();
  if (is_whole) write_metadata_note();
  place_files();
  record_placed();
  require_all();
  if (is_whole) {
    write_manifest();
    move_into_place();
    finish_journal();
    check(notes_, journal_.get());
  } else {
    move_files();
    if (const int error = target_.remove_notes(snapshot_.path, disk_); error != 0)
      throw base::SystemError(error, "remove", notes_.path);
  }
  return result();
}

void SnapshotExport::check(const Notes& notes, int journal) const {
  if (!options_.verify) return;
  try {
    check_target(target_, placement_, journal, options_, calls_);
  } catch (const Failure&) {
    // Without a journal, the next run compares all bytes.
    disk_.remove_file(notes.fd.get(), kJournal);
    throw;
  }
}

// An export into the storage itself would find its own source.
void SnapshotExport::require_another_place() const {
  struct stat st = {};
  for (const base::UniqueFd* fd : {&existing_, &directory_}) {
    if (!*fd || ::fstat(fd->get(), &st) != 0) continue;
    if (st.st_dev != stats_.directory.st_dev || st.st_ino != stats_.directory.st_ino) continue;
    throw Failure(FailureKind::kRefused,
                  base::format("{} is the snapshot itself; export into a directory outside of the storage",
                               base::printable(target_.path_of(placement_.directory))));
  }
}

void SnapshotExport::rewrite_metadata(const std::function<void(std::string_view)>& take) {
  transfer::NameOf name_of;
  if (options_.layout == Layout::kJobs) {
    name_of = [&](const transfer::NamedFile& file, std::string_view) {
      return name_in_target(options_.layout, file.name, file.location.uri);
    };
  }
  transfer::rewrite_metadata(reader_, snapshot_, form_in_target(options_.form, options_.layout, placement_),
                             name_of, take);
}

void SnapshotExport::require_same_metadata() {
  if (!directory_) {
    if (directory_error_ == ENOENT) return;
    refuse_no_directory(target_.path_of(placement_.directory));
  }
  const std::string path = target_.path_of(base::join(placement_.directory, flink::kMetadataFile));
  struct stat st = {};
  const base::UniqueFd fd = base::try_open_regular_beneath(directory_.get(), flink::kMetadataFile, &st);
  if (!fd && errno == ENOENT) return;
  bool is_same = fd.get() >= 0;
  const auto size = static_cast<uint64_t>(st.st_size);
  uint64_t done = 0;
  rewrite_metadata([&](std::string_view left) {
    is_same = is_same && left.size() <= size - done;
    if (!is_same) return;
    transfer::read_range(fd.get(), done, left.size(), path, [&](std::string_view part) {
      is_same = is_same && left.starts_with(part);
      left.remove_prefix(part.size());
      done += part.size();
    });
  });
  if (is_same && done == size) return;
  throw Failure(FailureKind::kRefused,
                base::format("{} is there and is not the one of the snapshot {} in this form; nothing in the "
                             "target is replaced: move {} away, or export into another directory",
                             base::printable(path), base::printable(snapshot_.path),
                             base::printable(target_.path_of(placement_.directory))));
}

// Writes the `_metadata` of the target into the notes, and its record.
void SnapshotExport::write_metadata_note() {
  const std::string path = base::join(notes_.path, kMetadata);
  const base::UniqueFd fd = target_.make_note(notes_, kMetadata, disk_);
  transfer::Summing summing(options_.checksums);
  metadata_.size = 0;
  rewrite_metadata([&](std::string_view part) {
    require_going_on(options_);
    summing.update(part);
    metadata_.size += part.size();
    require_done(disk_.append(fd.get(), part), "write", path);
  });
  transfer::take_attributes(fd.get(), stats_.metadata, index::kFileMode, path, disk_);
  metadata_.name = flink::kMetadataFile;
  metadata_.sums = summing.sums();
  metadata_.origin.path =
      base::join(base::join(snapshot_.source.path, snapshot_.source_path), flink::kMetadataFile);
  metadata_.origin.mtime_ns = storage::mtime_ns(stats_.metadata);
}

void SnapshotExport::open_stage() {
  const std::string path = base::join(notes_.path, kFiles);
  const int error = disk_.make_directory(notes_.fd.get(), kFiles, kStageMode);
  if (error != 0 && error != EEXIST) throw base::SystemError(error, "create directory", path);
  stage_ = base::try_open_beneath(notes_.fd.get(), kFiles, O_RDONLY | O_DIRECTORY);
  if (!stage_) base::throw_errno("open directory", path);
}

// Takes over the lines of files that are still there, and opens the journal to write.
void SnapshotExport::resume_journal() {
  const base::UniqueFd before = target_.try_open_note(notes_, kJournal, O_RDONLY);
  std::optional<JournalReader> lines;
  if (before) lines.emplace(before.get());
  if (!lines || !options_.resume || lines->header() != header_) {
    lines.reset();
    const int error = storage::remove_tree(notes_.fd.get(), kFiles, disk_);
    if (error != 0 && error != ENOENT)
      throw base::SystemError(error, "remove", base::join(notes_.path, kFiles));
  }
  open_stage();
  const std::string path = base::join(notes_.path, kJournal);
  journal_ = target_.make_note(notes_, kNewJournal, disk_);
  base::UniqueFd to_read(::fcntl(journal_.get(), F_DUPFD_CLOEXEC, 0));
  if (!to_read) base::throw_errno("open again", path);
  own_ = known_.add_journal({std::move(to_read), placement_.files});
  std::string text = journal_line(header_);
  const auto write = [&] {
    require_done(disk_.append(journal_.get(), text), "write", path);
    journal_size_ += text.size();
    text.clear();
  };
  if (lines) {
    lines->for_each([&](const FileRecord& file, uint64_t) {
      const bool is_there =
          (existing_ && is_still_there(existing_.get(), file)) || is_still_there(stage_.get(), file);
      if (file.name == flink::kMetadataFile || !is_there || !has_sums(file, options_.checksums)) return true;
      known_.set(file.origin.key(file.size), own_, journal_size_ + text.size());
      text += journal_line(file);
      if (text.size() > (1 << 20)) write();
      return true;
    });
  }
  const bool has_lines = text.size() + journal_size_ > journal_line(header_).size();
  write();
  // A journal that is replaced must not be lost with the new one.
  if (has_lines) require_done(disk_.sync(journal_.get()), "write to disk", path);
  require_done(disk_.replace(notes_.fd.get(), kNewJournal, kJournal), "rename", path);
}

void SnapshotExport::place_files() {
  transfer::FileTransfer transfer(snapshot_, stats_.metadata.st_uid, kPurpose, disk_);
  const FilePlacer placer(target_, known_, own_, transfer, options_,
                          {stage_.get(), existing_ ? existing_.get() : -1, placement_.files}, disk_);
  recorded_ = Clock::now();
  int64_t from = 0;
  std::vector<Item> page = next_page(&from);
  while (!page.empty()) {
    for (const Item& item : page) transfer.open_root(item.location.root);
    std::vector<Item> next;
    std::function<void()> beside = [&] { next = next_page(&from); };
    std::span<const Item> left(page);
    while (!left.empty()) {
      size_t count = 0;
      uint64_t bytes = 0;
      while (count < left.size() && (bytes < kBatchBytes || count < 4 * options_.threads))
        bytes += left[count++].location.length;
      place_batch(placer, left.first(count), beside);
      left = left.subspan(count);
      beside = [] {};
    }
    page = std::move(next);
  }
}

// The next files that are to be exported; none at the end.
std::vector<SnapshotExport::Item> SnapshotExport::next_page(int64_t* from) {
  std::vector<Item> page;
  const auto take = [&](std::string name, index::FileLocation location) {
    transfer::require_name(name, location.path);
    if (options_.layout == Layout::kFilesOnly && !options_.only.contains(name)) return;
    std::string name_there = name_in_target(options_.layout, name, location.uri);
    page.push_back({std::move(name_there), std::move(location)});
  };
  while (page.empty() && reader_.snapshots().files_from(snapshot_.id, from, kPage, take)) {
  }
  return page;
}

// `beside` is called once, while files are placed.
void SnapshotExport::place_batch(const FilePlacer& placer, std::span<const Item> items,
                                 const std::function<void()>& beside) {
  std::vector<PlacedInTarget> placed(items.size());
  std::vector<std::string> lines(items.size());
  std::exception_ptr error = run_all(calls_, items.size() + 1, [&](size_t i) {
    if (i == 0) return beside();
    const Item& item = items[i - 1];
    placed[i - 1] = placer.place(item.name, item.location);
    if (placed[i - 1].is_new) lines[i - 1] = journal_line(placed[i - 1].record);
  });
  for (size_t i = 0; i < items.size(); ++i) {
    const PlacedInTarget& file = placed[i];
    counts_ += file.counts;
    if (file.counts.files == 0 || !file.is_new) continue;
    unrecorded_.files.emplace_back(file.record.origin.key(file.record.size), unrecorded_.lines.size());
    unrecorded_.lines += lines[i];
  }
  if (error) {
    try {
      record_placed();
    } catch (const base::SystemError&) {
      // The files that are not in the journal are copied again.
    }
    std::rethrow_exception(error);
  }
  if (unrecorded_.files.size() > kMostUnrecorded || Clock::now() > recorded_ + kRecordEvery) record_placed();
}

// The journal names only files that are on the disk.
void SnapshotExport::record_placed() {
  if (!unrecorded_.files.empty()) {
    require_done(disk_.sync_file_system(stage_.get()), "write to disk", target_.path());
    require_done(disk_.append(journal_.get(), unrecorded_.lines), "write", base::join(notes_.path, kJournal));
    for (const auto& [key, offset] : unrecorded_.files) known_.set(key, own_, journal_size_ + offset);
    journal_size_ += unrecorded_.lines.size();
    unrecorded_ = {};
  }
  recorded_ = Clock::now();
}

// The index may have been updated meanwhile.
void SnapshotExport::require_all() const {
  if (options_.layout == Layout::kFilesOnly) {
    if (counts_.files == options_.only.size()) return;
    throw Failure(FailureKind::kSource,
                  base::format("the snapshot {} has {} of the {} files that are to be exported",
                               base::printable(snapshot_.path), counts_.files, options_.only.size()));
  }
  const auto now = reader_.snapshots().find(snapshot_.id);
  const bool is_same = now && now->metadata_size == snapshot_.metadata_size &&
                       now->metadata_mtime_ns == snapshot_.metadata_mtime_ns;
  if (counts_.files == snapshot_.files && (is_same || !now)) return;
  throw Failure(FailureKind::kBroken,
                base::format("the snapshot {} changed while it was exported; export it again",
                             base::printable(snapshot_.path)));
}

void SnapshotExport::write_manifest() {
  manifest_ = write_manifest_files(target_, notes_, journal_.get(), metadata_, snapshot_, placement_,
                                   stats_.directory, options_.checksums, disk_);
}

void SnapshotExport::move_into_place() {
  const std::string path = base::join(notes_.path, kMetadata);
  const base::UniqueFd metadata = target_.try_open_note(notes_, kMetadata, O_RDONLY);
  if (!metadata) base::throw_errno("open", path);
  require_done(disk_.sync(metadata.get()), "write to disk", path);
  if (options_.layout == Layout::kSnapshots && !directory_) {
    rename_whole();
  } else {
    move_files();
    move_metadata();
  }
}

void SnapshotExport::rename_whole() {
  const std::string stage = base::join(notes_.path, kFiles);
  const std::string path = target_.path_of(placement_.directory);
  disk_.remove_file(stage_.get(), flink::kMetadataFile);  // of an interrupted run
  require_done(disk_.move(notes_.fd.get(), kMetadata, stage_.get(), flink::kMetadataFile), "rename",
               base::join(notes_.path, kMetadata));
  transfer::take_owner(stage_.get(), stats_.directory, disk_);
  require_done(disk_.set_mode(stage_.get(), (stats_.directory.st_mode & index::kDirectoryMode) | 0700),
               "change the mode of", stage);
  require_done(disk_.sync(stage_.get()), "write to disk", stage);
  const base::UniqueFd above =
      target_.make_directory(std::string(base::parent(placement_.directory)), stats_.directory, disk_);
  const std::string name(base::last_component(placement_.directory));
  require_done(disk_.move(notes_.fd.get(), kFiles, above.get(), name.c_str()), "make", path);
  require_done(disk_.sync(above.get()), "write to disk the directory of", path);
}

// Moves files that are not in their place yet, one by one.
void SnapshotExport::move_files() {
  const base::UniqueFd files = target_.make_directory(placement_.files, stats_.directory, disk_);
  JournalReader(journal_.get()).for_each([&](const FileRecord& file, uint64_t) {
    const int error = disk_.move(stage_.get(), file.name.c_str(), files.get(), file.name.c_str());
    if (error == 0 || (error == ENOENT && is_still_there(files.get(), file))) return true;
    throw base::SystemError(error, "make", target_.path_of(base::join(placement_.files, file.name)));
  });
  require_done(disk_.sync(files.get()), "write to disk", target_.path_of(placement_.files));
}

void SnapshotExport::move_metadata() {
  const std::string path = target_.path_of(base::join(placement_.directory, flink::kMetadataFile));
  const base::UniqueFd directory = target_.make_directory(placement_.directory, stats_.directory, disk_);
  const int error = disk_.move(notes_.fd.get(), kMetadata, directory.get(), flink::kMetadataFile);
  // The same bytes, see require_same_metadata().
  if (error != EEXIST) require_done(error, "make", path);
  require_done(disk_.sync(directory.get()), "write to disk the directory of", path);
}

void SnapshotExport::finish_journal() {
  const base::UniqueFd directory = target_.try_open_directory(placement_.directory);
  struct stat st = {};
  const std::string path = target_.path_of(base::join(placement_.directory, flink::kMetadataFile));
  if (!directory || ::fstatat(directory.get(), flink::kMetadataFile, &st, AT_SYMLINK_NOFOLLOW) != 0)
    base::throw_errno("stat", path);
  metadata_.take_from(st);
  remove_rest(notes_);
  const std::string journal = base::join(notes_.path, kJournal);
  require_done(disk_.append(journal_.get(), journal_line(metadata_)), "write", journal);
  require_done(disk_.sync(journal_.get()), "write to disk", journal);
}

// Removes what no complete snapshot needs. The next run removes what cannot be removed now.
void SnapshotExport::remove_rest(const Notes& notes) const {
  for (const char* const name : {kMetadata, kManifest, kSums, kNewJournal}) {
    struct stat st = {};
    if (::fstatat(notes.fd.get(), name, &st, AT_SYMLINK_NOFOLLOW) == 0)
      disk_.remove_file(notes.fd.get(), name);
  }
  storage::remove_tree(notes.fd.get(), kFiles, disk_);
}

}  // namespace checkpointfs::exporting
