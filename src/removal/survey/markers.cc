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
namespace {}  // namespace

std::vector<PlannedMarker> markers_of(const Storage& storage, const Plan& plan) {
  std::map<std::string, base::UniqueFd> sources;
  for (const std::string& source : storage.sources()) sources[source] = base::open_directory(source);
  std::vector<PlannedMarker> all;
  const auto add = [&](const Place& owner, std::string path) {
    all.push_back({{owner.root, std::move(path)}, {}, owner});
  };
  for (const PlannedSnapshot& snapshot : plan.snapshots) {
    const std::string metadata = base::join(snapshot.place.path, flink::kMetadataFile);
    add({snapshot.place.root, metadata}, checksums_of(metadata));
  }
  for (const PlannedFile& file : plan.files) add(file.place, checksums_of(file.place.path));
  for (const Place& directory : plan.directories) add(directory, folder_marker_of(directory.path));
  std::vector<char> is_there(all.size(), 0);
  base::ParallelCalls(base::kStoreCallsAtOnce).run(all.size(), [&](size_t i) {
    const auto source = sources.find(all[i].place.root);
    struct stat st = {};
    if (source == sources.end() ||
        base::stat_beneath(source->second.get(), all[i].place.path.c_str(), &st) != 0 || !S_ISREG(st.st_mode))
      return;
    all[i].identity = identity_of(st);
    is_there[i] = 1;
  });
  std::vector<PlannedMarker> there;
  for (size_t i = 0; i < all.size(); ++i) {
    if (is_there[i] != 0) there.push_back(std::move(all[i]));
  }
  return there;
}

}  // namespace checkpointfs::removal
