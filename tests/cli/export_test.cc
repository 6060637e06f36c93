// SPDX-License-Identifier: Apache-2.0
// export, over storage that Flink wrote.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "storage_commands.h"
#include "tests/cli/chained_storage.h"

namespace checkpointfs::test {
namespace {

namespace stdfs = std::filesystem;
namespace json = boost::json;

using ExportedTree = std::map<std::string, std::string>;  // bytes by path

std::string read_whole(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void write_whole(const std::string& path, const std::string& bytes) {
  stdfs::create_directories(stdfs::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

// All files below the directory, but for the control directory and what stands beside snapshots.
ExportedTree tree_of(const std::string& directory) {
  ExportedTree tree;
  for (auto entry = stdfs::recursive_directory_iterator(directory);
       entry != stdfs::recursive_directory_iterator(); ++entry) {
    const std::string name = entry->path().filename();
    if (name == ".checkpointfs") entry.disable_recursion_pending();
    EXPECT_FALSE(entry->is_symlink()) << entry->path();
    if (!entry->is_regular_file() || name.ends_with(".manifest.jsonl") || name.ends_with(".SHA256SUMS"))
      continue;
    tree[entry->path().lexically_relative(directory)] = read_whole(entry->path());
  }
  return tree;
}

bool can_mount() {
  return ::access("/dev/fuse", R_OK | W_OK) == 0;
}

class ExportStorage : public StorageCommands {
 protected:
  std::string target() const { return directory_ / "target"; }

  // Calls `look` with a mount of the source.
  template <typename Look>
  void with_mount(const std::vector<std::string>& options, const Look& look) {
    const std::string mount_point = directory_ / "mnt";
    stdfs::create_directory(mount_point);
    std::vector<std::string> arguments = {"mount", "--index", directory_ / "mount.index"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    arguments.push_back(source());
    arguments.push_back(mount_point);
    const Output mount = program_.run(arguments);
    EXPECT_EQ(mount.exit_code, 0) << mount.err;
    look(mount_point);
    EXPECT_EQ(program_.run({"umount", mount_point}).exit_code, 0);
  }
};

TEST_P(ExportStorage, exports_are_what_the_mount_shows) {
  if (!can_mount()) GTEST_SKIP() << "/dev/fuse cannot be used here";
  const json::value exported = run({"export", source(), target(), "--verify"});
  ExportedTree shown;
  with_mount({}, [&](const std::string& mount_point) { shown = tree_of(mount_point); });
  EXPECT_FALSE(shown.empty());
  EXPECT_EQ(tree_of(target()), shown);
  for (const json::value& snapshot : exported.at("snapshots").as_array()) {
    EXPECT_TRUE(snapshot.at("verified").as_bool()) << snapshot;
    EXPECT_EQ(number(snapshot, "bytes"),
              number(snapshot, "copied_bytes") + number(snapshot, "reflinked_bytes") +
                  number(snapshot, "linked_bytes") + number(snapshot, "shared_bytes") +
                  number(snapshot, "kept_bytes"))
        << snapshot;
    EXPECT_TRUE(stdfs::is_regular_file(text(snapshot, "manifest"))) << snapshot;
  }
  // The target is sound storage by itself, and a second run has nothing to do.
  const json::value verified = run({"verify", target()});
  EXPECT_EQ(verified.at("snapshots").as_array().size(), exported.at("snapshots").as_array().size());
  const json::value again = run({"export", source(), target()});
  for (const json::value& snapshot : again.at("snapshots").as_array())
    EXPECT_TRUE(snapshot.at("was_complete").as_bool()) << snapshot;
}

TEST_P(ExportStorage, exports_with_absolute_names_are_what_such_a_mount_shows) {
  if (!can_mount()) GTEST_SKIP() << "/dev/fuse cannot be used here";
  run({"export", "--rewrite", "absolute=s3://bucket/backup", source(), target()});
  ExportedTree shown;
  with_mount({"-o", "absolute=s3://bucket/backup"},
             [&](const std::string& mount_point) { shown = tree_of(mount_point); });
  EXPECT_EQ(tree_of(target()), shown);
}

TEST_P(ExportStorage, the_layout_of_jobs_is_that_of_the_mount) {
  if (!can_mount()) GTEST_SKIP() << "/dev/fuse cannot be used here";
  run({"export", "--layout=jobs", source(), target(), "--verify"});
  const ExportedTree exported = tree_of(target());
  with_mount({}, [&](const std::string& mount_point) {
    EXPECT_EQ(exported, tree_of(mount_point + "/.checkpointfs/jobs"));
  });
  run({"verify", target()});
}

TEST_P(ExportStorage, hard_links_to_the_source_take_no_space) {
  const json::value exported = run({"export", "--link", source(), target()});
  for (const json::value& snapshot : exported.at("snapshots").as_array()) {
    const std::string path = text(snapshot, "name");
    const json::value report = run({"show", "--source", source(), path});
    for (const json::value& file : report.at("files").as_array()) {
      struct stat original = {};
      struct stat copy = {};
      ASSERT_EQ(::stat((text(file, "root") + "/" + text(file, "path")).c_str(), &original), 0);
      ASSERT_EQ(::stat((text(snapshot, "directory") + "/" + text(file, "name")).c_str(), &copy), 0);
      // Flink may go on appending to the file of a segment.
      EXPECT_EQ(copy.st_ino == original.st_ino, !file.at("segment").as_bool()) << file;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Storage, ExportStorage, testing::ValuesIn(fixtures()), fixture_name);

class ExportCommands : public ChainedStorage {
 protected:
  Output do_export(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "export");
    return program_.run(arguments);
  }
  json::value exported(std::vector<std::string> arguments) {
    arguments.push_back("--json");
    const Output output = do_export(std::move(arguments));
    EXPECT_EQ(output.exit_code, 0) << output.err;
    return output.json();
  }
  void SetUp() override {
    ChainedStorage::SetUp();
    newest_ = newest();
    const json::value report = show(newest_);
    first_file_ = report.at("files").as_array().front();
  }
  std::string target() const { return directory_ / "target"; }
  std::string snapshot() const { return source() + "/" + newest_; }
  std::string copy() const { return target() + "/" + newest_; }
  // The first file of the newest snapshot.
  const json::value& first_file() const { return first_file_; }
  static json::value first(const json::value& result) { return result.at("snapshots").as_array().front(); }

  std::string newest_;
  json::value first_file_;
};

TEST_F(ExportCommands, says_what_was_copied_and_where) {
  const Output output = do_export({snapshot(), target()});
  EXPECT_EQ(output.exit_code, 0) << output.err;
  EXPECT_NE(output.out.find(newest_ + " is exported: "), std::string::npos) << output.out;
  EXPECT_NE(output.out.find(" copied"), std::string::npos) << output.out;
  EXPECT_NE(output.out.find("\n" + copy() + "\n"), std::string::npos) << output.out;
  const Output quiet = do_export({snapshot(), target(), "--quiet"});
  EXPECT_EQ(quiet.exit_code, 0);
  EXPECT_EQ(quiet.out + quiet.err, "");
}

TEST_F(ExportCommands, a_file_that_another_snapshot_in_the_target_has_is_linked) {
  std::vector<std::string> paths;
  for (const json::value& one : snapshots()) paths.push_back(text(one, "path"));
  ASSERT_GT(paths.size(), 1U);
  std::map<std::string, ino_t> inodes;  // by place in the source
  uint64_t shared = 0;
  for (const std::string& path : paths) {
    const json::value result = first(exported({source() + "/" + path, target()}));
    shared += number(result, "shared_bytes");
    const json::value report = show(path);
    for (const json::value& file : report.at("files").as_array()) {
      if (file.at("segment").as_bool()) continue;
      struct stat st = {};
      ASSERT_EQ(::stat((target() + "/" + path + "/" + text(file, "name")).c_str(), &st), 0);
      EXPECT_EQ(inodes.try_emplace(place(file), st.st_ino).first->second, st.st_ino) << file;
    }
  }
  EXPECT_GT(shared, 0U);
}

TEST_F(ExportCommands, a_dry_run_tells_the_same_bytes_and_changes_nothing) {
  const json::value planned = exported({source(), target(), "-n"});
  EXPECT_FALSE(stdfs::exists(target()));
  const json::value done = exported({source(), target()});
  for (const char* const key : {"files", "bytes", "shared_bytes"})
    EXPECT_EQ(number(planned.at("totals"), key), number(done.at("totals"), key)) << key;
  EXPECT_EQ(number(planned.at("totals"), "copied_bytes"),
            number(done.at("totals"), "copied_bytes") + number(done.at("totals"), "reflinked_bytes"));
  const json::value again = exported({source(), target(), "-n"});
  EXPECT_EQ(number(again.at("totals"), "kept_bytes"), number(again.at("totals"), "bytes"));
}

TEST_F(ExportCommands, the_half_of_a_copy_is_completed) {
  const json::value file = first_file();
  const std::string there = copy() + "/" + text(file, "name");
  write_whole(there, read_whole(place(file)));
  struct stat before = {};
  ASSERT_EQ(::stat(there.c_str(), &before), 0);
  const json::value result = first(exported({snapshot(), target()}));
  EXPECT_EQ(number(result, "kept_bytes"), number(file, "size"));
  struct stat after = {};
  ASSERT_EQ(::stat(there.c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_EQ(program_.run({"verify", target()}).exit_code, 0);
}

TEST_F(ExportCommands, nothing_with_other_bytes_is_replaced) {
  const json::value file = first_file();
  const std::string there = copy() + "/" + text(file, "name");
  std::string other = read_whole(place(file));
  other.back() = static_cast<char>(other.back() ^ 1);
  for (const std::string& bytes : {other, std::string("short")}) {
    write_whole(there, bytes);
    const Output output = do_export({snapshot(), target()});
    EXPECT_EQ(output.exit_code, 11) << output.err;
    EXPECT_NE(output.err.find(there), std::string::npos) << output.err;
    EXPECT_EQ(read_whole(there), bytes);
    EXPECT_FALSE(stdfs::exists(copy() + "/_metadata"));
  }
  stdfs::remove(there);
  write_whole(copy() + "/_metadata", read_whole(snapshot() + "/_metadata"));
  const Output output = do_export({snapshot(), target()});
  EXPECT_EQ(output.exit_code, 11) << output.err;
  EXPECT_EQ(read_whole(copy() + "/_metadata"), read_whole(snapshot() + "/_metadata"));
  EXPECT_FALSE(stdfs::exists(there));
  EXPECT_EQ(do_export({snapshot(), source()}).exit_code, 11) << "into the storage itself";
}

TEST_F(ExportCommands, a_lost_file_spoils_its_snapshots_only) {
  const json::value file = first_file();
  stdfs::remove(place(file));
  const Output output = do_export({source(), target(), "--json"});
  EXPECT_EQ(output.exit_code, 3) << output.err;
  size_t whole = 0;
  const json::value result = output.json();
  for (const json::value& one : result.at("snapshots").as_array()) {
    const std::string path = text(one, "name");
    const bool is_there = stdfs::exists(target() + "/" + path);
    EXPECT_EQ(is_there, one.at("error").is_null()) << one;
    if (is_there) ++whole;
    if (!is_there) {
      EXPECT_NE(output.err.find(path), std::string::npos) << output.err;
    }
  }
  EXPECT_GT(whole, 0U);
  EXPECT_EQ(program_.run({"verify", target()}).exit_code, 0);
}

TEST_F(ExportCommands, verification_finds_a_changed_byte) {
  exported({snapshot(), target()});
  EXPECT_EQ(do_export({snapshot(), target(), "--verify"}).exit_code, 0);
  const std::string there = copy() + "/" + text(first_file(), "name");
  struct stat st = {};
  ASSERT_EQ(::stat(there.c_str(), &st), 0);
  const auto time = stdfs::last_write_time(there);
  stdfs::permissions(there, stdfs::perms::owner_write, stdfs::perm_options::add);
  {
    std::fstream stream(there, std::ios::in | std::ios::out | std::ios::binary);
    const int c = stream.get();
    stream.seekp(0);
    stream.put(static_cast<char>(c ^ 1));
  }
  stdfs::last_write_time(there, time);
  EXPECT_EQ(do_export({snapshot(), target()}).exit_code, 0) << "size, time and inode are right";
  const Output output = do_export({snapshot(), target(), "--verify"});
  EXPECT_EQ(output.exit_code, 10) << output.err;
  EXPECT_NE(output.err.find(there), std::string::npos) << output.err;
  EXPECT_EQ(do_export({snapshot(), target()}).exit_code, 11) << "now all bytes are compared";
  stdfs::remove_all(copy());
  EXPECT_EQ(do_export({snapshot(), target(), "--verify"}).exit_code, 0);
}

TEST_F(ExportCommands, sha256sum_checks_the_copy) {
  exported({snapshot(), target(), "--sha256"});
  const std::string command = "cd '" + copy() + "' && sha256sum --strict --quiet -c ../" +
                              stdfs::path(copy()).filename().string() + ".SHA256SUMS";
  EXPECT_EQ(std::system(command.c_str()), 0);
  const std::string sums = read_whole(copy() + ".SHA256SUMS");
  EXPECT_EQ(std::ranges::count(sums, '\n'),
            std::distance(stdfs::directory_iterator(copy()), stdfs::directory_iterator()));
}

TEST_F(ExportCommands, no_symbolic_link_in_the_target_is_followed) {
  const std::string elsewhere = directory_ / "elsewhere";
  stdfs::create_directories(elsewhere);
  stdfs::create_directories(target());
  const std::string job = stdfs::path(newest_).begin()->string();
  stdfs::create_directory_symlink(elsewhere, target() + "/" + job);
  EXPECT_EQ(do_export({snapshot(), target()}).exit_code, 11);
  EXPECT_TRUE(stdfs::is_empty(elsewhere));
  stdfs::remove(target() + "/" + job);
  stdfs::create_directories(copy());
  stdfs::create_symlink(place(first_file()), copy() + "/" + text(first_file(), "name"));
  EXPECT_EQ(do_export({snapshot(), target()}).exit_code, 11);
}

TEST_F(ExportCommands, notes_that_somebody_else_could_write_are_refused) {
  const std::string control = target() + "/.checkpointfs";
  stdfs::create_directories(control + "/export");
  const auto refused = [&] {
    const Output output = do_export({snapshot(), target()});
    EXPECT_NE(output.exit_code, 0) << output.out;
    EXPECT_FALSE(stdfs::exists(copy()));
    return output.exit_code;
  };
  for (const std::string& directory : {control, control + "/export"}) {
    stdfs::permissions(directory, stdfs::perms::all);
    EXPECT_EQ(refused(), 11) << directory;
    stdfs::permissions(directory, stdfs::perms::owner_all);
  }
  const std::string elsewhere = directory_ / "elsewhere";
  stdfs::create_directories(elsewhere);
  stdfs::remove(control + "/export");
  stdfs::create_directory_symlink(elsewhere, control + "/export");
  refused();
  EXPECT_TRUE(stdfs::is_empty(elsewhere));
  stdfs::remove(control + "/export");
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(control.c_str(), 65534, 65534), 0);
    EXPECT_EQ(refused(), 11);
    ASSERT_EQ(::chown(control.c_str(), 0, 0), 0);
  }
  exported({snapshot(), target()});
}

TEST_F(ExportCommands, root_copies_no_file_of_another_owner_than_the_metadata) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root may give files away";
  const json::value file = first_file();
  ASSERT_EQ(::chown((snapshot() + "/_metadata").c_str(), 65533, 65533), 0);
  ASSERT_EQ(::chown(place(file).c_str(), 65534, 65534), 0);
  const Output output = do_export({snapshot(), target()});
  EXPECT_EQ(output.exit_code, 11) << output.err;
  EXPECT_FALSE(stdfs::exists(copy()));
}

TEST_F(ExportCommands, only_some_files_go_right_into_the_target) {
  const std::string name = text(first_file(), "name");
  const std::string list = directory_ / "list";
  write_whole(list, name + "\n");
  exported({"--only", list, snapshot(), target()});
  exported({"--only", list, snapshot(), target()});
  ASSERT_EQ(std::distance(stdfs::directory_iterator(target()), stdfs::directory_iterator()), 1);
  EXPECT_EQ(read_whole(target() + "/" + name), read_whole(place(first_file())));
  write_whole(list, "no such file\n");
  EXPECT_EQ(do_export({"--only", list, snapshot(), target()}).exit_code, 3);
}

TEST_F(ExportCommands, snapshots_are_chosen) {
  const auto chosen = [&](std::vector<std::string> options) {
    options.insert(options.end(), {"-n", source(), target()});
    const json::value planned = exported(options);
    std::vector<stdfs::path> paths;
    for (const json::value& one : planned.at("snapshots").as_array()) paths.emplace_back(text(one, "name"));
    return paths;
  };
  const std::vector<stdfs::path> usable = chosen({"--newest-usable"});
  ASSERT_EQ(usable.size(), 1U);
  EXPECT_EQ(source() + "/" + usable.front().string() + "\n",
            program_.run({"verify", "--newest-usable", source()}).out);
  const stdfs::path job = usable.front().parent_path();
  const std::vector<stdfs::path> of_job = chosen({"--job", job});
  EXPECT_GT(of_job.size(), 1U);
  for (const stdfs::path& path : of_job) EXPECT_EQ(path.parent_path(), job);
  std::map<stdfs::path, int> jobs;
  for (const json::value& one : snapshots()) ++jobs[stdfs::path(text(one, "path")).parent_path()];
  EXPECT_EQ(chosen({"--latest"}).size(), jobs.size());
  EXPECT_EQ(exported({"-n", "--latest", "--source", source(), target()}).at("snapshots").as_array().size(),
            jobs.size());
}

TEST_F(ExportCommands, wrong_usage_is_refused) {
  for (const std::vector<std::string>& wrong :
       std::vector<std::vector<std::string>>{{snapshot()},
                                             {snapshot(), target(), "--threads", "0"},
                                             {snapshot(), target(), "--layout", "flat"},
                                             {snapshot(), target(), "--rewrite", "original"},
                                             {snapshot(), target(), "--rewrite", "absolute=nothing"},
                                             {snapshot(), target(), "--no-checksums", "--verify"},
                                             {source(), target(), "--latest", "--newest-usable"}}) {
    const Output output = do_export(wrong);
    EXPECT_EQ(output.exit_code, 2) << output.err;
  }
  EXPECT_FALSE(stdfs::exists(target()));
  EXPECT_EQ(do_export({snapshot(), target() + "/not/there"}).exit_code, 1);
  EXPECT_EQ(do_export({source() + "/no-such", target()}).exit_code, 3);
}

}  // namespace
}  // namespace checkpointfs::test
