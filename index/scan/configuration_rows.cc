// SPDX-License-Identifier: Apache-2.0
#include "index/scan/configuration_rows.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "base/path.h"
#include "index/read/reader_rows.h"

namespace checkpointfs::index {
namespace {

std::vector<storage::Root> wanted_roots(const Configuration& configuration) {
  std::vector<storage::Root> roots;
  for (const Source& source : configuration.sources) roots.push_back({0, source.path, true});
  for (const std::string& path : configuration.mapped) roots.push_back({0, path, false});
  return roots;
}

bool same_roots(const std::vector<storage::Root>& stored, const std::vector<storage::Root>& wanted) {
  if (stored.size() != wanted.size()) return false;
  return std::all_of(wanted.begin(), wanted.end(), [&](const storage::Root& root) {
    return std::any_of(stored.begin(), stored.end(), [&](const storage::Root& other) {
      return other.path == root.path && other.is_source == root.is_source;
    });
  });
}

// Is true if an inferred mapping still holds.
bool holds(const storage::Mapping& mapping, const Configuration& configuration) {
  const auto in_source = [&](const std::string& path) {
    return std::any_of(configuration.sources.begin(), configuration.sources.end(),
                       [&](const Source& source) { return base::is_at_or_below(path, source.path); });
  };
  return in_source(mapping.directory) && (mapping.scope.empty() || in_source(mapping.scope)) &&
         std::none_of(configuration.given.begin(), configuration.given.end(),
                      [&](const storage::Mapping& given) {
                        return base::is_at_or_below(mapping.uri_prefix, given.uri_prefix);
                      });
}

std::vector<storage::Mapping> wanted_mappings(const std::vector<storage::Mapping>& stored,
                                              const Configuration& configuration) {
  std::vector<storage::Mapping> mappings = configuration.given;
  const auto add = [&](const storage::Mapping& mapping) {
    const bool known = std::find(mappings.begin(), mappings.end(), mapping) != mappings.end();
    if (!known && holds(mapping, configuration)) mappings.push_back(mapping);
  };
  for (const storage::Mapping& alias : configuration.aliases) add(alias);
  for (const storage::Mapping& mapping : stored) {
    if (mapping.inferred) add(mapping);
  }
  std::sort(mappings.begin(), mappings.end(), [](const storage::Mapping& a, const storage::Mapping& b) {
    return std::tie(a.uri_prefix, a.scope, a.inferred) < std::tie(b.uri_prefix, b.scope, b.inferred);
  });
  return mappings;
}

void store_roots(Connection& db, const std::vector<storage::Root>& stored,
                 const std::vector<storage::Root>& wanted) {
  for (const storage::Root& root : stored) {
    const bool keep = std::any_of(wanted.begin(), wanted.end(),
                                  [&](const storage::Root& other) { return other.path == root.path; });
    if (!keep) Statement(db, "DELETE FROM roots WHERE id = ?").bind(root.id).run();
  }
  for (const storage::Root& root : wanted) {
    Statement(db,
              "INSERT INTO roots (path, is_source) VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET is_source "
              "= excluded.is_source")
        .bind(root.path, int64_t{root.is_source})
        .run();
  }
}

std::string projected_sources(Connection& db) {
  std::string text;
  Statement rows(db, "SELECT name, root_id FROM directories WHERE path = '' AND root_id <> 0 ORDER BY id");
  while (rows.step()) text += rows.string(0) + '/' + std::to_string(rows.integer(1)) + '\n';
  return text;
}

// Names that were given, by the path of the source. They are kept when a source is left out for a while.
constexpr std::string_view kSourceName = "source name ";

std::map<std::string, std::string> kept_names(Connection& db) {
  std::map<std::string, std::string> names;
  Statement rows(db, "SELECT name, value FROM settings WHERE name GLOB 'source name *' ORDER BY name");
  while (rows.step()) names[rows.string(0).substr(kSourceName.size())] = rows.string(1);
  return names;
}

void keep_names(Connection& db, const Configuration& configuration) {
  for (const Source& source : configuration.sources) {
    if (source.name.empty()) continue;
    Statement(db, "INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)")
        .bind(std::string(kSourceName) + source.path, source.name)
        .run();
  }
}

// The top of the projection: one source that was given no name is its root, else they are directories in it.
void store_top(Connection& db, const Configuration& configuration, const std::vector<storage::Root>& roots) {
  const auto id_of = [&](const std::string& path) {
    return std::find_if(roots.begin(), roots.end(),
                        [&](const storage::Root& root) { return root.path == path; })
        ->id;
  };
  keep_names(db, configuration);
  const std::map<std::string, std::string> kept = kept_names(db);
  std::vector<Source> sources = configuration.sources;
  const bool single = sources.size() == 1 && !kept.contains(sources.front().path);
  name_sources(kept, &sources);
  std::sort(sources.begin(), sources.end(), [](const Source& a, const Source& b) { return a.name < b.name; });
  std::string wanted;
  for (const Source& source : sources) {
    wanted += (single ? std::string() : source.name) + '/' + std::to_string(id_of(source.path)) + '\n';
  }
  if (projected_sources(db) == wanted) return;
  // Another projection: paths mean other things now. Files and their ids stay until the end of the scan.
  db.execute(
      "DELETE FROM reference_rows; DELETE FROM operator_rows; DELETE FROM snapshot_rows; DELETE FROM "
      "directories; "
      "UPDATE files SET links = "
      "0; "
      "UPDATE totals SET files = 0, bytes = 0, large_files = 0, large_bytes = 0");
  const auto insert = [&](int64_t id, int64_t parent, const std::string& name, int64_t root) {
    Statement(db,
              "INSERT INTO directories (id, parent_id, name, root_id, path, mode, uid, gid, mtime_ns) "
              "VALUES (NULLIF(?, 0), NULLIF(?, 0), ?, ?, '', 16877, 0, 0, 0)")  // drwxr-xr-x
        .bind(id, parent, name, root)
        .run();
  };
  insert(1, 0, "", single ? id_of(sources.front().path) : 0);
  if (single) return;
  for (const Source& source : sources) insert(0, 1, source.name, id_of(source.path));
}

// Another program may decode, name or resolve in another way.
bool store_program(Connection& db) {
  Statement find(db, "SELECT value FROM settings WHERE name = 'program'");
  if (find.step() && find.text(0) == CHECKPOINTFS_VERSION) return false;
  find.reset();
  Statement(db, "INSERT OR REPLACE INTO settings (name, value) VALUES ('program', ?)")
      .bind(CHECKPOINTFS_VERSION)
      .run();
  return true;
}

}  // namespace

StoredConfiguration store_configuration(Connection& db, const Configuration& configuration) {
  Transaction transaction(db);
  StoredConfiguration now{read_roots(db), read_mappings(db)};
  const std::vector<storage::Root> roots = wanted_roots(configuration);
  const std::vector<storage::Mapping> mappings = wanted_mappings(now.mappings, configuration);
  bool changed = store_program(db);
  if (!same_roots(now.roots, roots)) {
    changed = true;
    store_roots(db, now.roots, roots);
    now.roots = read_roots(db);
  }
  store_top(db, configuration, now.roots);
  if (now.mappings != mappings) {
    changed = true;
    db.execute("DELETE FROM mappings");
    for (const storage::Mapping& mapping : mappings) {
      Statement(db, "INSERT INTO mappings (uri_prefix, scope, directory, inferred) VALUES (?, ?, ?, ?)")
          .bind(mapping.uri_prefix, mapping.scope, mapping.directory, int64_t{mapping.inferred})
          .run();
    }
    now.mappings = mappings;
  }
  if (changed) {
    db.execute(
        "UPDATE snapshot_rows SET stale = 1 WHERE stale = 0; "
        "INSERT OR REPLACE INTO settings (name, value) VALUES ('unfinished scan', '1')");
  }
  transaction.commit();
  return now;
}

}  // namespace checkpointfs::index
