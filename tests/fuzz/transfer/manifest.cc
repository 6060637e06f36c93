// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/harness.h"
#include "tests/fuzz/transfer/checks.h"

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return checkpointfs::fuzz::run(checkpointfs::fuzz::check_manifest, data, size);
}
