// SPDX-License-Identifier: Apache-2.0
#include "cli/report/report_json.h"

#include <string>
#include <utility>
#include <vector>

#include "base/text/format.h"
#include "cli/query/index_json.h"

namespace checkpointfs::cli {
namespace {

JsonObject listed_json(const ListedSnapshot& one) {
  JsonObject snapshot = snapshot_json(one.snapshot, one.usage.exclusive);
  snapshot.add("newest", one.newest);
  snapshot.add("inline_bytes", one.usage.inline_bytes);
  snapshot.add("shared_bytes", one.usage.shared);
  snapshot.add("other_jobs_bytes", one.usage.other_jobs);
  return snapshot;
}

JsonObject operator_json(const index::OperatorUse& use) {
  return {{"id", use.id},
          {"name", JsonValue::text_or_null(use.name)},
          {"uid", JsonValue::text_or_null(use.uid)},
          {"parallelism", use.parallelism},
          {"bytes", use.bytes}};
}

template <typename Row, typename ToJson>
JsonArray array_of(const std::vector<Row>& rows, const ToJson& to_json) {
  JsonArray array;
  for (const Row& row : rows) array.push_back(to_json(row));
  return array;
}

JsonObject job_json(const JobReport& job) {
  const ListedSnapshot* const newest = job.listed.newest();
  JsonObject json{{"job", job.listed.job},
                  {"label", job.listed.label},
                  {"operator_name", JsonValue::text_or_null(job.operator_name)},
                  {"broken_snapshots", job.listed.broken()},
                  {"files", job.listed.usage.files},
                  {"bytes", job.listed.usage.all()},
                  {"own_bytes", job.listed.usage.own()},
                  {"other_jobs_bytes", job.listed.usage.other_jobs}};
  if (newest != nullptr) {
    json.add("newest_usable", newest->snapshot.path);
    json.add("newest_usable_time", base::iso_time(newest->snapshot.metadata_mtime_ns));
  }
  json.add("snapshots", array_of(job.listed.snapshots, listed_json));
  json.add("operators", array_of(job.operators, operator_json));
  json.add("states", array_of(job.state.states, inventory_json));
  json.add("positions", array_of(job.state.positions, position_json));
  json.add("state_unread", JsonValue::text_or_null(job.state.unread));
  return json;
}

JsonObject need_json(const Need& need) {
  return {{"job", need.job},
          {"needs", need.owner},
          {"files", need.dependency.files},
          {"bytes", need.dependency.bytes}};
}

}  // namespace

JsonObject report_json(const Report& report) {
  JsonArray sources;
  for (const std::string& source : report.sources) sources.push_back(source);
  JsonArray silent;
  for (const std::string& root : report.silent) silent.push_back(root);
  return {{"version", report.version},
          {"host", report.host},
          {"time", base::iso_time(report.time_ns)},
          {"index", report.index_file},
          {"sources", std::move(sources)},
          {"silent", std::move(silent)},
          {"totals", JsonObject{{"jobs", report.jobs.size()},
                                {"snapshots", report.snapshots},
                                {"broken_snapshots", report.broken},
                                {"files", report.all.files},
                                {"bytes", report.all.all()}}},
          {"jobs", array_of(report.jobs, job_json)},
          {"dependencies", array_of(report.needs, need_json)},
          {"states_read", report.states_read},
          {"states_wanted", report.states_wanted}};
}

}  // namespace checkpointfs::cli
