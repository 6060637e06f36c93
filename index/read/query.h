// SPDX-License-Identifier: Apache-2.0
// Query: the SQL of one question, with the lists of columns that several questions have in common filled in
// at compile time. Each query is one raw literal, which can be grepped and read whole.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace checkpointfs::index {

// A placeholder of a query and the SQL that replaces it.
struct Fragment {
  std::string_view placeholder;
  std::string_view sql;
};

inline constexpr std::array<Fragment, 10> kFragments = {{
    // The columns that file_of() takes apart, for files f and state files sf in directories sd.
    {"{node}", R"sql(f.id, f.length, f.links, sf.mtime_ns, sf.mode, sf.uid, sf.gid,
  sd.passage, sd.passage_uid, sd.passage_gid)sql"},
    {"{node_joins}", R"sql(CROSS JOIN state_file_rows sf ON sf.id = f.state_file_id
  CROSS JOIN state_directories sd ON sd.id = sf.directory_id)sql"},
    // The columns of location_of(), for roots ro as well.
    {"{location}", R"sql(f.id, f.start, f.length, f.status, f.reason, f.links, sd.path || sf.name,
  COALESCE(sf.uri, sd.uri || sf.name), sf.size, sf.mtime_ns, sf.reason, ro.id, ro.path, ro.is_source,
  f.segment)sql"},
    {"{location_joins}", "{node_joins} LEFT JOIN roots ro ON ro.id = sd.root_id"},
    // The natural name of a file, and its projected name for references r.
    {"{name}", "COALESCE(f.name, sf.name)"},
    {"{alias}", "COALESCE(r.alias, f.name, sf.name)"},
    // The columns of snapshot_of(), for directories d, snapshots s, roots ro and the directory t of the
    // source.
    {"{snapshot}",
     R"sql(s.directory_id, t.id, t.name, d.path, ro.id, ro.path, ro.is_source, s.status, s.reason,
  s.metadata_size, s.metadata_mtime_ns, s.owned_size, s.file_handles, s.version, s.kind, s.checkpoint_id,
  s.files, s.bytes, s.broken_files, s.has_changelog, s.job_size)sql"},
    {"{snapshot_joins}", R"sql(JOIN directories d ON d.id = s.directory_id
  JOIN directories t ON t.root_id = d.root_id AND t.path = '' JOIN roots ro ON ro.id = d.root_id)sql"},
    // A file of a directory `shared`: a snapshot right below the directory ?1 needs it.
    {"{is_shared}", R"sql(EXISTS (SELECT 1 FROM reference_rows r JOIN directories d ON d.id = r.snapshot_id
  WHERE r.file_id = f.id AND d.parent_id = ?1))sql"},
    // The state file has the name ?1.
    {"{is_named}", R"sql((sd.path || sf.name = ?1
  OR substr(sd.path || sf.name, -length(?1) - 1) = '/' || ?1))sql"},
}};

// Must have static storage duration: a Connection knows statements by the address of their text.
class Query {
 public:
  // A placeholder that is not in kFragments, and a text that is too long, do not compile.
  consteval Query(const char* sql) { append(sql); }
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  constexpr operator const char*() const { return text_.data(); }

 private:
  consteval void append(std::string_view sql) {
    while (!sql.empty()) {
      if (sql.front() == '{') {
        const size_t length = sql.find('}') + 1;
        append(fragment(sql.substr(0, length)));
        sql.remove_prefix(length);
      } else {
        text_.at(size_++) = sql.front();
        sql.remove_prefix(1);
      }
    }
  }

  static consteval std::string_view fragment(std::string_view placeholder) {
    for (const Fragment& one : kFragments) {
      if (one.placeholder == placeholder) return one.sql;
    }
    throw "unknown placeholder";
  }

  std::array<char, 1536> text_ = {};  // the rest stays '\0'
  size_t size_ = 0;
};

}  // namespace checkpointfs::index
