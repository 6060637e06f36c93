// SPDX-License-Identifier: Apache-2.0
#include "cli/report/snapshot_report.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <unordered_map>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/named_file.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/modified_utf8.h"
#include "cli/state/answers.h"
#include "flink/decode.h"
#include "flink/names.h"
#include "index/read/newest.h"
#include "index/read/store_uris.h"
#include "storage/resolver.h"
#include "storage/snapshot_files.h"

namespace checkpointfs::cli {
namespace {

// Reads the snapshot's `_metadata`. Throws SystemError, Failure(kInput).
std::string read_metadata(const index::Snapshot& snapshot) {
  const base::UniqueFd source = base::open_directory(snapshot.source.path);
  const std::string path = base::join(snapshot.source_path, flink::kMetadataFile);
  struct stat st = {};
  const base::UniqueFd file = base::try_open_regular_beneath(source.get(), path.c_str(), &st);
  const std::string name = base::format("{}/{}", snapshot.source.path, path);
  if (!file) base::throw_errno("cannot open", name);
  return base::read_up_to(file.get(), name, flink::Limits().max_size);
}

std::vector<ReportedOperator> operators_of(const flink::Metadata& metadata) {
  std::vector<ReportedOperator> operators;
  for (const flink::Operator& from : metadata.operators) {
    operators.push_back({flink::hex(from.id), base::utf8_or_as_written(from.name),
                         base::utf8_or_as_written(from.uid), from.parallelism, from.max_parallelism,
                         from.subtasks, from.finished_subtasks, from.finished, from.inline_bytes,
                         from.inline_bytes});
  }
  return operators;
}

// Describes each projected file from the metadata; by projected name.
std::unordered_map<std::string, ReportedFile> described_files(const flink::Metadata& metadata,
                                                              const storage::SnapshotFiles& projected) {
  std::vector<uint64_t> handles(projected.files.size());
  for (const uint32_t file : projected.file_of_handle) ++handles[file];
  std::unordered_map<std::string, ReportedFile> files;
  for (size_t i = 0; i < projected.files.size(); ++i) {
    const storage::ProjectedFile& from = projected.files[i];
    const flink::FileHandle& handle = metadata.files[from.first_handle];
    ReportedFile& file = files[from.name];
    file.role = flink::to_string(handle.role);
    file.part = flink::to_string(handle.part);
    file.handles = handles[i];
    file.operator_index = handle.operator_index;
    file.subtask = handle.subtask;
    file.recorded_size = from.size;
    file.segment = from.segment;
  }
  return files;
}

}  // namespace

SnapshotReport make_report(index::Reader& reader, const index::Snapshot& snapshot) {
  SnapshotReport report;
  report.snapshot = snapshot;
  report.is_newest = index::read_newest(reader).ids.contains(snapshot.id);
  report.exclusive_bytes = reader.snapshots().exclusive_bytes(snapshot.id);

  std::unordered_map<std::string, ReportedFile> described;
  engines::StoreUris uris = index::store_uris(reader);
  try {
    const std::string bytes = read_metadata(snapshot);
    const auto metadata = flink::decode(bytes);
    if (metadata.has_value()) {
      report.dialect = flink::to_string(metadata->dialect);
      report.master_states = metadata->master_states;
      report.byte_handles = metadata->inlines.size();
      report.inline_bytes = metadata->inline_bytes;
      report.operators = operators_of(*metadata);
      const std::vector<index::OperatorUse> uses = reader.snapshots().operators(snapshot.id);
      for (size_t i = 0; i < std::min(uses.size(), report.operators.size()); ++i) {
        if (uses[i].id == report.operators[i].id) report.operators[i].bytes = uses[i].bytes;
      }
      for (const flink::FileHandle& handle : metadata->files)
        uris.note(base::utf8_or_as_written(handle.path));
      const storage::Resolver resolver(reader.roots(), reader.mappings());
      described = described_files(
          *metadata, storage::project_files(*metadata, {snapshot.source.id, snapshot.source_path}, resolver));
    } else {
      report.unreadable = base::to_string(metadata.error());
    }
  } catch (const base::SystemError& e) {
    report.unreadable = e.what();
  } catch (const base::Failure& e) {
    report.unreadable = e.what();
  }

  report.states = described_states(reader, snapshot);
  reader.snapshots().files_of(snapshot.id, [&](const std::string& name, const index::FileLocation& location) {
    ReportedFile file;
    if (const auto found = described.find(name); found != described.end()) file = std::move(found->second);
    file.name = name;
    file.location = location;
    file.location.uri = index::uri_in_store(uris, location);
    file.location.reason = index::reason_in_store(uris, location);
    report.files.push_back(std::move(file));
  });
  return report;
}

std::string absolute_directory(const std::string& prefix, const index::Snapshot& snapshot) {
  const std::string_view slash = prefix.ends_with('/') ? "" : "/";
  return snapshot.path.empty() ? prefix : base::format("{}{}{}", prefix, slash, snapshot.path);
}

}  // namespace checkpointfs::cli
