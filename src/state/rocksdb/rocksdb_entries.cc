// SPDX-License-Identifier: Apache-2.0
#include "state/rocksdb/rocksdb_entries.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text/message.h"

namespace checkpointfs::state {
namespace {

constexpr int32_t kMostGroupsOfOneByte = 128;

std::string group_prefix(int32_t group, int group_bytes) {
  std::string prefix;
  for (int i = group_bytes - 1; i >= 0; --i) prefix += static_cast<char>(group >> (8 * i));
  return prefix;
}

// The first key behind those of `group`; "" if there can be none.
std::string end_of_group(int32_t group, int group_bytes) {
  const int32_t next = group + 1;
  return next >> (8 * group_bytes) == 0 ? group_prefix(next, group_bytes) : "";
}

class RocksdbEntries : public KeyedEntries {
 public:
  RocksdbEntries(std::unique_ptr<DatabaseCursor> cursor, int group_bytes, RocksdbRange range)
      : cursor_(std::move(cursor)),
        group_bytes_(group_bytes),
        range_(std::move(range)),
        group_(range_.groups.first) {}

  std::optional<KeyedEntry> next() override {
    if (cursor_ == nullptr || error_ || group_ > range_.groups.last) return std::nullopt;
    if (started_) cursor_->next();
    while (group_ <= range_.groups.last) {
      if (!std::exchange(started_, true)) seek();
      if (!cursor_->valid()) {
        error_ = cursor_->error();
        break;
      }
      const std::string_view key = cursor_->key();
      if (key.size() < static_cast<size_t>(group_bytes_)) {
        error_ =
            base::InputError{0, "key", base::format("{} bytes, too short for a key group", key.size()), true};
        return std::nullopt;
      }
      const int32_t group = group_of(key);
      const std::string_view rest = key.substr(static_cast<size_t>(group_bytes_));
      if (group > range_.groups.last) break;
      if (range_.key_prefix.empty() || (group == group_ && rest.starts_with(range_.key_prefix))) {
        return KeyedEntry{group, rest, cursor_->value()};
      }
      // Where a prefix is wanted, go on with the next key group that can have it.
      group_ = group > group_ ? group : group_ + 1;
      started_ = false;
    }
    group_ = range_.groups.last + 1;
    return std::nullopt;
  }

  const std::optional<base::InputError>& error() const override { return error_; }

 private:
  void seek() { cursor_->seek(group_prefix(group_, group_bytes_) + range_.key_prefix); }

  int32_t group_of(std::string_view key) const {
    int32_t group = 0;
    for (int i = 0; i < group_bytes_; ++i)
      group = group << 8 | static_cast<uint8_t>(key[static_cast<size_t>(i)]);
    return group;
  }

  const std::unique_ptr<DatabaseCursor> cursor_;
  const int group_bytes_;
  const RocksdbRange range_;
  int32_t group_;         // with a prefix: the one that is searched
  bool started_ = false;  // the cursor stands in it
  std::optional<base::InputError> error_;
};

}  // namespace

int key_group_bytes(int32_t max_parallelism) {
  return max_parallelism > kMostGroupsOfOneByte ? 2 : 1;
}

std::unique_ptr<KeyedEntries> rocksdb_entries(Database& database, std::string_view state, int group_bytes,
                                              RocksdbRange range) {
  range.groups.last = std::min(range.groups.last, (1 << (8 * group_bytes)) - 1);
  const auto access = range.key_prefix.empty() ? Database::Access::kScan : Database::Access::kSeek;
  auto cursor = database.cursor(state, access, end_of_group(range.groups.last, group_bytes));
  return std::make_unique<RocksdbEntries>(std::move(cursor), group_bytes, std::move(range));
}

}  // namespace checkpointfs::state
