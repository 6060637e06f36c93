// SPDX-License-Identifier: Apache-2.0
#include "export/export_plan.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <utility>

#include "base/beneath.h"
#include "base/path.h"
#include "export/file_placer.h"
#include "export/past_exports.h"
#include "export/placement.h"
#include "transfer/rewritten_metadata.h"

namespace checkpointfs::exporting {

ExportPlan::ExportPlan(const std::string& target, Options options)
    : options_(std::move(options)), target_(Target::open(target)), path_(target), calls_(options_.threads) {}

// Finds the files that an interrupted run has made.
void ExportPlan::read_own(const index::Snapshot& snapshot) {
  own_ = {};
  const auto notes = target_ && options_.resume ? target_->find_notes(snapshot.path) : std::nullopt;
  if (!notes) return;
  base::UniqueFd journal = target_->try_open_note(*notes, kJournal, O_RDONLY);
  if (!journal) return;
  JournalReader reader(journal.get());
  if (reader.header() != header_of(snapshot, options_)) return;
  const base::UniqueFd stage = base::try_open_beneath(notes->fd.get(), kFiles, O_RDONLY | O_DIRECTORY);
  const base::UniqueFd there = target_->try_open_directory(reader.header()->files);
  const uint32_t index = own_.add_journal({std::move(journal), reader.header()->files});
  reader.for_each([&](const FileRecord& file, uint64_t offset) {
    const bool is_there =
        (there && is_still_there(there.get(), file)) || (stage && is_still_there(stage.get(), file));
    if (is_there && has_sums(file, options_.checksums)) own_.add(file.origin.key(file.size), index, offset);
    return true;
  });
}

bool ExportPlan::is_shared(const Origin& origin, uint64_t size) const {
  if (planned_.has(origin.key(size))) return true;
  const auto known = others_.find(origin, size);
  if (!known || !has_sums(known->record, options_.checksums)) return false;
  const base::UniqueFd directory = target_->try_open_directory(known->journal->files_directory);
  return directory && is_still_there(directory.get(), known->record);
}

Exported ExportPlan::plan(index::Reader& reader, const index::Snapshot& snapshot) {
  transfer::require_sound(snapshot);
  const Placement placement = placement_of(snapshot, options_.layout);
  Exported planned;
  planned.directory = base::join(path_, placement.directory);
  if (target_) {
    if (const auto complete = find_complete_export(*target_, snapshot, options_, calls_)) {
      planned.counts = complete->counts;
      planned.was_complete = true;
      return planned;
    }
    if (!std::exchange(knows_others_, true)) read_other_exports(*target_, snapshot, others_);
  }
  read_own(snapshot);
  base::UniqueFd existing;
  if (target_) existing = target_->try_open_directory(placement.files);
  Counts& counts = planned.counts;
  reader.snapshots().files_of(snapshot.id, [&](const std::string& name, const index::FileLocation& file) {
    if (options_.layout == Layout::kFilesOnly && !options_.only.contains(name)) return;
    const Origin origin = origin_of(file);
    const std::string there = name_in_target(options_.layout, name, file.uri);
    const auto has_size = [&] {
      struct stat st = {};
      return existing && ::fstatat(existing.get(), there.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0 &&
             static_cast<uint64_t>(st.st_size) == file.length;
    };
    const bool is_linked = options_.links != transfer::Links::kNever && !file.segment;
    uint64_t& way = own_.find(origin, file.length)   ? counts.kept_bytes
                    : is_shared(origin, file.length) ? counts.shared_bytes
                    : has_size()                     ? counts.kept_bytes
                    : is_linked                      ? counts.linked_bytes
                                                     : counts.copied_bytes;
    way += file.length;
    ++counts.files;
    counts.bytes += file.length;
    planned_.add(origin.key(file.length), 0, 0);
  });
  return planned;
}

}  // namespace checkpointfs::exporting
