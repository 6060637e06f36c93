// SPDX-License-Identifier: Apache-2.0
// Lines of JSON for the entries of keyed state.
//
//   {"operator":"orders","state":"counts","key_group":12,"key":"user-17","namespace":{"start":0,"end":86400000},
//    "map_key":"a","value":{"count":3},"ttl_ms":1700000000000}
//
// The fields have this order; those that the state does not have are left out. checkpointfs-state(1)
// describes them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "state/json/json_text.h"
#include "state/keyed/keyed_entries.h"
#include "state/meta/state_meta.h"
#include "state/types/type.h"

namespace checkpointfs::state {

enum class RowFields : uint8_t {
  kAll,
  kKeys,  // no value
};
enum class RowForm : uint8_t {
  kJson,
  kHex,  // the bytes of keys and values, "0x..."
};
struct RowStyle {
  JsonStyle json = {};
  RowFields fields = RowFields::kAll;
  RowForm form = RowForm::kJson;
};

// The names of unreadable types in one line; each once.
class OpaqueNames {
 public:
  void add(std::string_view name);
  // Appends ,"opaque":"..." if there are any.
  void append_field(std::string& line) const;

 private:
  std::string names_;
};

// {"operator":"...","state":"...": what each line of a state begins with.
std::string row_head(std::string_view operator_label, std::string_view state);

// ,"value":...[,"ttl_ms":...] of a value that fills `bytes`. `prefix`: of both names, "" or "old_".
void append_value_fields(std::string_view bytes, const Type& type, const RowStyle& style,
                         std::string_view prefix, OpaqueNames& opaque, std::string& line);

// Reads a key once, also if many entries of a map have it. REQUIRES, from call to call: types at one address
// are the same as long as the key group is.
class KeyedRowWriter {
 public:
  KeyedRowWriter(std::string_view operator_label, std::string_view state, RowStyle style);

  // Appends the line of an entry, without a line feed. `key`: the type of keys.
  void append(const Type& key, const StateMeta& meta, const KeyedEntry& entry, std::string& line);
  // The same in three parts; a difference of two snapshots has more fields.
  void append_keys(const Type& key, const StateMeta& meta, const KeyedEntry& entry, OpaqueNames& opaque,
                   std::string& line);
  void append_values(const StateMeta& meta, std::string_view value, std::string_view prefix,
                     OpaqueNames& opaque, std::string& line) const;
  static void append_end(const KeyedEntry& entry, const OpaqueNames& opaque, std::string& line);

  const std::string& head() const { return head_; }

 private:
  // ,"key":...[,"namespace":...], as it stands at the beginning of the keys of one or more entries.
  struct KnownKey {
    const Type* type = nullptr;
    const StateMeta* meta = nullptr;
    int32_t key_group = 0;
    std::string bytes;
    std::string text;
  };
  size_t known_length(const Type& key, const StateMeta& meta, const KeyedEntry& entry, std::string& line);
  size_t read_key(const Type& key, const StateMeta& meta, std::string_view bytes, std::string& line) const;
  void append_parts(const Type& key, const StateMeta& meta, std::string_view bytes, OpaqueNames& opaque,
                    std::string& line) const;
  void append_timer_keys(const Type& timer, const KeyedEntry& entry, OpaqueNames& opaque,
                         std::string& line) const;
  void append_namespace(std::string_view bytes, const Type& type, OpaqueNames& opaque,
                        std::string& line) const;
  void append_list(std::string_view bytes, const Type& element, std::string_view prefix, OpaqueNames& opaque,
                   std::string& line) const;

  const std::string head_;
  const RowStyle style_;
  KnownKey known_;
};

}  // namespace checkpointfs::state
