// SPDX-License-Identifier: Apache-2.0
#include "cli/removals/removal_lists.h"

#include <gtest/gtest.h>

#include <sstream>

#include "base/errors.h"

namespace checkpointfs::cli {
namespace {

TEST(Lists, print_nothing_if_one_name_cannot_be_said) {
  removal::Plan plan;
  plan.sources = {{"/src", 1}};
  removal::PlannedFile file;
  file.place = {"/src", "job/shared/a"};
  plan.files = {file, file};
  plan.files[1].place.path = "job/shared/b\n";
  for (const char* format : {"hadoop", "rclone", "paths"}) {
    std::ostringstream out;
    EXPECT_THROW(print_list(out, plan, format), base::Failure) << format;
    EXPECT_EQ(out.str(), "") << format;
  }
  plan.files.pop_back();
  std::ostringstream out;
  print_list(out, plan, "paths");
  EXPECT_EQ(out.str(), "/src/job/shared/a\n");
}

}  // namespace
}  // namespace checkpointfs::cli
