// SPDX-License-Identifier: Apache-2.0
// The data of `show`: one snapshot, from its metadata and the index.
//
// This folder prints what two commands report. `show`: this file reads the data, show_text.h, show_json.h and
// show_advice.h print it. `report`: storage_report.h reads the data of a whole storage; report_html.h writes
// the page out of job_table.h, job_details.h, size_chart.h, dependency_graph.h and page_style.h; page_text.h
// and html.h have its words, axis.h its scales; report_json.h writes the same as data; open_page.h shows a
// page in a browser. Reading is apart from printing, so that every form has the same numbers. The folder
// relies on cli/query for sums over the index and on flink/restore_advice for the rules of restoring.
#pragma once

#include <string>
#include <vector>

#include "cli/state/inventory_rows.h"
#include "flink/metadata.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {

struct ReportedOperator {
  std::string id;
  std::string name;  // UTF-8; "" if the metadata has none
  std::string uid;
  int32_t parallelism = 0;
  int32_t max_parallelism = 0;
  uint32_t subtasks = 0;
  uint32_t finished_subtasks = 0;
  bool finished = false;
  uint64_t inline_bytes = 0;
  uint64_t bytes = 0;  // its files, each once, and its state inside the metadata; from the index
};

struct ReportedFile {
  std::string name;  // projected
  index::FileLocation location;
  std::string role;             // of the first handle that names the file: "managed keyed"
  std::string part;             // "shared", "private", "meta", "changelog" or ""
  uint64_t handles = 0;         // the number of handles that name the file
  uint32_t operator_index = 0;  // of the first handle
  int32_t subtask = 0;
  int64_t recorded_size = -1;  // -1: not recorded
  bool segment = false;
};

struct SnapshotReport {
  index::Snapshot snapshot;
  bool is_newest = false;  // of its job
  uint64_t exclusive_bytes = 0;
  // The reason why the metadata cannot be read or decoded now, and the rest is missing; or "".
  std::string unreadable;
  std::string dialect;  // "" unless version 3
  uint32_t master_states = 0;
  uint64_t byte_handles = 0;
  uint64_t inline_bytes = 0;
  std::vector<ReportedOperator> operators;
  std::vector<InventoryRow> states;  // empty if they are not known, see described_states()
  std::vector<ReportedFile> files;
};

// Reads and decodes the snapshot's `_metadata` beneath its source, and joins it with the index.
SnapshotReport make_report(index::Reader& reader, const index::Snapshot& snapshot);

// Returns the directory of a snapshot's files in the form `absolute`: `prefix` and the snapshot's path.
std::string absolute_directory(const std::string& prefix, const index::Snapshot& snapshot);

}  // namespace checkpointfs::cli
