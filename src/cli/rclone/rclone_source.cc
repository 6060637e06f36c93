// SPDX-License-Identifier: Apache-2.0
#include "cli/rclone/rclone_source.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "base/errors.h"
#include "base/named_file.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/shell.h"
#include "cli/rclone/private_directory.h"
#include "cli/rclone/run_program.h"
#include "flink/uri.h"
#include "index/scan/mapping_argument.h"
#include "storage/projected_name.h"
#include "storage/walk.h"

namespace checkpointfs::cli {
namespace {

constexpr size_t kHashDigits = 16;
constexpr uint64_t kLongestRemote = 64 * 1024;

// Returns the start of the path, after the colon that ends the remote's name. ":s3,provider=Minio:" is a name
// too.
size_t path_start(std::string_view remote) {
  bool quoted = false;
  for (size_t i = 0; i < remote.size(); ++i) {
    if (remote[i] == '"') quoted = !quoted;
    if (remote[i] == ':' && i > 0 && !quoted) return i + 1;
  }
  return std::string_view::npos;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return text;
}

void take(RcloneRemote& remote, std::string_view key, std::string_view value) {
  if (key == "type") remote.type = value;
  if (key == "provider") remote.provider = value;
  if (key == "account") remote.account = value;
  if (key == "namenode") remote.name_node = value;
}

// Parses a remote that is described on the command line: ":s3,provider=Minio,...:bucket".
RcloneRemote described_remote(std::string_view description) {
  RcloneRemote remote;
  for (size_t start = 0, end = 0; end != std::string_view::npos; start = end + 1) {
    end = description.find(',', start);
    const std::string_view word =
        description.substr(start, end == std::string_view::npos ? end : end - start);
    const size_t equals = word.find('=');
    if (start == 0) {
      remote.type = word;
    } else if (equals != std::string_view::npos) {
      take(remote, word.substr(0, equals), word.substr(equals + 1));
    }
  }
  return remote;
}

// Reads the variables RCLONE_CONFIG_<NAME>_<KEY>.
void take_environment(RcloneRemote& remote, std::string_view name) {
  for (const char* const key : {"type", "provider", "account", "namenode"}) {
    std::string variable = base::format("RCLONE_CONFIG_{}_{}", name, key);
    std::ranges::transform(variable, variable.begin(), [](unsigned char c) { return std::toupper(c); });
    if (const char* const value = std::getenv(variable.c_str())) take(remote, key, value);
  }
}

}  // namespace

RcloneSource rclone_source(const std::string& given) {
  RcloneSource source;
  source.given = given;
  source.remote = given.substr(kRclonePrefix.size());
  while (source.remote.ends_with('/')) source.remote.pop_back();
  const size_t start = path_start(source.remote);
  if (start == std::string::npos || start == source.remote.size() || source.remote.starts_with('-')) {
    throw base::Failure(
        base::FailureKind::kUsage,
        base::format("{} is not a source for rclone; write rclone:REMOTE:BUCKET/PATH", given));
  }
  const std::string own =
      base::format("{}/rclone/{}", private_directory(), storage::hash_digits(source.remote, kHashDigits));
  source.lock_file = own + "/lock";
  source.log_file = own + "/log";
  source.directory =
      own + "/" + storage::natural_name(base::last_component(source.remote.substr(start)), source.remote);
  return source;
}

RcloneSource prepare_rclone(const std::string& given) {
  RcloneSource source = rclone_source(given);
  const std::string own(base::parent(source.directory));
  source.is_new = ::access(own.c_str(), F_OK) != 0;
  make_private(std::string(base::parent(own)));
  make_private(own);
  const std::string name = own + "/remote";
  if (::access(name.c_str(), F_OK) != 0) base::replace_file(name, source.remote);
  return source;
}

std::string rclone_given(const std::string& directory) {
  const std::string file = base::join(base::parent(directory), "remote");
  if (base::last_component(base::parent(base::parent(directory))) != "rclone") return {};
  try {
    const base::UniqueFd fd = base::open_named(file);
    return std::string(kRclonePrefix) + base::read_up_to(fd.get(), file, kLongestRemote);
  } catch (const std::exception&) {
    return {};
  }
}

std::string unmounted_store(const std::string& directory) {
  const std::string_view own = base::parent(directory);
  const std::string_view hash = base::last_component(own);
  const bool is_ours = base::last_component(base::parent(own)) == "rclone" && hash.size() == kHashDigits &&
                       hash.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  if (!is_ours) return {};
  struct stat st = {};
  const bool is_there = ::lstat(directory.c_str(), &st) == 0;
  const std::string mark = base::format("{}/{}", directory, storage::kNotMounted);
  if (is_there && ::access(mark.c_str(), F_OK) != 0) return {};
  const std::string given = rclone_given(directory);
  const std::string named = given.empty() ? "rclone:REMOTE:PATH" : given;
  return base::format(
      "{} is not mounted; name the store itself ('checkpointfs list {}'), or mount it ('checkpointfs mount {} MOUNTPOINT')",
      given.empty() ? base::format("the store of {}", directory) : given, base::shell_quoted(named),
      base::shell_quoted(named));
}

RcloneRemote parse_rclone_config(std::string_view text) {
  RcloneRemote remote;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line = text.substr(start, end - start);
    const size_t equals = line.find('=');
    if (equals != std::string_view::npos)
      take(remote, trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)));
    start = end + 1;
  }
  return remote;
}

RcloneRemote rclone_remote(const std::string& remote) {
  const std::string name = remote.substr(0, path_start(remote) - 1);
  if (name.starts_with(':')) return described_remote(std::string_view(name).substr(1));
  const size_t comma = name.find(',');  // "minio,endpoint=...:"
  RcloneRemote found =
      parse_rclone_config(output_of({"rclone", "config", "show", "--", name.substr(0, comma)}));
  take_environment(found, name.substr(0, comma));
  return found;
}

std::vector<storage::Mapping> rclone_mappings(const RcloneSource& source, const RcloneRemote& remote) {
  std::string path = source.remote.substr(path_start(source.remote));
  path.erase(0, path.find_first_not_of('/'));
  const size_t slash = std::min(path.find('/'), path.size());
  const std::string bucket = path.substr(0, slash);
  const std::string rest = path.substr(slash);
  std::vector<std::string> prefixes;
  if (remote.type == "s3") {
    prefixes.push_back("s3://" + path);
    if (remote.provider == "Alibaba") prefixes.push_back("oss://" + path);
  } else if (remote.type == "google cloud storage") {
    prefixes.push_back("gs://" + path);
  } else if (remote.type == "azureblob" && !remote.account.empty()) {
    for (const char* const scheme : {"abfs", "abfss"})
      prefixes.push_back(
          base::format("{}://{}@{}.dfs.core.windows.net{}", scheme, bucket, remote.account, rest));
    for (const char* const scheme : {"wasb", "wasbs"})
      prefixes.push_back(
          base::format("{}://{}@{}.blob.core.windows.net{}", scheme, bucket, remote.account, rest));
  } else if (remote.type == "hdfs" && !remote.name_node.empty()) {
    // A pair of NameNodes, "a:8020,b:8020", is no authority of a URI: metadata names one of them, or neither.
    std::string_view rest_of_nodes = remote.name_node;
    while (!rest_of_nodes.empty()) {
      const size_t end = std::min(rest_of_nodes.find(','), rest_of_nodes.size());
      const std::string_view node = trimmed(rest_of_nodes.substr(0, end));
      if (!node.empty()) prefixes.push_back(base::format("hdfs://{}/{}", node, path));
      rest_of_nodes.remove_prefix(std::min(end + 1, rest_of_nodes.size()));
    }
  }
  std::vector<storage::Mapping> mappings;
  for (const std::string& prefix : prefixes)
    mappings.push_back(index::parse_mapping(base::format("{}={}", prefix, source.directory)));
  return mappings;
}

}  // namespace checkpointfs::cli
