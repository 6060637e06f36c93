// SPDX-License-Identifier: Apache-2.0
#include "transfer/handle_names.h"

#include <cerrno>
#include <utility>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"

namespace checkpointfs::transfer {
namespace {

constexpr size_t kPage = 256;  // files that are read from the index at once

size_t combined(size_t hash, uint64_t part) {
  return hash * 0x9e3779b97f4a7c15 + static_cast<size_t>(part);
}

bool is_segment(const flink::FileHandle& handle) {
  return handle.tag == flink::StreamTag::kSegment;
}

size_t hash_of(const storage::FilePlace& place, const flink::FileHandle& handle) {
  size_t hash = combined(std::hash<std::string>()(place.path()), static_cast<uint64_t>(place.root_id()));
  if (!is_segment(handle)) return hash;
  return combined(combined(hash, static_cast<uint64_t>(handle.start)), static_cast<uint64_t>(handle.size));
}

}  // namespace

HandleNames::HandleNames(index::Reader& reader, const index::Snapshot& snapshot, NameOf name_of)
    : reader_(reader),
      snapshot_(snapshot),
      name_of_(std::move(name_of)),
      resolver_(reader.roots(), reader.mappings()),
      directory_{snapshot.source.id, snapshot.source_path} {}

void HandleNames::differ() const {
  throw base::SystemError(
      EIO, base::format("the index has other files of the snapshot {} than its metadata; the command again, "
                        "or 'checkpointfs index', brings the index up to date",
                        base::printable(snapshot_.path)));
}

std::vector<std::string> HandleNames::of(const flink::Metadata& part) {
  std::vector<std::string> names;
  names.reserve(part.files.size());
  for (const flink::FileHandle& handle : part.files) {
    const NamedFile& file = file_of(handle);
    names.push_back(name_of_ ? name_of_(file, handle.path) : file.name);
  }
  return names;
}

void HandleNames::require_all() {
  if (named_ != snapshot_.files) differ();
}

const NamedFile& HandleNames::file_of(const flink::FileHandle& handle) {
  const storage::FilePlace place = storage::place_of(handle, directory_, resolver_);
  const size_t hash = hash_of(place, handle);
  const auto known =
      known_.find(hash, [&](uint32_t number) { return is_file_of(at(number), handle, place); });
  if (known) return current_;
  const NamedFile& file = next();
  if (!is_file_of(file, handle, place)) differ();
  known_.insert(hash, named_ - 1);
  return file;
}

bool HandleNames::is_file_of(const NamedFile& file, const flink::FileHandle& handle,
                             const storage::FilePlace& place) const {
  const index::FileLocation& location = file.location;
  if (location.segment != is_segment(handle)) return false;
  if (location.segment && location.start != static_cast<uint64_t>(handle.start)) return false;
  if (handle.size_is_exact() && location.length != static_cast<uint64_t>(handle.size)) return false;
  const bool is_there = location.root.id == place.root_id() && location.path == place.path();
  // The file of a healed handle lies elsewhere, under its name.
  const bool is_healed = snapshot_.status == index::SnapshotStatus::kHealed && place.relative &&
                         base::last_component(location.path) == base::last_component(place.uri);
  return is_there || is_healed;
}

const NamedFile& HandleNames::next() {
  if (page_.empty()) {
    reader_.snapshots().files_from(snapshot_.id, &page_end_, kPage,
                                   [&](std::string name, index::FileLocation location) {
                                     page_.push_back({std::move(name), std::move(location)});
                                   });
    if (page_.empty()) differ();
  }
  current_ = std::move(page_.front());
  page_.pop_front();
  ++named_;
  return current_;
}

const NamedFile& HandleNames::at(uint32_t number) {
  int64_t from = number;
  bool is_read = false;
  reader_.snapshots().files_from(snapshot_.id, &from, 1, [&](std::string name, index::FileLocation location) {
    current_ = {std::move(name), std::move(location)};
    is_read = true;
  });
  if (!is_read || from != int64_t{number} + 1) differ();
  return current_;
}

}  // namespace checkpointfs::transfer
