// SPDX-License-Identifier: Apache-2.0
#include "state/rocksdb/rocksdb_entries.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text/message.h"

namespace checkpointfs::state {
namespace {

std::string group_prefix(int32_t group, size_t length) {
  std::string prefix;
  for (size_t i = length; i > 0; --i) prefix += static_cast<char>(group >> (8 * (i - 1)));
  return prefix;
}

// The first key behind those of `group`; "" if there can be none.
std::string end_of_group(int32_t group, size_t length) {
  const int32_t next = group + 1;
  return next >> (8 * length) == 0 ? group_prefix(next, length) : "";
}

class RocksdbEntries : public KeyedEntries {
 public:
  RocksdbEntries(std::unique_ptr<DatabaseCursor> cursor, size_t prefix_length, RocksdbRange range)
      : cursor_(std::move(cursor)),
        prefix_length_(prefix_length),
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
      if (key.size() < prefix_length_) {
        error_ =
            base::InputError{0, "key", base::format("{} bytes, too short for a key group", key.size()), true};
        return std::nullopt;
      }
      const int32_t group = group_of(key);
      const std::string_view rest = key.substr(prefix_length_);
      if (group > range_.groups.last) break;
      if (range_.key_prefix.empty() || (group == group_ && rest.starts_with(range_.key_prefix))) {
        return KeyedEntry{group, rest, cursor_->value()};
      }
      // Only the next key group can have entries with the prefix.
      group_ = group > group_ ? group : group_ + 1;
      started_ = false;
    }
    group_ = range_.groups.last + 1;
    return std::nullopt;
  }

  const std::optional<base::InputError>& error() const override { return error_; }

 private:
  void seek() { cursor_->seek(group_prefix(group_, prefix_length_) + range_.key_prefix); }

  int32_t group_of(std::string_view key) const {
    int32_t group = 0;
    for (size_t i = 0; i < prefix_length_; ++i) group = group << 8 | static_cast<uint8_t>(key[i]);
    return group;
  }

  const std::unique_ptr<DatabaseCursor> cursor_;
  const size_t prefix_length_;
  const RocksdbRange range_;
  int32_t group_;         // with a prefix: the one that is searched
  bool started_ = false;  // the cursor stands in it
  std::optional<base::InputError> error_;
};

}  // namespace

std::unique_ptr<KeyedEntries> rocksdb_entries(Database& database, std::string_view state,
                                              size_t prefix_length, RocksdbRange range) {
  range.groups.last = std::min(range.groups.last, (1 << (8 * prefix_length)) - 1);
  const auto access = range.key_prefix.empty() ? Database::Access::kScan : Database::Access::kSeek;
  auto cursor = database.cursor(state, access, end_of_group(range.groups.last, prefix_length));
  return std::make_unique<RocksdbEntries>(std::move(cursor), prefix_length, std::move(range));
}

}  // namespace checkpointfs::state
