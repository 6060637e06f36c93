// SPDX-License-Identifier: Apache-2.0
// checkpointfs index.
#include <algorithm>
#include <iostream>
#include <set>
#include <vector>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/output/json.h"
#include "cli/output/table.h"
#include "cli/output/terminal.h"
#include "cli/query/index_json.h"
#include "cli/query/unused_indexes.h"
#include "cli/query/update_index.h"
#include "flink/uri.h"
#include "index/database/lock.h"
#include "index/read/reader.h"
#include "index/scan/default_file.h"

namespace checkpointfs::cli {
namespace {

void add_index_command_options(OptionGroup& group) {
  add_index_options(group);
  add_repeated(group, "forget-map", "URI", "drop the mapping of URI from the index");
  add_flag(group, "clean", "list the indexes that nobody needs, instead of updating one");
  add_flag(group, "apply", "delete what --clean lists");
  add_named_source_option(group);
  add_json_option(group);
}

void print_text(const std::string& index_file, const index::ScanResult& result, index::Reader& reader) {
  const index::Totals totals = reader.totals();
  std::cout << base::counted(totals.snapshots, "snapshot") << " (" << totals.broken_snapshots << " broken), "
            << base::counted(totals.files, "file") << ", " << base::human_bytes(totals.bytes) << "\n"
            << "read: " << result.metadata_read << ", removed: " << result.removed
            << ", files looked at: " << result.files_looked_at << "\n";
  for (const storage::Mapping& mapping : reader.mappings())
    std::cout << "mapping: " << mapping_text(mapping) << "\n";
  std::cout << "index: " << base::printable(index_file) << "\n";
}

void print_result_json(const std::string& index_file, const index::ScanResult& result,
                       index::Reader& reader) {
  JsonArray unreadable;
  for (const std::string& directory : result.unreadable_directories) unreadable.push_back(directory);
  JsonArray passed_over;
  for (const std::string& path : result.passed_over) passed_over.push_back(path);
  print_json(std::cout, JsonObject{{"index", index_file},
                                   {"sources", sources_json(reader.roots())},
                                   {"mappings", mappings_json(reader.mappings())},
                                   {"totals", totals_json(reader.totals())},
                                   {"metadata_read", result.metadata_read},
                                   {"removed", result.removed},
                                   {"files_looked_at", result.files_looked_at},
                                   {"unreadable_directories", std::move(unreadable)},
                                   {"passed_over", std::move(passed_over)}});
}

// Returns the canonical URIs of --forget-map. Throws Failure(kUsage) if the index has no mapping of a URI.
std::set<std::string> forgotten_mappings(const Invocation& invocation, const std::string& index_file) {
  std::set<std::string> forgotten;
  const std::vector<storage::Mapping> kept = index::given_mappings(index_file);
  for (const std::string& argument : invocation.texts("forget-map")) {
    const auto uri = flink::parse_uri(argument);
    const std::string canonical = uri ? flink::to_string(*uri) : argument;
    if (std::ranges::find(kept, canonical, &storage::Mapping::uri_prefix) == kept.end()) {
      std::string known;
      for (const storage::Mapping& mapping : kept)
        known += base::format("{}{}", known.empty() ? "" : ", ", base::printable(mapping.uri_prefix));
      throw base::Failure(base::FailureKind::kUsage,
                          base::format("--forget-map {}: the index has no such mapping; {}", argument,
                                       known.empty() ? "it has none" : base::format("it has {}", known)));
    }
    forgotten.insert(canonical);
  }
  return forgotten;
}

void print_unused(const std::vector<UnusedIndex>& unused, bool is_deleted) {
  using enum Table::Align;
  Table table({{"INDEX", kLeft, true}, {"SIZE", kRight}, {"WHY", kLeft, true}});
  uint64_t bytes = 0;
  for (const UnusedIndex& index : unused) {
    table.add({base::printable(base::last_component(index.file)), base::human_bytes(index.bytes),
               base::printable(index.why)});
    bytes += index.bytes;
  }
  if (!table.empty()) {
    table.print(std::cout, terminal_width(0));
    std::cout << "\n";
  }
  std::cout << (is_deleted ? "deleted: " : "unused: ") << unused.size()
            << (unused.size() == 1 ? " index, " : " indexes, ") << base::human_bytes(bytes) << "\n";
  if (!is_deleted && !unused.empty()) std::cout << "dry run, nothing was changed: --apply deletes them\n";
}

void print_unused_json(const std::vector<UnusedIndex>& unused, bool is_deleted) {
  JsonArray indexes;
  for (const UnusedIndex& index : unused)
    indexes.push_back(JsonObject{{"index", index.file}, {"bytes", index.bytes}, {"why", index.why}});
  print_json(std::cout, JsonObject{{"deleted", is_deleted}, {"indexes", std::move(indexes)}});
}

ExitCode clean(const Invocation& invocation) {
  require_operands(invocation, 0, 0, "no SOURCE with --clean");
  for (const char* const other : {"index", "map", "forget-map", "source"})
    refuse_both(invocation, "clean", other);
  const bool is_applied = invocation.has("apply");
  std::vector<UnusedIndex> unused = unused_indexes();
  if (is_applied) std::erase_if(unused, [](const UnusedIndex& index) { return !remove_unused(index); });
  invocation.has("json") ? print_unused_json(unused, is_applied) : print_unused(unused, is_applied);
  return ExitCode::kOk;
}

ExitCode run_index(const Invocation& invocation) {
  if (invocation.has("clean")) return clean(invocation);
  if (invocation.has("apply")) throw base::Failure(base::FailureKind::kUsage, "--apply needs --clean");
  require_operands(invocation, invocation.has("source") ? 0 : 1, SIZE_MAX, "SOURCE...");
  index::Options options = index_options_with_sources(invocation, invocation.operands);
  if (options.index_file.empty())
    options.index_file = index::default_index_file(options.sources, invocation.store_names);
  const index::IndexLock lock(options.index_file, "index", index::kPatience);
  const index::ScanResult result = update_index_and_keep(options, given_mappings(invocation), nullptr,
                                                         forgotten_mappings(invocation, options.index_file));
  index::Reader reader(options.index_file);
  if (invocation.has("json")) {
    print_result_json(options.index_file, result, reader);
  } else {
    print_text(options.index_file, result, reader);
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kIndex = {"index",
                        "SOURCE...",
                        "bring the index of checkpoint storage up to date",
                        &add_index_command_options,
                        &run_index,
                        "$ checkpointfs index /data/flink/checkpoints\n"
                        "$ checkpointfs index --clean --apply\n"
                        "$ checkpointfs index --map s3://bucket/flink=/data/copy /data/copy\n"};

}  // namespace checkpointfs::cli
