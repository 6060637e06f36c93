// SPDX-License-Identifier: Apache-2.0
#include "index/scan/stale_pass.h"

#include <cstdint>
#include <utility>

#include "index/database/sqlite.h"

namespace checkpointfs::index {
namespace {

// An inferred mapping makes snapshots stale, reading those may lead to another mapping, and so on.
constexpr int kPasses = 8;
constexpr int kInferringPasses = 4;

constexpr const char* kStale = R"sql(
SELECT s.directory_id, d.root_id, d.path, s.metadata_size, s.metadata_mode, s.metadata_uid, s.metadata_gid
FROM snapshot_rows s JOIN directories d ON d.id = s.directory_id
WHERE s.stale = 1 ORDER BY s.directory_id)sql";

}  // namespace

void StalePass::run() {
  for (int pass = 1; pass < kPasses; ++pass) {
    scan_.finder.set_inference(pass < kInferringPasses);
    std::vector<Candidate> stale = candidates();
    if (stale.empty()) break;
    writer_.write_stale(std::move(stale));
  }
}

std::vector<Candidate> StalePass::candidates() {
  std::vector<Candidate> stale;
  Statement rows(scan_.db, kStale);
  while (rows.step()) {
    const int64_t id = rows.integer(0);
    if (!writer_.is_seen(id) || writer_.is_kept(id)) continue;
    Candidate candidate;
    candidate.kind = Candidate::Kind::kStale;
    candidate.target.directory_id = id;
    candidate.target.location = {rows.integer(1), rows.string(2)};
    candidate.target.seen.st_size = rows.integer(3);
    candidate.target.seen.st_mode = static_cast<mode_t>(rows.integer(4));
    candidate.target.seen.st_uid = static_cast<uid_t>(rows.integer(5));
    candidate.target.seen.st_gid = static_cast<gid_t>(rows.integer(6));
    candidate.target.subdirectories = writer_.subdirectories_of(id);
    stale.push_back(std::move(candidate));
  }
  return stale;
}

}  // namespace checkpointfs::index
