// SPDX-License-Identifier: Apache-2.0
#include "cli/query/source_names.h"

#include <algorithm>
#include <map>

#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"

namespace checkpointfs::cli {

std::string like_named_sources_text(index::Reader& reader) {
  std::map<std::string_view, int> sources_called;
  const std::vector<storage::Root> roots = reader.roots();
  for (const storage::Root& root : roots) {
    if (root.is_source) ++sources_called[base::last_component(root.path)];
  }
  if (std::ranges::all_of(sources_called, [](const auto& called) { return called.second == 1; })) return {};
  std::map<std::string, std::string> path_of;  // by name
  reader.snapshots().for_each([&](const index::Snapshot& snapshot) {
    const auto called = sources_called.find(base::last_component(snapshot.source.path));
    if (called != sources_called.end() && called->second > 1)
      path_of.try_emplace(snapshot.path.substr(0, snapshot.path.find('/')), snapshot.source.path);
  });
  std::string text;
  for (const auto& [name, path] : path_of)
    text +=
        base::format("{}{} is {}", text.empty() ? "" : ", ", base::printable(name), base::printable(path));
  return text;
}

}  // namespace checkpointfs::cli
