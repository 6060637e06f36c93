// SPDX-License-Identifier: Apache-2.0
// Random histories: an index that followed a storage step by step shows what a fresh one shows.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "base/text/message.h"
#include "tests/support/indexed_storage.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::index {
namespace {

class History : public testing::TestWithParam<unsigned> {
 protected:
  static constexpr int kFiles = 60;

  History() {
    for (int i = 0; i < kFiles; ++i) {
      if (i % 4 != 0) storage_.state_file(file_path(i), file_size(i));
    }
    // This snapshot never goes away; the mapping is inferred from it.
    storage_.snapshot("job0/chk-0", {test::file("hdfs://nn/cp/" + file_path(1), file_size(1))});
  }

  static std::string file_path(int i) { return base::format("job{}/shared/f{}", i % 3, i % 20); }
  static int file_size(int i) { return 10 + i % 3; }  // one size for each path

  int draw(int below) { return std::uniform_int_distribution(0, below - 1)(random_); }

  std::string random_handle() {
    const int i = draw(kFiles);
    const std::string path = file_path(i);
    const int size = draw(15) == 0 ? 99 : file_size(i);
    switch (draw(5)) {
      case 0:
        return test::file(storage_.uri(path), size);
      case 1:
        return test::relative("../../" + path, size);
      case 2:
        return test::segment("hdfs://nn/cp/" + path, draw(8), draw(8));
      case 3:
        return draw(10) == 0 ? test::file(base::format("s3://elsewhere/{}", draw(5)), 5)
                             : test::file("hdfs://nn/cp/" + path, size);
      default:
        return test::file("hdfs://nn/cp/" + path, size);
    }
  }

  std::string random_metadata() {
    std::vector<std::string> handles;
    for (int n = draw(12); n >= 0; --n) handles.push_back(random_handle());
    std::string bytes = test::metadata_with(handles);
    if (draw(12) == 0) bytes.resize(bytes.size() / 2);
    return bytes;
  }

  void step() {
    const std::string directory =
        base::format("{}job{}/chk-{}", draw(3) == 0 ? "deep/er/" : "", draw(3), 1 + draw(8));
    switch (draw(6)) {
      case 0:
        test::remove_all(storage_.path(directory));
        break;
      case 1: {
        const int missing = draw(kFiles / 4) * 4;
        storage_.state_file(file_path(missing), static_cast<size_t>(file_size(missing)));
        break;
      }
      default:
        storage_.metadata(directory, random_metadata());
    }
  }

  // Everything that the projection shows, without ids.
  std::set<std::string> view() {
    std::set<std::string> lines;
    Reader reader(storage_.index_file());
    reader.snapshots().for_each([&](const Snapshot& snapshot) {
      lines.insert(base::format("{} {} {} {} {} {} {}", snapshot.path, to_string(snapshot.status),
                                snapshot.reason, snapshot.owned_size, snapshot.bytes, snapshot.broken_files,
                                reader.snapshots().exclusive_bytes(snapshot.id)));
      reader.projection().list(snapshot.id, 0, [&](const Node& node, uint64_t) {
        const Attributes& a = node.attributes;
        std::string line = base::format("{}/{} {} {} {}", snapshot.path, node.name, a.size, a.mode, a.links);
        if (node.id.kind == NodeKind::kFile)
          line += base::format(" {}", to_string(reader.projection().file(node.id.id)->status));
        lines.insert(line);
        return true;
      });
    });
    const Totals totals = reader.totals();
    lines.insert(base::format("totals {} {} {} {} {}", totals.snapshots, totals.broken_snapshots,
                              totals.files, totals.bytes, totals.projected_bytes));
    return lines;
  }

  std::set<std::string> fresh_view() {
    const std::string kept = storage_.options.index_file;
    storage_.options.index_file = storage_.temporary.path() + "/fresh/index";
    test::remove_all(storage_.temporary.path() + "/fresh");
    storage_.scan();
    auto lines = view();
    storage_.options.index_file = kept;
    return lines;
  }

  // Lines that only one of them has.
  static std::string difference(const std::set<std::string>& fresh, const std::set<std::string>& followed) {
    std::string text;
    for (const std::string& line : fresh) text += followed.contains(line) ? "" : "\nfresh:    " + line;
    for (const std::string& line : followed) text += fresh.contains(line) ? "" : "\nfollowed: " + line;
    return text;
  }

  test::IndexedStorage storage_;
  std::mt19937 random_{GetParam()};
};

TEST_P(History, followed_step_by_step_gives_what_a_fresh_scan_gives) {
  for (int round = 0; round < 8; ++round) {
    for (int steps = draw(8); steps >= 0; --steps) step();
    storage_.scan();
    ASSERT_EQ("", difference(fresh_view(), view())) << "round " << round;
  }
  const std::string before = storage_.dump();
  EXPECT_EQ(0u, storage_.scan().metadata_read);
  EXPECT_EQ(before, storage_.dump());
}

INSTANTIATE_TEST_SUITE_P(Seeds, History, testing::Range(0u, 12u));

}  // namespace
}  // namespace checkpointfs::index
