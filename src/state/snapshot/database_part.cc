// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/database_part.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "state/keyed/composite_key.h"
#include "state/meta/proxies.h"
#include "state/rocksdb/database.h"
#include "state/rocksdb/rocksdb_entries.h"
#include "state/snapshot/state_layout.h"

namespace checkpointfs::state {
namespace {

class DatabasePart : public KeyedPart {
 public:
  DatabasePart(const SnapshotBytes& bytes, const flink::KeyedHandle& handle, KeyedProxy proxy)
      : KeyedPart(std::move(proxy.key), std::move(proxy.states)), bytes_(bytes), handle_(handle) {}

  std::unique_ptr<KeyedEntries> entries(size_t state, const EntryRange& range) override {
    if (auto error = open()) return failed_entries(std::move(*error));
    RocksdbRange wanted;
    wanted.groups.first = std::max(range.groups.first, handle_.first_key_group);
    wanted.groups.last = std::min(range.groups.last, handle_.first_key_group + (handle_.key_groups - 1));
    wanted.key_prefix = range.key_prefix;
    return rocksdb_entries(*database_, states()[state].name, prefix_length(), std::move(wanted));
  }

  base::Result<std::optional<StateSize>> size(size_t state, Effort effort) override {
    if (effort != Effort::kTables) return KeyedPart::size(state, effort);
    if (auto error = open()) return std::move(*error);
    const auto sums = database_->table_sums(states()[state].name);
    if (!sums.has_value()) return sums.error();
    return std::optional(StateSize{sums->entries, sums->bytes, sums->files == 0});
  }

 private:
  std::optional<base::InputError> open() {
    if (database_ != nullptr) return std::nullopt;
    auto database = open_database(bytes_.database(handle_.span));
    if (!database.has_value()) return database.error();
    database_ = std::move(*database);
    return std::nullopt;
  }

  size_t prefix_length() const {
    return key_group_prefix_length(bytes_.metadata().operators[handle_.operator_index].max_parallelism);
  }

  const SnapshotBytes& bytes_;
  const flink::KeyedHandle& handle_;
  std::unique_ptr<Database> database_;  // null: not open yet
};

}  // namespace

base::Result<std::unique_ptr<KeyedPart>> open_database_part(const SnapshotBytes& bytes,
                                                            const flink::KeyedHandle& handle) {
  const auto meta = bytes.meta(handle.span);
  if (meta == nullptr || meta->size() == 0) return std::unique_ptr<KeyedPart>();
  auto proxy = read_keyed_proxy(*meta, meta->size(), writer_of(bytes.metadata()));
  if (!proxy.has_value()) return proxy.error();
  return std::unique_ptr<KeyedPart>(std::make_unique<DatabasePart>(bytes, handle, std::move(*proxy)));
}

}  // namespace checkpointfs::state
