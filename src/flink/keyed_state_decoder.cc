// SPDX-License-Identifier: Apache-2.0
#include "flink/keyed_state_decoder.h"

#include <utility>

#include "base/text/message.h"

namespace checkpointfs::flink {
namespace {

constexpr uint64_t kMinListEntry = 2 + 1;
constexpr uint64_t kMinKeyedHandle = 1;
constexpr uint64_t kMinChange = 4 + 4;
constexpr uint64_t kMinChangelogFile = 8 + 1;
constexpr int32_t kMetadataChange = -1;  // in the place of a key group

}  // namespace

void KeyedStateDecoder::handle(const char* name, Role role) {
  const FieldScope scope = state_.field(name);
  state_.role = role;
  state_.materialised = false;
  handle_here();
}

// KSH: byte tag, then
//    0 NULL
//    3 KEY_GROUPS                    key_groups                                Flink 1.2 - 1.14
//    5 INCREMENTAL                   incremental                               Flink 1.3 - 1.14
//    7 SAVEPOINT_KEY_GROUPS          key_groups                                from Flink 1.13
//    8 CHANGELOG                     changelog                                 Flink 1.14, 1.15
//    9 CHANGELOG_BYTE_INCREMENT      changelog_bytes                           from Flink 1.14
//   10 CHANGELOG_FILE_INCREMENT      changelog_files                           Flink 1.14, 1.15
//   11 INCREMENTAL_V2                incremental with size and id              from Flink 1.15
//   12 KEY_GROUPS_V2                 key_groups | UTF state_handle_id          from Flink 1.15
//   13 CHANGELOG_FILE_INCREMENT_V2   changelog_files | UTF storage             from Flink 1.16
//   14 CHANGELOG_V2                  changelog with checkpoint id              from Flink 1.16
KeyedTag KeyedStateDecoder::handle_here() {
  const uint64_t tag_offset = in_.offset();
  const int tag = in_.u8("tag");
  if (!state_.known_tag(tag, tag_offset, "keyed state handle") || !state_.enter(tag_offset))
    return KeyedTag::kNull;
  KeyedHandle handle;
  handle.tag = static_cast<KeyedTag>(tag);
  if (handle.tag != KeyedTag::kNull) {
    // Its place is before the handles in it, which come first.
    const size_t index = out_.keyed.size();
    out_.keyed.emplace_back();
    handle.role = state_.role;
    handle.operator_index = static_cast<uint32_t>(out_.operators.size() - 1);
    handle.subtask = state_.subtask;
    handle.span = state_.begin_span();
    if (!body(handle)) {
      in_.fail(tag_offset, "tag", base::format("unknown tag {} of a keyed state handle", tag));
    }
    state_.end_span(handle.span);
    handle.end_handle = static_cast<uint32_t>(out_.keyed.size());
    out_.keyed[index] = handle;
  }
  state_.leave();
  return handle.tag;
}

// False if there is no such tag.
bool KeyedStateDecoder::body(KeyedHandle& handle) {
  switch (handle.tag) {
    case KeyedTag::kNull:
      return true;
    case KeyedTag::kKeyGroups:
    case KeyedTag::kSavepointKeyGroups:
      key_groups(handle);
      return true;
    case KeyedTag::kKeyGroupsV2:
      key_groups(handle);
      state_.utf("state_handle_id");
      return true;
    case KeyedTag::kIncremental:
    case KeyedTag::kIncrementalV2:
      incremental(handle);
      return true;
    case KeyedTag::kChangelog:
    case KeyedTag::kChangelogV2:
      changelog(handle);
      return true;
    case KeyedTag::kChangelogBytes:
      changelog_bytes(handle);
      return true;
    case KeyedTag::kChangelogFiles:
    case KeyedTag::kChangelogFilesV2:
      changelog_files(handle);
      if (handle.tag == KeyedTag::kChangelogFilesV2) state_.utf("storage");
      return true;
  }
  return false;
}

void KeyedStateDecoder::key_groups(KeyedHandle& handle) {
  const KeyGroupRange range = handles_.key_groups(Part::kDelegate, {});
  handle.first_key_group = range.first;
  handle.key_groups = range.number;
  handle.detail_offset = range.end_offset;
}

void KeyedStateDecoder::key_group_range(KeyedHandle& handle) {
  const KeyGroupRange range = handles_.key_group_range();
  handle.first_key_group = range.first;
  handle.key_groups = range.number;
}

// incremental:
//   long checkpoint_id | UTF backend_id | key_group_range
//   long checkpointed_size                 INCREMENTAL_V2 only
//   SSH meta
//   handle_list shared | handle_list private
//   UTF state_handle_id                    INCREMENTAL_V2 only
void KeyedStateDecoder::incremental(KeyedHandle& handle) {
  const bool with_size_and_id = handle.tag == KeyedTag::kIncrementalV2;
  in_.i64("checkpoint_id");
  state_.utf("backend_id");
  key_group_range(handle);
  if (with_size_and_id) in_.i64("checkpointed_size");
  IncrementalHandle lists;
  lists.first_file = static_cast<uint32_t>(out_.files.size());
  lists.first_inline = static_cast<uint32_t>(out_.inlines.size());
  handles_.optional("meta", Part::kMeta);
  lists.shared_count_offset = in_.offset();
  lists.shared_count = handle_list("shared", Part::kShared);
  lists.private_count_offset = in_.offset();
  lists.private_count = handle_list("private", Part::kPrivate);
  lists.end_file = static_cast<uint32_t>(out_.files.size());
  lists.end_inline = static_cast<uint32_t>(out_.inlines.size());
  out_.incrementals.push_back(lists);
  if (with_size_and_id) state_.utf("state_handle_id");
}

// handle_list: int count | count x (UTF local_name | SSH)
// A map of local names until Flink 1.17, a list since: the same bytes.
uint32_t KeyedStateDecoder::handle_list(const char* name, Part part) {
  FieldScope scope = state_.field(name);
  const uint32_t count = in_.count(kMinListEntry, "count");
  for (uint32_t i = 0; i < count && in_.ok(); ++i) {
    scope.set_index(i);
    const std::string_view local_name = state_.utf("local_name");
    const uint64_t offset = in_.offset();
    if (handles_.here(part, local_name) == StreamTag::kNull) in_.fail(offset, "tag", "absent (tag 0)");
  }
  return count;
}

// changelog:
//   key_group_range
//   long checkpointed_size                 from Flink 1.15
//   int count | count x KSH materialised
//   int count | count x KSH changes        tags 9, 10 and 13 only
//   long materialisation_id                from Flink 1.15
//   long checkpoint_id                     CHANGELOG_V2 only
//   UTF state_handle_id                    from Flink 1.15
void KeyedStateDecoder::changelog(KeyedHandle& handle) {
  out_.has_changelog = true;
  key_group_range(handle);
  if (!state_.layout.changelog_1_14) in_.i64("checkpointed_size");
  materialised_handles();
  change_handles();
  if (state_.layout.changelog_1_14) return;
  in_.i64("materialisation_id");
  if (handle.tag == KeyedTag::kChangelogV2) in_.i64("checkpoint_id");
  state_.utf("state_handle_id");
}

void KeyedStateDecoder::materialised_handles() {
  FieldScope scope = state_.field("materialised");
  const bool outer = std::exchange(state_.materialised, true);
  const uint32_t count = in_.count(kMinKeyedHandle, "count");
  for (uint32_t i = 0; i < count && in_.ok(); ++i) {
    scope.set_index(i);
    handle_here();
  }
  state_.materialised = outer;
}

void KeyedStateDecoder::change_handles() {
  FieldScope scope = state_.field("changes");
  const uint32_t count = in_.count(kMinKeyedHandle, "count");
  for (uint32_t i = 0; i < count && in_.ok(); ++i) {
    scope.set_index(i);
    const uint64_t offset = in_.offset();
    const KeyedTag tag = handle_here();
    if (form_of(tag) != KeyedForm::kChanges) {
      in_.fail(offset, "tag",
               base::format("tag {} is not an increment of a changelog", static_cast<int>(tag)));
    }
  }
}

// changelog_bytes:
//   key_group_range | long from | long to
//   int count | count x (int key_group | int length | byte[length])     key group -1: a change of metadata
//   UTF state_handle_id                    from Flink 1.15
void KeyedStateDecoder::changelog_bytes(KeyedHandle& handle) {
  key_group_range(handle);
  const uint64_t from_offset = in_.offset();
  const int64_t from = in_.i64("from");
  const int64_t to = in_.i64("to");
  if (from < 0 || to < 0) in_.fail(from_offset, "from", base::format("changes from {} to {}", from, to));
  {
    FieldScope scope = state_.field("changes");
    handle.detail_offset = in_.offset();
    const uint32_t count = in_.count(kMinChange, "count");
    for (uint32_t i = 0; i < count && in_.ok(); ++i) {
      scope.set_index(i);
      const uint64_t offset = in_.offset();
      const int32_t group = in_.i32("key_group");
      if (group < kMetadataChange) in_.fail(offset, "key_group", base::format("key group {}", group));
      in_.block("bytes");
    }
  }
  if (!state_.layout.changelog_1_14) state_.utf("state_handle_id");
}

// changelog_files:
//   key_group_range
//   int count | count x (long offset | SSH)
//   long size
//   long checkpointed_size | UTF state_handle_id                        from Flink 1.15
void KeyedStateDecoder::changelog_files(KeyedHandle& handle) {
  key_group_range(handle);
  handle.first_changelog_file = static_cast<uint32_t>(out_.changelog_files.size());
  {
    FieldScope scope = state_.field("files");
    const uint32_t count = in_.count(kMinChangelogFile, "count");
    for (uint32_t i = 0; i < count && in_.ok(); ++i) {
      scope.set_index(i);
      ChangelogFile file;
      file.offset = in_.i64("offset");
      const size_t files = out_.files.size();
      const size_t inlines = out_.inlines.size();
      handles_.here(Part::kChangelog, {});
      file.is_inline = out_.inlines.size() > inlines;
      file.handle = static_cast<uint32_t>(file.is_inline ? inlines : files);
      if (file.is_inline || out_.files.size() > files) out_.changelog_files.push_back(file);
    }
  }
  handle.end_changelog_file = static_cast<uint32_t>(out_.changelog_files.size());
  in_.i64("size");
  if (state_.layout.changelog_1_14) return;
  in_.i64("checkpointed_size");
  state_.utf("state_handle_id");
}

}  // namespace checkpointfs::flink
