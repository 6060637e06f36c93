// SPDX-License-Identifier: Apache-2.0
#include "removal/survey/surveyor.h"

#include <algorithm>
#include <cerrno>
#include <future>
#include <iterator>
#include <memory>
#include <set>
#include <system_error>
#include <tuple>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "base/text/shell.h"
#include "base/threads/parallel_calls.h"
#include "base/threads/task_pool.h"
#include "flink/names.h"
#include "index/scan/parent_directories.h"
#include "removal/model/rules.h"
#include "removal/model/storage.h"
#include "removal/model/survey.h"
#include "removal/survey/file_recorder.h"
#include "removal/survey/links.h"
#include "removal/survey/missing.h"
#include "removal/survey/quarantine.h"
#include "removal/survey/read_snapshot.h"
#include "storage/resolver.h"
#include "storage/root_directories.h"
#include "storage/self_mounts.h"
#include "storage/walk.h"

namespace checkpointfs::removal {
namespace {

constexpr size_t kReadAhead = 64;  // snapshots

class Surveyor {
 public:
  Surveyor(const Storage& storage, Survey& survey)
      : storage_(storage),
        survey_(survey),
        directories_(storage.roots),
        resolver_(storage.roots, storage.mappings),
        links_(storage, resolver_),
        recorder_(survey.files),
        readers_(base::kStoreCallsAtOnce) {
    for (const storage::Root& root : storage.roots) {
      paths_[root.id] = root.path;
      numbers_[root.id] = survey.files.root_number(root.path);
    }
  }

  void find_snapshots();
  void read_snapshots(const std::function<void(uint64_t, uint64_t)>& progress);
  void look_at_files();

 private:
  struct Found {
    storage::Location location;
    struct stat metadata = {};
    bool hidden = false;
    bool excluded = false;
  };
  // The start of a walk: a source, or a followed link, behind which all snapshots count as hidden.
  enum class From : uint8_t { kSource, kLink };
  void enter(const storage::Location& directory, From from);
  void add(const Found& found, const ReadSnapshot& read);
  void add_file(uint32_t snapshot, const NamedFile& named);
  void take(const FileRecorder::Look& look, const std::vector<uint32_t>& broken);
  void unknown(const Place& place, std::string_view why) {
    if (is_enforced(Rule::kUnknownKeepsAll))
      survey_.unknown.push_back(base::format("{}: {}", base::printable(absolute(place)), why));
  }

  const Storage& storage_;
  Survey& survey_;
  storage::ScanRoots directories_;
  storage::Resolver resolver_;
  Links links_;
  std::map<int64_t, std::string> paths_;
  std::map<int64_t, int64_t> numbers_;  // of the roots, in survey_.files
  std::vector<Found> found_;
  FileRecorder recorder_;
  base::TaskPool readers_;
};

void Surveyor::enter(const storage::Location& directory, From from) {
  const std::string root = paths_.at(directory.root_id);
  storage::WalkOptions options;
  options.reach = is_enforced(Rule::kHiddenIsRead) ? storage::Reach::kNeeding : storage::Reach::kShown;
  options.not_entered = storage::self_mounts_below(root);
  const auto is_excluded = [&](const std::string& path) { return storage_.excludes(absolute({root, path})); };
  storage::WalkCallbacks callbacks;
  callbacks.entered = [&](const std::string& path, int fd) {
    links_.note_directory({directory.root_id, path}, fd);
  };
  callbacks.snapshot = [&](const storage::FoundSnapshot& found) {
    const std::string& path = found.directory->path;
    const bool excluded = is_excluded(path);
    if (excluded && !is_enforced(Rule::kHiddenIsRead)) return;
    found_.push_back({{directory.root_id, path},
                      found.metadata,
                      found.hidden || from == From::kLink || excluded,
                      excluded});
  };
  callbacks.unreadable = [&](const std::string& path, int error) {
    if (is_excluded(path)) return;
    unknown({root, path},
            base::format(
                "the directory cannot be listed: {}; if it holds no snapshot, exclude it with --exclude {}",
                std::generic_category().message(error), base::shell_quoted(absolute({root, path}))));
  };
  callbacks.passed_over = [&](const std::string& path, storage::PassedOver why) {
    if (why != storage::PassedOver::kDotted && is_enforced(Rule::kLinksAreRefused) && !is_excluded(path))
      links_.add({directory.root_id, path});
  };
  storage::walk(directories_.fd(directory.root_id), directory.path, options, callbacks);
}

void Surveyor::find_snapshots() {
  for (const storage::Root& root : storage_.roots) {
    if (root.is_source) enter({root.id, ""}, From::kSource);
  }
  links_.follow([&](const storage::Location& directory) { enter(directory, From::kLink); },
                [&](const storage::Location& link, const std::string& why) {
                  unknown({paths_.at(link.root_id), link.path}, why);
                });
  // Two links may lead to one directory.
  const auto at = [](const Found& found) { return std::tie(found.location.root_id, found.location.path); };
  std::ranges::sort(found_, {}, at);
  const auto twice = std::ranges::unique(found_, {}, at);
  found_.erase(twice.begin(), twice.end());
}

void Surveyor::add_file(uint32_t snapshot, const NamedFile& named) {
  if (named.segment && !is_enforced(Rule::kSegmentKeepsFile) && snapshot > 0) return;
  std::optional<storage::Location> behind_link;
  if (links_.has_followed()) behind_link = links_.real(*named.place->location);
  const storage::Location& location = behind_link ? *behind_link : *named.place->location;
  recorder_.add(snapshot, {numbers_.at(location.root_id), location.path}, named);
  survey_.snapshots[snapshot].has_files = true;
}

void Surveyor::add(const Found& found, const ReadSnapshot& read) {
  const Place place{paths_.at(found.location.root_id), found.location.path};
  if (read.gone || (found.excluded && !read.unreadable.empty())) return;
  for (const std::string& problem : read.unknown) {
    if (!found.excluded) unknown(place, problem);
  }
  const auto number = static_cast<uint32_t>(survey_.snapshots.size());
  survey_.snapshots.push_back({place, read.metadata, read.checkpoint_id, read.is_checkpoint && !found.hidden,
                               found.hidden, read.is_self_contained_copy, false, true, read.unreadable,
                               read.unreadable.empty()});
  for (const NamedFile& named : read.files) add_file(number, named);
  recorder_.end_snapshot(number);
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

void Surveyor::take(const FileRecorder::Look& look, const std::vector<uint32_t>& broken) {
  using enum storage::FileStatus;
  for (const uint32_t snapshot : broken) survey_.snapshots[snapshot].is_usable = false;
  if (look.facts.status == kOk) return;
  for (const uint32_t snapshot : broken) survey_.snapshots[snapshot].has_all_files = false;
  if (look.facts.status != kMissing)
    unknown(look.place, base::format("a snapshot needs it, and {}", look.facts.reason));
}

void Surveyor::look_at_files() {
  std::map<std::string, int64_t> roots;
  for (const auto& [id, path] : paths_) roots[path] = id;
  base::ParallelCalls workers(base::kStoreCallsAtOnce);
  const auto look = [&](const std::vector<Place>& places) {
    std::vector<storage::Location> files;
    for (const Place& place : places) files.push_back({roots.at(place.root), place.path});
    index::ParentDirectories parents(directories_);
    for (const storage::Location& file : files) parents.add(file);
    std::vector<storage::StateFileFacts> facts(places.size());
    workers.run(places.size(), [&](size_t i) {
      // Else missing: its name is kept, wherever that lies.
      if (!storage_.excludes(absolute(places[i]))) facts[i] = parents.look_at(files[i]).value();
    });
    return facts;
  };
  recorder_.look_at_all(
      look, [&](const FileRecorder::Look& one, const std::vector<uint32_t>& broken) { take(one, broken); });
}

std::vector<std::string> paths_of(const std::vector<storage::Root>& roots) {
  std::vector<std::string> paths;
  for (const storage::Root& root : roots) paths.push_back(root.path);
  return paths;
}

}  // namespace

Survey survey(const Storage& storage, const std::function<void(uint64_t, uint64_t)>& progress) {
  Survey result;
  result.sources = storage.sources();
  result.excluded = storage.excluded;
  result.files = SeenFiles(paths_of(storage.roots));
  if (is_enforced(Rule::kQuarantineKeeps)) result.quarantined = find_quarantined(result.sources);
  Surveyor surveyor(storage, result);
  surveyor.find_snapshots();
  surveyor.read_snapshots(progress);
  surveyor.look_at_files();
  std::set<Place> jobs;
  for (const SeenSnapshot& snapshot : result.snapshots) jobs.insert({snapshot.place.root, snapshot.job()});
  Compared compared = find_missing(storage, jobs);
  result.missing = std::move(compared.missing);
  std::ranges::move(compared.unknown, std::back_inserter(result.unknown));
  return result;
}

namespace {

// Advice for going on although a snapshot cannot be decoded; "" if all can be.
std::string advice_on_unreadable(const Survey& survey) {
  const auto unreadable = std::ranges::find_if(
      survey.snapshots, [](const SeenSnapshot& snapshot) { return !snapshot.unreadable.empty(); });
  if (unreadable == survey.snapshots.end()) return {};
  std::string command = "checkpointfs rm";
  for (const std::string& source : survey.sources) command += " --source " + base::shell_quoted(source);
  if (may_be_newest(survey, *unreadable)) command += " --force-newest";
  return base::format("; what cannot be decoded can be set aside, and all that it may name stays: {} {}",
                      command, base::shell_quoted(absolute(unreadable->place)));
}

}  // namespace

bool may_be_newest(const Survey& survey, const SeenSnapshot& unreadable) {
  const std::string_view name = base::last_component(unreadable.place.path);
  if (!flink::is_checkpoint_name(name)) return false;
  const auto number = [](std::string_view checkpoint) {
    const std::string_view digits = checkpoint.substr(checkpoint.find('-') + 1);
    return std::pair(digits.size(), digits);
  };
  return std::ranges::none_of(survey.snapshots, [&](const SeenSnapshot& other) {
    return other.is_checkpoint && other.place.root == unreadable.place.root &&
           other.job() == unreadable.job() && number(base::last_component(other.place.path)) > number(name);
  });
}

void require_known(const Survey& survey, bool may_be_empty) {
  if (!survey.unknown.empty()) {
    const size_t count = survey.unknown.size();
    throw base::Failure(base::FailureKind::kRefused,
                        base::format("nothing is removed, as it is not known what is needed: {}{}{}",
                                     count == 1 ? "" : base::format("(1 of {}, -v lists all) ", count),
                                     survey.unknown.front(), advice_on_unreadable(survey)));
  }
  require_none_missing(survey.missing);
  if (std::ranges::all_of(survey.snapshots, &SeenSnapshot::hidden) && !may_be_empty &&
      is_enforced(Rule::kShrunkenKeepsAll)) {
    throw base::Failure(
        base::FailureKind::kRefused,
        base::format(
            "nothing is removed, as no snapshot is there at all; is {} what should be mounted there?",
            survey.sources.empty() ? "a source" : survey.sources.front()));
  }
}

}  // namespace checkpointfs::removal
