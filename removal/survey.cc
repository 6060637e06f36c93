// SPDX-License-Identifier: Apache-2.0
#include "removal/survey.h"

#include <algorithm>
#include <cerrno>
#include <future>
#include <memory>
#include <system_error>

#include "base/beneath.h"
#include "base/concat.h"
#include "base/errors.h"
#include "base/human.h"
#include "index/ahead.h"
#include "index/own_mounts.h"
#include "index/resolver.h"
#include "index/root_directories.h"
#include "index/walk.h"
#include "index/workers.h"
#include "removal/read_snapshot.h"
#include "removal/rules.h"

namespace checkpointfs::removal {
namespace {

constexpr size_t kCallsAtOnce = 16;
constexpr size_t kReadAhead = 64;  // snapshots

class Surveyor {
 public:
  Surveyor(const Storage& storage, Survey& survey)
      : storage_(storage),
        survey_(survey),
        directories_(storage.roots),
        resolver_(storage.roots, storage.mappings),
        readers_(kCallsAtOnce) {
    for (const index::Root& root : storage.roots) paths_[root.id] = root.path;
  }

  void find_snapshots();
  void read_snapshots(const std::function<void(uint64_t, uint64_t)>& progress);
  void look_at_files();

 private:
  struct Found {
    index::Location location;
    struct stat metadata = {};
  };
  void add(const Found& found, const ReadSnapshot& read);
  uint32_t number_of(const NamedFile& file);
  void unknown(const Place& place, std::string_view why) {
    if (holds(Rule::kUnknownKeepsAll))
      survey_.unknown.push_back(base::concat(base::printable(absolute(place)), ": ", why));
  }

  const Storage& storage_;
  Survey& survey_;
  index::RootDirectories directories_;
  index::Resolver resolver_;
  std::map<int64_t, std::string> paths_;
  std::vector<Found> found_;
  index::Ahead readers_;
};

void Surveyor::find_snapshots() {
  for (const index::Root& root : storage_.roots) {
    if (!root.is_source) continue;
    index::WalkCallbacks callbacks;
    callbacks.snapshot = [&](const index::FoundSnapshot& found) {
      found_.push_back({{root.id, found.directory->path}, found.metadata});
    };
    callbacks.unreadable = [&](const std::string& path, int error) {
      unknown({root.path, path},
              base::concat("the directory cannot be listed: ", std::generic_category().message(error)));
    };
    index::walk(directories_.fd(root.id), "", index::own_mounts_below(root.path), callbacks);
  }
}

uint32_t Surveyor::number_of(const NamedFile& file) {
  const Place place{paths_.at(file.location.root_id), file.location.path};
  const auto [known, added] = survey_.file_at.try_emplace(place, static_cast<uint32_t>(survey_.files.size()));
  if (added) {
    survey_.files.emplace_back();
    survey_.files.back().place = place;
    survey_.files.back().uri = file.uri;
  }
  return known->second;
}

void Surveyor::add(const Found& found, const ReadSnapshot& read) {
  const Place place{paths_.at(found.location.root_id), found.location.path};
  if (read.gone) return;
  for (const std::string& problem : read.unknown) unknown(place, problem);
  const auto number = static_cast<uint32_t>(survey_.snapshots.size());
  SeenSnapshot snapshot{place, read.metadata, read.checkpoint_id, read.is_checkpoint, {}};
  for (const NamedFile& named : read.files) {
    if (named.segment && !holds(Rule::kSegmentKeepsFile) && !survey_.snapshots.empty()) continue;
    const uint32_t file = number_of(named);
    SeenFile& seen = survey_.files[file];
    if (named.segment) {
      seen.segments.emplace_back(named.start, named.size);
    } else {
      seen.whole = true;
    }
    if (!seen.snapshots.empty() && seen.snapshots.back() == number) continue;
    seen.snapshots.push_back(number);
    snapshot.files.push_back(file);
  }
  survey_.snapshots.push_back(std::move(snapshot));
}

void Surveyor::read_snapshots(const std::function<void(uint64_t, uint64_t)>& progress) {
  std::ranges::sort(found_, {}, [&](const Found& found) {
    return std::pair(std::string_view(paths_.at(found.location.root_id)),
                     std::string_view(found.location.path));
  });
  std::deque<std::future<ReadSnapshot>> ahead;
  size_t started = 0;
  for (size_t i = 0; i < found_.size(); ++i) {
    for (; started < found_.size() && started < i + kReadAhead; ++started) {
      ahead.push_back(readers_.start([this, location = found_[started].location] {
        return read_snapshot(directories_.fd(location.root_id), location, resolver_);
      }));
    }
    add(found_[i], ahead.front().get());
    ahead.pop_front();
    if (progress) progress(i + 1, found_.size());
  }
}

void Surveyor::look_at_files() {
  index::Workers workers(kCallsAtOnce);
  std::map<std::string, int64_t> roots;
  for (const auto& [id, path] : paths_) roots[path] = id;
  std::vector<index::StateFileFacts> facts(survey_.files.size());
  workers.run(survey_.files.size(), [&](size_t i) {
    const Place& place = survey_.files[i].place;
    facts[i] = index::look_at(directories_.fd(roots.at(place.root)), place.path);
  });
  for (size_t i = 0; i < survey_.files.size(); ++i) {
    SeenFile& file = survey_.files[i];
    const auto number = static_cast<uint32_t>(i);
    if (facts[i].status == index::FileStatus::kOk) {
      file.is_there = true;
      file.identity = {facts[i].device, facts[i].inode, facts[i].size, facts[i].mtime_ns};
      survey_.by_inode[{facts[i].device, facts[i].inode}].push_back(number);
    } else if (facts[i].status == index::FileStatus::kMissing) {
      survey_.lost.emplace(last_of(file.place.path), number);
    } else {
      unknown(file.place, base::concat("a snapshot needs it, and ", facts[i].reason));
    }
  }
}

}  // namespace

std::vector<std::string> Storage::sources() const {
  std::vector<std::string> paths;
  for (const index::Root& root : roots) {
    if (root.is_source) paths.push_back(root.path);
  }
  std::ranges::sort(paths);
  return paths;
}

const SeenSnapshot* Survey::snapshot_at(const Place& directory) const {
  const auto found = std::ranges::lower_bound(snapshots, directory, {}, &SeenSnapshot::place);
  return found != snapshots.end() && found->place == directory ? &*found : nullptr;
}

Survey survey(const Storage& storage, const std::function<void(uint64_t, uint64_t)>& progress) {
  Survey result;
  result.sources = storage.sources();
  Surveyor surveyor(storage, result);
  surveyor.find_snapshots();
  surveyor.read_snapshots(progress);
  surveyor.look_at_files();
  return result;
}

void require_known(const Survey& survey, bool may_be_empty) {
  if (!survey.unknown.empty()) {
    const size_t others = survey.unknown.size() - 1;
    throw base::Failure(
        base::FailureKind::kRefused,
        base::concat("nothing is removed, as it is not known what is needed: ", survey.unknown.front(),
                     others == 0 ? "" : base::concat(" (and ", others, " more like it)")));
  }
  if (survey.snapshots.empty() && !may_be_empty && holds(Rule::kShrunkenKeepsAll)) {
    throw base::Failure(base::FailureKind::kRefused,
                        base::concat("nothing is removed, as no snapshot is there at all; is ",
                                     survey.sources.empty() ? "a source" : survey.sources.front(),
                                     " what should be mounted there?"));
  }
}

}  // namespace checkpointfs::removal
