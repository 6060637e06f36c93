// SPDX-License-Identifier: Apache-2.0
// An attacker swaps files and directories of the source for links to outside, as fast as possible.
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "canary.h"
#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

std::chrono::seconds duration() {
  const char* const asked = std::getenv("CHECKPOINTFS_RACE_SECONDS");
  return std::chrono::seconds(asked == nullptr ? 3 : std::atoi(asked));
}

class HostileRace : public MountTest {};

TEST_F(HostileRace, of_links_against_opening_never_leads_outside) {
  const Handmade source;
  const Canary canary(source.outside("evil/file"));
  const std::string bytes = pattern(static_cast<size_t>(stat_of(canary.path()).st_size), 4);
  source.add_snapshot("job/chk-1", {source.add("job/shared/file", bytes)});
  stdfs::create_directory_symlink("../../evil", source / "job/link");
  const Mount mount(MountSpec{{source.path()}, {"-o", "io=plain"}});

  uint64_t swaps = 0;
  std::jthread attacker([&](const std::stop_token& stop) {
    const std::string directory = source / "job/shared";
    const std::string link = source / "job/link";
    for (; !stop.stop_requested(); ++swaps)
      ::renameat2(AT_FDCWD, directory.c_str(), AT_FDCWD, link.c_str(), RENAME_EXCHANGE);
  });
  uint64_t refused = 0;
  uint64_t good = 0;
  const auto end = std::chrono::steady_clock::now() + duration();
  while (std::chrono::steady_clock::now() < end) {
    const base::UniqueFd file(::open((mount / "job/chk-1/file").c_str(), O_RDONLY | O_CLOEXEC | O_DIRECT));
    if (!file) {
      ASSERT_TRUE(errno == EIO || errno == ESTALE) << errno;
      ++refused;
      continue;
    }
    alignas(4096) char buffer[4096];
    const ssize_t n = ::read(file.get(), buffer, sizeof buffer);
    if (n < 0) continue;
    ASSERT_TRUE(std::string_view(buffer, static_cast<size_t>(n)) == bytes) << "other bytes";
    ++good;
  }
  attacker.request_stop();
  attacker.join();
  std::cout << "symlink race: " << duration().count() << " s, " << swaps << " swaps, " << good << " good, "
            << refused << " refused\n";
  EXPECT_FALSE(canary.was_touched()) << "somebody opened what lies outside";
  EXPECT_GT(swaps, 1000U);
  EXPECT_GT(refused, 0U) << "the race was never close";
  EXPECT_GT(good, 0U) << "the race was never close";
}

}  // namespace
}  // namespace checkpointfs::test
