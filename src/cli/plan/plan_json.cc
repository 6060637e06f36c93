// SPDX-License-Identifier: Apache-2.0
#include "cli/plan/plan_json.h"

#include <sstream>

#include "cli/output/json.h"
#include "cli/plan/run_script.h"

namespace checkpointfs::cli {
namespace {

using Part = CopiedFile::Part;

template <typename Planned>
void add_sums(JsonObject& out, const Planned& planned) {
  const PartSum list = planned.sum(Part::kByEngine);
  const PartSum rest = planned.sum(Part::kByHost);
  const PartSum present = planned.sum(Part::kPresent);
  out.add("files", list.files + rest.files + present.files);
  out.add("bytes", list.bytes + rest.bytes + present.bytes);
  out.add("engine_files", list.files);
  out.add("engine_bytes", list.bytes);
  out.add("rest_files", rest.files);
  out.add("rest_bytes", rest.bytes);
  out.add("present_files", present.files);
  out.add("present_bytes", present.bytes);
}

}  // namespace

std::string plan_json(const CopyPlan& plan) {
  JsonObject out = {{"plan", 1}, {"engine", plan.engine}, {"target", plan.target}};
  add_sums(out, plan);
  out.add("of_little_use", plan.is_of_little_use());
  JsonArray snapshots;
  for (const CopiedSnapshot& copied : plan.snapshots) {
    JsonObject snapshot = {{"snapshot", copied.snapshot.path},
                           {"target", copied.target},
                           {"directory", plan_directory(copied)},
                           {"metadata_bytes", copied.metadata.size()}};
    add_sums(snapshot, copied);
    JsonArray rest;
    for (const CopiedFile& file : copied.files) {
      if (file.part != Part::kByHost) continue;
      rest.push_back(
          JsonObject{{"name", file.name}, {"size", file.size}, {"uri", file.uri}, {"reason", file.why}});
    }
    snapshot.add("rest", rest);
    snapshots.push_back(snapshot);
  }
  out.add("snapshots", snapshots);
  std::ostringstream text;
  print_json(text, out);
  return text.str();
}

}  // namespace checkpointfs::cli
