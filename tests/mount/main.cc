// SPDX-License-Identifier: Apache-2.0
// Runs the tests. If all of them were skipped the exit code is 77, which Meson shows as such.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "daemons.h"
#include "sanitizer.h"

namespace {

int run_tests() {
  checkpointfs::test::collect_sanitizer_reports();
  const int code = RUN_ALL_TESTS();
  const ::testing::UnitTest& all = *::testing::UnitTest::GetInstance();
  const bool nothing_ran = all.test_to_run_count() > 0 && all.skipped_test_count() == all.test_to_run_count();
  return code == 0 && nothing_ran ? 77 : code;
}

}  // namespace

int main(int argc, char** argv) {
  if (std::getenv("CHECKPOINTFS") == nullptr || std::getenv("CHECKPOINTFS_TEST_DATA") == nullptr) {
    std::cerr << "CHECKPOINTFS must name the program, CHECKPOINTFS_TEST_DATA the directory tests/data\n";
    return 1;
  }
  ::testing::InitGoogleTest(&argc, argv);
  if (GTEST_FLAG_GET(list_tests)) return RUN_ALL_TESTS();
  return checkpointfs::test::supervised(&run_tests);
}
