// SPDX-License-Identifier: Apache-2.0
// What goes, as other programs want it that delete by themselves.
#include <array>

#include "base/concat.h"
#include "base/errors.h"
#include "cli/removal_output.h"

namespace checkpointfs::cli {
namespace {

using base::Failure;
using base::FailureKind;
using removal::Place;
using removal::Plan;

constexpr std::string_view kLocal = "file:";

// The longest mapping whose directory holds the place, backwards. Where files of this host lie is known
// without one, and a mapping may tell where the original of a copy lies.
std::string uri_of(const Plan& plan, const Place& place) {
  const std::string path = removal::absolute(place);
  const index::Mapping* best = nullptr;
  for (const index::Mapping& mapping : plan.mappings) {
    if (mapping.uri_prefix.starts_with(kLocal)) continue;
    const bool holds = path.starts_with(mapping.directory) &&
                       (mapping.directory.ends_with('/') || path[mapping.directory.size()] == '/');
    if (holds && (best == nullptr || best->directory.size() < mapping.directory.size())) best = &mapping;
  }
  if (best == nullptr) return base::concat(kLocal, path);
  const std::string below = path.substr(best->directory.size());
  return removal::joined(best->uri_prefix, std::string_view(below).substr(below.starts_with('/') ? 1 : 0));
}

std::string s3_command(const std::string& uri) {
  for (const std::string_view scheme : {"s3://", "s3a://", "s3n://"}) {
    if (!uri.starts_with(scheme)) continue;
    std::string quoted;
    for (const char c : uri.substr(scheme.size()))
      quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return base::concat("rm 's3://", quoted, "'");
  }
  throw Failure(
      FailureKind::kUsage,
      base::concat(uri, " is not on S3; say with --map s3://BUCKET/...=DIR where the storage really lies"));
}

}  // namespace

void print_list(std::ostream& out, const Plan& plan, const std::string& format) {
  const bool known = format == "hadoop" || format == "s5cmd" || format == "rclone" || format == "paths";
  if (!known)
    throw Failure(FailureKind::kUsage,
                  base::concat("--format=", format, " is not known; hadoop, s5cmd, rclone or paths"));
  if (format == "rclone" && plan.sources.size() > 1)
    throw Failure(FailureKind::kUsage, "rclone's paths are those below one source; name one with --source");
  const auto print = [&](const Place& place, const std::string& named) {
    // What is named relatively has the URI of where it was found.
    const std::string uri = named.empty() || named.starts_with(kLocal) ? uri_of(plan, place) : named;
    if (place.path.find('\n') != std::string::npos)
      throw Failure(FailureKind::kUsage, "a path with a line feed cannot be listed; see --json");
    if (format == "paths") out << removal::absolute(place) << "\n";
    if (format == "rclone") out << place.path << "\n";
    if (format == "hadoop") out << uri << "\n";
    if (format == "s5cmd") out << s3_command(uri) << "\n";
  };
  // In the order of removing: the metadata that names the files first.
  for (const auto& snapshot : plan.snapshots)
    print({snapshot.place.root, removal::joined(snapshot.place.path, "_metadata")}, "");
  for (const auto& file : plan.files) print(file.place, file.uri);
  for (const auto& marker : plan.markers) print(marker.place, "");
}

}  // namespace checkpointfs::cli
