// SPDX-License-Identifier: Apache-2.0
// The files that must lie beside the `_metadata` of a pin.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/input_error.h"

namespace checkpointfs::pins {

struct PinContents {
  int64_t checkpoint_id = 0;
  std::map<std::string, int64_t> files;  // size by name; -1: need not be what the metadata records
};

// Reads `_metadata` in `directory` (a descriptor). Fails with the reason if it cannot be read or decoded, or
// names files that do not lie beside it.
base::Result<PinContents> read_pin_contents(int directory);

// "", or why Flink could not restore from `directory`: what its `_metadata` names is not all there, as
// regular files of the right size.
std::string pin_problem(int directory);

}  // namespace checkpointfs::pins
