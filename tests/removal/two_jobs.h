// SPDX-License-Identifier: Apache-2.0
// Two jobs, of which the second was restored from the first, and needs one of its files.
#pragma once

#include <string>

#include "world.h"

namespace checkpointfs::removal {

struct TwoJobs {
  TwoJobs() {
    world.file(shared, 100);
    world.file(own, 50);
    world.snapshot(first + "/chk-1", {{shared, 100}, {own, 50}}, 1);
    world.pass(kDay);
    world.file(second_own, 30);
    world.snapshot(second + "/chk-2", {{shared, 100}, {second_own, 30}}, 2);
    world.file(newest, 20);
    world.snapshot(first + "/chk-3", {{newest, 20}}, 3);
    for (const std::string& job : {first, second}) {
      test::make_directory(job + "/shared");
      test::make_directory(job + "/taskowned");
    }
    world.pass(10 * kDay);
  }

  static bool is_planned(const Plan& plan, const std::string& path) {
    for (const PlannedFile& file : plan.files) {
      if (absolute(file.place) == path) return true;
    }
    return false;
  }
  static std::string why_kept(const Plan& plan, const std::string& path) {
    for (const KeptFile& file : plan.kept) {
      if (absolute(file.place) == path) return file.why;
    }
    return {};
  }

  World world{2};
  std::string first = world.path("first");
  std::string second = world.path("second");
  std::string shared =
      first + "/shared/" + world.uuid();                // chk-1 of the first and chk-2 of the second need it
  std::string own = first + "/shared/" + world.uuid();  // chk-1 alone
  std::string newest = first + "/shared/" + world.uuid();
  std::string second_own = second + "/shared/" + world.uuid();
};

}  // namespace checkpointfs::removal
