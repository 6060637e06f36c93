// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/harness.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return checkpointfs::fuzz::run(checkpointfs::fuzz::check_decoding, data, size);
}
