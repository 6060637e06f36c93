// SPDX-License-Identifier: Apache-2.0
// The contents of a `_metadata` file: the decoded form of Flink's checkpoint metadata, versions 2 to 6.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace checkpointfs::flink {

// Tags of stream state handles, as in MetadataV2V3SerializerBase.java.
enum class StreamTag : uint8_t {
  kNull = 0,
  kByte = 1,
  kFile = 2,
  kKeyGroups = 3,
  kRelative = 6,
  kSegment = 15,
  kEmptySegment = 16,
};

// Version 3 has three layouts under one number (see decode.h); every other version has kOnly.
enum class Dialect : uint8_t { kOnly, kFlink1_11, kFlink1_12, kFlink1_15 };

// Tags of keyed state handles; the grammar is above KeyedStateDecoder::handle_here().
enum class KeyedTag : uint8_t {
  kNull = 0,
  kKeyGroups = 3,
  kIncremental = 5,
  kSavepointKeyGroups = 7,
  kChangelog = 8,
  kChangelogBytes = 9,
  kChangelogFiles = 10,
  kIncrementalV2 = 11,
  kKeyGroupsV2 = 12,
  kChangelogFilesV2 = 13,
  kChangelogV2 = 14,
};

// The form in which a keyed handle has its state.
enum class KeyedForm : uint8_t {
  kNone,       // no state
  kKeyGroups,  // one file with an offset for each key group
  kDatabase,   // the files of a database of RocksDB or ForSt
  kChangelog,  // materialised handles, and changes after them
  kChanges,    // a part of the changes
};
KeyedForm form_of(KeyedTag tag);

// Which of a subtask's states a handle belongs to.
enum class Role : uint8_t {
  kOperatorManaged,
  kOperatorRaw,
  kKeyedManaged,
  kKeyedRaw,
  kInputChannel,
  kResultSubpartition,
};

// The place of a stream state handle inside its enclosing handle.
enum class Part : uint8_t {
  kDelegate,   // the one file of a key-groups, operator or channel handle
  kMeta,       // incremental: the backend's own description
  kShared,     // incremental: the shared map
  kPrivate,    // incremental: the private map
  kChangelog,  // a file of state changes (tags 10, 13): its recorded size is not its size on disk
};

// A handle that names a file: FILE, RELATIVE or SEGMENT. The views point into the decoded bytes.
struct FileHandle {
  uint64_t offset = 0;  // of the tag byte
  uint32_t length = 0;  // of the whole handle, tag byte included
  StreamTag tag = StreamTag::kFile;
  Role role = Role::kOperatorManaged;
  Part part = Part::kDelegate;
  bool materialised = false;    // inside the materialised part of a changelog handle
  uint32_t operator_index = 0;  // into Metadata::operators
  int32_t subtask = 0;
  int64_t size = 0;             // recorded; -1 unknown; of the segment for SEGMENT
  int64_t start = 0;            // SEGMENT: its first byte in the file
  std::string_view path;        // modified UTF-8, as written
  std::string_view local_name;  // kShared, kPrivate: the file's name in the local database

  // Is true if the file (or segment) must be exactly `size` bytes long.
  bool size_is_exact() const { return size >= 0 && part != Part::kChangelog; }
};

// State that lies in the metadata itself: a BYTE handle.
struct InlineHandle {
  uint64_t offset = 0;  // of the state
  uint64_t length = 0;
  Role role = Role::kOperatorManaged;
  Part part = Part::kDelegate;
  bool materialised = false;
  bool coordinator = false;  // of the operator, not of a subtask; the rest says nothing then
  uint32_t operator_index = 0;
  int32_t subtask = 0;
  std::string_view local_name;
};

// The files and inline states of one keyed or operator handle: [first, end) of Metadata::files and
// Metadata::inlines.
struct HandleSpan {
  uint32_t first_file = 0;
  uint32_t end_file = 0;
  uint32_t first_inline = 0;
  uint32_t end_inline = 0;
};

// A keyed handle. Those nested in a changelog handle follow it.
struct KeyedHandle {
  KeyedTag tag = KeyedTag::kNull;
  Role role = Role::kKeyedManaged;  // or kKeyedRaw
  uint32_t operator_index = 0;      // into Metadata::operators
  int32_t subtask = 0;
  int32_t first_key_group = 0;
  int32_t key_groups = 0;  // the number of them; may be 0
  // The position of key_groups x long, the offsets of the key groups (tags 3, 7, 12), or of the changes: int
  // count | count x (int key_group | int length | byte[length]) (tag 9); else 0.
  uint64_t detail_offset = 0;
  uint32_t end_handle = 0;  // behind the last nested handle, an index into Metadata::keyed
  // Changelog files (tags 10, 13): [first, end) of Metadata::changelog_files.
  uint32_t first_changelog_file = 0;
  uint32_t end_changelog_file = 0;
  HandleSpan span;
};

// A file of changes, and the position in its stream at which they begin.
struct ChangelogFile {
  int64_t offset = 0;
  bool is_inline = false;
  uint32_t handle = 0;  // into Metadata::inlines or Metadata::files
};

// A handle of operator state.
struct OperatorHandle {
  Role role = Role::kOperatorManaged;  // or kOperatorRaw
  uint32_t operator_index = 0;
  int32_t subtask = 0;
  uint64_t states_offset = 0;  // of its state_list, see OperatorStateDecoder::state_list()
  HandleSpan span;             // one file or inline state, or none
};

// The two lists of an incremental keyed handle (tags 5, 11):
//   int shared_count | entries | int private_count | entries
struct IncrementalHandle {
  // Its handles, those of its meta included: [first, end) of Metadata::files and Metadata::inlines.
  uint32_t first_file = 0;
  uint32_t end_file = 0;
  uint32_t first_inline = 0;
  uint32_t end_inline = 0;
  uint64_t shared_count_offset = 0;
  uint32_t shared_count = 0;
  uint64_t private_count_offset = 0;
  uint32_t private_count = 0;
};

// An operator handle of file merging (tag 17):
//   int present | byte 17 | state list | UTF task_owned_dir | UTF shared_dir | boolean is_empty | SSH
struct SegmentOperatorHandle {
  uint64_t present_offset = 0;  // of the int that says that the handle is there
  uint64_t tag_offset = 0;
  uint64_t directories_offset = 0;  // of task_owned_dir
  uint64_t delegate_offset = 0;     // of the delegate's tag byte; is_empty ends here
  uint64_t end_offset = 0;
  bool empty = false;  // the delegate is EMPTY_SEGMENT, the state list has no offsets
};

struct Operator {
  std::array<uint8_t, 16> id = {};  // as in the file and as Flink prints it: lower half, upper half
  std::string_view name;            // modified UTF-8; versions 5 and 6, else empty
  std::string_view uid;
  int32_t parallelism = 0;
  int32_t max_parallelism = 0;
  uint32_t subtasks = 0;  // subtask states in the file, finished ones included
  uint32_t finished_subtasks = 0;
  bool finished = false;      // the whole operator is
  uint64_t inline_bytes = 0;  // of its BYTE handles, coordinator state included
};

enum class SnapshotKind : uint8_t { kUnknown, kCheckpoint, kSavepoint };

// All of a metadata, or one part of it (parts.h). REQUIRES: the decoded bytes outlive it.
struct Metadata {
  std::string_view bytes;  // of the whole metadata, or as far as it was decoded
  uint64_t begin = 0;      // [begin, end) of `bytes` is what was decoded
  uint64_t end = 0;
  int32_t version = 0;
  Dialect dialect = Dialect::kOnly;
  int64_t checkpoint_id = 0;
  SnapshotKind kind = SnapshotKind::kUnknown;  // versions 4 and later say it
  uint32_t master_states = 0;
  std::vector<Operator> operators;
  std::vector<FileHandle> files;                // in the order of the bytes
  std::vector<InlineHandle> inlines;            // in the order of the bytes
  std::vector<KeyedHandle> keyed;               // in the order of the bytes
  std::vector<OperatorHandle> operator_states;  // in the order of the bytes
  std::vector<ChangelogFile> changelog_files;   // in the order of the bytes
  std::vector<IncrementalHandle> incrementals;
  std::vector<SegmentOperatorHandle> segment_operators;
  uint64_t inline_bytes = 0;          // of all inlines
  uint64_t empty_segments = 0;        // EMPTY_SEGMENT handles outside of tag 17; no Flink writes them
  uint64_t empty_segment_offset = 0;  // of the first one
  bool has_changelog = false;         // a changelog handle (tags 8, 14) is there
};

// 32 hexadecimal digits, as Flink's OperatorID prints itself.
std::string hex(const std::array<uint8_t, 16>& id);
// The operator's uid, else its name, else its id in digits. UTF-8. Metadata before Flink 2.0 has ids only.
std::string operator_label(const Operator& op);

std::string_view to_string(StreamTag tag);
std::string_view to_string(Dialect dialect);    // "", "1.11", "1.12-1.14", "1.15"
std::string_view to_string(Role role);          // "managed operator", "raw keyed", "input channel", ...
std::string_view to_string(Part part);          // "", "meta", "shared", "private", "changelog"
std::string_view to_string(SnapshotKind kind);  // "unknown", "checkpoint", "savepoint"

}  // namespace checkpointfs::flink
