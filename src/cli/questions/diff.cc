// SPDX-License-Identifier: Apache-2.0
// checkpointfs diff.
#include <iostream>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/text/format.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/output/json.h"
#include "cli/query/query_target.h"
#include "cli/query/snapshot_lookup.h"
#include "cli/state/answers.h"
#include "cli/state/position_rows.h"
#include "index/read/reader.h"

namespace checkpointfs::cli {
namespace {

struct File {
  std::string name;
  index::FileLocation location;
};

struct Side {
  std::vector<File> files;
  uint64_t bytes = 0;

  void add(File file) {
    bytes += file.location.length;
    files.push_back(std::move(file));
  }
};

struct Difference {
  Side only_a;
  Side only_b;
  Side both;
};

void add_diff_options(OptionGroup& group) {
  add_source_option(group);
  add_index_options(group);
  add_json_option(group);
}

Difference compare(index::Reader& reader, const index::Snapshot& a, const index::Snapshot& b) {
  // A file is a range of bytes of a state file.
  using Key = std::tuple<int64_t, std::string, uint64_t, uint64_t>;
  const auto key_of = [](const index::FileLocation& file) {
    return Key(file.root.id, file.root.id == 0 ? file.uri : file.path, file.start, file.length);
  };
  Difference difference;
  std::map<Key, bool> in_a;  // true if b has the file too
  reader.snapshots().files_of(
      a.id, [&](const std::string&, const index::FileLocation& file) { in_a[key_of(file)] = false; });
  reader.snapshots().files_of(b.id, [&](const std::string& name, const index::FileLocation& file) {
    const auto found = in_a.find(key_of(file));
    if (found == in_a.end()) {
      difference.only_b.add({name, file});
    } else {
      found->second = true;
      difference.both.add({name, file});
    }
  });
  reader.snapshots().files_of(a.id, [&](const std::string& name, const index::FileLocation& file) {
    if (!in_a[key_of(file)]) difference.only_a.add({name, file});
  });
  return difference;
}

// A source that goes on elsewhere.
struct MovedPosition {
  PositionRow before;  // without an operator: only in the second snapshot
  PositionRow after;   // without an operator: only in the first one
  const PositionRow& any() const { return before.operator_id.empty() ? after : before; }
};

std::vector<MovedPosition> compare_positions(const std::vector<PositionRow>& a,
                                             const std::vector<PositionRow>& b) {
  // Two positions with equal keys are in the same input.
  using Key =
      std::tuple<std::string, std::string, std::string, std::string, std::string, int64_t, std::string>;
  const auto key_of = [](const PositionRow& row) {
    return Key(row.operator_id, row.connector, row.cluster, row.topic, value_text(row.partition),
               row.source.value_or(-1), row.bytes);
  };
  std::map<Key, MovedPosition> moved;
  for (const PositionRow& row : a) moved[key_of(row)].before = row;
  for (const PositionRow& row : b) moved[key_of(row)].after = row;
  std::vector<MovedPosition> differing;
  for (auto& [key, pair] : moved) {
    if (pair.before.operator_id != pair.after.operator_id || pair.before.offset != pair.after.offset ||
        pair.before.records != pair.after.records) {
      differing.push_back(std::move(pair));
    }
  }
  return differing;
}

std::string offset_text(const PositionRow& row) {
  if (row.operator_id.empty()) return "-";
  const std::string text = value_text(row.offset);
  return text.empty() ? "?" : base::printable(text);
}

void print_positions(const std::vector<MovedPosition>& moved) {
  for (const MovedPosition& position : moved) {
    const PositionRow& row = position.any();
    std::string input = row.connector;
    for (const std::string& part :
         {row.cluster, row.topic, value_text(row.partition), row.bytes.substr(0, 40)}) {
      if (!part.empty()) input += " " + part;
    }
    std::cout << "~ " << base::printable(row.operator_label) << "  " << base::printable(input) << ": "
              << offset_text(position.before) << " -> " << offset_text(position.after) << "\n";
  }
}

JsonArray positions_json(const std::vector<MovedPosition>& moved) {
  const auto side = [](const PositionRow& row) {
    return row.operator_id.empty() ? JsonValue(nullptr) : JsonValue(position_json(row));
  };
  JsonArray out;
  for (const MovedPosition& position : moved) {
    out.push_back(JsonObject{{"a", side(position.before)}, {"b", side(position.after)}});
  }
  return out;
}

void print_side(const char* mark, const Side& side) {
  for (const File& file : side.files) {
    std::cout << mark << " " << base::printable(file.name) << "  " << base::human_bytes(file.location.length)
              << "\n";
  }
}

void print_sum(const std::string& what, const Side& side) {
  std::cout << what << ": " << base::counted(side.files.size(), "file") << ", "
            << base::human_bytes(side.bytes) << "\n";
}

JsonObject side_json(const Side& side) {
  JsonArray files;
  for (const File& file : side.files) {
    files.push_back(JsonObject{{"name", file.name},
                               {"uri", file.location.uri},
                               {"start", file.location.start},
                               {"size", file.location.length},
                               {"status", to_string(file.location.status)}});
  }
  return {{"bytes", side.bytes}, {"files", std::move(files)}};
}

ExitCode run_diff(const Invocation& invocation) {
  require_operands(invocation, 2, 2, "two SNAPSHOTs");
  SnapshotIndex snapshots(invocation, invocation.operands.front(), "diff");
  const index::Snapshot a = snapshots.locate(invocation.operands[0]);
  const index::Snapshot b = snapshots.locate(invocation.operands[1]);
  const Difference difference = compare(snapshots.reader(), a, b);
  const std::vector<MovedPosition> moved =
      compare_positions(known_positions(snapshots.reader(), a), known_positions(snapshots.reader(), b));
  if (invocation.has("json")) {
    print_json(std::cout, JsonObject{{"a", a.path},
                                     {"b", b.path},
                                     {"only_a", side_json(difference.only_a)},
                                     {"only_b", side_json(difference.only_b)},
                                     {"both", side_json(difference.both)},
                                     {"positions", positions_json(moved)}});
    return ExitCode::kOk;
  }
  print_side("-", difference.only_a);
  print_side("+", difference.only_b);
  print_positions(moved);
  print_sum("only in " + path_text(a.path), difference.only_a);
  print_sum("only in " + path_text(b.path), difference.only_b);
  print_sum("in both", difference.both);
  return ExitCode::kOk;
}

}  // namespace

const Command kDiff = {"diff",
                       "SNAPSHOT SNAPSHOT",
                       "compare the files of two snapshots",
                       &add_diff_options,
                       &run_diff,
                       "$ checkpointfs diff orders/chk-41 orders/chk-42\n"
                       "$ checkpointfs diff --json /data/flink/5ab4/chk-41 /data/flink/5ab4/chk-42\n"};

}  // namespace checkpointfs::cli
