// SPDX-License-Identifier: Apache-2.0
// checkpointfs pins.
#include "pins/pins.h"

#include <iostream>

#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/output/json.h"
#include "cli/output/table.h"
#include "cli/output/terminal.h"
#include "cli/query/pin_sources.h"
#include "cli/query/query_target.h"

namespace checkpointfs::cli {
namespace {

struct PinRow {
  std::string source;
  pins::Pin pin;
};

void add_pins_options(OptionGroup& group) {
  add_value(group, "index", "FILE", "without SOURCE: list the pins of the sources of the index FILE");
  add_json_option(group);
}

std::vector<PinRow> read_rows(const std::vector<std::string>& sources, pins::HeldFiles* held) {
  storage::DiskOperations disk;
  std::vector<PinRow> rows;
  for (const std::string& source : sources) {
    pins::remove_pin_leftovers(source, disk);
    for (pins::Pin& pin : pins::list_pins(source, held)) rows.push_back({source, std::move(pin)});
  }
  return rows;
}

void print_text(const std::vector<PinRow>& rows, uint64_t held_alone, bool several) {
  using enum Table::Align;
  if (rows.empty()) {
    std::cout << "no pins\n";
    return;
  }
  std::vector<Table::Column> columns = {
      {"NAME", kLeft, true}, {"SNAPSHOT", kLeft, true}, {"ID", kRight},       {"PINNED"},
      {"FILES", kRight},     {"SIZE", kRight},          {"EXCLUSIVE", kRight}};
  if (several) columns.push_back({"SOURCE", kLeft, true});
  Table table(columns);
  for (const auto& [source, pin] : rows) {
    std::vector<Table::Cell> cells = {base::printable(pin.name),
                                      pin.snapshot ? path_text(*pin.snapshot) : "-",
                                      pin.checkpoint_id ? base::format("{}", *pin.checkpoint_id) : "-",
                                      base::iso_time(pin.pinned_at_ns),
                                      base::format("{}", pin.files),
                                      base::human_bytes(pin.bytes),
                                      base::human_bytes(pin.exclusive_bytes)};
    if (several) cells.push_back(base::printable(source));
    table.add(std::move(cells));
  }
  table.print(std::cout, terminal_width(0));
  std::cout << "\nin all " << base::counted(rows.size(), "pin")
            << "; held by pins alone: " << base::human_bytes(held_alone) << "\n";
}

void print_result_json(const std::vector<PinRow>& rows, uint64_t held_alone) {
  JsonArray pins;
  for (const auto& [source, pin] : rows) {
    pins.push_back(JsonObject{{"name", pin.name},
                              {"directory", pin.directory},
                              {"source", source},
                              {"snapshot", pin.snapshot},
                              {"checkpoint_id", pin.checkpoint_id},
                              {"pinned_at", base::iso_time(pin.pinned_at_ns)},
                              {"files", pin.files},
                              {"bytes", pin.bytes},
                              {"exclusive_bytes", pin.exclusive_bytes}});
  }
  print_json(std::cout, JsonObject{{"pins", std::move(pins)}, {"held_bytes", held_alone}});
}

ExitCode run_pins(const Invocation& invocation) {
  const std::vector<std::string> sources = pin_sources(invocation, invocation.operands);
  pins::HeldFiles held;
  const std::vector<PinRow> rows = read_rows(sources, &held);
  const uint64_t held_alone = pins::bytes_held_alone(held);
  if (invocation.has("json")) {
    print_result_json(rows, held_alone);
  } else {
    print_text(rows, held_alone, sources.size() > 1);
  }
  return ExitCode::kOk;
}

}  // namespace

const Command kPins = {"pins",
                       "[SOURCE...]",
                       "list the pinned snapshots",
                       &add_pins_options,
                       &run_pins,
                       "$ checkpointfs pins /data/flink/checkpoints\n"
                       "$ checkpointfs pins --json\n"};

}  // namespace checkpointfs::cli
