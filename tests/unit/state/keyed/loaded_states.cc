// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/state/keyed/loaded_states.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "base/byte_cursor.h"
#include "state/keyed/composite_key.h"
#include "state/keyed/full_key_groups.h"
#include "state/keyed/heap_key_groups.h"
#include "state/keyed/replayed_entries.h"
#include "state/rocksdb/rocksdb_entries.h"

namespace checkpointfs::test {
namespace {

using namespace state;  // of checkpointfs

template <typename T>
T value_of(base::Result<T> result) {
  if (!result.has_value()) throw std::runtime_error(to_string(result.error()));
  return *std::move(result);
}

// A handle without changes: key groups or a database.
class Materialised {
 public:
  Materialised(const FixtureSnapshot& snapshot, const flink::KeyedHandle& handle);

  const KeyedProxy& proxy() const { return *proxy_; }
  // Null if there is no such state.
  std::unique_ptr<KeyedEntries> entries(const StateMeta& meta);

 private:
  KeyGroups groups_;
  size_t prefix_length_;
  std::shared_ptr<KeyedProxy> proxy_;
  KeyGroupFile file_;
  KeyGroupForm form_ = KeyGroupForm::kHeap;
  std::unique_ptr<Database> database_;
};

Writer writer_of(const FixtureSnapshot& snapshot) {
  return snapshot.metadata().version >= 5 ? Writer::kFlink2 : Writer::kFlink1;
}

KeyGroups groups_of(const flink::KeyedHandle& handle) {
  return {handle.first_key_group, handle.first_key_group + handle.key_groups - 1};
}

Materialised::Materialised(const FixtureSnapshot& snapshot, const flink::KeyedHandle& handle)
    : groups_(groups_of(handle)),
      prefix_length_(
          key_group_prefix_length(snapshot.metadata().operators[handle.operator_index].max_parallelism)) {
  const Writer writer = writer_of(snapshot);
  if (handle.tag == flink::KeyedTag::kIncremental || handle.tag == flink::KeyedTag::kIncrementalV2) {
    const auto meta = snapshot.bytes().meta(handle.span);
    proxy_ = std::make_shared<KeyedProxy>(value_of(read_keyed_proxy(*meta, meta->size(), writer)));
    database_ = value_of(open_database(snapshot.bytes().database(handle.span)));
    return;
  }
  file_ = {snapshot.bytes().only(handle.span), groups_, {}};
  base::ByteCursor offsets(snapshot.metadata().bytes.substr(handle.detail_offset));
  for (int i = 0; i < handle.key_groups; ++i) file_.offsets.push_back(offsets.i64("offset"));
  proxy_ =
      std::make_shared<KeyedProxy>(value_of(read_keyed_proxy(*file_.bytes, first_offset(file_), writer)));
  form_ = value_of(key_group_form(file_, *proxy_));
}

std::unique_ptr<KeyedEntries> Materialised::entries(const StateMeta& meta) {
  const auto found = std::find_if(proxy_->states.begin(), proxy_->states.end(),
                                  [&](const StateMeta& state) { return state.name == meta.name; });
  if (found == proxy_->states.end()) return nullptr;
  const auto state = static_cast<size_t>(found - proxy_->states.begin());
  if (database_)
    return rocksdb_entries(*database_, meta.name, static_cast<int>(prefix_length_), {groups_, ""});
  return form_ == KeyGroupForm::kHeap ? heap_entries(file_, proxy_, state)
                                      : full_entries(file_, proxy_, state, prefix_length_);
}

void append(LoadedStates& states, const std::string& name, KeyedEntries& entries) {
  const std::vector<LoadedEntry> more = load(entries);
  if (!entries.gaps().key_groups.empty()) throw std::runtime_error(entries.gaps().reason);
  states[name].insert(states[name].end(), more.begin(), more.end());
}

ChangeSet change_set(const FixtureSnapshot& snapshot, const flink::ChangelogFile& file) {
  return {file.is_inline ? snapshot.bytes().inline_state(file.handle) : snapshot.bytes().file(file.handle),
          file.offset, ChangeForm::kFile};
}

// A handle of the changelog backend and those nested in it.
void load_changelog(const FixtureSnapshot& snapshot, size_t index, LoadedStates& states) {
  const flink::Metadata& metadata = snapshot.metadata();
  std::unique_ptr<Materialised> materialised;
  std::vector<ChangeSet> sets;
  for (size_t i = index + 1; i < metadata.keyed[index].end_handle; ++i) {
    const flink::KeyedHandle& nested = metadata.keyed[i];
    const bool changes =
        nested.tag == flink::KeyedTag::kChangelogFiles || nested.tag == flink::KeyedTag::kChangelogFilesV2;
    if (!changes) materialised = std::make_unique<Materialised>(snapshot, nested);
    for (uint32_t file = nested.first_changelog_file; file < nested.end_changelog_file; ++file) {
      sets.push_back(change_set(snapshot, metadata.changelog_files[file]));
    }
  }
  const auto log = value_of(Changelog::read(sets, writer_of(snapshot)));
  std::vector<StateMeta> metas = log->states();
  if (materialised) {
    metas.insert(metas.begin(), materialised->proxy().states.begin(), materialised->proxy().states.end());
  }
  const TypePtr key = materialised ? materialised->proxy().key : log->key();
  std::map<std::string, bool> seen;
  for (const StateMeta& meta : metas) {
    if (std::exchange(seen[meta.name], true)) continue;
    const auto entries = replayed_entries(log, materialised ? materialised->entries(meta) : nullptr,
                                          groups_of(metadata.keyed[index]), key, meta);
    append(states, meta.name, *entries);
  }
}

}  // namespace

std::vector<LoadedEntry> load(KeyedEntries& entries) {
  std::vector<LoadedEntry> loaded;
  while (const auto entry = entries.next()) {
    LoadedEntry next{entry->key_group, std::string(entry->key), std::string(entry->value), entry->pending};
    if (!loaded.empty() &&
        std::tie(next.key_group, next.key) < std::tie(loaded.back().key_group, loaded.back().key)) {
      throw std::runtime_error("entries are not in order");
    }
    loaded.push_back(std::move(next));
  }
  if (entries.error()) throw std::runtime_error(to_string(*entries.error()));
  return loaded;
}

std::map<std::string, LoadedStates> load(const FixtureSnapshot& snapshot) {
  std::map<std::string, LoadedStates> operators;
  const std::vector<flink::KeyedHandle>& handles = snapshot.metadata().keyed;
  for (size_t i = 0; i < handles.size(); i = std::max<size_t>(i + 1, handles[i].end_handle)) {
    if (handles[i].role != flink::Role::kKeyedManaged) continue;
    LoadedStates& states = operators[flink::hex(snapshot.metadata().operators[handles[i].operator_index].id)];
    switch (handles[i].tag) {
      case flink::KeyedTag::kNull:
        break;
      case flink::KeyedTag::kChangelog:
      case flink::KeyedTag::kChangelogV2:
        load_changelog(snapshot, i, states);
        break;
      default:
        Materialised materialised(snapshot, handles[i]);
        for (const StateMeta& meta : materialised.proxy().states) {
          append(states, meta.name, *materialised.entries(meta));
        }
    }
  }
  return operators;
}

}  // namespace checkpointfs::test
