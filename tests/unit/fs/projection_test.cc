// SPDX-License-Identifier: Apache-2.0
// The projection without a mount: an index made from handmade storage, asked as the callbacks ask.
#include "fs/projection/projection.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <sstream>

#include "base/errors.h"
#include "fs/status/control_status.h"
#include "index/database/lock.h"
#include "index/scan/configuration.h"
#include "index/scan/scan.h"
#include "tests/support/handmade.h"

namespace checkpointfs::fs {
namespace {

class ProjectionTest : public ::testing::Test {
 protected:
  ProjectionTest() {
    source_.add_snapshot("job/chk-1",
                         {source_.add("job/shared/a", "first"), source_.add("job/shared/b", "second"),
                          test::segment(source_.uri("job/shared/b"), 1, 3)});
    source_.add_snapshot("job/chk-2",
                         {test::file(source_.uri("job/shared/a"), 5), test::file("hdfs://far/away", 3)});
  }

  Projection& projection(const flink::Form& form = {}) {
    const index::Options options{{source_.path()}, {}, index_};
    const index::IndexLock lock(index_, "test");
    index::scan(options, {});
    projection_ = std::make_unique<Projection>(index_, form, state_);
    return *projection_;
  }

  Entry at(const std::string& path) {
    std::istringstream components(path);
    Entry entry = projection_->entry(kRootInode).value();
    for (std::string name; std::getline(components, name, '/');)
      entry = projection_->lookup(entry.inode, name).value();
    return entry;
  }

  std::vector<std::string> names(Inode directory, uint64_t after = 0) {
    std::vector<std::string> names;
    projection_->list(directory, after, [&](const Entry& entry, uint64_t) {
      names.push_back(entry.name);
      return true;
    });
    return names;
  }

  int open_error(const std::string& path) {
    try {
      projection_->open(at(path).inode);
      return 0;
    } catch (const base::SystemError& e) {
      reason_ = e.what();
      return e.code();
    }
  }

  const test::Handmade source_;
  const std::string index_ = source_.outside("index.db");
  MountState state_;
  std::unique_ptr<Projection> projection_;
  std::string reason_;
};

TEST_F(ProjectionTest, lists_dots_first_and_goes_on_from_any_position) {
  projection();
  const Inode directory = at("job/chk-1").inode;
  const std::vector<std::string> all = names(directory);
  EXPECT_EQ(all, (std::vector<std::string>{".", "..", "_metadata", "a", "b", "b-1-3"}));
  std::vector<uint64_t> positions;
  projection_->list(directory, 0, [&](const Entry&, uint64_t position) {
    positions.push_back(position);
    return true;
  });
  for (size_t i = 0; i < positions.size(); ++i) {
    const std::vector<std::string> rest(all.begin() + static_cast<ptrdiff_t>(i) + 1, all.end());
    EXPECT_EQ(names(directory, positions[i]), rest) << "after " << all[i];
  }
}

TEST_F(ProjectionTest, stops_listing_when_told_to) {
  projection();
  for (const size_t wanted : {1U, 2U, 3U, 4U}) {
    size_t taken = 0;
    projection_->list(at("job/chk-1").inode, 0, [&](const Entry&, uint64_t) { return ++taken < wanted; });
    EXPECT_EQ(taken, wanted);
  }
}

TEST_F(ProjectionTest, tells_which_directory_is_listed_behind_another_one) {
  projection();
  EXPECT_EQ(directory_after(*projection_, at("job/chk-1").inode), at("job/chk-2").inode);
  EXPECT_LT(at("job/chk-1").inode, at("job/chk-2").inode);
  EXPECT_FALSE(directory_after(*projection_, at("job/chk-2").inode));
  EXPECT_FALSE(directory_after(*projection_, at("job").inode));
  EXPECT_FALSE(directory_after(*projection_, kRootInode));
  EXPECT_FALSE(directory_after(*projection_, at(".checkpointfs/jobs").inode));
}

TEST_F(ProjectionTest, dots_are_the_directory_and_its_parent) {
  projection();
  EXPECT_EQ(at("job/chk-1/.").inode, at("job/chk-1").inode);
  EXPECT_EQ(at("job/chk-1/..").inode, at("job").inode);
  EXPECT_EQ(at("job/..").inode, kRootInode);
  EXPECT_EQ(at("..").inode, kRootInode);
}

TEST_F(ProjectionTest, finds_nothing_where_nothing_is) {
  projection();
  EXPECT_FALSE(projection_->lookup(kRootInode, "missing"));
  EXPECT_FALSE(projection_->lookup(kRootInode, ""));
  EXPECT_FALSE(projection_->lookup(at("job").inode, "shared"));
  EXPECT_FALSE(projection_->lookup(at("job/chk-1/a").inode, "below a file"));
  EXPECT_FALSE(projection_->entry(inode_of({index::NodeKind::kFile, 999})));
  EXPECT_FALSE(projection_->entry(7));
  EXPECT_FALSE(projection_->entry(0));
}

TEST_F(ProjectionTest, a_file_has_one_inode_and_counts_its_snapshots) {
  projection();
  EXPECT_EQ(at("job/chk-1/a").inode, at("job/chk-2/a").inode);
  EXPECT_EQ(at("job/chk-1/a").attributes.links, 2U);
  EXPECT_EQ(at("job/chk-1/b").attributes.links, 1U);
  EXPECT_NE(at("job/chk-1/b").inode, at("job/chk-1/b-1-3").inode);
}

TEST_F(ProjectionTest, opens_ranges_of_state_files) {
  projection();
  const std::unique_ptr<OpenFile> file = projection_->open(at("job/chk-1/b-1-3").inode);
  ASSERT_NE(file->state_file(), nullptr);
  EXPECT_EQ(file->state_file()->start, 1U);
  EXPECT_EQ(file->state_file()->length, 3U);
  EXPECT_EQ(file->state_file()->file_size, 6U);
  EXPECT_TRUE(file->state_file()->fd);
  EXPECT_FALSE(file->text());
}

TEST_F(ProjectionTest, opens_metadata_of_the_size_that_it_shows_in_every_form) {
  for (const flink::Form& form :
       {flink::Form{flink::FormKind::kOwned, {}}, flink::Form{flink::FormKind::kShared, {}},
        flink::Form{flink::FormKind::kAbsolute, "file:///x/y"}}) {
    projection(form);
    for (const char* path : {"job/chk-1/_metadata", "job/chk-2/_metadata"}) {
      EXPECT_EQ(projection_->open(at(path).inode)->text()->size(), at(path).attributes.size) << path;
    }
  }
}

TEST_F(ProjectionTest, refuses_to_open_what_is_broken_with_the_reason) {
  projection();
  EXPECT_EQ(open_error("job/chk-2/away"), EIO);
  EXPECT_NE(reason_.find("hdfs://far/away"), std::string::npos) << reason_;
}

TEST_F(ProjectionTest, refuses_to_open_what_changed_since_it_was_indexed) {
  projection();
  test::write_file(source_ / "job/shared/a", "longer than before");
  EXPECT_EQ(open_error("job/chk-1/a"), EIO);
  EXPECT_NE(reason_.find("18 bytes"), std::string::npos) << reason_;
  EXPECT_EQ(open_error("job/chk-1/b"), 0);
  test::write_file(source_ / "job/chk-1/_metadata", "changed");
  EXPECT_EQ(open_error("job/chk-1/_metadata"), EIO);
  EXPECT_EQ(open_error("job/chk-2/_metadata"), 0);
}

TEST_F(ProjectionTest, looks_for_files_where_they_were_when_the_source_is_renamed) {
  projection();
  std::filesystem::rename(source_.path(), source_.outside("renamed"));
  EXPECT_EQ(open_error("job/chk-1/a"), 0);
}

TEST_F(ProjectionTest, has_attributes_by_the_kind_of_the_node) {
  projection();
  const auto get = [&](const std::string& path, const char* name) {
    return projection_->extended_attribute(at(path).inode, name).value_or("none");
  };
  EXPECT_EQ(get("job/chk-1/a", "references"), "2");
  EXPECT_EQ(get("job/chk-1/a", "uri"), source_.uri("job/shared/a"));
  EXPECT_EQ(get("job/chk-1", "files"), "3");
  EXPECT_EQ(get("job/chk-1/_metadata", "files"), "3");
  EXPECT_EQ(get("job/chk-1", "exclusive_bytes"), "9");
  EXPECT_EQ(get("job", "files"), "none");
  EXPECT_EQ(get("job/chk-1/a", "files"), "none");
  EXPECT_EQ(get("job/chk-1", "uri"), "none");
  EXPECT_EQ(get(".checkpointfs", "status"), "none");
}

TEST_F(ProjectionTest, has_a_control_directory_that_is_found_but_not_listed) {
  projection();
  EXPECT_EQ(names(kRootInode), (std::vector<std::string>{".", "..", "job"}));
  EXPECT_EQ(at(".checkpointfs").inode, kControlDirectory);
  EXPECT_EQ(at(".checkpointfs/..").inode, kRootInode);
  const std::vector<std::string> all = names(kControlDirectory);
  EXPECT_EQ(all, (std::vector<std::string>{".", "..", "status", "metrics", "index", "latest", "by-time",
                                           "by-name", "operators", "jobs"}));
  for (uint64_t i = 0; i <= all.size(); ++i) EXPECT_EQ(names(kControlDirectory, i).size(), all.size() - i);
  EXPECT_EQ(*projection_->open(at(".checkpointfs/index/path").inode)->text(), index_ + "\n");
  EXPECT_EQ(open_error(".checkpointfs"), EISDIR);
  EXPECT_FALSE(projection_->lookup(at("job").inode, kControlName));
}

}  // namespace
}  // namespace checkpointfs::fs
