// SPDX-License-Identifier: Apache-2.0
// .checkpointfs/by-name and the names of jobs in the metrics: labels, while their file changes.
#include "tests/support/handmade.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

class NamedJobs : public MountTest {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    ::setenv("XDG_CONFIG_HOME", configuration_.path().c_str(), 1);
    file_ = source_.add("s/a", "first");
  }
  void TearDown() override {
    ::unsetenv("XDG_CONFIG_HOME");
    MountTest::TearDown();
  }
  // As checkpointfs-label does, by a rename.
  void write_labels(const std::string& text) const {
    write_file(configuration_ / "checkpointfs/new", text);
    stdfs::rename(configuration_ / "checkpointfs/new", configuration_ / "checkpointfs/jobs");
  }
  void add(const std::string& job) const { source_.add_snapshot(job + "/chk-1", {file_}); }

  using Targets = std::map<std::string, std::string>;
  static Targets targets(const Mount& mount) {
    Targets targets;
    const std::string directory = mount / ".checkpointfs/by-name";
    for (const std::string& name : names_in(directory))
      targets[name] = stdfs::read_symlink(directory + "/" + name).string();
    return targets;
  }

  const Handmade source_;
  const TempDirectory configuration_;
  std::string file_;
};

TEST_F(NamedJobs, have_links_that_follow_the_labels_at_once) {
  add("one");
  add("two");
  write_labels("one orders\n");
  const Mount mount(source_.path());
  EXPECT_EQ(targets(mount), (Targets{{"orders", "../../one"}}));
  EXPECT_EQ(read_file(mount / ".checkpointfs/by-name/orders/chk-1/a"), "first");
  EXPECT_FALSE(stdfs::exists(mount / ".checkpointfs/by-name/payments"));
  write_labels("two orders\none payments\n");
  EXPECT_TRUE(stdfs::exists(mount / ".checkpointfs/by-name/payments"));
  EXPECT_EQ(targets(mount), (Targets{{"orders", "../../two"}, {"payments", "../../one"}}));
  stdfs::remove(configuration_ / "checkpointfs/jobs");
  EXPECT_FALSE(stdfs::exists(mount / ".checkpointfs/by-name/orders"));
  EXPECT_EQ(targets(mount), Targets());
}

TEST_F(NamedJobs, with_one_label_are_told_apart_by_their_ids) {
  const std::string a = "0123456789abcdef0123456789abcdef";
  const std::string b = "0123456799abcdef0123456789abcdef";
  add("cluster/" + a);
  add("cluster/" + b);
  write_labels(a + " orders\n" + b + " orders\n");
  const Mount mount(source_.path());
  EXPECT_EQ(targets(mount), (Targets{{"orders-012345678", "../../cluster/" + a},
                                     {"orders-012345679", "../../cluster/" + b}}));
}

TEST_F(NamedJobs, in_two_places_are_told_apart_by_a_hash_of_the_path) {
  add("east/one");
  add("west/one");
  write_labels("one orders\n");
  const Mount mount(source_.path());
  std::set<std::string> leads;
  for (const auto& [name, target] : targets(mount)) {
    EXPECT_TRUE(name.starts_with("orders-one-")) << name;
    leads.insert(target);
  }
  EXPECT_EQ(leads, (std::set<std::string>{"../../east/one", "../../west/one"}));
}

TEST_F(NamedJobs, have_no_link_of_a_name_that_no_file_may_have) {
  add("one");
  add("two");
  write_labels("one ../../etc\none ..\none a/b\none x\x01y\none latest\ntwo fine\n");
  const Mount mount(source_.path());
  EXPECT_EQ(targets(mount), (Targets{{"fine", "../../two"}}));
}

TEST_F(NamedJobs, are_named_in_the_metrics) {
  add("one");
  add("two");
  write_labels("one a\"b\n");
  const Mount mount(source_.path());
  const std::string metrics = read_file(mount / ".checkpointfs/metrics");
  EXPECT_NE(metrics.find("\ncheckpointfs_job_info{job=\"one\",name=\"a\\\"b\"} 1\n"), std::string::npos)
      << metrics;
  EXPECT_EQ(metrics.find("job_info{job=\"two\""), std::string::npos);
}

}  // namespace
}  // namespace checkpointfs::test
