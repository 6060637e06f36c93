// SPDX-License-Identifier: Apache-2.0
#include "cli/query/pin_sources.h"

#include <sys/stat.h>

#include <algorithm>

#include "base/errors.h"
#include "base/text/message.h"
#include "cli/arguments/paths.h"
#include "cli/query/find_index.h"
#include "cli/query/mount_lookup.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {
namespace {

void add_once(std::vector<std::string>* sources, const std::string& source) {
  if (std::ranges::find(*sources, source) == sources->end()) sources->push_back(source);
}

void add_sources_of(std::vector<std::string>* sources, const std::string& index_file) {
  for (const storage::Root& root : index::Reader(index_file).roots()) {
    if (root.is_source) add_once(sources, root.path);
  }
}

}  // namespace

std::vector<std::string> pin_sources(const Invocation& invocation, const std::vector<std::string>& named) {
  std::vector<std::string> sources;
  for (const std::string& name : named) {
    const std::string real = real_path(name);
    if (const auto mount_point = mount_around(real)) {
      add_sources_of(&sources, index_of_mount(*mount_point));
      continue;
    }
    struct stat st = {};
    if (::stat(real.c_str(), &st) != 0 || !S_ISDIR(st.st_mode))
      throw base::PathFailure(base::FailureKind::kSource, base::format("source {} is not a directory", name),
                              name);
    add_once(&sources, real);
  }
  if (!named.empty()) return sources;
  // The source may have been widened, and then has no index yet.
  for (const std::string& source : sources_of(find_index(invocation, "", false))) add_once(&sources, source);
  return sources;
}

}  // namespace checkpointfs::cli
