// SPDX-License-Identifier: Apache-2.0
#include "pins/pin_maker.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "flink/names.h"
#include "index/read/decoded_metadata.h"
#include "pins/pin_contents.h"
#include "pins/pin_directory.h"
#include "pins/pin_record.h"
#include "storage/resolver.h"
#include "storage/snapshot_files.h"

namespace checkpointfs::pins {
namespace {

using base::Failure;
using base::FailureKind;

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

void require_sound(const index::Snapshot& snapshot) {
  if (index::is_sound(snapshot.status)) return;
  const FailureKind kind = index::lacks_files(snapshot.status) ? FailureKind::kBroken : FailureKind::kInput;
  throw Failure(kind, base::format("the snapshot {} is {}: {}", snapshot.path, to_string(snapshot.status),
                                   snapshot.reason));
}

std::string checked_name(const index::Snapshot& snapshot, const std::string& wanted) {
  std::string name = wanted.empty() ? default_pin_name(snapshot) : wanted;
  if (const std::string_view problem = pin_name_problem(name); !problem.empty()) {
    throw Failure(FailureKind::kUsage,
                  base::format("a pin cannot be called {}: {}{}", name, problem,
                               wanted.empty() ? "; give a name after the snapshot" : ""));
  }
  return name;
}

// The snapshot's own directory and metadata, and what the latter becomes.
struct Rewritten {
  struct stat directory = {};
  struct stat metadata = {};
  std::string text;
  std::set<std::string> segments;  // projected names
};

Rewritten rewrite(index::Reader& reader, const index::Snapshot& snapshot) {
  const base::UniqueFd source = base::open_directory(snapshot.source.path);
  const std::string& path = snapshot.source_path;
  Rewritten result;
  struct stat st = {};
  if (base::stat_beneath(source.get(), path.empty() ? "." : path.c_str(), &result.directory) == ENOENT ||
      base::stat_beneath(source.get(), base::join(path, flink::kMetadataFile).c_str(), &st) == ENOENT) {
    throw Failure(FailureKind::kSource, base::format("the snapshot {} is gone", snapshot.path));
  }
  try {
    const auto decoded = index::decode_metadata(snapshot, source.get());
    const storage::Resolver resolver(reader.roots(), reader.mappings());
    const storage::Location location{snapshot.source.id, path};
    storage::SnapshotFiles projected = storage::project_files(decoded->metadata, location, resolver);
    for (const storage::ProjectedFile& file : projected.files) {
      if (file.segment) result.segments.insert(file.name);
    }
    result.text = index::rewrite_metadata(snapshot, *decoded, {}, std::move(projected).names());
    result.metadata = decoded->file.st;
  } catch (const base::SystemError& e) {
    throw Failure(FailureKind::kInput, e.what());
  }
  return result;
}

}  // namespace

MadePin make_pin(index::Reader& reader, const index::Snapshot& snapshot, const PinOptions& options,
                 storage::DiskOperations& disk) {
  require_sound(snapshot);
  const std::string name = checked_name(snapshot, options.name);
  const Rewritten rewritten = rewrite(reader, snapshot);
  const PinDirectory pins = PinDirectory::create(snapshot.source.path, disk);
  pins.remove_leftovers(disk);
  PartialPin partial(pins, name, disk);

  transfer::PinFiles files(partial.fd(), options.copy, snapshot, rewritten.metadata, disk);
  reader.snapshots().files_of(snapshot.id,
                              [&](const std::string& file_name, const index::FileLocation& location) {
                                files.add(file_name, location, rewritten.segments.contains(file_name));
                                if (options.progress) options.progress(files.placed().files, snapshot.files);
                              });
  // The metadata last, as its being there says that all the rest is. One syncfs() is far less work than an
  // fsync() of each copy.
  const bool copied = files.placed().copied_bytes + files.placed().shared_bytes > 0;
  if (copied) require_done(disk.sync_file_system(partial.fd()), "write to disk", partial.path());
  require_done(disk.sync(partial.fd()), "write to disk", partial.path());
  const std::string metadata_path = base::join(partial.path(), flink::kMetadataFile);
  base::UniqueFd metadata;
  require_done(disk.create_new_file(partial.fd(), flink::kMetadataFile, &metadata), "create", metadata_path);
  require_done(disk.append(metadata.get(), rewritten.text), "write", metadata_path);
  transfer::take_attributes(metadata.get(), rewritten.metadata, metadata_path, disk);
  require_done(disk.sync(metadata.get()), "write to disk", metadata_path);
  if (const std::string problem = pin_problem(partial.fd()); !problem.empty()) {
    throw base::SystemError(
        EIO, base::format("the pin of {} is not what it should be: {}", snapshot.path, problem));
  }
  // Everybody who may see and delete the snapshot may see and delete the pin.
  transfer::take_owner(partial.fd(), rewritten.directory, disk);
  require_done(disk.set_mode(partial.fd(), (rewritten.directory.st_mode & 0755) | 0700), "change the mode of",
               partial.path());
  require_done(disk.sync(partial.fd()), "write to disk", partial.path());
  partial.publish({snapshot.path, snapshot.checkpoint_id, disk.now_ns()});
  return {name, pins.path_of(name), files.placed()};
}

}  // namespace checkpointfs::pins
