// SPDX-License-Identifier: Apache-2.0
#include "cli/query/snapshot_lookup.h"

#include <unistd.h>

#include <algorithm>
#include <set>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "base/text/shell.h"
#include "cli/arguments/paths.h"
#include "labels/job_labels.h"
#include "cli/query/mount_lookup.h"
#include "cli/query/scope.h"
#include "cli/query/snapshot_names.h"
#include "flink/names.h"
#include "flink/uri.h"
#include "storage/beside.h"
#include "storage/resolver.h"
#include "storage/walk.h"

namespace checkpointfs::cli {
namespace {

using References = std::vector<index::Reference>;

std::string without_metadata(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  if (path == flink::kMetadataFile) return ".";
  return base::last_component(path) == flink::kMetadataFile ? std::string(base::parent(path)) : path;
}

std::string trimmed(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  while (path.starts_with('/')) path.remove_prefix(1);
  while (path.ends_with('/')) path.remove_suffix(1);
  return std::string(path);
}

std::optional<index::Snapshot> snapshot_in_source(index::Reader& reader, const std::string& real) {
  std::optional<index::Snapshot> match;
  reader.snapshots().for_each([&](const index::Snapshot& snapshot) {
    if (base::path_below(real, snapshot.source.path) == snapshot.source_path) match = snapshot;
  });
  return match;
}

// Returns the end of a path that no two snapshots share: "<job id>/chk-7", "savepoint-ab12cd-0123456789ab".
// "" if there is none.
std::string unmistakable_end(std::string_view path) {
  const std::string_view name = base::last_component(path);
  const std::string_view above = base::last_component(base::parent(path));
  if (flink::is_checkpoint_name(name) && flink::is_job_id(above)) return base::format("{}/{}", above, name);
  return name.starts_with("savepoint-") ? std::string(name) : std::string();
}

bool ends_with_components(std::string_view path, std::string_view end) {
  return path == end || (path.ends_with(end) && path[path.size() - end.size() - 1] == '/');
}

[[noreturn]] void refuse_ambiguous(const std::string& argument, const std::vector<std::string>& found) {
  constexpr size_t kShown = 5;
  std::string text;
  for (size_t i = 0; i < std::min(found.size(), kShown); ++i)
    text += base::format("{}{}", i == 0 ? "" : ", ", base::printable(found[i]));
  if (found.size() > kShown) text += base::format(" and {} more", found.size() - kShown);
  throw base::Failure(base::FailureKind::kSource,
                      base::format("{} is ambiguous; it may be {}", base::printable(argument), text));
}

// Finds a snapshot by the URI that Flink prints: by mappings, or else by the job's id and the checkpoint's
// number.
std::optional<index::Snapshot> snapshot_by_uri(index::Reader& reader, const std::string& argument) {
  const auto uri = flink::parse_uri(argument);
  if (!uri) return std::nullopt;
  const std::vector<storage::Location> locations =
      storage::Resolver(reader.roots(), reader.mappings()).resolve_all(argument);
  const std::string end = unmistakable_end(uri->path);
  std::vector<index::Snapshot> mapped;
  std::vector<index::Snapshot> named;
  reader.snapshots().for_each([&](const index::Snapshot& snapshot) {
    const storage::Location location{snapshot.source.id, snapshot.source_path};
    if (std::ranges::find(locations, location) != locations.end()) mapped.push_back(snapshot);
    if (!end.empty() &&
        ends_with_components(base::format("{}/{}", snapshot.source.path, snapshot.source_path), end))
      named.push_back(snapshot);
  });
  const std::vector<index::Snapshot>& found = mapped.empty() ? named : mapped;
  if (found.size() > 1) refuse_ambiguous(argument, {found[0].path, found[1].path});
  return found.empty() ? std::nullopt : std::optional(found.front());
}

// Snapshots that are one on the disk, whichever index names them.
std::string directory_of(const index::Snapshot& snapshot) {
  return base::join(snapshot.source.path, snapshot.source_path);
}

std::optional<index::Snapshot> snapshot_by_name(index::Reader& reader, const std::string& name) {
  const std::vector<index::Snapshot> found = snapshots_named(reader, name, JobLabels::read());
  if (found.empty()) return std::nullopt;
  if (found.size() == 1) return found.front();
  std::vector<std::string> paths;
  for (const index::Snapshot& snapshot : found) paths.push_back(snapshot.path);
  refuse_ambiguous(name, paths);
}

// Returns the widest source of the known indexes that have a snapshot of this short name; "" if none has.
// Throws Failure(kSource) if it names several.
std::string source_with(const std::string& name) {
  const JobLabels labels = JobLabels::read();
  std::string source;
  std::set<std::string> directories;
  for (const KnownIndex& known : known_indexes()) {
    index::Reader reader(known.file);
    for (const index::Snapshot& snapshot : snapshots_named(reader, name, labels)) {
      directories.insert(directory_of(snapshot));
      if (source.empty() || snapshot.source.path.size() < source.size()) source = snapshot.source.path;
    }
  }
  if (directories.size() > 1) refuse_ambiguous(name, {directories.begin(), directories.end()});
  return source;
}

FoundIndex fresh_index_of(const Invocation& invocation, const std::string& argument,
                          const std::string& purpose) {
  FoundIndex found = find_index_of(invocation, argument);
  if (found.mount_point.empty()) refresh_found(found, purpose, invocation.has("verbose"));
  return found;
}

References references_in_mount(index::Reader& reader, const std::string& path) {
  const std::string_view name = base::last_component(path);
  const auto snapshot = reader.snapshots().find_by_path(base::parent(path));
  if (!snapshot) return {};
  std::optional<index::FileLocation> file;
  reader.snapshots().files_of(snapshot->id,
                              [&](const std::string& projected, const index::FileLocation& location) {
                                if (projected == name) file = location;
                              });
  if (!file) return {};
  return file->root.id == 0 ? reader.references().by_uri(file->uri)
                            : reader.references().to(file->root.path, file->path);
}

References references_in_roots(index::Reader& reader, const std::string& real) {
  std::vector<storage::Root> roots = reader.roots();
  // The innermost root comes first, as in a resolver.
  std::ranges::stable_sort(roots, std::ranges::greater(),
                           [](const storage::Root& root) { return root.path.size(); });
  for (const storage::Root& root : roots) {
    const auto path = base::path_below(real, root.path);
    if (!path) continue;
    if (References found = reader.references().to(root.path, std::string(*path)); !found.empty())
      return found;
  }
  return {};
}

}  // namespace

bool has_scheme(std::string_view argument) {
  const size_t colon = argument.find(':');
  return colon != std::string_view::npos && colon > 0 && argument.find('/') == colon + 1;
}

std::string local_path(const std::string& argument) {
  const auto uri = has_scheme(argument) ? flink::parse_uri(argument) : std::nullopt;
  return uri && uri->scheme == "file" ? uri->path : argument;
}

FoundIndex find_index_of(const Invocation& invocation, const std::string& argument) {
  const std::string path = local_path(argument);
  const auto is_given = [&] { return invocation.has("index") || invocation.has("source"); };
  if (!has_scheme(path)) {
    const bool may_be_name = !is_given() && !path.starts_with('/') && ::access(path.c_str(), F_OK) != 0;
    if (may_be_name && !mount_around(real_path("."))) {
      if (const std::string source = source_with(without_metadata(path)); !source.empty())
        return find_index(invocation, source, false);
    }
    return find_index(invocation, path, true);
  }
  if (!is_given()) {
    std::string source;
    for (const KnownIndex& known : known_indexes()) {
      index::Reader reader(known.file);
      const std::string prefix = storage::storage_uri(argument);
      if (reader.references().names_below(prefix) || snapshot_by_uri(reader, without_metadata(argument)))
        source =
            source.empty() || known.sources.front().size() < source.size() ? known.sources.front() : source;
    }
    if (!source.empty()) return find_index(invocation, source, false);
  }
  return find_index(invocation, "", false);
}

std::optional<index::Snapshot> find_snapshot(index::Reader& reader, const FoundIndex& found,
                                             const std::string& argument) {
  const std::string path = without_metadata(local_path(argument));
  if (has_scheme(path)) return snapshot_by_uri(reader, path);
  const std::string real = real_path(path);
  std::optional<index::Snapshot> snapshot;
  if (!found.mount_point.empty()) {
    if (const auto relative = base::path_below(real, found.mount_point))
      snapshot = reader.snapshots().find_by_path(*relative);
  }
  if (!snapshot) snapshot = snapshot_in_source(reader, real);
  if (!snapshot) snapshot = reader.snapshots().find_by_path(trimmed(path));
  if (!snapshot && path != argument) snapshot = snapshot_by_uri(reader, path);
  if (!snapshot && !path.starts_with('/')) snapshot = snapshot_by_name(reader, trimmed(path));
  return snapshot;
}

index::Snapshot locate_snapshot(index::Reader& reader, const FoundIndex& found, const std::string& argument) {
  if (auto snapshot = find_snapshot(reader, found, argument)) return *snapshot;
  std::string sources_text = base::format(" {}", base::shell_quoted(found.mount_point));
  if (found.mount_point.empty()) {
    sources_text.clear();
    for (const std::string& source : sources_of(found))
      sources_text += base::format(" {}", base::shell_quoted(source));
  }
  throw base::PathFailure(
      base::FailureKind::kSource,
      base::format("there is no snapshot at {}{}; 'checkpointfs list{}' lists the snapshots",
                   base::printable(argument),
                   near_snapshot_name(reader, trimmed(argument), JobLabels::read()), sources_text),
      argument);
}

SnapshotIndex::SnapshotIndex(const Invocation& invocation, const std::string& argument,
                             const std::string& purpose)
    : found_(fresh_index_of(invocation, argument, purpose)), reader_(found_.options.index_file) {
  require_used_mappings(reader_, found_);
}

References locate_references(index::Reader& reader, const FoundIndex& found, const std::string& argument) {
  if (has_scheme(argument)) {
    References by_uri = reader.references().by_uri(argument);
    if (!by_uri.empty() || !argument.starts_with("file:")) return by_uri;
    return references_in_roots(reader, absolute_path(argument.substr(argument.find('/'))));
  }
  const std::string real = real_path(argument);
  if (!found.mount_point.empty()) {
    if (const auto relative = base::path_below(real, found.mount_point)) {
      if (References in_mount = references_in_mount(reader, std::string(*relative)); !in_mount.empty())
        return in_mount;
    }
  }
  if (References in_roots = references_in_roots(reader, real); !in_roots.empty()) return in_roots;
  // Metadata may name the file by a path of another host.
  if (argument.starts_with('/')) return reader.references().by_uri(argument);
  if (argument.find('/') == std::string::npos) return reader.references().by_name(argument);
  return references_in_mount(reader, trimmed(argument));
}

}  // namespace checkpointfs::cli
