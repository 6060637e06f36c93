// SPDX-License-Identifier: Apache-2.0
// The record of the origin of a pin: a small file beside the directory of the pin, which holds nothing but
// the snapshot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace checkpointfs::pins {

struct PinRecord {
  std::string snapshot;  // its path in the projection
  int64_t checkpoint_id = 0;
  int64_t pinned_at_ns = 0;  // since the epoch
};

// The file name of the record of the pin `name`: "<name>.json".
std::string record_name(const std::string& name);

// A line of JSON.
std::string to_json(const PinRecord& record);

// The record of the pin `name` in the directory of pins `pins`; nothing if there is none that can be read.
std::optional<PinRecord> read_pin_record(int pins, const std::string& name);

}  // namespace checkpointfs::pins
