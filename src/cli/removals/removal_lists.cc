// SPDX-License-Identifier: Apache-2.0
#include "cli/removals/removal_lists.h"

#include <string>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/shell.h"
#include "engines/hadoop.h"
#include "engines/path_list.h"
#include "engines/rclone.h"
#include "engines/s5cmd.h"
#include "engines/uri_kinds.h"
#include "flink/names.h"
#include "engines/store_uris.h"

namespace checkpointfs::cli {
namespace {

using base::Failure;
using base::FailureKind;
using removal::Place;
using removal::Plan;

void require_none(std::string_view problem, std::string_view program, std::string_view name) {
  if (problem.empty()) return;
  throw Failure(
      FailureKind::kRefused,
      base::format("nothing is listed: {} cannot be told to remove {}: {}; use --apply or another --format",
                   program, base::shell_quoted(name), problem));
}

std::string checked_hadoop_line(const std::string& uri) {
  require_none(engines::hadoop_problem(uri), "hadoop", uri);
  return engines::hadoop_line(uri);
}

std::string checked_s5cmd_line(const std::string& uri) {
  const std::string_view problem = engines::s5cmd_problem(uri);
  if (engines::s3_scheme(uri).empty())
    throw Failure(FailureKind::kUsage, base::format("{}: {}", base::shell_quoted(uri), problem));
  require_none(problem, "s5cmd", uri);
  return engines::s5cmd_remove_line(uri);
}

std::string checked_rclone_line(const Plan& plan, const Place& place) {
  if (place.root != plan.sources.front().path)
    require_none("it lies outside the source", "rclone", removal::absolute(place));
  require_none(engines::rclone_problem(place.path), "rclone", place.path);
  return engines::rclone_line(place.path);
}

std::string checked_path_line(const std::string& path) {
  require_none(engines::path_problem(path), "a list of paths", path);
  return path;
}

}  // namespace

void print_list(std::ostream& out, const Plan& plan, std::string_view format) {
  const bool known = format == "hadoop" || format == "s5cmd" || format == "rclone" || format == "paths";
  if (!known)
    throw Failure(FailureKind::kUsage,
                  base::format("--format={} is unknown; use hadoop, s5cmd, rclone or paths", format));
  if (format == "rclone" && plan.sources.size() > 1)
    throw Failure(FailureKind::kUsage, "rclone lists paths below one source; name it with --source");
  engines::StoreUris uris(plan.mappings);
  for (const auto& file : plan.files) uris.note(file.uri);
  std::string list;
  const auto add = [&](const Place& place, const std::string& named) {
    // A file with a relative name gets the URI of the place where it was found.
    const std::string path = removal::absolute(place);
    const std::string uri = named.empty() || engines::is_local(named) ? uris.of(path) : named;
    if (format == "paths") list += checked_path_line(path);
    if (format == "rclone") list += checked_rclone_line(plan, place);
    if (format == "hadoop") list += checked_hadoop_line(uri);
    if (format == "s5cmd") list += checked_s5cmd_line(uri);
    list += '\n';
  };
  // The order of removal: first the metadata that names the files.
  for (const auto& snapshot : plan.snapshots)
    add({snapshot.place.root, base::join(snapshot.place.path, flink::kMetadataFile)}, "");
  for (const auto& file : plan.files) add(file.place, file.uri);
  for (const auto& marker : plan.markers) add(marker.place, "");
  out << list;
}

}  // namespace checkpointfs::cli
