// SPDX-License-Identifier: Apache-2.0
#include "cli/plan/make_copy_plan.h"

#include <algorithm>
#include <string_view>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "base/text/modified_utf8.h"
#include "cli/query/query_target.h"
#include "cli/rclone/rclone_source.h"
#include "engines/uri_kinds.h"
#include "flink/uri.h"
#include "index/read/store_uris.h"
#include "transfer/rewritten_metadata.h"

namespace checkpointfs::cli {
namespace {

using base::Failure;
using base::FailureKind;

std::string canonical(const std::string& uri) {
  const auto parsed = flink::parse_uri(uri);
  return parsed ? flink::to_string(*parsed) : uri;
}

// A copy within the source would overwrite the original's `_metadata`, or be taken for one more snapshot.
void require_elsewhere(const CopiedSnapshot& copied, const std::string& source) {
  const std::string to = canonical(copied.target);
  const std::string from = canonical(source);
  if (!base::is_at_or_below(to, from) && !base::is_at_or_below(from, to)) return;
  throw Failure(
      FailureKind::kUsage,
      base::format("the copy of {} would lie at {}, within the snapshot {} itself; give another target",
                   path_text(copied.snapshot.path), to, from));
}

// Puts the file into the list or into the rest.
void place(CopiedFile& file, const CopyEngine& engine) {
  file.why = file.segment ? base::format("it is a part of {}", base::last_component(file.uri))
                          : engine.problem(file);
  file.part = file.why.empty() ? CopiedFile::Part::kByEngine : CopiedFile::Part::kByHost;
}

CopiedSnapshot planned(index::Reader& reader, const index::Snapshot& snapshot, const CopyEngine& engine,
                       const std::string& target) {
  transfer::require_sound(snapshot);
  CopiedSnapshot copied;
  copied.snapshot = snapshot;
  copied.source = base::join(snapshot.source.path, snapshot.source_path);
  copied.target = base::join(target, snapshot.path.empty() ? "snapshot" : snapshot.path);
  if (const std::string problem = engine.directory_problem(copied.target); !problem.empty()) {
    throw Failure(FailureKind::kUsage, base::format("{} cannot copy to {}: {}", engine.name(),
                                                    base::printable(copied.target), problem));
  }
  engines::StoreUris uris = index::store_uris(reader);
  const auto name_of = [&](const transfer::NamedFile& file, std::string_view path) {
    if (const auto uri = base::utf8_from_modified(path)) uris.note(*uri);
    return file.name;
  };
  copied.metadata = transfer::rewritten_metadata(reader, snapshot, {}, name_of);
  require_elsewhere(copied, engine.source(uris.spelled(uris.of(copied.source)), copied.source));
  reader.snapshots().files_of(snapshot.id, [&](const std::string& name, const index::FileLocation& location) {
    CopiedFile file;
    file.name = name;
    file.size = location.length;
    file.path = base::join(location.root.path, location.path);
    file.uri = uris.named(location.uri, file.path);
    // A file that was moved on this host lies where it was found.
    if (engines::is_local(file.uri)) file.uri = "file:" + file.path;
    file.segment = location.segment;
    file.start = location.start;
    file.from = engine.source(file.uri, file.path);
    // Directories where this program has mounted a store mean nothing elsewhere.
    if (engines::is_local(file.uri) && !file.from.starts_with('/') && !engines::is_local(file.from))
      file.uri = base::format("{}{}", kRclonePrefix, file.from);
    file.to = base::join(copied.target, name);
    place(file, engine);
    copied.files.push_back(std::move(file));
  });
  return copied;
}

}  // namespace

CopyPlan make_copy_plan(index::Reader& reader, const std::vector<index::Snapshot>& snapshots,
                        const CopyEngine& engine, const std::string& target) {
  CopyPlan plan;
  plan.engine = engine.name();
  for (const index::Snapshot& snapshot : snapshots)
    plan.snapshots.push_back(planned(reader, snapshot, engine, target));
  return plan;
}

}  // namespace checkpointfs::cli
