// SPDX-License-Identifier: Apache-2.0
#include "removal/survey/markers.h"

#include <sys/stat.h>

#include <map>

#include "base/beneath.h"
#include "base/path.h"
#include "base/threads/parallel_calls.h"
#include "flink/names.h"
#include "removal/model/marker_names.h"
#include "removal/model/plan.h"
#include "removal/model/storage.h"
#include "storage/walk.h"

namespace checkpointfs::removal {
namespace {

class MarkerFinder {
 public:
  explicit MarkerFinder(const Storage& storage) {
    for (const std::string& source : storage.sources()) sources_[source] = base::open_directory(source);
  }

  void add(const Place& owner, std::string path) {
    asked_.push_back({{owner.root, std::move(path)}, {}, owner});
    if (asked_.size() == kAtOnce) look();
  }
  std::vector<PlannedMarker> found() {
    look();
    return std::move(found_);
  }

 private:
  void look() {
    std::vector<char> is_there(asked_.size(), 0);
    workers_.run(asked_.size(), [&](size_t i) {
      const auto source = sources_.find(asked_[i].place.root);
      struct stat st = {};
      if (source == sources_.end() ||
          base::stat_beneath(source->second.get(), asked_[i].place.path.c_str(), &st) != 0 ||
          !S_ISREG(st.st_mode))
        return;
      asked_[i].identity = identity_of(st);
      is_there[i] = 1;
    });
    for (size_t i = 0; i < asked_.size(); ++i) {
      if (is_there[i] != 0) found_.push_back(std::move(asked_[i]));
    }
    asked_.clear();
  }

  static constexpr size_t kAtOnce = 4096;
  std::map<std::string, base::UniqueFd> sources_;
  base::ParallelCalls workers_{base::kStoreCallsAtOnce};
  std::vector<PlannedMarker> asked_;
  std::vector<PlannedMarker> found_;
};

}  // namespace

std::vector<PlannedMarker> markers_of(const Storage& storage, const Plan& plan) {
  MarkerFinder finder(storage);
  for (const PlannedSnapshot& snapshot : plan.snapshots) {
    const std::string metadata = base::join(snapshot.place.path, flink::kMetadataFile);
    finder.add({snapshot.place.root, metadata}, checksums_of(metadata));
  }
  for (const PlannedFile& file : plan.files) finder.add(file.place, checksums_of(file.place.path));
  for (const Place& directory : plan.directories) finder.add(directory, folder_marker_of(directory.path));
  return finder.found();
}

}  // namespace checkpointfs::removal
