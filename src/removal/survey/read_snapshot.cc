// SPDX-License-Identifier: Apache-2.0
#include "removal/survey/read_snapshot.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <set>
#include <thread>

#include "base/beneath.h"
#include "base/path.h"
#include "base/text/message.h"
#include "flink/decode.h"
#include "flink/names.h"
#include "storage/metadata_file.h"
#include "storage/snapshot_files.h"
#include "storage/walk.h"

namespace checkpointfs::removal {
namespace {

bool is_gone(int root, const std::string& directory) {
  struct stat st = {};
  const int error = base::stat_beneath(root, base::join(directory, flink::kMetadataFile).c_str(), &st);
  return error == ENOENT || error == ENOTDIR;
}

// Flink takes a moment to write one; what ends too early after that is damaged.
constexpr std::chrono::milliseconds kPause(50);
constexpr int kTries = 20;

bool is_young(const struct stat& st) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto age = now - std::chrono::nanoseconds(storage::mtime_ns(st));
  return age > -std::chrono::minutes(1) && age < std::chrono::minutes(1);
}

// The directory of a job is called by its id, or has what Flink makes in it at once; an object store shows no
// empty directories.
bool is_job_directory(int root, std::string_view path) {
  if (flink::is_job_id(base::last_component(path))) return true;
  struct stat st = {};
  return base::stat_beneath(root, base::join(path, "shared").c_str(), &st) == 0 ||
         base::stat_beneath(root, base::join(path, "taskowned").c_str(), &st) == 0;
}

bool has_relative_names_only(const flink::Metadata& metadata) {
  return !metadata.files.empty() && std::ranges::all_of(metadata.files, [](const flink::FileHandle& handle) {
    return handle.tag == flink::StreamTag::kRelative;
  });
}

void add_files(const flink::Metadata& metadata, storage::HandlePlaces places, ReadSnapshot* result) {
  std::set<std::string> nowhere;
  result->places = std::move(places.places);
  result->files.reserve(metadata.files.size());
  for (size_t i = 0; i < metadata.files.size(); ++i) {
    const flink::FileHandle& handle = metadata.files[i];
    const storage::FilePlace& place = result->places[places.of_handle[i]];
    if (!place.location) {
      nowhere.insert(place.uri);
      continue;
    }
    const bool segment = handle.tag == flink::StreamTag::kSegment;
    result->files.push_back(
        {&place, segment, segment ? handle.start : 0, handle.size, handle.size_is_exact()});
  }
  if (nowhere.empty()) return;
  result->unknown.push_back(base::format(
      "it names {} that no mapping leads to, as {}; say with --map URI=DIR where it lies (an empty directory, if it lies nowhere)",
      nowhere.size() == 1 ? "a file" : "files", *nowhere.begin()));
}

}  // namespace

ReadSnapshot read_snapshot(int root, const storage::Location& snapshot, const storage::Resolver& resolver) {
  ReadSnapshot result;
  for (int tries = 1;; ++tries) {
    const auto file = storage::read_metadata_file(root, snapshot.path);
    if (!file.has_value()) {
      result.gone = is_gone(root, snapshot.path);
      if (!result.gone && file.error().truncated && tries < kTries) {
        std::this_thread::sleep_for(kPause);
        continue;
      }
      result.unknown.push_back(base::format("its _metadata {}", file.error().reason));
      return result;
    }
    const auto metadata = flink::decode(file->bytes);
    if (!metadata.has_value()) {
      if (metadata.error().truncated && is_young(file->st) && tries < kTries) {
        std::this_thread::sleep_for(kPause);
        continue;
      }
      result.metadata = identity_of(file->st);
      result.unreadable = to_string(metadata.error());
      result.unknown.push_back(base::format("its _metadata cannot be decoded: {}", result.unreadable));
      return result;
    }
    result.metadata = identity_of(file->st);
    result.checkpoint_id = metadata->checkpoint_id;
    result.is_checkpoint = metadata->kind != flink::SnapshotKind::kSavepoint &&
                           flink::is_checkpoint_name(base::last_component(snapshot.path));
    result.is_self_contained_copy =
        has_relative_names_only(*metadata) && !is_job_directory(root, base::parent(snapshot.path));
    add_files(*metadata, storage::places_of(*metadata, snapshot, resolver), &result);
    return result;
  }
}

}  // namespace checkpointfs::removal
