// SPDX-License-Identifier: Apache-2.0
#include "storage/beside.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>

#include "flink/uri.h"

namespace checkpointfs::storage {
namespace {

std::string_view parent_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

bool lies_in(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) &&
         (path.size() == directory.size() || directory.ends_with('/') || path[directory.size()] == '/');
}

bool is_directory(const std::string& path) {
  struct stat st = {};
  return ::lstat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

bool is_job_id(std::string_view name) {
  return name.size() == 32 && name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_inside_a_job(std::string_view name) {
  if (name == "shared" || name == "taskowned" || name == "dstl") return true;
  return name.starts_with("chk-") && name.size() > 4 &&
         name.find_first_not_of("0123456789", 4) == std::string_view::npos;
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
  while (!lies_in(file, path)) {
    if (flink::base_name(path) != flink::base_name(directory)) return std::nullopt;
    path = parent_of(path);
    directory = parent_of(directory);
    // Everything lies beside everything below "/".
    if (path.empty() || directory.empty()) return std::nullopt;
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
  // The directory itself, with a slash or without, is no file.
  if (!above || file.path.size() <= above->uri_path.size()) return std::nullopt;
  const std::string_view rest = std::string_view(file.path).substr(above->uri_path.size() + 1);
  Beside found;
  found.path = std::string(above->directory) + "/" + std::string(rest);
  for (const Root& root : roots) {
    if (lies_in(found.path, root.path)) return std::nullopt;
  }
  found.source = std::string(above->directory) + "/" + std::string(rest.substr(0, rest.find('/')));
  if (!is_directory(found.source)) return std::nullopt;
  const auto source = std::ranges::find(roots, snapshot.root_id, &Root::id);
  if (source != roots.end() && lies_in(source->path, above->directory) && is_one_job(snapshot)) {
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
  std::string_view directory = parent_of(parsed->path);
  for (std::string_view above = directory; !above.empty(); above = parent_of(above)) {
    if (!is_job_id(flink::base_name(above))) continue;
    parsed->path = parent_of(above).empty() ? "/" : std::string(parent_of(above));
    return flink::to_string(*parsed);
  }
  if (is_inside_a_job(flink::base_name(directory))) directory = parent_of(directory);
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
