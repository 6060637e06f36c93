// SPDX-License-Identifier: Apache-2.0
#include "index/scan/metadata_preparer.h"

#include <algorithm>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/errors.h"

namespace checkpointfs::index {
namespace {

constexpr int64_t kLargestAhead = 2 * 1024 * 1024;

// All but the one that writes.
size_t other_processors() {
  return std::max(std::thread::hardware_concurrency(), 2U) - 1;
}

}  // namespace

// Bytes of metadata that is done with. Otherwise each reader would keep, in its part of the heap, as much as
// it ever read of one batch.
class MetadataPreparer::Spare {
 public:
  std::string take() {
    const std::lock_guard lock(mutex_);
    if (bytes_.empty()) return {};
    std::string bytes = std::move(bytes_.back());
    bytes_.pop_back();
    return bytes;
  }
  void give(std::string bytes) {
    const std::lock_guard lock(mutex_);
    bytes_.push_back(std::move(bytes));
  }

 private:
  std::mutex mutex_;
  std::vector<std::string> bytes_;
};

MetadataPreparer::MetadataPreparer(ScanContext& scan)
    : scan_(scan),
      spare_(std::make_shared<Spare>()),
      readers_(base::kStoreCallsAtOnce),
      preparers_(other_processors()) {}

// A call that hangs may outlive the scan.
std::optional<base::Result<storage::MetadataFile>> MetadataPreparer::read(const storage::Location& location) {
  return scan_.directories.ask(location.root_id, [path = location.path, spare = spare_](int root) {
    return storage::read_metadata_file(root, path, flink::Limits().max_size, spare->take());
  });
}

MetadataPreparer::Future MetadataPreparer::begin(const SnapshotIndexer::Target& target) {
  if (target.seen.st_size > kLargestAhead) return {};
  const storage::Location& location = target.location;
  auto begun = readers_.start([this, location] { return read(location); });
  return preparers_.start([read = std::move(begun), location, resolver = scan_.finder.resolver()]() mutable {
    auto file = read.get();
    return file ? prepare(std::move(*file), location, std::move(resolver)) : nullptr;
  });
}

std::unique_ptr<PreparedMetadata> MetadataPreparer::get(const SnapshotIndexer::Target& target, Future begun) {
  const storage::Location& location = target.location;
  try {
    if (begun.valid()) return begun.get();
    auto file = read(location);
    return file ? prepare(std::move(*file), location, scan_.finder.resolver()) : nullptr;
  } catch (const base::SystemError& e) {
    if (scan_.directories.is_of_the_file(e.code(), location.root_id, location.path)) throw;
    return nullptr;
  }
}

void MetadataPreparer::free(std::unique_ptr<PreparedMetadata> prepared) {
  preparers_.start([this, prepared = std::move(prepared)]() mutable {
    std::string bytes;
    if (prepared->file.has_value()) bytes = std::move(prepared->file->bytes);
    prepared.reset();
    if (!bytes.empty()) spare_->give(std::move(bytes));
  });
}

}  // namespace checkpointfs::index
