// SPDX-License-Identifier: Apache-2.0
// Pinning and unpinning that is killed at any moment: there is the whole pin, or none, and one more run
// leaves no rest.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <random>
#include <set>

#include "base/text/message.h"
#include "tests/support/killed.h"
#include "pins/pin_maker.h"
#include "pins/pins.h"
#include "tests/support/indexed_storage.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::index {
namespace {

namespace stdfs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::microseconds;

constexpr int kFiles = 400;
constexpr int kRounds = 40;

class PinCrash : public testing::Test {
 protected:
  PinCrash() {
    std::vector<std::string> handles;
    for (int i = 0; i < kFiles; ++i) {
      const std::string name = base::format("job/shared/f{}", i);
      storage_.state_file(name, 10);
      handles.push_back(test::file(storage_.uri(name), 10));
    }
    storage_.snapshot("job/chk-7", handles, 7);
    storage_.scan();
  }

  void pin() {
    pins::make_pin(storage_.reader(), storage_.snapshot_at("job/chk-7"), {"kept", false, {}}, disk_);
    storage_.close_reader();  // no child may have it
  }
  void unpin() { pins::remove_pin(storage_.source(), "kept", disk_); }

  static Microseconds time_of(const std::function<void()>& work) {
    const auto start = Clock::now();
    work();
    return std::chrono::duration_cast<Microseconds>(Clock::now() - start);
  }

  Microseconds some_of(Microseconds whole) {
    return Microseconds(std::uniform_int_distribution<int64_t>(0, whole.count())(random_));
  }

  std::set<std::string> in_pins() const {
    std::set<std::string> names;
    for (const auto& entry : stdfs::directory_iterator(storage_.path(".checkpointfs/pins")))
      names.insert(entry.path().filename());
    return names;
  }

  // Removes the leftovers of the killed run. Returns true if the pin is there, whole.
  bool is_there() {
    pins::remove_pin_leftovers(storage_.source(), disk_);
    const std::vector<pins::Pin> pins = pins::list_pins(storage_.source());
    if (pins.empty()) {
      EXPECT_EQ(in_pins(), std::set<std::string>());
      return false;
    }
    EXPECT_EQ(pins.at(0).files, uint64_t{kFiles});
    EXPECT_EQ(pins.at(0).checkpoint_id, 7);
    const std::set<std::string> names = in_pins();
    EXPECT_TRUE(names == std::set<std::string>({"kept", "kept.json"}) ||
                names == std::set<std::string>({"kept"}));
    for (int i = 0; i < kFiles; ++i) {
      EXPECT_TRUE(stdfs::equivalent(storage_.path(base::format(".checkpointfs/pins/kept/f{}", i)),
                                    storage_.path(base::format("job/shared/f{}", i))));
    }
    return true;
  }

  test::IndexedStorage storage_;
  storage::DiskOperations disk_;
  std::mt19937 random_{7};
};

TEST_F(PinCrash, leaves_the_whole_pin_or_none) {
  const Microseconds whole = time_of([&] { pin(); });
  unpin();
  int killed = 0;
  for (int round = 0; round < kRounds && !HasFailure(); ++round) {
    const bool ended = test::work_and_kill(some_of(whole), [&] { pin(); });
    killed += !ended;
    const bool there = is_there();
    EXPECT_TRUE(there || !ended);
    if (there) {
      unpin();
    } else {
      pin();
      EXPECT_TRUE(is_there());
      unpin();
    }
    EXPECT_FALSE(is_there());
  }
  EXPECT_GT(killed, kRounds / 4);
}

TEST_F(PinCrash, of_unpin_leaves_the_whole_pin_or_what_the_next_run_removes) {
  pin();
  const Microseconds whole = time_of([&] { unpin(); });
  int killed = 0;
  for (int round = 0; round < kRounds && !HasFailure(); ++round) {
    pin();
    const bool ended = test::work_and_kill(some_of(whole), [&] { unpin(); });
    killed += !ended;
    const bool there = is_there();
    EXPECT_FALSE(there && ended);
    if (there) unpin();
  }
  EXPECT_GT(killed, kRounds / 4);
}

}  // namespace
}  // namespace checkpointfs::index
