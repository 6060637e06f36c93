// SPDX-License-Identifier: Apache-2.0
// Pins on a disk that fails: each call that changes something fails in turn, or the process dies there.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <set>
#include <string>

#include "base/errors.h"
#include "base/text/message.h"
#include "base/unique_fd.h"
#include "pins/pin_contents.h"
#include "pins/pin_maker.h"
#include "pins/pins.h"
#include "tests/support/indexed_storage.h"
#include "tests/removal/stepping.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::index {
namespace {

namespace stdfs = std::filesystem;
using removal::SteppingChanges;

constexpr int kFewFiles = 3;

enum class Work { kLink, kCopy, kRemove };

// A storage with one snapshot; if the work is to remove a pin, with that pin.
class Pinned {
 public:
  explicit Pinned(Work work) : work_(work) {
    std::vector<std::string> handles;
    for (int i = 0; i < kFewFiles; ++i) {
      const std::string name = base::format("job/shared/f{}", i);
      storage_.state_file(name, 10);
      handles.push_back(test::file(storage_.uri(name), 10));
    }
    storage_.snapshot("job/chk-7", handles, 7);
    storage_.scan();
    storage::DiskOperations disk;
    if (work == Work::kRemove) make({"kept", false, {}}, disk);
  }

  void run(storage::DiskOperations& disk) {
    if (work_ == Work::kRemove) {
      pins::remove_pin(storage_.source(), "kept", disk);
    } else {
      make({"kept", work_ == Work::kCopy, {}}, disk);
    }
  }

  // Runs the work in a child that dies at the call. Returns true if the child died.
  bool run_and_kill(int at) {
    storage_.close_reader();
    return removal::run_and_kill(clock_, at, [this](storage::DiskOperations& disk) { run(disk); });
  }

  void expect_no_half_pin_and_nothing_lost() {
    for (const pins::Pin& pin : pins::list_pins(storage_.source())) {
      const base::UniqueFd directory(::open(pin.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      EXPECT_EQ("", pins::pin_problem(directory.get())) << pin.name;
      EXPECT_EQ(uint64_t{kFewFiles}, pin.files);
    }
    EXPECT_TRUE(stdfs::is_regular_file(storage_.path("job/chk-7/_metadata")));
    for (int i = 0; i < kFewFiles; ++i)
      EXPECT_EQ(10U, stdfs::file_size(storage_.path(base::format("job/shared/f{}", i))));
  }

  // Runs the work once more, on a disk that works.
  void expect_one_more_run_repairs() {
    storage::DiskOperations disk;
    pins::remove_pin_leftovers(storage_.source(), disk);
    const bool is_there = !pins::list_pins(storage_.source()).empty();
    if (is_there == (work_ == Work::kRemove)) run(disk);
    expect_no_half_pin_and_nothing_lost();
    const std::set<std::string> expected =
        work_ == Work::kRemove ? std::set<std::string>() : std::set<std::string>({"kept", "kept.json"});
    std::set<std::string> names;
    for (const auto& entry : stdfs::directory_iterator(storage_.path(".checkpointfs/pins")))
      names.insert(entry.path().filename());
    EXPECT_EQ(expected, names);
  }

  const int64_t& clock() const { return clock_; }

 private:
  void make(const pins::PinOptions& options, storage::DiskOperations& disk) {
    pins::make_pin(storage_.reader(), storage_.snapshot_at("job/chk-7"), options, disk);
    storage_.close_reader();
  }

  Work work_;
  test::IndexedStorage storage_;
  int64_t clock_ = 1'700'000'000'000'000'000;
};

class PinFault : public testing::TestWithParam<Work> {};

TEST_P(PinFault, at_any_call_leaves_no_half_pin_and_one_more_run_repairs) {
  for (const int error : {EIO, ENOSPC}) {
    for (int at = 0;; ++at) {
      SCOPED_TRACE(base::format("call {}, errno {}", at, error));
      Pinned pinned(GetParam());
      SteppingChanges disk(pinned.clock(), [&](int call) { return call == at ? error : 0; });
      try {
        pinned.run(disk);
      } catch (const base::SystemError& e) {
        EXPECT_EQ(error, e.code()) << e.what();
      }
      pinned.expect_no_half_pin_and_nothing_lost();
      pinned.expect_one_more_run_repairs();
      if (disk.calls() <= at || HasFailure()) break;
    }
  }
}

TEST_P(PinFault, that_lasts_from_any_call_on_leaves_no_half_pin_and_one_more_run_repairs) {
  for (int at = 0;; ++at) {
    SCOPED_TRACE(at);
    Pinned pinned(GetParam());
    SteppingChanges disk(pinned.clock(), [&](int call) { return call >= at ? EIO : 0; });
    try {
      pinned.run(disk);
    } catch (const base::SystemError& e) {
      EXPECT_EQ(EIO, e.code()) << e.what();
    }
    pinned.expect_no_half_pin_and_nothing_lost();
    pinned.expect_one_more_run_repairs();
    if (disk.calls() <= at || HasFailure()) break;
  }
}

TEST_P(PinFault, that_kills_the_process_at_any_call_leaves_no_half_pin_and_one_more_run_repairs) {
  int kills = 0;
  for (int at = 0;; ++at) {
    SCOPED_TRACE(at);
    Pinned pinned(GetParam());
    const bool killed = pinned.run_and_kill(at);
    pinned.expect_no_half_pin_and_nothing_lost();
    pinned.expect_one_more_run_repairs();
    if (!killed || HasFailure()) break;
    ++kills;
  }
  EXPECT_GE(kills, 5);
}

INSTANTIATE_TEST_SUITE_P(Works, PinFault, testing::Values(Work::kLink, Work::kCopy, Work::kRemove));

}  // namespace
}  // namespace checkpointfs::index
