// SPDX-License-Identifier: Apache-2.0
#include "cli/output/json.h"

#include <string>

#include <boost/json/serialize.hpp>

#include "base/text/format.h"
#include "base/text/json_escapes.h"

namespace json = boost::json;

namespace checkpointfs::cli {
namespace {

std::string text_of(const json::value& value) {
  return base::with_json_escapes(json::serialize(value));
}

void print(std::ostream& out, const json::value& value, size_t depth) {
  const std::string indent(2 * depth, ' ');
  const char* separator = "\n";
  if (const json::array* array = value.if_array(); array != nullptr && !array->empty()) {
    out << '[';
    for (const json::value& item : *array) {
      out << separator << indent << "  ";
      print(out, item, depth + 1);
      separator = ",\n";
    }
    out << '\n' << indent << ']';
  } else if (const json::object* object = value.if_object(); object != nullptr && !object->empty()) {
    out << '{';
    for (const auto& [key, item] : *object) {
      out << separator << indent << "  " << text_of(json::string(key)) << ": ";
      print(out, item, depth + 1);
      separator = ",\n";
    }
    out << '\n' << indent << '}';
  } else {
    out << text_of(value);
  }
}

}  // namespace

json::string json_text(std::string_view text) {
  return json::string(text);
}

void print_json(std::ostream& out, const json::value& value) {
  print(out, value, 0);
  out << '\n';
}

void print_json_line(std::ostream& out, const json::value& value) {
  out << text_of(value) << '\n';
}

json::array mappings_json(const std::vector<storage::Mapping>& mappings) {
  json::array out;
  for (const storage::Mapping& mapping : mappings) {
    out.push_back(json::object{{"uri_prefix", json_text(mapping.uri_prefix)},
                               {"directory", json_text(mapping.directory)},
                               {"inferred", mapping.inferred},
                               {"scope", json_text(mapping.scope)}});
  }
  return out;
}

json::array sources_json(const std::vector<storage::Root>& roots) {
  json::array out;
  for (const storage::Root& root : roots) {
    if (root.is_source) out.push_back(json_text(root.path));
  }
  return out;
}

json::object totals_json(const index::Totals& totals) {
  return {{"snapshots", totals.snapshots},
          {"broken_snapshots", totals.broken_snapshots},
          {"files", totals.files},
          {"bytes", totals.bytes},
          {"projected_bytes", totals.projected_bytes}};
}

json::object snapshot_json(const index::Snapshot& snapshot, uint64_t exclusive_bytes) {
  return {{"path", json_text(snapshot.path)},
          {"source", json_text(snapshot.source.path)},
          {"source_path", json_text(snapshot.source_path)},
          {"status", json_text(to_string(snapshot.status))},
          {"reason", json_text(snapshot.reason)},
          {"kind", json_text(snapshot.kind)},
          {"checkpoint_id", snapshot.checkpoint_id},
          {"format", snapshot.version},
          {"time", json_text(base::iso_time(snapshot.metadata_mtime_ns))},
          {"metadata_size", snapshot.metadata_size},
          {"relative_metadata_size", snapshot.owned_size},
          {"file_count", snapshot.files},
          {"broken_file_count", snapshot.broken_files},
          {"bytes", snapshot.bytes},
          {"exclusive_bytes", exclusive_bytes},
          {"changelog", snapshot.has_changelog}};
}

}  // namespace checkpointfs::cli
