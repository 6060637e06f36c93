// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/state/state_harness.h"
#include "tests/fuzz/state/values_check.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return checkpointfs::fuzz::run_check(checkpointfs::fuzz::check_values, data, size);
}
