// SPDX-License-Identifier: Apache-2.0
#include "pins/pin_maker.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "flink/names.h"
#include "pins/pin_contents.h"
#include "pins/pin_directory.h"
#include "pins/pin_record.h"
#include "transfer/rewritten_metadata.h"

namespace checkpointfs::pins {
namespace {

using base::Failure;
using base::FailureKind;

constexpr transfer::Purpose kPurpose = {
    "nothing was pinned", "may pin it, if he may read the file: pin --copy", "'pin --copy' copies the files"};

void require_free(const PinDirectory& pins, const std::string& name) {
  if (!pins.has(name)) return;
  throw Failure(FailureKind::kUsage,
                base::format("{} is there already; give the pin another name", pins.path_of(name)));
}

void require_done(int error, std::string_view action, const std::string& path) {
  if (error != 0) throw base::SystemError(error, action, path);
}

// A pin that is being made, under a name that no pin has; removed at the end if it was not published.
class PartialPin {
 public:
  PartialPin(const PinDirectory& pins, const std::string& name, storage::DiskOperations& disk)
      : pins_(pins), name_(name), partial_(partial_name(name)), disk_(disk) {
    const PinDirectory::Lock lock(pins_);
    require_free(pins_, name_);
    if (const int error = disk_.make_directory(pins_.fd(), partial_.c_str(), 0700); error != 0)
      throw_pin_error(error, "create directory", path());
    directory_ = pins_.try_open_pin(partial_);
    if (!directory_) base::throw_errno("open directory", path());
    storage::try_lock_directory(directory_.get());
  }
  ~PartialPin() {
    if (directory_ && !published_) remove_flat(pins_.fd(), partial_, directory_.get(), disk_);
  }
  PartialPin(const PartialPin&) = delete;
  PartialPin& operator=(const PartialPin&) = delete;

  int fd() const { return directory_.get(); }
  std::string path() const { return pins_.path_of(partial_); }

  // From now on it is a pin.
  void publish(const PinRecord& record) {
    const PinDirectory::Lock lock(pins_);
    require_free(pins_, name_);
    pins_.write_record(name_, record, disk_);
    if (const int error = disk_.move(pins_.fd(), partial_.c_str(), pins_.fd(), name_.c_str()); error != 0) {
      disk_.remove_file(pins_.fd(), record_name(name_).c_str());
      throw base::SystemError(error, "rename", path());
    }
    published_ = true;
    pins_.sync(disk_);
  }

 private:
  const PinDirectory& pins_;
  const std::string& name_;
  const std::string partial_;
  storage::DiskOperations& disk_;
  base::UniqueFd directory_;
  bool published_ = false;
};

std::string checked_name(const index::Snapshot& snapshot, const std::string& wanted) {
  std::string name = wanted.empty() ? default_pin_name(snapshot) : wanted;
  if (const std::string_view problem = pin_name_problem(name); !problem.empty()) {
    throw Failure(FailureKind::kUsage,
                  base::format("a pin cannot be called {}: {}{}", name, problem,
                               wanted.empty() ? "; give a name after the snapshot" : ""));
  }
  return name;
}

}  // namespace

MadePin make_pin(index::Reader& reader, const index::Snapshot& snapshot, const PinOptions& options,
                 storage::DiskOperations& disk) {
  transfer::require_sound(snapshot);
  const std::string name = checked_name(snapshot, options.name);
  const transfer::SnapshotStats stats = transfer::stat_snapshot(snapshot);
  const std::string rewritten = transfer::rewritten_metadata(reader, snapshot, {});
  const PinDirectory pins = PinDirectory::create(snapshot.source.path, disk);
  pins.remove_leftovers(disk);
  PartialPin partial(pins, name, disk);

  transfer::FileTransfer files(snapshot, stats.metadata.st_uid, kPurpose, disk);
  transfer::PlacedFiles placed;
  const transfer::Links links = options.copy ? transfer::Links::kNever : transfer::Links::kRequired;
  reader.snapshots().files_of(snapshot.id,
                              [&](const std::string& file_name, const index::FileLocation& location) {
                                transfer::require_name(file_name, location.path);
                                files.open_root(location.root);
                                placed += files
                                              .place(files.open(location), location, partial.fd(), file_name,
                                                     links, transfer::Checksums::kNone)
                                              .placed;
                                if (options.progress) options.progress(placed.files, snapshot.files);
                              });
  // The metadata last, as its being there says that all the rest is. One syncfs() is far less work than an
  // fsync() of each copy.
  const bool copied = placed.copied_bytes + placed.shared_bytes > 0;
  if (copied) require_done(disk.sync_file_system(partial.fd()), "write to disk", partial.path());
  require_done(disk.sync(partial.fd()), "write to disk", partial.path());
  const std::string metadata_path = base::join(partial.path(), flink::kMetadataFile);
  base::UniqueFd metadata;
  require_done(disk.create_new_file(partial.fd(), flink::kMetadataFile, 0600, &metadata), "create",
               metadata_path);
  require_done(disk.append(metadata.get(), rewritten), "write", metadata_path);
  transfer::take_attributes(metadata.get(), stats.metadata, kPurpose.permissions, metadata_path, disk);
  require_done(disk.sync(metadata.get()), "write to disk", metadata_path);
  if (const std::string problem = pin_problem(partial.fd()); !problem.empty()) {
    throw base::SystemError(
        EIO, base::format("the pin of {} is not what it should be: {}", snapshot.path, problem));
  }
  // Everybody who may see and delete the snapshot may see and delete the pin.
  transfer::take_owner(partial.fd(), stats.directory, disk);
  require_done(disk.set_mode(partial.fd(), (stats.directory.st_mode & 0755) | 0700), "change the mode of",
               partial.path());
  require_done(disk.sync(partial.fd()), "write to disk", partial.path());
  partial.publish({snapshot.path, snapshot.checkpoint_id, disk.now_ns()});
  return {name, pins.path_of(name), placed};
}

}  // namespace checkpointfs::pins
