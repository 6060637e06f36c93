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
#include "cli/removals/needed_files.h"
#include "storage/resolver.h"

namespace checkpointfs::cli {
namespace {

using Reference = index::Reference;

void add_options(OptionGroup& group) {
  add_source_option(group);
  add_index_options(group);
  add_json_option(group);
}

// The references to each state file, by its URI, in natural order of the snapshots.
std::map<std::string, std::vector<Reference>> by_file(std::vector<Reference> references) {
  std::ranges::stable_sort(references, natural_less, [](const Reference& reference) -> std::string_view {
    return reference.snapshot.path;
  });
  std::map<std::string, std::vector<Reference>> files;
  for (Reference& reference : references) files[reference.file.uri].push_back(std::move(reference));
  return files;
}

// A snapshot may need several segments of one file.
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
  throw base::Failure(base::FailureKind::kSource, base::format("{} {}", base::printable(argument), what));
}

// "No snapshot needs it" is an answer for those who delete: all snapshots must have been asked.
void require_all_read(index::Reader& reader, const std::string& argument,
                      const std::optional<index::ScanResult>& scan) {
  if (scan && !scan->unreadable_directories.empty()) {
    refuse(
        argument,
        base::format(
            "is needed by no snapshot that is known, but {} cannot be listed, and what is there may need it",
            base::printable(scan->unreadable_directories.front())));
  }
  reader.snapshots().for_each([&](const index::Snapshot& snapshot) {
    if (index::is_decodable(snapshot.status)) return;
    refuse(argument, base::format("is needed by no snapshot that can be read, but {} is {}, and may need it",
                                  snapshot.path.empty() ? "." : base::printable(snapshot.path),
                                  to_string(snapshot.status)));
  });
}

class Asking {
 public:
  Asking(const Invocation& invocation, index::Reader& reader, const FoundIndex& found,
         const std::optional<index::ScanResult>& scan)
      : invocation_(invocation),
        argument_(invocation.operands.front()),
        reader_(reader),
        found_(found),
        scan_(scan),
        looked_at_(looked_at(reader)) {}

  ExitCode run() {
    const std::vector<Reference> named = locate_references(reader_, found_, argument_);
    if (!named.empty()) return print_files(named, "");
    const std::optional<std::string> path = local();
    struct stat st = {};
    if (path && ::lstat(path->c_str(), &st) == 0) return of_place(*path, st);
    return of_name();
  }

 private:
  // Where the file lies on this host, as far as that is known; it need not be there.
  std::optional<std::string> local() {
    const std::string path = local_path(argument_);
    if (!has_scheme(path))
      return path.find('/') == std::string::npos && !is_there(path) ? std::nullopt
                                                                    : std::optional(real_path(path));
    const storage::Resolver resolver(reader_.roots(), reader_.mappings());
    for (const storage::Location& location : resolver.resolve_all(path)) {
      if (std::string place = resolver.absolute(location); is_there(place)) return place;
    }
    return std::nullopt;
  }

  static bool is_there(const std::string& path) {
    struct stat st = {};
    return ::lstat(path.c_str(), &st) == 0;
  }

  // Without any snapshot, nothing tells storage from a directory of something else.
  void require_snapshots() {
    if (std::ranges::any_of(looked_at_, [](const LookedAt& one) { return one.snapshots > 0; })) return;
    std::string all;
    for (const LookedAt& one : looked_at_)
      all += base::format("{}{}", all.empty() ? "" : ", ", base::printable(one.source));
    refuse(
        argument_,
        base::format(
            "may be needed or not: no directory in {} holds a _metadata; say with --source where the storage is",
            all));
  }

  bool lies_in_root(const std::string& path) {
    return std::ranges::any_of(
        reader_.roots(), [&](const storage::Root& root) { return within(path, root.path).has_value(); });
  }

  ExitCode of_place(const std::string& path, const struct stat& st) {
    const auto snapshot = find_snapshot(reader_, found_, argument_);
    const bool is_metadata = name_of(path) == "_metadata" && S_ISREG(st.st_mode);
    if (is_metadata && snapshot)
      refuse(
          argument_,
          base::format("is the metadata of the snapshot {}; 'checkpointfs rm {}' shows what would go with it",
                       base::printable(snapshot->path), base::shell_quoted(argument_)));
    if (is_metadata) refuse(argument_, "is the metadata of a snapshot that the index does not know");
    if (!found_.mount_point.empty() && within(path, found_.mount_point))
      refuse(argument_, "is no file that a snapshot needs as the mount shows it; name a file of the source");
    if (!lies_in_root(path)) refuse(argument_, "lies in no source; say with --source where its storage is");
    if (S_ISDIR(st.st_mode)) return of_directory(path);
    if (!S_ISREG(st.st_mode)) refuse(argument_, "is no regular file: nothing that Flink wrote");
    if (const NeededFile* const file = needed().at(path, st.st_dev, st.st_ino)) return print_known(file);
    require_snapshots();
    require_all_read(reader_, argument_, scan_);
    print_files({}, "");
    return ExitCode::kNotNeeded;
  }

  ExitCode of_name() {
    if (!has_scheme(argument_)) {
      refuse(argument_, argument_.find('/') == std::string::npos
                            ? "is neither a file here nor the name of one that a snapshot needs"
                            : "is not there, and no snapshot names it");
    }
    if (const auto snapshot = find_snapshot(reader_, found_, argument_)) {
      refuse(argument_, base::format("{} the snapshot {}; 'checkpointfs show {}' says what it needs",
                                     argument_.ends_with("/_metadata") ? "is the metadata of" : "is",
                                     base::printable(snapshot->path), base::shell_quoted(argument_)));
    }
    if (const auto files = needed().spelled_like(argument_); !files.empty())
      return print_known(files.front());
    if (const auto files = needed().below(argument_); !files.empty()) return of_uri_directory(files);
    refuse(argument_,
           "is a URI that no snapshot names, and that leads to no file here; say with --map "
           "URI=DIR where its storage lies");
  }

  ExitCode print_known(const NeededFile* file) {
    std::vector<Reference> references;
    for (const int64_t id : file->state_file_id) {
      for (Reference& reference : reader_.references().to(id)) references.push_back(std::move(reference));
    }
    return print_files(std::move(references), file->uri);
  }

  // `known_as`: another name of what was asked for, or "".
  ExitCode print_files(std::vector<Reference> references, const std::string& known_as) {
    const auto files = by_file(std::move(references));
    if (invocation_.has("json")) {
      JsonObject out = result_json(files);
      out.add("looked_at", looked_at_json(looked_at_));
      out.add("known_as", known_as);
      print_json(std::cout, out);
    } else {
      std::cout << looked_at_text(looked_at_);
      if (!known_as.empty())
        std::cout << base::printable(argument_) << " is known as " << base::printable(known_as) << "\n";
      print_text(argument_, files);
    }
    return ExitCode::kOk;
  }

  ExitCode of_directory(const std::string& path) {
    const DirectoryNeeds needs = needs_below(path, needed());
    if (!needs.unreadable.empty())
      refuse(argument_, base::format("is not known as a whole: {} cannot be listed",
                                     base::printable(needs.unreadable.front())));
    if (needs.all.files == 0) refuse(argument_, "is a directory without any state file");
    require_snapshots();
    if (needs.unneeded.files > 0) require_all_read(reader_, argument_, scan_);
    print_sum(needs, true);
    return ExitCode::kOk;
  }

  // A directory that is not on this host: of its files only those are known that snapshots name.
  ExitCode of_uri_directory(const std::vector<const NeededFile*>& files) {
    DirectoryNeeds needs;
    for (const NeededFile* const file : files) {
      ++needs.all.files;
      uint64_t size = 0;
      for (const int64_t id : file->state_file_id) {
        const std::vector<Reference> references = reader_.references().to(id);
        if (!references.empty()) size = references.front().file.file_size;
      }
      needs.all.bytes += size;
      for (const int64_t snapshot : file->snapshots) {
        ++needs.snapshots[snapshot].files;
        needs.snapshots[snapshot].bytes += size;
      }
    }
    print_sum(needs, false);
    return ExitCode::kOk;
  }

  void print_sum(const DirectoryNeeds& needs, bool all_are_known) {
    std::vector<std::pair<index::Snapshot, DirectoryNeeds::Sum>> rows;
    for (const auto& [id, sum] : needs.snapshots) {
      if (const auto snapshot = reader_.snapshots().find(id)) rows.emplace_back(*snapshot, sum);
    }
    std::ranges::sort(rows, natural_less, [](const auto& row) -> std::string_view { return row.first.path; });
    if (invocation_.has("json")) {
      print_sum_json(needs, rows);
      return;
    }
    const auto amount = [](const DirectoryNeeds::Sum& sum) {
      return base::format("{}, {}", base::counted(sum.files, "file"), base::human_bytes(sum.bytes));
    };
    const DirectoryNeeds::Sum needed{needs.all.files - needs.unneeded.files,
                                     needs.all.bytes - needs.unneeded.bytes};
    std::cout << looked_at_text(looked_at_) << base::printable(argument_)
              << ", a directory: " << amount(needs.all) << "\n  " << amount(needed) << ": needed by "
              << base::counted(rows.size(), "snapshot") << "\n";
    if (all_are_known)
      std::cout << "  " << amount(needs.unneeded) << ": no snapshot needs them\n";
    else
      std::cout << "  files there that no snapshot names are not known here\n";
    if (rows.empty()) return;
    using enum Table::Align;
    Table table({{"SNAPSHOT", kLeft, true}, {"FILES", kRight}, {"SIZE", kRight}});
    for (const auto& [snapshot, sum] : rows) {
      table.add({snapshot.path.empty() ? "." : base::printable(snapshot.path), base::format("{}", sum.files),
                 base::human_bytes(sum.bytes)});
    }
    table.print(std::cout, terminal_width(0), 2);
  }

  void print_sum_json(const DirectoryNeeds& needs,
                      const std::vector<std::pair<index::Snapshot, DirectoryNeeds::Sum>>& rows) {
    JsonArray snapshots;
    for (const auto& [snapshot, sum] : rows) {
      snapshots.push_back(
          JsonObject{{"snapshot", snapshot.path}, {"files", sum.files}, {"bytes", sum.bytes}});
    }
    print_json(std::cout, JsonObject{{"looked_at", looked_at_json(looked_at_)},
                                     {"files", JsonArray()},
                                     {"directory", JsonObject{{"path", argument_},
                                                              {"files", needs.all.files},
                                                              {"bytes", needs.all.bytes},
                                                              {"unneeded_files", needs.unneeded.files},
                                                              {"unneeded_bytes", needs.unneeded.bytes},
                                                              {"snapshots", std::move(snapshots)}}}});
  }

  const NeededFiles& needed() {
    if (!needed_) needed_.emplace(reader_);
    return *needed_;
  }

  const Invocation& invocation_;
  const std::string argument_;
  index::Reader& reader_;
  const FoundIndex& found_;
  const std::optional<index::ScanResult>& scan_;
  const std::vector<LookedAt> looked_at_;
  std::optional<NeededFiles> needed_;
};

ExitCode run(const Invocation& invocation) {
  require_operands(invocation, 1, 1, "FILE");
  const std::string& argument = invocation.operands.front();
  // A bare name of no file here is looked for in the index that the current directory belongs to.
  const bool is_path = has_scheme(argument) || argument.find('/') != std::string::npos;
  FoundIndex found = is_path ? find_index_of(invocation, argument) : find_index(invocation, "", false);
  std::optional<index::ScanResult> scan;
  if (found.mount_point.empty()) scan = refresh_found(found, "refs", invocation.has("verbose"));
  index::Reader reader(found.options.index_file);
  require_used_mappings(reader, found);
  return Asking(invocation, reader, found, scan).run();
}

}  // namespace

const Command kRefs = {"refs", "FILE", "say which snapshots need a file", &add_options, &run};

}  // namespace checkpointfs::cli
