// SPDX-License-Identifier: Apache-2.0
#include "cli/rclone/mounted_sources.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/path.h"
#include "cli/arguments/paths.h"
#include "cli/rclone/rclone_source.h"
#include "cli/rclone/remote_of_uri.h"
#include "flink/names.h"
#include "fs/mount/mount_table.h"

namespace checkpointfs::cli {
namespace {

struct RemotePath {
  std::string remote;  // "rclone:gw:"
  std::string path;    // "bucket/flink"
};

RemotePath split(const std::string& given) {
  bool quoted = false;
  for (size_t i = kRclonePrefix.size(); i < given.size(); ++i) {
    if (given[i] == '"') quoted = !quoted;
    if (given[i] == ':' && i > kRclonePrefix.size() && !quoted)
      return {given.substr(0, i + 1), given.substr(i + 1)};
  }
  return {given, {}};
}

std::string_view trimmed_path(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

// The path of `inner` beneath `outer`; nothing if it lies elsewhere.
std::optional<std::string> below(const std::string& inner, const std::string& outer) {
  const RemotePath a = split(inner);
  const RemotePath b = split(outer);
  if (a.remote != b.remote) return std::nullopt;
  const auto path = base::path_below(trimmed_path(a.path), trimmed_path(b.path));
  if (!path) return std::nullopt;
  return std::string(*path);
}

bool names_a_part(std::string_view path) {
  return std::ranges::any_of(base::components(path), [](std::string_view name) {
    return flink::is_job_id(name) || flink::is_part_of_job(name) || name == flink::kMetadataFile ||
           name.starts_with("savepoint-");
  });
}

bool is_mounted_by_us(const std::string& given) {
  const auto mount = fs::mount_at(rclone_source(given).directory);
  return mount && mount->type == "fuse.rclone";
}

// Returns the source to mount for an operand.
std::string store_of(const std::string& given, const std::vector<std::string>& sources) {
  for (const std::string& source : sources) {
    if (below(given, source)) return source;
  }
  const RemotePath whole = split(given);
  for (std::string path(trimmed_path(whole.path)); !path.empty() && path != "/"; path = base::parent(path)) {
    if (is_mounted_by_us(whole.remote + path)) return whole.remote + path;
  }
  if (!names_a_part(whole.path)) return given;
  const bool is_absolute = whole.path.starts_with('/');
  const std::string guessed = guess_source(is_absolute ? whole.path : "/" + whole.path);
  return guessed.size() > 1 ? whole.remote + (is_absolute ? guessed : guessed.substr(1)) : given;
}

// Writes the source in "NAME=s3://bucket" or "s3://bucket" as rclone has it.
void name_remote(std::string& argument) {
  const size_t equals = argument.find('=');
  const bool has_name = equals != std::string::npos && argument.find('/') > equals;
  const size_t start = has_name ? equals + 1 : 0;
  argument.replace(start, std::string::npos, as_rclone(argument.substr(start)));
}

// The start of the source in "NAME=rclone:gw:bucket" or "rclone:gw:bucket"; nothing for another source.
std::optional<size_t> start_of_rclone(const std::string& argument) {
  if (is_rclone(argument)) return 0;
  const size_t equals = argument.find('=');
  const bool has_name = equals != std::string::npos && argument.find('/') > equals;
  if (has_name && is_rclone(std::string_view(argument).substr(equals + 1))) return equals + 1;
  return std::nullopt;
}

}  // namespace

MountedSources::MountedSources(Invocation& invocation, size_t count, Operands operands) {
  std::map<std::string, RcloneSource> stores;  // by what is given
  const auto store = [&](const std::string& given) -> const RcloneSource& {
    const auto known = stores.find(given);
    return known != stores.end() ? known->second : stores.emplace(given, prepare_rclone(given)).first->second;
  };
  std::vector<std::string> named;
  if (const auto option = invocation.options.find("source"); option != invocation.options.end()) {
    for (std::string& argument : option->second) {
      name_remote(argument);
      const auto start = start_of_rclone(argument);
      if (!start) continue;
      named.push_back(argument.substr(*start));
      argument.replace(*start, std::string::npos, store(named.back()).directory);
    }
  }
  for (size_t i = 0; i < std::min(count, invocation.operands.size()); ++i) {
    std::string& operand = invocation.operands[i];
    if (operands == Operands::kSources) operand = as_rclone(operand);
    if (!is_rclone(operand)) continue;
    const std::string given = operands == Operands::kFiles ? store_of(operand, named) : operand;
    const std::string& directory = store(given).directory;
    operand = base::join(directory, below(operand, given).value_or(""));
    // The storage is the whole store, whatever the names above the snapshot look like.
    if (operand != directory && !invocation.has("source") && !invocation.has("index"))
      invocation.options["source"] = {directory};
  }
  if (stores.empty()) return;
  std::vector<RcloneSource> all;
  for (const auto& [given, source] : stores) {
    clear_rclone(source);
    all.push_back(source);
  }
  mounts_ = std::make_unique<RcloneMounts>(all, RcloneMounts::For::kCommand);
  for (const RcloneSource& source : all) {
    invocation.store_names[source.directory] = kRclonePrefix.data() + source.remote;
    for (storage::Mapping& mapping : rclone_mappings(source, rclone_remote(source.remote)))
      invocation.store_mappings.push_back(std::move(mapping));
  }
}

}  // namespace checkpointfs::cli
