// SPDX-License-Identifier: Apache-2.0
#include "export/file_placer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "export/past_exports.h"

namespace checkpointfs::exporting {

Origin origin_of(const index::FileLocation& file) {
  Origin origin;
  origin.path = base::join(file.root.path, file.path);
  origin.mtime_ns = file.file_mtime_ns;
  if (file.segment) origin.start = file.start;
  origin.uri = file.uri;
  return origin;
}

transfer::OnBytes FilePlacer::on_bytes() const {
  return [this](uint64_t bytes) {
    require_going_on(options_);
    if (options_.on_progress) options_.on_progress(0, bytes);
  };
}

int FilePlacer::link_into_stage(int file, const std::string& name) const {
  const int error = disk_.link(file, directories_.stage, name.c_str());
  if (error != EEXIST) return error;
  disk_.remove_file(directories_.stage, name.c_str());  // an interrupted run left it
  return disk_.link(file, directories_.stage, name.c_str());
}

// Takes the file of another snapshot in the target.
bool FilePlacer::try_share(const KnownFile& known, const transfer::OpenedFile& opened,
                           PlacedInTarget* placed) const {
  if (!has_sums(known.record, options_.checksums)) return false;
  FileRecord& record = placed->record;
  const std::string at = base::join(known.journal->files_directory, known.record.name);
  struct stat st = {};
  const base::UniqueFd there = base::try_open_regular_beneath(target_.fd(), at.c_str(), &st);
  // Only a file of the right owner: the one that a copy would have.
  const bool is_theirs = ::geteuid() != 0 || st.st_uid == opened.st.st_uid;
  if (!there || !known.record.is_still(st) || !is_theirs) return false;
  if (at != base::join(directories_.files, record.name) && link_into_stage(there.get(), record.name) != 0)
    return false;
  record.sums = known.record.sums;
  record.take_from(st);
  placed->counts.shared_bytes = record.size;
  return true;
}

// Compares the bytes of a file that is there and in no journal.
bool FilePlacer::try_keep(const transfer::OpenedFile& opened, const index::FileLocation& file,
                          PlacedInTarget* placed) const {
  FileRecord& record = placed->record;
  if (directories_.existing < 0) return false;
  struct stat st = {};
  base::UniqueFd there = base::try_open_regular_beneath(directories_.existing, record.name.c_str(), &st);
  if (!there && errno == ENOENT) return false;
  const std::string path = target_.path_of(base::join(directories_.files, record.name));
  const auto refuse = [&](std::string_view why) {
    throw base::Failure(base::FailureKind::kRefused,
                        base::format("{} {}, and nothing in the target is replaced; move it away, or export "
                                     "into another directory",
                                     base::printable(path), why));
  };
  if (!there) refuse("is there and is not a file that can be read");
  if (static_cast<uint64_t>(st.st_size) != file.length) refuse("is there with another size");
  transfer::Summing summing(options_.checksums);
  uint64_t at = 0;
  std::string theirs;
  transfer::read_range(opened.fd.get(), file.start, file.length, opened.path, [&](std::string_view bytes) {
    theirs.clear();
    transfer::read_range(there.get(), at, bytes.size(), path, [&](std::string_view part) { theirs += part; });
    if (theirs != bytes) refuse("is there with other bytes");
    summing.update(bytes);
    at += bytes.size();
    on_bytes()(bytes.size());
  });
  record.take_from(st);
  record.sums = summing.sums();
  placed->counts.kept_bytes = record.size;
  return true;
}

PlacedInTarget FilePlacer::place(const std::string& name, const index::FileLocation& file) const {
  require_going_on(options_);
  PlacedInTarget placed;
  placed.record.name = name;
  placed.record.size = file.length;
  placed.record.origin = origin_of(file);
  placed.counts.files = 1;
  placed.counts.bytes = file.length;
  const auto known = known_.find(placed.record.origin, file.length);
  const bool is_own = known && known->journal == &known_.journal(own_) && known->record.name == name;
  if (is_own) {
    placed.record = known->record;
    placed.counts.kept_bytes = file.length;
    if (options_.on_progress) options_.on_progress(1, file.length);
    return placed;
  }
  placed.is_new = true;
  const transfer::OpenedFile opened = transfer_.open(file);
  if (known && try_share(*known, opened, &placed)) {
    if (options_.on_progress) options_.on_progress(1, file.length);
    return placed;
  }
  if (!try_keep(opened, file, &placed)) {
    const auto transferred = [&] {
      return transfer_.place(opened, file, directories_.stage, name, options_.links, options_.checksums,
                             on_bytes());
    };
    transfer::PlacedFile made;
    try {
      made = transferred();
    } catch (const base::SystemError& e) {
      if (e.code() != EEXIST) throw;
      disk_.remove_file(directories_.stage, name.c_str());  // an interrupted run left it
      made = transferred();
    }
    placed.record.take_from(made.st);
    placed.record.sums = made.sums;
    placed.counts.linked_bytes = made.placed.linked_bytes;
    placed.counts.reflinked_bytes = made.placed.shared_bytes;
    placed.counts.copied_bytes = made.placed.copied_bytes;
  }
  if (options_.on_progress) options_.on_progress(1, 0);
  return placed;
}

}  // namespace checkpointfs::exporting
