// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/snapshot_bytes.h"

#include <sys/stat.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/modified_utf8.h"

namespace checkpointfs::state {
namespace {

// Bytes that own their descriptor.
class OpenedFile : public StateBytes {
 public:
  OpenedFile(FileOpener::Opened file, uint64_t start, uint64_t length)
      : fd_(std::move(file.fd)), bytes_(file_bytes(fd_.get(), std::move(file.path), start, length)) {}

  uint64_t size() const override { return bytes_->size(); }
  size_t read(uint64_t offset, char* out, size_t length) const override {
    return bytes_->read(offset, out, length);
  }
  const std::string& name() const override { return bytes_->name(); }

 private:
  const base::UniqueFd fd_;
  const std::shared_ptr<const StateBytes> bytes_;
};

}  // namespace

RootOpener::RootOpener(std::vector<storage::Root> roots, Locate locate) : locate_(std::move(locate)) {
  for (storage::Root& root : roots) roots_[root.id].path = std::move(root.path);
}

FileOpener::Opened RootOpener::open(const storage::ProjectedFile& file) const {
  const std::optional<storage::Location> location = locate_(file);
  if (!location) {
    throw base::SystemError(ENOENT, base::format("no mapping leads to {}", file.place->uri));
  }
  int root = -1;
  std::string path;
  {
    const std::lock_guard lock(mutex_);
    Directory& directory = roots_.at(location->root_id);
    if (!directory.fd) directory.fd = base::open_directory(directory.path);
    root = directory.fd.get();
    path = storage::absolute(storage::Place{directory.path, location->path});
  }
  struct stat st = {};
  base::UniqueFd fd = base::try_open_regular_beneath(root, location->path.c_str(), &st);
  if (!fd) base::throw_errno("open", path);
  return {std::move(fd), std::move(path)};
}

std::shared_ptr<const StateBytes> SnapshotBytes::file(uint32_t index) const {
  const storage::ProjectedFile& file = files_.files[files_.file_of_handle[index]];
  FileOpener::Opened opened = opener_.open(file);
  struct stat st = {};
  if (::fstat(opened.fd.get(), &st) != 0) base::throw_errno("stat", opened.path);
  const auto size = static_cast<uint64_t>(st.st_size);
  const auto start = static_cast<uint64_t>(file.segment ? file.start : 0);
  const bool exact = file.size >= 0 && file.size_is_exact;
  const uint64_t length = exact ? static_cast<uint64_t>(file.size) : size;
  if (start > size || length > size - start) {
    throw base::SystemError(EIO, base::format("{} has {} bytes, the metadata records {} from {} on",
                                              opened.path, size, length, start));
  }
  return std::make_shared<OpenedFile>(std::move(opened), start, length);
}

std::shared_ptr<const StateBytes> SnapshotBytes::inline_state(uint32_t index) const {
  const flink::InlineHandle& state = metadata_.inlines[index];
  return memory_bytes(metadata_.bytes.substr(state.offset, state.length),
                      base::format("_metadata, {} bytes at {}", state.length, state.offset));
}

std::shared_ptr<const StateBytes> SnapshotBytes::only(const flink::HandleSpan& span) const {
  if (span.first_file < span.end_file) return file(span.first_file);
  if (span.first_inline < span.end_inline) return inline_state(span.first_inline);
  return nullptr;
}

std::shared_ptr<const StateBytes> SnapshotBytes::meta(const flink::HandleSpan& span) const {
  for (uint32_t i = span.first_file; i < span.end_file; ++i) {
    if (metadata_.files[i].part == flink::Part::kMeta) return file(i);
  }
  for (uint32_t i = span.first_inline; i < span.end_inline; ++i) {
    if (metadata_.inlines[i].part == flink::Part::kMeta) return inline_state(i);
  }
  return nullptr;
}

std::vector<DatabaseFile> SnapshotBytes::database(const flink::HandleSpan& span) const {
  std::vector<DatabaseFile> files;
  for (uint32_t i = span.first_file; i < span.end_file; ++i) {
    const flink::FileHandle& handle = metadata_.files[i];
    if (handle.part == flink::Part::kMeta) continue;
    std::optional<uint64_t> size;
    if (handle.size_is_exact()) size = static_cast<uint64_t>(handle.size);
    files.push_back({base::utf8_or_as_written(handle.local_name), size, [this, i] { return file(i); }});
  }
  for (uint32_t i = span.first_inline; i < span.end_inline; ++i) {
    const flink::InlineHandle& handle = metadata_.inlines[i];
    if (handle.part == flink::Part::kMeta) continue;
    files.push_back(
        {base::utf8_or_as_written(handle.local_name), handle.length, [this, i] { return inline_state(i); }});
  }
  return files;
}

uint64_t SnapshotBytes::recorded_bytes(const flink::HandleSpan& span) const {
  uint64_t bytes = 0;
  for (uint32_t i = span.first_file; i < span.end_file; ++i) {
    if (metadata_.files[i].size > 0) bytes += static_cast<uint64_t>(metadata_.files[i].size);
  }
  for (uint32_t i = span.first_inline; i < span.end_inline; ++i) bytes += metadata_.inlines[i].length;
  return bytes;
}

}  // namespace checkpointfs::state
