// SPDX-License-Identifier: Apache-2.0
#include "storage/beside.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>

#include "base/path.h"
#include "flink/names.h"
#include "flink/uri.h"

namespace checkpointfs::storage {
namespace {

bool is_directory(const std::string& path) {
  struct stat st = {};
  return ::lstat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

bool is_inside_a_job(std::string_view name) {
  return name == "dstl" || flink::is_part_of_job(name);
}

// The directory above both that holds the file, if the names from there to the end of both are the same.
struct Ancestor {
  std::string_view uri_path;
  std::string_view directory;
};
std::optional<Ancestor> common_ancestor(const flink::Uri& prefix, std::string_view directory,
                                        std::string_view file) {
  std::string_view path = prefix.path;
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  while (!base::is_at_or_below(file, path)) {
    if (base::last_component(path) != base::last_component(directory)) return std::nullopt;
    path = base::parent(path);
    directory = base::parent(directory);
    // Everything lies beside everything below "/".
    if (path == "/" || directory == "/") return std::nullopt;
  }
  return Ancestor{path, directory};
}

bool is_one_job(const Location& snapshot) {
  return snapshot.path.find('/') == std::string::npos &&
         (snapshot.path.empty() || is_inside_a_job(snapshot.path));
}

std::optional<Beside> beside(const flink::Uri& file, const Mapping& rule, const Location& snapshot,
                             const std::vector<Root>& roots) {
  const auto prefix = flink::parse_uri(rule.uri_prefix);
  if (!prefix || prefix->scheme != file.scheme || prefix->authority != file.authority) return std::nullopt;
  const auto above = common_ancestor(*prefix, rule.directory, file.path);
  if (!above) return std::nullopt;
  const std::string_view rest = *base::path_below(file.path, above->uri_path);
  if (rest.empty()) return std::nullopt;  // the directory itself is no file
  Beside found;
  found.path = base::join(above->directory, rest);
  for (const Root& root : roots) {
    if (base::is_at_or_below(found.path, root.path)) return std::nullopt;
  }
  found.source = base::join(above->directory, rest.substr(0, rest.find('/')));
  if (!is_directory(found.source)) return std::nullopt;
  const auto source = std::ranges::find(roots, snapshot.root_id, &Root::id);
  if (source != roots.end() && base::is_at_or_below(source->path, above->directory) && is_one_job(snapshot)) {
    found.wider = true;
    found.source = std::string(above->directory);
  }
  return found;
}

}  // namespace

std::optional<Beside> find_beside(std::string_view uri, const Location& snapshot,
                                  const std::vector<Root>& roots, const std::vector<Mapping>& mappings) {
  const auto file = flink::parse_uri(uri);
  if (!file) return std::nullopt;
  std::vector<Mapping> rules = mappings;
  for (const Root& root : roots) {
    if (root.is_source) rules.push_back({flink::to_string({"file", "", root.path}), root.path, false, {}});
  }
  std::optional<Beside> best;
  for (const Mapping& rule : rules) {
    auto found = beside(*file, rule, snapshot, roots);
    if (found && (!best || found->source.size() > best->source.size())) best = std::move(found);
  }
  return best;
}

std::string storage_uri(std::string_view uri) {
  auto parsed = flink::parse_uri(uri);
  if (!parsed) return std::string(uri);
  std::string_view directory = base::parent(parsed->path);
  for (std::string_view above = directory; !above.empty(); above = base::parent(above)) {
    if (!flink::is_job_id(base::last_component(above))) continue;
    parsed->path = base::parent(above);
    return flink::to_string(*parsed);
  }
  if (is_inside_a_job(base::last_component(directory))) directory = base::parent(directory);
  parsed->path = directory.empty() ? "/" : std::string(directory);
  return flink::to_string(*parsed);
}

std::optional<LinkOnPath> link_on_path(int root, const std::string& path) {
  for (size_t end = 0; end != std::string::npos;) {
    end = path.find('/', end + 1);
    const std::string part = path.substr(0, end);
    struct stat st = {};
    if (::fstatat(root, part.c_str(), &st, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
    if (!S_ISLNK(st.st_mode)) continue;
    std::array<char, PATH_MAX> target;
    const ssize_t length = ::readlinkat(root, part.c_str(), target.data(), target.size());
    if (length <= 0) return std::nullopt;
    return LinkOnPath{part, std::string(target.data(), static_cast<size_t>(length))};
  }
  return std::nullopt;
}

}  // namespace checkpointfs::storage
