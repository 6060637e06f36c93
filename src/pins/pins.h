// SPDX-License-Identifier: Apache-2.0
// The pins of a source: snapshots kept in `<source>/.checkpointfs/pins/<name>/`, each with all its files and
// with metadata that names them relatively, safe from Flink's own deletions.
//
// make_pin() (pin_maker.h) makes a pin under a name with a dot, which no walk enters: the files first, as
// hard links or copies (transfer/), the rewritten metadata last, all durable; then the pin is renamed to its
// name. PinDirectory (pin_directory.h) opens the directory of all pins and has its lock; PinRecord
// (pin_record.h) says of which snapshot a pin was made; PinContents (pin_contents.h) reads the files that a
// pin must have. This header lists, checks and removes pins, and cleans up after processes that were killed.
// The folder relies on index/read for the snapshot as the projection shows it, and on
// storage/control_directory.h, which refuses a directory that somebody else could have written to.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "index/database/types.h"
#include "storage/disk_operations.h"

namespace checkpointfs::pins {

// A state file that pins hold.
struct HeldFile {
  uint64_t size = 0;
  uint64_t links = 0;  // names that it has, anywhere
  uint64_t names = 0;  // of these, in pins that were looked at
};
using HeldFiles = std::map<std::pair<dev_t, ino_t>, HeldFile>;

struct Pin {
  std::string name;
  std::string directory;                 // absolute if the source's path is
  std::optional<std::string> snapshot;   // its path in the projection, if that is on record
  std::optional<int64_t> checkpoint_id;  // nothing: neither on record nor readable
  int64_t pinned_at_ns = 0;              // since the epoch
  uint64_t files = 0;                    // state files; `_metadata` does not count
  uint64_t bytes = 0;                    // of them
  uint64_t exclusive_bytes = 0;          // of those that have no other name: only the pin still holds them
};

// The pins of a source, by name; none if there is no directory of pins. Half-made pins are left out. Nothing
// is written. Adds the files to `held`, if given. Throws SystemError.
std::vector<Pin> list_pins(const std::string& source, HeldFiles* held = nullptr);

// The bytes of the files that have no name but in these pins.
uint64_t bytes_held_alone(const HeldFiles& held);

// The reason why `name` cannot be the name of a pin; "" if it can.
std::string_view pin_name_problem(std::string_view name);

// "<job>-chk-42": the name that a pin of the snapshot gets if none is given. It may have a problem.
std::string default_pin_name(const index::Snapshot& snapshot);

// The directory of the pin, or of all pins for "", beneath the source: ".checkpointfs/pins/<name>".
std::string pin_path(std::string_view name);

// The pin that remove_pin() would remove; nothing if there is no such pin. Throws as remove_pin().
std::optional<Pin> check_pin(const std::string& source, const std::string& name);

// Names of the files of a pin, `_metadata` included. Throws SystemError.
std::vector<std::string> files_of_pin(const std::string& source, const std::string& name);

// Removes a pin. Nothing but its files is removed: if anything else lies in its directory, everything is
// kept. Returns what was removed; nothing if there is no such pin. Throws SystemError, Failure(kInput) if its
// metadata cannot be read, so that nobody knows what belongs to it, Failure(kRefused) if somebody else could
// have written where pins lie.
// REQUIRES: the name has no problem.
std::optional<Pin> remove_pin(const std::string& source, const std::string& name,
                              storage::DiskOperations& disk);

// Removes what killed processes left half made or half removed; never throws for what cannot be removed.
void remove_pin_leftovers(const std::string& source, storage::DiskOperations& disk);

}  // namespace checkpointfs::pins
