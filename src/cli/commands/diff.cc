// SPDX-License-Identifier: Apache-2.0
// checkpointfs diff.
#include <iostream>
#include <map>
#include <vector>

#include "base/text/format.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/output/json.h"
#include "cli/query/query_target.h"
#include "cli/query/snapshot_lookup.h"
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
  if (invocation.has("json")) {
    print_json(std::cout, JsonObject{{"a", a.path},
                                     {"b", b.path},
                                     {"only_a", side_json(difference.only_a)},
                                     {"only_b", side_json(difference.only_b)},
                                     {"both", side_json(difference.both)}});
    return ExitCode::kOk;
  }
  print_side("-", difference.only_a);
  print_side("+", difference.only_b);
  print_sum("only in " + path_text(a.path), difference.only_a);
  print_sum("only in " + path_text(b.path), difference.only_b);
  print_sum("in both", difference.both);
  return ExitCode::kOk;
}

}  // namespace

const Command kDiff = {"diff", "SNAPSHOT SNAPSHOT", "compare the files of two snapshots", &add_diff_options,
                       &run_diff};

}  // namespace checkpointfs::cli
