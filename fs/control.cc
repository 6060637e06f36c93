// SPDX-License-Identifier: Apache-2.0
#include "fs/control.h"

#include "fs/callbacks.h"
#include <unistd.h>

#include <boost/json.hpp>

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

}  // namespace

std::string control_status(index::Reader& reader, const std::string& index_file, const flink::Form& form) {
  boost::json::array sources;
  for (const index::Root& root : reader.roots()) {
    if (root.is_source) sources.emplace_back(root.path);
  }
  boost::json::array mappings;
  for (const index::Mapping& mapping : reader.mappings()) {
    mappings.push_back(
        {{"uri", mapping.uri_prefix}, {"directory", mapping.directory}, {"inferred", mapping.inferred}});
  }
  const index::Totals totals = reader.totals();
  const boost::json::object status = {
      {"version", CHECKPOINTFS_VERSION},
      {"pid", ::getpid()},
      {"index", index_file},
      {"form", form_text(form)},
      {"sources", std::move(sources)},
      {"mappings", std::move(mappings)},
      {"snapshots", totals.snapshots},
      {"broken_snapshots", totals.broken_snapshots},
      {"files", totals.files},
      {"bytes", totals.bytes},
      {"projected_bytes", totals.projected_bytes},
      {"libfuse", fuse_pkgversion()},
      {"passthrough", false},
  };
  return boost::json::serialize(status) + "\n";
}

}  // namespace checkpointfs::fs
