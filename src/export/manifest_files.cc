// SPDX-License-Identifier: Apache-2.0
#include "export/manifest_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "flink/names.h"
#include "transfer/manifest/manifest_reader.h"
#include "transfer/manifest/manifest_writer.h"
#include "transfer/manifest/sha256sums.h"

namespace checkpointfs::exporting {
namespace {

constexpr mode_t kMode = 0644;

// A file that is written into the notes first, and then moved beside the snapshot.
class NewFile {
 public:
  NewFile(const Target& target, const Notes& notes, const char* note, storage::DiskOperations& disk)
      : notes_(notes), note_(note), disk_(disk), fd_(target.make_note(notes, note, disk)) {}

  void append(std::string_view text) { require_done(disk_.append(fd_.get(), text), "write", path()); }

  // Moves the file to `name` in `directory`. `is_ours`: the file that is there may be replaced.
  void publish(int directory, const std::string& name, const std::string& path_there, bool is_ours) {
    require_done(disk_.set_mode(fd_.get(), kMode), "change the mode of", path());
    require_done(disk_.sync(fd_.get()), "write to disk", path());
    if (is_ours) {
      if (const int error = disk_.remove_file(directory, name.c_str()); error != 0 && error != ENOENT)
        throw base::SystemError(error, "replace", path_there);
    }
    const int error = disk_.move(notes_.fd.get(), note_, directory, name.c_str());
    if (error == EEXIST) {
      throw base::Failure(base::FailureKind::kRefused,
                          base::format("{} is there and was not made by an export of this snapshot; move it "
                                       "away",
                                       base::printable(path_there)));
    }
    require_done(error, "make", path_there);
    require_done(disk_.sync(directory), "write to disk the directory of", path_there);
  }

 private:
  std::string path() const { return base::join(notes_.path, note_); }

  const Notes& notes_;
  const char* note_;
  storage::DiskOperations& disk_;
  base::UniqueFd fd_;
};

transfer::ManifestEntry entry_of(const FileRecord& file) {
  transfer::ManifestEntry entry;
  entry.name = file.name;
  entry.size = file.size;
  entry.uri = file.origin.uri;
  entry.segment_offset = file.origin.start;
  entry.crc32c = file.sums.crc32c;
  entry.sha256 = file.sums.sha256;
  return entry;
}

// True if the file is a manifest of the snapshot.
bool is_manifest_of(int directory, const std::string& name, const index::Snapshot& snapshot) {
  struct stat st = {};
  const base::UniqueFd fd = base::try_open_regular_beneath(directory, name.c_str(), &st);
  if (!fd) return false;
  transfer::ManifestReader reader(transfer::bytes_of_file(fd.get(), name));
  const auto header = reader.read_header();
  return header && header->snapshot == snapshot.path && header->checkpoint_id == snapshot.checkpoint_id;
}

bool is_there(int directory, const std::string& name) {
  struct stat st = {};
  return ::fstatat(directory, name.c_str(), &st, AT_SYMLINK_NOFOLLOW) == 0;
}

}  // namespace

std::string write_manifest_files(const Target& target, const Notes& notes, int journal,
                                 const FileRecord& metadata, const index::Snapshot& snapshot,
                                 const Placement& placement, const struct stat& like,
                                 transfer::Checksums checksums, storage::DiskOperations& disk) {
  const std::string above(base::parent(placement.directory));
  const std::string manifest_path = placement.directory + kManifestSuffix;
  const std::string manifest_name(base::last_component(manifest_path));
  const std::string sums_path = placement.directory + kSumsSuffix;
  const bool with_sums = checksums == transfer::Checksums::kCrc32cAndSha256;
  const std::string prefix = placement.files == placement.directory ? "" : "../shared/";

  NewFile manifest(target, notes, kManifest, disk);
  std::optional<NewFile> sums;
  if (with_sums) sums.emplace(target, notes, kSums, disk);
  transfer::ManifestWriter writer([&](std::string_view text) { manifest.append(text); },
                                  {snapshot.path, snapshot.checkpoint_id});
  std::string lines;
  const auto add = [&](const FileRecord& file, const std::string& directory) {
    writer.add(entry_of(file));
    if (!sums || !file.sums.sha256) return;
    lines += transfer::sha256sums_line(directory + file.name, *file.sums.sha256);
    if (lines.size() < (1 << 20)) return;
    sums->append(lines);
    lines.clear();
  };
  JournalReader(journal).for_each([&](const FileRecord& file, uint64_t) {
    if (file.name != flink::kMetadataFile) add(file, prefix);
    return true;
  });
  add(metadata, "");
  writer.finish();
  if (sums) sums->append(lines);

  const base::UniqueFd directory = target.make_directory(above, like, disk);
  const bool is_ours = is_manifest_of(directory.get(), manifest_name, snapshot);
  manifest.publish(directory.get(), manifest_name, target.path_of(manifest_path), is_ours);
  if (sums) {
    // The manifest beside it is the evidence.
    sums->publish(directory.get(), std::string(base::last_component(sums_path)), target.path_of(sums_path),
                  is_ours);
  }
  return target.path_of(manifest_path);
}

bool has_manifest_files(const Target& target, const Placement& placement, transfer::Checksums checksums) {
  const base::UniqueFd directory = target.try_open_directory(std::string(base::parent(placement.directory)));
  const std::string name(base::last_component(placement.directory));
  return directory && is_there(directory.get(), name + kManifestSuffix) &&
         (checksums != transfer::Checksums::kCrc32cAndSha256 ||
          is_there(directory.get(), name + kSumsSuffix));
}

}  // namespace checkpointfs::exporting
