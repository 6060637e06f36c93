// SPDX-License-Identifier: Apache-2.0
// A mount remembers beside the indexes what io=auto has measured, for an hour.
#include <sys/stat.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <ctime>

#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

constexpr int64_t kNewPages = 400'007;  // no measurement yields exactly this

class HostCosts : public MountTest {
 protected:
  // Files of both kinds, or there would be nothing to weigh.
  HostCosts() {
    std::vector<std::string> handles = {source_.add("shared/large", pattern(1 << 20, 1))};
    for (const char* name : {"shared/a", "shared/b", "shared/c"})
      handles.push_back(source_.add(name, "few bytes"));
    source_.add_snapshot("chk-1", handles);
    ::setenv("XDG_STATE_HOME", state_.path().c_str(), 1);
  }
  ~HostCosts() override {
    before_.empty() ? ::unsetenv("XDG_STATE_HOME") : ::setenv("XDG_STATE_HOME", before_.c_str(), 1);
  }

  // Returns what `status` says of the mode, and why.
  std::pair<std::string, std::string> chosen() const {
    const Mount mount(source_.path());
    const boost::json::value status = boost::json::parse(read_file(mount / ".checkpointfs/status"));
    const boost::json::object& io = status.at("io").as_object();
    return {std::string(io.at("mode").as_string()), std::string(io.at("why").as_string())};
  }

  // One time for both round trips: a mount over io_uring, which another test may have switched on, looks at
  // the first.
  void remember(int64_t measured_at, int64_t round_trip_ns) const {
    write_file(file_, boost::json::serialize(boost::json::object{{"measured_at", measured_at},
                                                                 {"round_trip_ns", round_trip_ns},
                                                                 {"distant_round_trip_ns", round_trip_ns},
                                                                 {"new_pages_ns", kNewPages}}));
  }

  static int64_t now() { return static_cast<int64_t>(::time(nullptr)); }

  const std::string before_ = std::getenv("XDG_STATE_HOME") != nullptr ? std::getenv("XDG_STATE_HOME") : "";
  const Handmade source_;
  const TempDirectory state_;
  const std::string file_ = state_ / "checkpointfs/host-costs.json";
};

TEST_F(HostCosts, are_measured_by_the_first_mount_and_remembered_for_the_next) {
  EXPECT_NE(chosen().second.find("hybrid costs about"), std::string::npos);
  const std::string remembered = read_file(file_);
  EXPECT_NE(chosen().second.find("hybrid costs about"), std::string::npos);
  EXPECT_EQ(read_file(file_), remembered) << "they were measured again";
}

TEST_F(HostCosts, that_are_remembered_decide) {
  chosen();
  remember(now() - 3'000, 1'000);
  EXPECT_EQ(chosen(),
            std::pair(std::string("hybrid"),
                      std::string("3 small files, 1.0 MiB in large ones (hybrid costs about 12 us more for "
                                  "each small one, push 404 us for each MiB of the large ones)")));
  remember(now() - 3'000, 900'000'000);
  EXPECT_EQ(chosen().first, "push");
}

TEST_F(HostCosts, that_are_old_or_that_nobody_can_have_measured_are_measured_again) {
  chosen();
  const auto expect_measured_again = [&] {
    const std::string bad = read_file(file_);
    chosen();
    const boost::json::value remembered = boost::json::parse(read_file(file_));
    EXPECT_LE(remembered.at("measured_at").to_number<int64_t>(), now()) << bad;
    EXPECT_GT(remembered.at("measured_at").to_number<int64_t>(), now() - 300) << bad;
    EXPECT_NE(remembered.at("new_pages_ns").to_number<int64_t>(), kNewPages) << bad;
  };
  for (const int64_t age : {int64_t{3'600}, int64_t{100'000'000}, int64_t{-100}}) {
    remember(now() - age, 2'000);
    expect_measured_again();
  }
  for (const int64_t ns : {int64_t{0}, int64_t{-5}, int64_t{1'000'000'001}}) {
    remember(now(), ns);
    expect_measured_again();
  }
  for (const char* text : {"", "{", "[]", "{\"measured_at\":\"now\"}"}) {
    write_file(file_, text);
    expect_measured_again();
  }
  write_file(file_, std::string(100'000, ' '));
  expect_measured_again();
}

TEST_F(HostCosts, that_cannot_be_remembered_hinder_no_mount) {
  chosen();
  stdfs::remove(file_);
  stdfs::create_directory(file_);
  EXPECT_NE(chosen().second.find("hybrid costs about"), std::string::npos);
  stdfs::remove(file_);
  ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
  EXPECT_NE(chosen().second.find("hybrid costs about"), std::string::npos);
  stdfs::remove(file_);
  const std::string elsewhere = state_ / "elsewhere";
  write_file(elsewhere, "not ours");
  stdfs::create_symlink(elsewhere, file_);
  EXPECT_NE(chosen().second.find("hybrid costs about"), std::string::npos);
  EXPECT_EQ(read_file(elsewhere), "not ours");
}

TEST_F(HostCosts, are_not_measured_where_nothing_is_to_be_weighed) {
  const Handmade small;
  small.add_snapshot("chk-1", {small.add("shared/small", "few bytes")});
  const Mount mount(small.path());
  EXPECT_FALSE(stdfs::exists(file_));
}

}  // namespace
}  // namespace checkpointfs::test
