// SPDX-License-Identifier: Apache-2.0
#include "tests/fuzz/inputs.h"

#include <utility>

#include "tests/support/metadata_fixtures.h"

namespace checkpointfs::fuzz {

std::vector<test::Sample> inputs() {
  std::vector<test::Sample> list = test::samples();
  for (test::Fixture& fixture : test::metadata_fixtures()) {
    list.push_back({fixture.name, std::move(fixture.bytes)});
  }
  return list;
}

}  // namespace checkpointfs::fuzz
