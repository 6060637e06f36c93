// SPDX-License-Identifier: Apache-2.0
#include "cli/rclone/remote_of_uri.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/output/messages.h"
#include "cli/rclone/run_program.h"
#include "flink/uri.h"

namespace checkpointfs::cli {
namespace {

struct Scheme {
  std::string_view name;
  std::string_view type;
};

// The names are canonical schemes, as of flink::parse_uri().
constexpr std::array kSchemes = {
    Scheme{"s3", "s3"},          Scheme{"oss", "s3"},          Scheme{"gs", "google cloud storage"},
    Scheme{"hdfs", "hdfs"},      Scheme{"abfs", "azureblob"},  Scheme{"abfss", "azureblob"},
    Scheme{"wasb", "azureblob"}, Scheme{"wasbs", "azureblob"},
};

// "nn1:8020,nn2:8020" names two NameNodes.
bool names(std::string_view list, std::string_view node) {
  while (!list.empty()) {
    const size_t comma = std::min(list.find(','), list.size());
    std::string_view one = list.substr(0, comma);
    list.remove_prefix(std::min(comma + 1, list.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one == node) return true;
  }
  return false;
}

bool fits(const StoreUri& uri, const RcloneRemote& remote) {
  if (remote.type != uri.type) return false;
  if (uri.is_alibaba && remote.provider != "Alibaba") return false;
  if (uri.authority.empty()) return true;
  return uri.type == "hdfs" ? names(remote.name_node, uri.authority) : remote.account == uri.authority;
}

// Parses the lines "name: type" of `rclone listremotes --long`.
std::vector<NamedRemote> configured_remotes(std::string_view type) {
  std::vector<NamedRemote> remotes;
  const std::string text = output_of({"rclone", "listremotes", "--long"});
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line = std::string_view(text).substr(start, end - start);
    start = end + 1;
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view found = line.substr(colon + 1);
    const size_t word = found.find_first_not_of(' ');
    if (word == std::string_view::npos || found.substr(word) != type) continue;
    std::string name(line.substr(0, colon));
    RcloneRemote remote = rclone_remote(name + ":");
    remotes.push_back({std::move(name), std::move(remote)});
  }
  return remotes;
}

std::string written(const std::string& remote, const StoreUri& uri) {
  return base::format("{}{}:{}", kRclonePrefix, remote, uri.path);
}

[[noreturn]] void refuse(const std::string& text, const StoreUri& uri,
                         const std::vector<NamedRemote>& fitting, const std::vector<NamedRemote>& all) {
  std::string advice;
  if (fitting.size() > 1) {
    advice = "several remotes of rclone may reach it; write ";
    for (size_t i = 0; i < fitting.size(); ++i)
      advice += base::format("{}{}", i == 0 ? "" : " or ", written(fitting[i].name, uri));
  } else if (!all.empty()) {
    advice = base::format("no remote of rclone is configured for {}; if {} reaches it, write {}",
                          uri.authority, all.front().name, written(all.front().name, uri));
  } else if (output_of({"rclone", "version"}).empty()) {
    advice = base::format(
        "a store is read by rclone, which is not installed; install it, make a remote of "
        "type \"{}\" with 'rclone config', and write {}",
        uri.type, written("REMOTE", uri));
  } else {
    advice = base::format("rclone has no remote of type \"{}\"; make one with 'rclone config', and write {}",
                          uri.type, written("REMOTE", uri));
  }
  throw base::Failure(base::FailureKind::kSource,
                      base::format("{} is no directory: {}", base::printable(text), advice));
}

}  // namespace

std::optional<StoreUri> parse_store_uri(std::string_view text) {
  const auto parsed = text.find("://") == std::string_view::npos ? std::nullopt : flink::parse_uri(text);
  if (!parsed) return std::nullopt;
  const auto* const scheme = std::ranges::find(kSchemes, parsed->scheme, &Scheme::name);
  if (scheme == kSchemes.end()) return std::nullopt;
  StoreUri uri{std::string(scheme->type), {}, {}, scheme->name == "oss"};
  const std::string_view authority = parsed->authority;
  std::string_view bucket = authority;
  if (uri.type == "hdfs") {
    uri.authority = authority;
    bucket = {};
  } else if (uri.type == "azureblob") {
    // "container@account.dfs.core.windows.net"
    const size_t at = authority.find('@');
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view host = authority.substr(at + 1);
    uri.authority = host.substr(0, host.find('.'));
    bucket = authority.substr(0, at);
  }
  const std::string_view path = std::string_view(parsed->path).substr(1);
  uri.path = base::format("{}{}{}", bucket, bucket.empty() || path.empty() ? "" : "/", path);
  return uri.path.empty() ? std::nullopt : std::optional(uri);
}

std::vector<NamedRemote> remotes_for(const StoreUri& uri, const std::vector<NamedRemote>& all) {
  std::vector<NamedRemote> fitting;
  for (const NamedRemote& one : all) {
    if (fits(uri, one.remote)) fitting.push_back(one);
  }
  return fitting;
}

std::string as_rclone(const std::string& text) {
  const auto uri = parse_store_uri(text);
  if (!uri) return text;
  const std::vector<NamedRemote> all = configured_remotes(uri->type);
  const std::vector<NamedRemote> fitting = remotes_for(*uri, all);
  if (fitting.size() != 1) refuse(text, *uri, fitting, all);
  std::string source = written(fitting.front().name, *uri);
  print_remark(base::format("{} is read as {}", base::printable(text), base::printable(source)));
  return source;
}

}  // namespace checkpointfs::cli
