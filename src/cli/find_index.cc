// SPDX-License-Identifier: Apache-2.0
#include "cli/find_index.h"

#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

#include "base/concat.h"
#include "base/errors.h"
#include "base/log.h"
#include "cli/options.h"
#include "cli/own_mount.h"
#include "cli/paths.h"
#include "cli/update_index.h"
#include "index/is_made.h"
#include "index/projected_name.h"
#include "index/reader.h"

namespace checkpointfs::cli {
namespace {

// The index files in the state directory: those that end like the name of a default index.
std::vector<std::string> known_indexes() {
  const std::string example = index::default_index_file({"/"});
  const std::string directory(parent_of(example));
  const std::string_view name = name_of(example);
  const std::string suffix(name.substr(std::min(name.find('.'), name.size())));
  std::vector<std::string> files;
  DIR* stream = ::opendir(directory.c_str());
  if (stream == nullptr) return files;
  while (const dirent* entry = ::readdir(stream)) {
    const std::string_view entry_name = entry->d_name;
    if (entry_name.ends_with(suffix)) files.push_back(base::concat(directory, "/", entry_name));
  }
  ::closedir(stream);
  std::ranges::sort(files);
  return files;
}

std::optional<std::string> known_index_around(const std::string& path) {
  std::optional<std::string> best;
  size_t length = 0;
  for (const std::string& file : known_indexes()) {
    try {
      for (const index::Root& root : index::Reader(file).roots()) {
        if (!root.is_source || !within(path, root.path) || root.path.size() <= length) continue;
        length = root.path.size();
        best = file;
      }
    } catch (const std::exception& e) {
      base::log_info(base::concat("index ", file, " is passed over: ", e.what()));
    }
  }
  return best;
}

}  // namespace

FoundIndex find_index(const Invocation& invocation, const std::string& path, bool may_guess) {
  FoundIndex found;
  found.options = index_options(invocation, invocation.texts("source"));
  const std::string real = real_path(path.empty() ? "." : path);
  found.mount_point = mount_around(real).value_or("");
  if (!found.options.index_file.empty()) return found;
  if (!found.options.sources.empty()) {
    found.options.index_file = index::default_index_file(found.options.sources);
    return found;
  }
  if (!found.mount_point.empty()) {
    found.options.index_file = index_of_mount(found.mount_point);
    return found;
  }
  if (const auto file = known_index_around(real)) {
    found.options.index_file = *file;
    return found;
  }
  if (path.empty() || !may_guess || ::access(real.c_str(), F_OK) != 0) {
    throw base::Failure(base::FailureKind::kUsage,
                        base::concat("no index is known that holds ", path.empty() ? real : path,
                                     "; say where the checkpoint storage lies with --source DIR"));
  }
  found.options.sources = {guess_source(real)};
  found.options.index_file = index::default_index_file(found.options.sources);
  return found;
}

namespace {

// --map of these commands holds for one command: what it leads to is kept in an index of its own, beside that
// which others use, so that no other command sees it.
void set_apart(FoundIndex& found) {
  index::Options& options = found.options;
  if (options.mappings.empty()) return;
  for (index::Mapping& kept : index::given_mappings(options.index_file)) {
    if (std::ranges::find(options.mappings, kept.uri_prefix, &index::Mapping::uri_prefix) ==
        options.mappings.end())
      options.mappings.push_back(std::move(kept));
  }
  std::vector<std::string> all;
  for (const index::Mapping& mapping : options.mappings)
    all.push_back(base::concat(mapping.uri_prefix, "=", real_path(mapping.directory)));
  std::ranges::sort(all);
  std::string text;
  for (const std::string& one : all) text += one + '\0';
  options.index_file += base::concat("-mapped-", index::hash_digits(text, 16));
}

}  // namespace

std::optional<index::ScanResult> refresh_found(FoundIndex& found, const std::string& purpose, bool verbose) {
  if (found.options.sources.empty()) {
    if (!index::is_made(found.options.index_file)) {
      throw base::Failure(base::FailureKind::kIndex,
                          base::concat("index ", found.options.index_file,
                                       " was never made; make it with `checkpointfs index --index ",
                                       found.options.index_file, " SOURCE`"));
    }
    index::Reader reader(found.options.index_file);
    for (const index::Root& root : reader.roots()) {
      if (root.is_source) found.options.sources.push_back(root.path);
    }
  }
  set_apart(found);
  return refresh_index(found.options, purpose, verbose);
}

}  // namespace checkpointfs::cli
