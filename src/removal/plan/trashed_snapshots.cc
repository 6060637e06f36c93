// SPDX-License-Identifier: Apache-2.0
#include "removal/plan/trashed_snapshots.h"

#include <fcntl.h>

#include <map>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "base/text/shell.h"
#include "flink/names.h"
#include "removal/model/names.h"
#include "removal/model/plan.h"
#include "removal/model/rules.h"
#include "removal/model/storage.h"
#include "removal/survey/read_snapshot.h"
#include "storage/resolver.h"
#include "storage/state_file.h"

namespace checkpointfs::removal {
namespace {

using base::Failure;
using base::FailureKind;

// The files that the plans hold, by place, and by the names that Flink gives to one file only.
struct Held {
  std::map<Place, std::string> plan_of;
  std::map<std::string, std::string, std::less<>> plan_of_name;

  const std::string* plan_with(const Place& place) const {
    if (const auto at = plan_of.find(place); at != plan_of.end()) return &at->second;
    const auto named = plan_of_name.find(base::last_component(place.path));
    return named != plan_of_name.end() ? &named->second : nullptr;
  }
};

Held held_by(const std::set<std::string>& ids, Trashes& trashes) {
  Held held;
  for (auto& [source, trash] : trashes.all()) {
    for (const std::string& id : ids) {
      for (const Trash::Kept& file : trash.files_of(id)) {
        const std::string_view name = base::last_component(file.path);
        if (name == flink::kMetadataFile) continue;
        held.plan_of.emplace(Place{source, file.path}, id);
        if (is_state_file_name(name)) held.plan_of_name.emplace(name, id);
      }
    }
  }
  return held;
}

class Asker {
 public:
  explicit Asker(const Storage& storage) : resolver_(storage.roots, storage.mappings) {
    for (const storage::Root& root : storage.roots) {
      paths_[root.id] = root.path;
      ids_[root.path] = root.id;
    }
  }

  // `root`: the directory beneath which its `_metadata` lies now.
  ReadSnapshot read(int root, const Place& snapshot) const {
    return read_snapshot(root, {ids_.at(snapshot.root), snapshot.path}, resolver_);
  }
  Place place_of(const NamedFile& file) const {
    return {paths_.at(file.place->root_id()), file.place->path()};
  }

 private:
  storage::Resolver resolver_;
  std::map<int64_t, std::string> paths_;
  std::map<std::string, int64_t> ids_;
};

void require_not_needed(const Place& snapshot, const std::string& plan, const ReadSnapshot& read,
                        const Asker& asker, const Held& held) {
  const std::string text = base::format("{}, which lies in the trash as plan {}",
                                        base::printable(absolute(snapshot)), base::printable(plan));
  const auto command = [&](std::string_view words) {
    return base::format("'checkpointfs trash --source {} {}'", base::shell_quoted(snapshot.root), words);
  };
  if (!read.unknown.empty()) {
    throw Failure(
        FailureKind::kRefused,
        base::format("nothing is purged, as it is not known what {}, needs: {}; purge that plan as well: {}",
                     text, read.unknown.front(),
                     command(base::format("purge {} ...", base::printable(plan)))));
  }
  for (const NamedFile& file : read.files) {
    const std::string* const of = held.plan_with(asker.place_of(file));
    if (of == nullptr) continue;
    throw Failure(
        FailureKind::kRefused,
        base::format("nothing is purged: {}, needs {} of plan {}; purge both ({}), or put both back", text,
                     base::printable(base::last_component(file.place->path())), base::printable(*of),
                     command(base::format("purge {} {}", base::printable(*of), base::printable(plan)))));
  }
}

// The storage in which the plan's files were looked for when it was made.
Storage storage_of(const Plan& plan, Trashes& trashes) {
  Storage storage;
  int64_t id = 0;
  std::set<std::string> known;
  for (const auto& [source, trash] : trashes.all()) {
    storage.roots.push_back({++id, source, true});
    known.insert(source);
  }
  for (const storage::Mapping& mapping : plan.mappings) {
    if (known.insert(mapping.directory).second) storage.roots.push_back({++id, mapping.directory, false});
  }
  storage.mappings = plan.mappings;
  return storage;
}

void add_plans_with(const Place& file, Trashes& trashes, std::set<std::string>* plans) {
  if (!trashes.has(file.root)) return;
  const Trash& trash = trashes.of(file.root);
  for (const std::string& id : trash.runs()) {
    struct stat st = {};
    if (base::stat_beneath(trash.fd(), Trash::files_path(id, file.path).c_str(), &st) == 0) plans->insert(id);
  }
}

}  // namespace

void require_not_needed_in_trash(const std::set<std::string>& ids, const Storage& storage, Trashes& trashes) {
  if (!is_enforced(Rule::kTrashedNeedsCount)) return;
  const Held held = held_by(ids, trashes);
  if (held.plan_of.empty()) return;
  const Asker asker(storage);
  for (auto& [source, trash] : trashes.all()) {
    for (const std::string& id : trash.runs()) {
      if (ids.contains(id)) continue;
      const base::UniqueFd files = trash.try_open_files(id);
      if (!files) continue;
      for (const Trash::Kept& file : trash.files_of(id)) {
        if (base::last_component(file.path) != flink::kMetadataFile) continue;
        const Place snapshot{source, std::string(base::parent(file.path))};
        require_not_needed(snapshot, id, asker.read(files.get(), snapshot), asker, held);
      }
    }
  }
}

std::vector<Lacking> lacking_of(const Plan& plan, Trashes& trashes) {
  const Storage storage = storage_of(plan, trashes);
  const Asker asker(storage);
  std::map<std::string, base::UniqueFd> roots;
  std::vector<Lacking> all;
  for (const PlannedSnapshot& snapshot : plan.snapshots) {
    if (!trashes.has(snapshot.place.root)) continue;
    Lacking lacking{snapshot.place, 0, {}};
    const ReadSnapshot read = asker.read(trashes.of(snapshot.place.root).source_fd(), snapshot.place);
    std::set<Place> seen;
    for (const NamedFile& named : read.files) {
      const Place file = asker.place_of(named);
      if (!seen.insert(file).second) continue;
      base::UniqueFd& root = roots[file.root];
      if (!root) root = base::UniqueFd(::open(file.root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
      if (root && storage::look_at(root.get(), file.path).status != storage::FileStatus::kMissing) continue;
      ++lacking.files;
      add_plans_with(file, trashes, &lacking.plans);
    }
    if (lacking.files > 0) all.push_back(std::move(lacking));
  }
  return all;
}

}  // namespace checkpointfs::removal
