// SPDX-License-Identifier: Apache-2.0
#include "cli/exports/export_results.h"

#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/output/json.h"
#include "cli/query/query_target.h"

namespace checkpointfs::cli {
namespace {

// ", 3.0 MiB copied, 1.2 GiB kept": the ways that have bytes.
std::string ways_text(const exporting::Counts& counts) {
  std::string text;
  const auto add = [&](uint64_t bytes, std::string_view way) {
    if (bytes > 0) text += base::format(", {} {}", base::human_bytes(bytes), way);
  };
  add(counts.copied_bytes, "copied");
  add(counts.reflinked_bytes, "copied as reflinks");
  add(counts.linked_bytes, "linked to the source");
  add(counts.shared_bytes, "shared with other snapshots in the target");
  add(counts.kept_bytes, "there before");
  return text;
}

std::string counts_text(const exporting::Counts& counts) {
  return base::format("{}, {}{}", base::counted(counts.files, "file"), base::human_bytes(counts.bytes),
                      ways_text(counts));
}

void add_counts(JsonObject& json, const exporting::Counts& counts) {
  json.add("files", counts.files);
  json.add("bytes", counts.bytes);
  json.add("copied_bytes", counts.copied_bytes);
  json.add("reflinked_bytes", counts.reflinked_bytes);
  json.add("linked_bytes", counts.linked_bytes);
  json.add("shared_bytes", counts.shared_bytes);
  json.add("kept_bytes", counts.kept_bytes);
}

exporting::Counts sum_of(const std::vector<ExportResult>& results) {
  exporting::Counts all;
  for (const ExportResult& result : results) {
    if (result.exported) all += result.exported->counts;
  }
  return all;
}

JsonObject result_json(const ExportResult& result) {
  JsonObject json{{"name", result.snapshot.path},
                  {"source", result.snapshot.source.path},
                  {"checkpoint_id", result.snapshot.checkpoint_id}};
  if (!result.exported) {
    json.add("error", result.error);
    json.add("exit_code", static_cast<int>(result.code));
    return json;
  }
  const exporting::Exported& exported = *result.exported;
  json.add("directory", exported.directory);
  json.add("manifest", JsonValue::text_or_null(exported.manifest));
  add_counts(json, exported.counts);
  json.add("was_complete", exported.was_complete);
  json.add("verified", exported.verified);
  json.add("error", nullptr);
  return json;
}

}  // namespace

void print_export_text(std::ostream& out, const std::vector<ExportResult>& results, ExportKind kind) {
  const bool is_done = kind == ExportKind::kDone;
  size_t count = 0;
  for (const ExportResult& result : results) {
    if (!result.exported) continue;
    ++count;
    const exporting::Exported& exported = *result.exported;
    out << path_text(result.snapshot.path)
        << (exported.was_complete ? " is exported already: "
            : is_done             ? " is exported: "
                                  : " would be exported: ")
        << counts_text(exported.counts) << (exported.verified && is_done ? "; verified" : "") << "\n"
        << base::printable(exported.directory) << "\n";
  }
  if (count > 1) {
    out << "in all " << base::counted(count, "snapshot") << ", " << counts_text(sum_of(results)) << "\n";
  }
}

void print_export_json(std::ostream& out, const std::vector<ExportResult>& results, const std::string& target,
                       ExportKind kind) {
  JsonObject totals;
  add_counts(totals, sum_of(results));
  JsonArray snapshots;
  for (const ExportResult& result : results) snapshots.push_back(result_json(result));
  print_json(out, JsonObject{{"target", target},
                             {"dry_run", kind == ExportKind::kDryRun},
                             {"totals", std::move(totals)},
                             {"snapshots", std::move(snapshots)}});
}

}  // namespace checkpointfs::cli
