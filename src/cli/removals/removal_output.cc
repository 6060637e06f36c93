// SPDX-License-Identifier: Apache-2.0
#include "cli/removals/removal_output.h"

#include <algorithm>
#include <map>

#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "base/text/json_escapes.h"
#include "base/text/shell.h"
#include "cli/output/json.h"
#include "cli/output/table.h"
#include "cli/output/terminal.h"
#include "cli/query/update_index.h"
#include "flink/names.h"
#include "removal/trash/plan_json.h"

namespace checkpointfs::cli {
namespace {

using removal::Plan;

constexpr size_t kMostRows = 40;

struct Sum {
  uint64_t files = 0;
  uint64_t bytes = 0;
  void add(int64_t size) {
    ++files;
    bytes += static_cast<uint64_t>(size);
  }
};

std::string text(const removal::Place& place) {
  return base::printable(removal::absolute(place));
}

std::string amount(const Sum& sum) {
  return base::format("{}, {}", base::counted(sum.files, "file"), base::human_bytes(sum.bytes));
}

// Makes reasons equal that differ only in the path that they begin with.
std::string without_path(const std::string& why) {
  if (!why.starts_with('/')) return why;
  for (const std::string_view reason :
       {" needs it", " has lost a file of that name", " needs a file of that name"}) {
    if (why.find(reason) != std::string::npos) return base::format("another snapshot{}", reason);
  }
  return why;
}

void print_scope(std::ostream& out, const Plan& plan) {
  for (const std::string& path : plan.excluded)
    out << "excluded: " << base::printable(path) << " (errors in it are ignored)\n";
  if (plan.follow_links) out << "symbolic links: followed\n";
  if (plan.not_looked_at.empty()) return;
  uint64_t files = 0;
  for (const auto& elsewhere : plan.not_looked_at) files += elsewhere.files;
  const size_t count = plan.not_looked_at.size();
  out << "not looked at: " << base::counted(files, "file") << " with names of state files in " << count
      << (count == 1 ? " directory" : " directories")
      << " outside any job, such as below S3 entropy keys: " << text(plan.not_looked_at.front().place)
      << (count == 1 ? "\n" : ", ... (--json lists all)\n");
}

// Paths in tables are short if there is one source, which the first line of the plan names.
std::string short_text(const Plan& plan, const removal::Place& place) {
  if (plan.sources.size() != 1 || plan.sources.front().path != place.root) return text(place);
  return place.path.empty() ? "." : base::printable(place.path);
}

// The directory of the job that a file belongs to; the directory of the file if it lies in no job.
removal::Place job_of_file(const removal::Place& file) {
  std::string job;
  for (const std::string_view name : base::components(base::parent(file.path))) {
    if (flink::is_part_of_job(name)) break;
    job = base::join(job, name);
  }
  return {file.root, job};
}

void print_snapshots(std::ostream& out, const Plan& plan) {
  if (plan.snapshots.empty()) return;
  Table table({{"SNAPSHOT", Table::Align::kLeft, true}, {"WHY", Table::Align::kLeft}});
  for (const auto& snapshot : plan.snapshots)
    table.add({short_text(plan, snapshot.place), base::printable(snapshot.why)});
  table.print(out, terminal_width(0));
  out << "\n";
}

void print_files(std::ostream& out, const Plan& plan) {
  std::map<removal::Place, Sum> jobs;
  Sum all;
  for (const auto& file : plan.files) {
    jobs[job_of_file(file.place)].add(file.identity.size);
    all.add(file.identity.size);
  }
  if (!jobs.empty()) {
    using enum Table::Align;
    Table table({{"FILES REMOVED FROM", kLeft, true}, {"FILES", kRight}, {"SIZE", kRight}});
    size_t rows = 0;
    for (const auto& [job, sum] : jobs) {
      if (++rows > kMostRows) break;
      table.add({short_text(plan, job), base::format("{}", sum.files), base::human_bytes(sum.bytes)});
    }
    table.print(out, terminal_width(0));
    if (jobs.size() > kMostRows)
      out << "and " << jobs.size() - kMostRows << " more jobs (--json lists every file)\n";
    out << "\n";
  }
  out << "to remove: " << base::counted(plan.snapshots.size(), "snapshot") << ", " << amount(all);
  if (!plan.directories.empty())
    out << ", and " << plan.directories.size()
        << (plan.directories.size() == 1 ? " directory, if empty by then" : " directories, if empty by then");
  if (!plan.markers.empty())
    out << ", and with them " << base::counted(plan.markers.size(), "checksum file or directory marker")
        << " of Hadoop's";
  out << "\n";
  if (plan.is_quarantine())
    out << "metadata that cannot be decoded is removed alone: files that it may name are kept until the plan is purged\n";
}

void print_reasons(std::ostream& out, const Plan& plan) {
  std::map<std::string, Sum> reasons;
  Sum all;
  for (const auto& file : plan.kept) {
    reasons[without_path(file.why)].add(file.size);
    all.add(file.size);
  }
  if (all.files > 0) {
    out << "to keep: " << amount(all) << "\n";
    for (const auto& [why, sum] : reasons) out << "  " << amount(sum) << ": " << base::printable(why) << "\n";
  }
  std::map<std::string, uint64_t> snapshots;
  for (const auto& snapshot : plan.kept_snapshots) ++snapshots[snapshot.why];
  for (const auto& [why, count] : snapshots)
    out << "  " << base::counted(count, "snapshot") << ": " << base::printable(why) << "\n";
  if (plan.wasted_bytes > 0)
    out << "unreferenced parts of kept files: " << base::human_bytes(plan.wasted_bytes) << "\n";
}

JsonObject kept_object(const removal::KeptFile& file) {
  return {{"path", removal::absolute(file.place)}, {"size", file.size}, {"why", file.why}};
}

JsonObject kept_object(const removal::KeptSnapshot& snapshot) {
  return {{"path", removal::absolute(snapshot.place)}, {"why", snapshot.why}};
}

template <typename Kept>
JsonArray kept_json(const std::vector<Kept>& all) {
  JsonArray array;
  for (const Kept& kept : all) array.push_back(kept_object(kept));
  return array;
}

JsonArray not_looked_at_json(const Plan& plan) {
  JsonArray array;
  for (const auto& elsewhere : plan.not_looked_at)
    array.push_back(JsonObject{{"path", removal::absolute(elsewhere.place)}, {"files", elsewhere.files}});
  return array;
}

}  // namespace

std::string trash_command(const std::vector<std::string>& sources, std::string_view action,
                          const std::string& plan) {
  std::string command = "checkpointfs trash";
  for (const std::string& source : sources)
    command += base::format(" --source {}", base::shell_quoted(source));
  command += base::format(" {}", action);
  return plan.empty() ? command : base::format("{} {}", command, base::shell_quoted(plan));
}

std::vector<ScannedSource> scanned_sources(const Plan& plan) {
  std::map<std::string, ScannedSource> sources;
  for (const removal::SourceFacts& source : plan.sources) sources[source.path].source = source.path;
  removal::JobCounts jobs = plan.others;
  for (const removal::PlannedSnapshot& snapshot : plan.snapshots)
    ++jobs[{snapshot.place.root, std::string(base::parent(snapshot.place.path))}];
  for (const auto& [job, count] : jobs) {
    ScannedSource& source = sources[job.root];
    source.snapshots += count;
    ++source.jobs;
  }
  std::vector<ScannedSource> all;
  for (auto& [path, source] : sources) all.push_back(std::move(source));
  return all;
}

void print_plan(std::ostream& out, const Plan& plan, bool applied) {
  out << scanned_sources_text(scanned_sources(plan));
  print_scope(out, plan);
  print_snapshots(out, plan);
  print_files(out, plan);
  print_reasons(out, plan);
  constexpr size_t kMostMappings = 3;  // 'checkpointfs index' prints all
  for (size_t i = 0; i < std::min(plan.mappings.size(), kMostMappings); ++i)
    out << "mapping: " << mapping_text(plan.mappings[i]) << "\n";
  if (plan.mappings.size() > kMostMappings)
    out << "mapping: " << plan.mappings.size() - kMostMappings << " more\n";
  if (plan.empty()) {
    out << "nothing to remove\n";
  } else if (!applied) {
    out << "dry run, nothing was changed: --apply moves these files into the trash\n";
  }
}

void print_plan_json(std::ostream& out, const Plan& plan) {
  JsonIndenter indented(out);
  const auto member = [&](std::string_view key, const JsonValue& value) {
    indented.write("," + JsonValue(key).text() + ":" + value.text());
  };
  indented.write("{");
  removal::write_plan_members([&](std::string_view piece) { indented.write(base::with_json_escapes(piece)); },
                              plan);
  member("looked_at", scanned_sources_json(scanned_sources(plan)));
  indented.write(",\"kept\":[");
  std::string_view separator;
  for (const removal::KeptFile& kept : plan.kept) {
    indented.write(separator);
    indented.write(kept_object(kept).text());
    separator = ",";
  }
  indented.write("]");
  member("kept_snapshots", kept_json(plan.kept_snapshots));
  member("not_looked_at", not_looked_at_json(plan));
  member("wasted_bytes", plan.wasted_bytes);
  indented.write("}");
  out << "\n";
}

void print_applied(std::ostream& out, const removal::Applied& applied) {
  out << "moved into the trash: " << base::counted(applied.snapshots, "snapshot") << ", "
      << base::counted(applied.files, "file") << ", " << base::human_bytes(applied.bytes) << ", as plan "
      << base::printable(applied.id) << "\n";
  for (const auto& file : applied.kept)
    out << "kept after all: " << text(file.place) << ": " << base::printable(file.why) << "\n";
  for (const auto& file : applied.failed)
    out << "cannot be moved: " << text(file.place) << ": " << file.why << "; the next --apply tries again\n";
  out << "'" << trash_command(applied.sources, "restore", applied.id) << "' restores it, '"
      << trash_command(applied.sources, "purge --apply", applied.id) << "' frees the space\n";
}

void print_applied_json(std::ostream& out, const std::vector<removal::Applied>& all) {
  JsonArray array;
  for (const auto& applied : all) {
    array.push_back(JsonObject{{"plan", applied.id},
                               {"snapshots", applied.snapshots},
                               {"files", applied.files},
                               {"bytes", applied.bytes},
                               {"directories", applied.directories},
                               {"kept", kept_json(applied.kept)},
                               {"failed", kept_json(applied.failed)}});
  }
  print_json(out, JsonObject{{"applied", std::move(array)}});
}

void write_kept(const base::WriteText& write, const Plan& plan) {
  for (const removal::KeptSnapshot& snapshot : plan.kept_snapshots)
    write(kept_object(snapshot).text() + "\n");
  for (const removal::KeptFile& file : plan.kept) write(kept_object(file).text() + "\n");
}

}  // namespace checkpointfs::cli
