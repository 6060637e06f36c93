// SPDX-License-Identifier: Apache-2.0
// The storage that the tests of crashes and faults remove something from: two jobs in two sources, the second
// restored from the first.
#pragma once

#include "world.h"

namespace checkpointfs::removal {

struct Chain {
  explicit Chain(const std::string& top = "") : world(2, top) {
    for (std::string& file : shared) {
      file = job + "/shared/" + world.uuid();
      world.file(file, 100);
    }
    test::make_directory(job + "/taskowned");
    world.file(orphan, 60);
    world.file(failed, 10);
    world.set_time(job + "/chk-0", world.now);
    for (int n = 1; n <= 4; ++n) {
      const std::string own = chk(n) + "/" + world.uuid();
      world.file(own, 40);
      world.snapshot(chk(n), {{own, 40}, {shared[n - 1], 100}, {shared[n], 100}}, n);
      world.pass(kDay);
    }
    world.file(other_own, 30);
    world.snapshot(other, {{other_own, 30}, {shared[1], 100}}, 9);
    world.pass(10 * kDay);
  }
  std::string chk(int n) const { return job + "/chk-" + std::to_string(n); }

  World world;
  std::string job = world.path("job");
  std::array<std::string, 5> shared;
  std::string orphan = job + "/shared/" + world.uuid();
  std::string failed = job + "/chk-0/" + world.uuid();
  std::string other = world.source(1) + "/other/chk-9";
  std::string other_own = other + "/" + world.uuid();
};

}  // namespace checkpointfs::removal
