// SPDX-License-Identifier: Apache-2.0
// checkpointfs pin.
#include <iostream>

#include "base/text/format.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/output/json.h"
#include "cli/output/long_work.h"
#include "cli/query/find_index.h"
#include "cli/query/query_target.h"
#include "cli/query/snapshot_lookup.h"
#include "pins/pin_maker.h"

namespace checkpointfs::cli {
namespace {

void add_pin_options(OptionGroup& group) {
  add_source_option(group);
  add_index_options(group);
  add_flag(group, "copy", "copy the files if hard links are impossible");
  add_json_option(group);
}

uint64_t bytes_of(const transfer::PlacedFiles& placed) {
  return placed.linked_bytes + placed.shared_bytes + placed.copied_bytes;
}

void print_text(const index::Snapshot& snapshot, const pins::MadePin& pin) {
  const transfer::PlacedFiles& placed = pin.placed;
  std::cout << path_text(snapshot.path) << " is pinned as " << base::printable(pin.name) << ": "
            << base::counted(placed.files, "file") << ", " << base::human_bytes(bytes_of(placed));
  if (placed.shared_bytes > 0)
    std::cout << ", " << base::human_bytes(placed.shared_bytes) << " copied as reflinks";
  std::cout << ", " << base::human_bytes(placed.copied_bytes) << " copied\n"
            << base::printable(pin.directory) << "\n";
}

void print_result_json(const index::Snapshot& snapshot, const pins::MadePin& pin) {
  const transfer::PlacedFiles& placed = pin.placed;
  print_json(std::cout, JsonObject{{"name", pin.name},
                                   {"directory", pin.directory},
                                   {"source", snapshot.source.path},
                                   {"snapshot", snapshot.path},
                                   {"checkpoint_id", snapshot.checkpoint_id},
                                   {"files", placed.files},
                                   {"bytes", bytes_of(placed)},
                                   {"linked_bytes", placed.linked_bytes},
                                   {"reflinked_bytes", placed.shared_bytes},
                                   {"copied_bytes", placed.copied_bytes}});
}

ExitCode run_pin(const Invocation& invocation) {
  require_operands(invocation, 1, 2, "SNAPSHOT [NAME]");
  const std::string& argument = invocation.operands.front();
  FoundIndex found = find_index_of(invocation, argument);
  if (found.mount_point.empty()) refresh_found(found, "pin", invocation.has("verbose"));
  index::Reader reader(found.options.index_file);
  require_used_mappings(reader, found);
  const index::Snapshot snapshot = locate_snapshot(reader, found, argument);

  pins::PinOptions options;
  if (invocation.operands.size() == 2) options.name = invocation.operands.back();
  options.copy = invocation.has("copy");
  pins::MadePin pin;
  {
    storage::DiskOperations disk;
    LongWork work("pinning", "file", "no pin was made; run the command again");
    options.progress = [&](uint64_t done, uint64_t all) { work.update(done, all); };
    pin = pins::make_pin(reader, snapshot, options, disk);
  }
  if (invocation.has("json")) {
    print_result_json(snapshot, pin);
  } else {
    print_text(snapshot, pin);
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kPin = {"pin",
                      "SNAPSHOT [NAME]",
                      "keep a snapshot, even if Flink deletes it",
                      &add_pin_options,
                      &run_pin,
                      "$ checkpointfs pin orders/latest before-upgrade\n"
                      "$ checkpointfs pin --copy /data/flink/5ab4/chk-42\n"};

}  // namespace checkpointfs::cli
