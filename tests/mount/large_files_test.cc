// SPDX-License-Identifier: Apache-2.0
// State files of the size that people have.
#include <fcntl.h>
#include <unistd.h>

#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

constexpr int64_t kLargeSize = 300'000'000;

class LargeFiles : public MountTest {
 protected:
  // A sparse file of `size` bytes with marks here and there, and a handle for it.
  std::string add_large(const std::string& name, int64_t size) const {
    write_file(source_ / name, "");
    const base::UniqueFd file_(::open((source_ / name).c_str(), O_WRONLY | O_CLOEXEC));
    EXPECT_EQ(::ftruncate(file_.get(), size), 0);
    for (int64_t at = 0; at < size - 5000; at += 7'654'321) {
      const std::string mark = pattern(5000, static_cast<uint64_t>(at));
      EXPECT_EQ(::pwrite(file_.get(), mark.data(), mark.size(), at), static_cast<ssize_t>(mark.size()));
    }
    EXPECT_EQ(::pwrite(file_.get(), "end", 3, size - 3), 3);
    return file(source_.uri(name), size);
  }

  static std::string checksum(const std::string& path) {
    const RunResult result = run({"cksum", path});
    EXPECT_EQ(result.code, 0) << result;
    return result.out.substr(0, result.out.rfind(' '));
  }

  const Handmade source_;
};

TEST_F(LargeFiles, are_copied_right_by_cp_dd_and_cat) {
  source_.add_snapshot("chk-1", {add_large("shared/large", kLargeSize)});
  const std::string expected = checksum(source_ / "shared/large");
  const Mount mount(source_.path());
  const std::string shown = mount / "chk-1/large";
  const std::string copy = source_.outside("copy");
  EXPECT_EQ(stat_of(shown).st_size, kLargeSize);
  for (const std::string& command :
       {"cp " + shown + " " + copy, "dd status=none bs=1M if=" + shown + " of=" + copy,
        "dd status=none bs=12345 if=" + shown + " of=" + copy, "cat " + shown + " >" + copy}) {
    stdfs::remove(copy);
    const RunResult result = run({"sh", "-c", command});
    EXPECT_EQ(result.code, 0) << command << ": " << result;
    EXPECT_EQ(checksum(copy), expected) << command;
  }
}

TEST_F(LargeFiles, beyond_4_gb_have_their_size_and_their_last_bytes) {
  constexpr int64_t kHuge = (int64_t{5} << 30) + 77;
  source_.add_snapshot("chk-1", {add_large("shared/huge", kHuge)});
  const Mount mount(source_.path());
  EXPECT_EQ(stat_of(mount / "chk-1/huge").st_size, kHuge);
  const base::UniqueFd original(::open((source_ / "shared/huge").c_str(), O_RDONLY | O_CLOEXEC));
  const base::UniqueFd shown(::open((mount / "chk-1/huge").c_str(), O_RDONLY | O_CLOEXEC));
  std::string expected(100'000, '\0');
  std::string got(100'000, '\0');
  for (const int64_t at :
       {int64_t{0}, (int64_t{1} << 31) - 50'000, (int64_t{1} << 32) - 50'000, kHuge - 100'000, kHuge - 3}) {
    const ssize_t n = ::pread(original.get(), expected.data(), expected.size(), at);
    EXPECT_EQ(::pread(shown.get(), got.data(), got.size(), at), n) << at;
    EXPECT_TRUE(got == expected) << "other bytes at " << at;
  }
}

TEST_F(LargeFiles, can_be_mapped_into_memory) {
  source_.add_snapshot("chk-1", {add_large("shared/large", 10'000'000)});
  const Mount mount(source_.path());
  EXPECT_EQ(run({"cmp", source_ / "shared/large", mount / "chk-1/large"}).code, 0);
  NEEDS_PROGRAM("grep");
  EXPECT_EQ(run({"grep", "-c", "end$", mount / "chk-1/large"}).out, "1\n");
}

}  // namespace
}  // namespace checkpointfs::test
