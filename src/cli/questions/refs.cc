// SPDX-License-Identifier: Apache-2.0
// checkpointfs refs.
#include <sys/stat.h>

#include <algorithm>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "base/text/shell.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/arguments/paths.h"
#include "cli/output/json.h"
#include "cli/output/natural_order.h"
#include "cli/output/table.h"
#include "cli/output/terminal.h"
#include "cli/query/find_index.h"
#include "cli/query/scope.h"
#include "cli/query/snapshot_lookup.h"
#include "cli/query/referenced_files.h"
#include "flink/names.h"
#include "storage/resolver.h"

namespace checkpointfs::cli {
namespace {

using Reference = index::Reference;

void add_refs_options(OptionGroup& group) {
  add_source_option(group);
  add_index_options(group);
  add_json_option(group);
}

// Groups references by the URI of the state file, in natural order of the snapshots.
std::map<std::string, std::vector<Reference>> by_file(std::vector<Reference> references) {
  std::ranges::stable_sort(references, natural_less, [](const Reference& reference) -> std::string_view {
    return reference.snapshot.path;
  });
  std::map<std::string, std::vector<Reference>> files;
  for (Reference& reference : references) files[reference.file.uri].push_back(std::move(reference));
  return files;
}

// Counts snapshots; one snapshot may need several segments of a file.
uint64_t snapshots_in(const std::vector<Reference>& references) {
  std::set<int64_t> ids;
  for (const Reference& reference : references) ids.insert(reference.snapshot.id);
  return ids.size();
}

void print_text(const std::string& argument, const std::map<std::string, std::vector<Reference>>& files) {
  using enum Table::Align;
  if (files.empty()) {
    std::cout << base::printable(argument) << ": no snapshot needs it\n";
    return;
  }
  for (const auto& [uri, references] : files) {
    const index::FileLocation& file = references.front().file;
    std::cout << base::printable(uri) << ", " << base::human_bytes(file.file_size) << ", "
              << to_string(file.status) << ": needed by "
              << base::counted(snapshots_in(references), "snapshot") << "\n";
    Table table({{"SNAPSHOT", kLeft, true}, {"AS", kLeft, true}, {"SIZE", kRight}, {"STATUS"}});
    for (const Reference& reference : references) {
      table.add({reference.snapshot.path.empty() ? "." : base::printable(reference.snapshot.path),
                 base::printable(reference.name), base::human_bytes(reference.file.length),
                 std::string(to_string(reference.file.status))});
    }
    table.print(std::cout, terminal_width(0), 2);
    if (!file.reason.empty()) std::cout << "  " << base::printable(file.reason) << "\n";
  }
}

JsonObject result_json(const std::map<std::string, std::vector<Reference>>& files) {
  JsonArray out;
  for (const auto& [uri, references] : files) {
    JsonArray snapshots;
    for (const Reference& reference : references) {
      snapshots.push_back(JsonObject{{"snapshot", reference.snapshot.path},
                                     {"name", reference.name},
                                     {"start", reference.file.start},
                                     {"size", reference.file.length},
                                     {"status", to_string(reference.file.status)},
                                     {"reason", reference.file.reason}});
    }
    const index::FileLocation& file = references.front().file;
    out.push_back(JsonObject{{"uri", uri},
                             {"root", file.root.path},
                             {"path", file.path},
                             {"file_size", file.file_size},
                             {"references", std::move(snapshots)}});
  }
  return {{"files", std::move(out)}};
}

[[noreturn]] void refuse(const std::string& argument, std::string_view what) {
  throw base::PathFailure(base::FailureKind::kSource, base::format("{} {}", base::printable(argument), what),
                          argument);
}

// Throws Failure(kSource) if a snapshot could not be read. The user may delete a file that no snapshot needs,
// so that answer must be complete.
void require_all_read(index::Reader& reader, const std::string& argument,
                      const std::optional<index::ScanResult>& scan) {
  if (scan && !scan->unreadable_directories.empty()) {
    refuse(argument,
           base::format(
               "is needed by no known snapshot, but {} cannot be listed, and snapshots there may need it",
               base::printable(scan->unreadable_directories.front())));
  }
  reader.snapshots().for_each([&](const index::Snapshot& snapshot) {
    if (index::is_decodable(snapshot.status)) return;
    refuse(argument, base::format("is needed by no readable snapshot, but {} is {} and may need it",
                                  snapshot.path.empty() ? "." : base::printable(snapshot.path),
                                  to_string(snapshot.status)));
  });
}

class ReferenceQuery {
 public:
  ReferenceQuery(const Invocation& invocation, index::Reader& reader, const FoundIndex& found,
                 const std::optional<index::ScanResult>& scan)
      : invocation_(invocation),
        argument_(invocation.operands.front()),
        reader_(reader),
        found_(found),
        scan_(scan),
        scanned_(scanned_sources(reader)) {}

  ExitCode run() {
    const std::vector<Reference> named = locate_references(reader_, found_, argument_);
    if (!named.empty()) return print_files(named, "");
    const std::optional<std::string> path = local();
    struct stat st = {};
    if (path && ::lstat(path->c_str(), &st) == 0) return answer_path(*path, st);
    return answer_name();
  }

 private:
  // Returns the path of the file on this host, as far as it is known. The file need not exist.
  std::optional<std::string> local() {
    const std::string path = local_path(argument_);
    if (!has_scheme(path))
      return path.find('/') == std::string::npos && !is_there(path) ? std::nullopt
                                                                    : std::optional(real_path(path));
    const storage::Resolver resolver(reader_.roots(), reader_.mappings());
    for (const storage::Location& location : resolver.resolve_all(path)) {
      if (std::string candidate = resolver.absolute(location); is_there(candidate)) return candidate;
    }
    return std::nullopt;
  }

  static bool is_there(const std::string& path) {
    struct stat st = {};
    return ::lstat(path.c_str(), &st) == 0;
  }

  // Without any snapshot, the directory may not be checkpoint storage at all.
  void require_snapshots() {
    if (std::ranges::any_of(scanned_, [](const ScannedSource& one) { return one.snapshots > 0; })) return;
    std::string all;
    for (const ScannedSource& one : scanned_)
      all += base::format("{}{}", all.empty() ? "" : ", ", base::printable(one.source));
    refuse(argument_,
           base::format(
               "may be needed or not: no directory in {} holds a _metadata; name the storage with --source",
               all));
  }

  bool lies_in_root(const std::string& path) {
    return std::ranges::any_of(reader_.roots(), [&](const storage::Root& root) {
      return base::path_below(path, root.path).has_value();
    });
  }

  ExitCode answer_path(const std::string& path, const struct stat& st) {
    const auto snapshot = find_snapshot(reader_, found_, argument_);
    const bool is_metadata = base::last_component(path) == flink::kMetadataFile && S_ISREG(st.st_mode);
    if (is_metadata && snapshot)
      refuse(
          argument_,
          base::format(
              "is the metadata of the snapshot {}; 'checkpointfs rm {}' shows what would be removed with it",
              base::printable(snapshot->path), base::shell_quoted(argument_)));
    if (is_metadata) refuse(argument_, "is the metadata of a snapshot that the index does not know");
    if (!found_.mount_point.empty() && base::path_below(path, found_.mount_point))
      refuse(argument_, "is not a state file in this mount; name a file of the source");
    if (!lies_in_root(path)) refuse(argument_, "is not in any source; name its storage with --source");
    if (S_ISDIR(st.st_mode)) return answer_directory(path);
    if (!S_ISREG(st.st_mode)) refuse(argument_, "is not a regular file, so Flink did not write it");
    if (const ReferencedFile* const file = needed().at(path, st.st_dev, st.st_ino)) return print_known(file);
    require_snapshots();
    require_all_read(reader_, argument_, scan_);
    print_files({}, "");
    return ExitCode::kNotNeeded;
  }

  ExitCode answer_name() {
    if (!has_scheme(argument_)) {
      refuse(argument_, argument_.find('/') == std::string::npos
                            ? "is neither a file here nor the name of a file that a snapshot needs"
                            : "does not exist, and no snapshot names it");
    }
    if (const auto snapshot = find_snapshot(reader_, found_, argument_)) {
      refuse(argument_, base::format("{} the snapshot {}; 'checkpointfs show {}' shows what it needs",
                                     argument_.ends_with("/_metadata") ? "is the metadata of" : "is",
                                     base::printable(snapshot->path), base::shell_quoted(argument_)));
    }
    if (const auto files = needed().spelled_like(argument_); !files.empty())
      return print_known(files.front());
    if (const auto files = needed().below(argument_); !files.empty()) return answer_uri_directory(files);
    refuse(
        argument_,
        "is a URI that no snapshot names, and it leads to no file here; map its storage with --map URI=DIR");
  }

  ExitCode print_known(const ReferencedFile* file) {
    std::vector<Reference> references;
    for (const int64_t id : file->state_file_id) {
      for (Reference& reference : reader_.references().to(id)) references.push_back(std::move(reference));
    }
    return print_files(std::move(references), file->uri);
  }

  // `known_as`: another name of the file that the user named, or "".
  ExitCode print_files(std::vector<Reference> references, const std::string& known_as) {
    const auto files = by_file(std::move(references));
    if (invocation_.has("json")) {
      JsonObject out = result_json(files);
      out.add("looked_at", scanned_sources_json(scanned_));
      out.add("known_as", known_as);
      print_json(std::cout, out);
    } else {
      std::cout << scanned_sources_text(scanned_);
      if (!known_as.empty())
        std::cout << base::printable(argument_) << " is known as " << base::printable(known_as) << "\n";
      print_text(argument_, files);
    }
    return ExitCode::kOk;
  }

  ExitCode answer_directory(const std::string& path) {
    const DirectoryReferences found = references_below(path, needed());
    if (!found.unreadable.empty())
      refuse(argument_, base::format("cannot be read completely: {} cannot be listed",
                                     base::printable(found.unreadable.front())));
    if (found.all.files == 0) refuse(argument_, "is a directory without any state file");
    require_snapshots();
    if (found.unreferenced.files > 0) require_all_read(reader_, argument_, scan_);
    print_sum(found, true);
    return ExitCode::kOk;
  }

  // A directory that is not on this host: only the files that snapshots name are known.
  ExitCode answer_uri_directory(const std::vector<const ReferencedFile*>& files) {
    DirectoryReferences found;
    for (const ReferencedFile* const file : files) {
      ++found.all.files;
      uint64_t size = 0;
      for (const int64_t id : file->state_file_id) {
        const std::vector<Reference> references = reader_.references().to(id);
        if (!references.empty()) size = references.front().file.file_size;
      }
      found.all.bytes += size;
      for (const int64_t snapshot : file->snapshots) {
        ++found.snapshots[snapshot].files;
        found.snapshots[snapshot].bytes += size;
      }
    }
    print_sum(found, false);
    return ExitCode::kOk;
  }

  void print_sum(const DirectoryReferences& found, bool all_are_known) {
    std::vector<std::pair<index::Snapshot, DirectoryReferences::Sum>> rows;
    for (const auto& [id, sum] : found.snapshots) {
      if (const auto snapshot = reader_.snapshots().find(id)) rows.emplace_back(*snapshot, sum);
    }
    std::ranges::sort(rows, natural_less, [](const auto& row) -> std::string_view { return row.first.path; });
    if (invocation_.has("json")) {
      print_sum_json(found, rows);
      return;
    }
    const auto amount = [](const DirectoryReferences::Sum& sum) {
      return base::format("{}, {}", base::counted(sum.files, "file"), base::human_bytes(sum.bytes));
    };
    const DirectoryReferences::Sum needed{found.all.files - found.unreferenced.files,
                                          found.all.bytes - found.unreferenced.bytes};
    std::cout << scanned_sources_text(scanned_) << base::printable(argument_)
              << ", a directory: " << amount(found.all) << "\n  " << amount(needed) << ": needed by "
              << base::counted(rows.size(), "snapshot") << "\n";
    if (all_are_known)
      std::cout << "  " << amount(found.unreferenced) << ": no snapshot needs them\n";
    else
      std::cout << "  unreferenced files there are not known here\n";
    if (rows.empty()) return;
    using enum Table::Align;
    Table table({{"SNAPSHOT", kLeft, true}, {"FILES", kRight}, {"SIZE", kRight}});
    for (const auto& [snapshot, sum] : rows) {
      table.add({snapshot.path.empty() ? "." : base::printable(snapshot.path), base::format("{}", sum.files),
                 base::human_bytes(sum.bytes)});
    }
    table.print(std::cout, terminal_width(0), 2);
  }

  void print_sum_json(const DirectoryReferences& found,
                      const std::vector<std::pair<index::Snapshot, DirectoryReferences::Sum>>& rows) {
    JsonArray snapshots;
    for (const auto& [snapshot, sum] : rows) {
      snapshots.push_back(
          JsonObject{{"snapshot", snapshot.path}, {"files", sum.files}, {"bytes", sum.bytes}});
    }
    print_json(std::cout, JsonObject{{"looked_at", scanned_sources_json(scanned_)},
                                     {"files", JsonArray()},
                                     {"directory", JsonObject{{"path", argument_},
                                                              {"files", found.all.files},
                                                              {"bytes", found.all.bytes},
                                                              {"unneeded_files", found.unreferenced.files},
                                                              {"unneeded_bytes", found.unreferenced.bytes},
                                                              {"snapshots", std::move(snapshots)}}}});
  }

  const ReferencedFiles& needed() {
    if (!needed_) needed_.emplace(reader_);
    return *needed_;
  }

  const Invocation& invocation_;
  const std::string argument_;
  index::Reader& reader_;
  const FoundIndex& found_;
  const std::optional<index::ScanResult>& scan_;
  const std::vector<ScannedSource> scanned_;
  std::optional<ReferencedFiles> needed_;
};

ExitCode run_refs(const Invocation& invocation) {
  require_operands(invocation, 1, 1, "FILE");
  const std::string& argument = invocation.operands.front();
  // A bare name that is not a file here is searched in the index of the current directory.
  const bool is_path = has_scheme(argument) || argument.find('/') != std::string::npos;
  FoundIndex found = is_path ? find_index_of(invocation, argument) : find_index(invocation, "", false);
  std::optional<index::ScanResult> scan;
  if (found.mount_point.empty()) scan = refresh_found(found, "refs", invocation.has("verbose"));
  index::Reader reader(found.options.index_file);
  require_used_mappings(reader, found);
  return ReferenceQuery(invocation, reader, found, scan).run();
}

}  // namespace

const Command kRefs = {"refs",
                       "FILE",
                       "show which snapshots need a file",
                       &add_refs_options,
                       &run_refs,
                       "$ checkpointfs refs /data/flink/5ab4/shared/0a7c\n"
                       "$ checkpointfs refs --json s3://bucket/flink/5ab4/shared/0a7c\n"};

}  // namespace checkpointfs::cli
