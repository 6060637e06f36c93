// SPDX-License-Identifier: Apache-2.0
// The decoder's inside: one pass over a `_metadata` in one layout. See decode.h for what it promises.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/byte_cursor.h"
#include "flink/field_path.h"
#include "flink/limits.h"
#include "flink/metadata.h"

namespace checkpointfs::flink {

// What differs between the versions, and between the three layouts of version 3.
struct Layout {
  Dialect dialect = Dialect::kOnly;
  bool coordinators = true;           // from version 3: coordinator and channel state; no more legacy fields
  bool finished = true;               // Flink 1.14: markers of finished operators and subtasks
  bool channel_subtask_index = true;  // Flink 1.12
  bool changelog_1_14 = false;        // the first layout of the changelog tags 8, 9 and 10
  bool properties = false;            // version 4: Java serialisation stream at the end
  bool names = false;                 // version 5: name and uid of each operator
  bool channel_types = false;         // version 6: type byte before each channel handle
  int newest_tag = 255;               // handles with greater tags did not exist
};

// Tags of keyed state handles, see reader_keyed.cc.
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

class MetadataDecoder {
 public:
  MetadataDecoder(std::string_view bytes, const Layout& layout, const Limits& limits, Metadata* metadata);

  // Reads all that follows magic and version. Returns whether it went well; else error() says why not.
  bool read();
  // REQUIRES: read() returned false.
  base::InputError error() const;

 private:
  // reader.cc
  void master_state();
  void an_operator();
  bool coordinator_state();
  bool finished_marker();
  void subtasks();
  bool subtask_index();
  void subtask();
  void refuse_legacy_state();

  // reader_handles.cc
  void operator_handle(const char* name, Role role);
  void state_list(uint64_t* offsets);
  void segment_operator(uint64_t present_offset, uint64_t tag_offset, uint64_t offsets);
  void channels(const char* name, Role role);
  void typed_channel_handle();
  void channel_handle();
  void merged_channel_handle();
  StreamTag stream_handle(const char* name, Part part, std::string_view local_name = {});
  StreamTag stream_handle_here(Part part, std::string_view local_name);
  void require_stream_handle(const char* name, Part part, std::string_view local_name = {});
  InlineHandle& byte_handle(Part part, std::string_view local_name);
  void file_handle(StreamTag tag, uint64_t tag_offset, Part part, std::string_view local_name);

  // reader_keyed.cc
  void keyed_handle(const char* name, Role role);
  KeyedTag keyed_handle_here();
  bool keyed_body(KeyedTag tag);
  uint32_t key_group_range();
  void key_groups(Part part, std::string_view local_name);
  void incremental(bool with_size_and_id);
  uint32_t handle_list(const char* name, Part part);
  void changelog(bool with_checkpoint_id);
  void materialised_handles();
  void changelog_bytes();
  void changelog_files();
  void change_handles();

  FieldScope in_field(const char* name) { return FieldScope(in_, path_, name); }
  std::string_view utf(const char* field);
  // A UTF that Flink makes a Path of, which throws on an empty string.
  std::string_view path_utf(const char* field);
  // REQUIRES a matching leave(). False (and an error) if handles are nested too deeply.
  bool enter(uint64_t tag_offset);
  void leave() { --depth_; }
  bool known_tag(int tag, uint64_t tag_offset, const char* kind);

  base::ByteCursor in_;
  const Layout& layout_;
  const Limits& limits_;
  Metadata& out_;
  FieldPath path_;

  // Where the handle being read belongs.
  Role role_ = Role::kOperatorManaged;
  bool materialised_ = false;
  int32_t subtask_ = 0;
  int depth_ = 0;
};

}  // namespace checkpointfs::flink
