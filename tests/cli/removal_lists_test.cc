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
  plan.files.push_back(file);
  const removal::Plan sayable = plan;
  file.place.path = "job/shared/b\n";
  plan.files.push_back(file);
  for (const char* format : {"hadoop", "rclone", "paths"}) {
    std::ostringstream out;
    EXPECT_THROW(print_list(out, plan, format), base::Failure) << format;
    EXPECT_EQ(out.str(), "") << format;
  }
  std::ostringstream out;
  print_list(out, sayable, "paths");
  EXPECT_EQ(out.str(), "/src/job/shared/a\n");
}

}  // namespace
}  // namespace checkpointfs::cli
