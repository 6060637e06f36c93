// SPDX-License-Identifier: Apache-2.0
#include "index/scan/metadata_preparer.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/errors.h"

namespace checkpointfs::index {
namespace {

constexpr int64_t kLargestAhead = 2 * 1024 * 1024;

// All but the one that writes.
size_t other_processors() {
  return std::max(std::thread::hardware_concurrency(), 2U) - 1;
}

// A call that reads the metadata beneath its root.
auto metadata_of(const storage::Location& location) {
  return [path = location.path](int root) { return storage::read_metadata_file(root, path); };
}

}  // namespace

MetadataPreparer::MetadataPreparer(ScanContext& scan)
    : scan_(scan), readers_(base::kStoreCallsAtOnce), preparers_(other_processors()) {}

MetadataPreparer::Future MetadataPreparer::begin(const SnapshotIndexer::Target& target) {
  if (target.seen.st_size > kLargestAhead) return {};
  const storage::Location& location = target.location;
  auto read = readers_.start(
      [this, location] { return scan_.directories.ask(location.root_id, metadata_of(location)); });
  return preparers_.start([read = std::move(read), location, resolver = scan_.finder.resolver()]() mutable {
    auto file = read.get();
    return file ? prepare(std::move(*file), location, std::move(resolver)) : nullptr;
  });
}

std::unique_ptr<PreparedMetadata> MetadataPreparer::get(const SnapshotIndexer::Target& target, Future begun) {
  const storage::Location& location = target.location;
  try {
    if (begun.valid()) return begun.get();
    auto file = scan_.directories.ask(location.root_id, metadata_of(location));
    return file ? prepare(std::move(*file), location, scan_.finder.resolver()) : nullptr;
  } catch (const base::SystemError& e) {
    if (scan_.directories.is_of_the_file(e.code(), location.root_id, location.path)) throw;
    return nullptr;
  }
}

void MetadataPreparer::free(std::unique_ptr<PreparedMetadata> prepared) {
  preparers_.start([prepared = std::move(prepared)]() mutable { prepared.reset(); });
}

}  // namespace checkpointfs::index
