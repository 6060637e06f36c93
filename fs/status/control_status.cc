// SPDX-License-Identifier: Apache-2.0
#include "fs/status/control_status.h"

#include "fs/libfuse.h"
#include <unistd.h>

#include <boost/json.hpp>

#include "base/text/format.h"
#include "base/text/json_escapes.h"

namespace checkpointfs::fs {
namespace {

std::string form_text(const flink::Form& form) {
  switch (form.kind) {
    case flink::FormKind::kOriginal:
      return "original";
    case flink::FormKind::kOwned:
      return "owned";
    case flink::FormKind::kShared:
      return "shared";
    case flink::FormKind::kAbsolute:
      return "absolute=" + form.prefix;
  }
  return {};
}

std::string time_text(std::chrono::system_clock::time_point time) {
  return base::iso_time(
      std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count());
}

boost::json::value holding(const HoldsStatus& of) {
  if (!of.grace) return "off";
  boost::json::array holds;
  for (const HoldsStatus::One& hold : of.holds) {
    holds.push_back({{"snapshot", hold.snapshot}, {"files", hold.files}, {"seconds", hold.seconds}});
  }
  return boost::json::object{{"grace_seconds", of.grace->count()},
                             {"descriptors", of.descriptors},
                             {"most_descriptors", of.most_descriptors},
                             {"refused", of.refused},
                             {"holds", std::move(holds)}};
}

boost::json::value file_check(const FileCheckStatus& of) {
  boost::json::object check = {{"age_seconds", nullptr}, {"files", of.files}, {"running", of.is_running}};
  if (of.completed) {
    const auto age = std::chrono::system_clock::now() - *of.completed;
    check["age_seconds"] = std::chrono::duration_cast<std::chrono::seconds>(age).count();
  }
  return check;
}

}  // namespace

std::string control_status(index::Reader& reader, const ControlStatus& of, const Counters& counters) {
  boost::json::array sources;
  for (const storage::Root& root : reader.roots()) {
    if (root.is_source) sources.emplace_back(root.path);
  }
  boost::json::array mappings;
  for (const storage::Mapping& mapping : reader.mappings()) {
    mappings.push_back(
        {{"uri", mapping.uri_prefix}, {"directory", mapping.directory}, {"inferred", mapping.inferred}});
  }
  boost::json::array hanging;
  for (const StoreLimiter::Hanging& store : of.hanging) {
    hanging.push_back({{"path", store.path},
                       {"seconds", store.seconds},
                       {"inside", store.inside},
                       {"waiting", store.waiting}});
  }
  boost::json::array backing;
  for (const SourceMounter::Status& one : of.backing) {
    backing.push_back(
        {{"name", one.name}, {"state", one.state}, {"error", one.error}, {"restarts", one.restarts}});
  }
  boost::json::array lost;
  for (const auto& [path, one] : of.lost_sources)
    lost.push_back({{"path", path}, {"why", one.why}, {"since", time_text(one.since)}});
  const index::Totals totals = reader.totals();
  const auto age = std::chrono::system_clock::now() - of.following.scanned;
  const boost::json::object requests = {
      {"lookups", counters.lookups.load()},   {"attributes", counters.attributes.load()},
      {"listings", counters.listings.load()}, {"xattrs", counters.xattrs.load()},
      {"opens", counters.opens.load()},       {"releases", counters.releases.load()},
      {"flushes", counters.flushes.load()},   {"forgets", counters.forgets.load()},
      {"reads", counters.reads.load()},       {"bytes_read", counters.bytes_read.load()},
      {"errors", counters.errors.load()}};
  const boost::json::object status = {
      {"version", CHECKPOINTFS_VERSION},
      {"pid", ::getpid()},
      {"index", of.index_file},
      {"form", form_text(of.form)},
      {"sources", std::move(sources)},
      {"mappings", std::move(mappings)},
      {"snapshots", totals.snapshots},
      {"broken_snapshots", totals.broken_snapshots},
      {"files", totals.files},
      {"bytes", totals.bytes},
      {"projected_bytes", totals.projected_bytes},
      {"mounted_at", time_text(of.mounted_at)},
      {"file_check", file_check(of.following.files)},
      {"scan_age_seconds", std::chrono::duration_cast<std::chrono::seconds>(age).count()},
      {"requests", requests},
      {"metadata_cache", boost::json::object{{"hits", of.metadata_hits}, {"misses", of.metadata_misses}}},
      {"open_files", of.open_files},
      {"pin_on_open", holding(of.holding)},
      {"hanging", std::move(hanging)},
      {"lost_sources", std::move(lost)},
      {"backing", std::move(backing)},
      {"metrics", of.metrics_url.empty() ? "off" : of.metrics_url},
      {"libfuse", fuse_pkgversion()},
      {"io", boost::json::object{{"mode", of.io.mode},
                                 {"why", of.io.why},
                                 {"passthrough", of.io.passthrough},
                                 {"io_uring", of.io.io_uring},
                                 {"affinity", of.io.affinity},
                                 {"affinity_choices", of.io.affinity_choices},
                                 {"stored_files", of.io.stored_files}}},
      {"following", boost::json::object{{"how", of.following.how},
                                        {"why", of.following.why},
                                        {"error", of.following.error},
                                        {"scans", of.following.scans},
                                        {"failed_scans", of.following.failed_scans},
                                        {"changes", of.following.changes},
                                        {"interval_seconds", of.following.interval_seconds},
                                        {"behind_seconds", of.following.behind_seconds}}},
  };
  return base::with_json_escapes(boost::json::serialize(status)) + "\n";
}

}  // namespace checkpointfs::fs
