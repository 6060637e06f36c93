// SPDX-License-Identifier: Apache-2.0
// Extended attributes and the control directory.
#include <fcntl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <sstream>

#include <boost/json.hpp>

#include "fixtures.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

constexpr char kPrefix[] = "user.checkpointfs.";

class Attributes : public MountTest {
 protected:
  std::string get(const std::string& path, const std::string& name) const {
    return xattr(path, kPrefix + name);
  }
  static std::string no_such() { return "errno " + std::to_string(ENODATA); }

  const Storage storage_{scenarios_called("chained").at(0)};
};

TEST_F(Attributes, of_a_file_tell_its_uri_references_and_status) {
  const Mount mount(storage_.path());
  for (const auto& [snapshot, handles] : storage_.snapshots()) {
    const std::map<std::string, uint64_t> links = storage_.expected_links(snapshot);
    for (const ExpectedHandle& handle : handles) {
      const std::string path = mount / (snapshot + "/" + handle.name());
      if (handle.kind == "file") {
        EXPECT_EQ(get(path, "uri"), handle.uri);
      }
      EXPECT_EQ(get(path, "references"), std::to_string(links.at(handle.name())));
      EXPECT_EQ(get(path, "status"), "ok");
    }
  }
}

TEST_F(Attributes, of_a_snapshot_tell_what_it_is_and_what_it_takes) {
  const Mount mount(storage_.path());
  for (const std::string& snapshot : storage_.snapshot_paths()) {
    uint64_t bytes = 0;
    uint64_t exclusive = 0;
    const auto links = storage_.expected_links(snapshot);
    const auto files = storage_.expected_files(snapshot);
    for (const auto& [name, content] : files) {
      bytes += content.size();
      if (links.at(name) == 1) exclusive += content.size();
    }
    for (const std::string& path : {mount / snapshot, mount / (snapshot + "/_metadata")}) {
      EXPECT_EQ(get(path, "checkpoint_id"), snapshot.substr(snapshot.rfind('-') + 1));
      EXPECT_EQ(get(path, "format"), "4");
      EXPECT_EQ(get(path, "kind"), "checkpoint");
      EXPECT_EQ(get(path, "files"), std::to_string(files.size()));
      EXPECT_EQ(get(path, "bytes"), std::to_string(bytes));
      EXPECT_EQ(get(path, "exclusive_bytes"), std::to_string(exclusive));
      EXPECT_EQ(get(path, "status"), "ok");
    }
  }
}

TEST_F(Attributes, of_savepoints_and_formats_are_told_apart) {
  const std::string format = scenarios_called("native-savepoint").back().starts_with("flink-2.3") ? "6" : "4";
  const Storage savepoint(scenarios_called("native-savepoint").back());
  const Mount mount(savepoint.path());
  EXPECT_EQ(get(mount / savepoint.newest_snapshot(), "kind"), "savepoint");
  EXPECT_EQ(get(mount / savepoint.newest_snapshot(), "format"), format);
}

TEST_F(Attributes, others_are_not_there_and_none_is_listed) {
  const Mount mount(storage_.path());
  const std::string snapshot = mount / storage_.newest_snapshot();
  for (const std::string& path :
       {mount.path(), mount / storage_.newest_job(), snapshot, snapshot + "/_metadata"}) {
    EXPECT_EQ(get(path, "unknown"), no_such()) << path;
    EXPECT_EQ(xattr(path, "user.other"), no_such()) << path;
    EXPECT_EQ(xattr(path, "security.capability"), "errno " + std::to_string(EOPNOTSUPP)) << path;
    char names[256];
    EXPECT_LE(::llistxattr(path.c_str(), names, sizeof names), 0) << path;
  }
  EXPECT_EQ(get(mount / storage_.newest_job(), "status"), no_such()) << "a directory of a job is no snapshot";
}

TEST_F(Attributes, need_room_for_their_value) {
  const Mount mount(storage_.path());
  const std::string path = mount / storage_.newest_snapshot();
  char value[1];
  EXPECT_EQ(::getxattr(path.c_str(), "user.checkpointfs.kind", nullptr, 0), 10);
  EXPECT_EQ(::getxattr(path.c_str(), "user.checkpointfs.kind", value, sizeof value), -1);
  EXPECT_EQ(errno, ERANGE);
}

class Control : public Attributes {};

TEST_F(Control, directory_is_reachable_by_name_but_not_listed) {
  const Mount mount(storage_.path());
  EXPECT_TRUE(S_ISDIR(stat_of(mount / ".checkpointfs").st_mode));
  EXPECT_EQ(
      set_of(names_in(mount / ".checkpointfs")),
      set_of({"status", "metrics", "index", "latest", "by-time", "by-name", "operators", "jobs", "state"}));
  EXPECT_FALSE(set_of(names_in(mount.path())).contains(".checkpointfs"));
  EXPECT_EQ(run({"find", mount.path(), "-name", ".checkpointfs"}).out, "");
  struct stat st = {};
  EXPECT_NE(::lstat((mount / (storage_.newest_job() + "/.checkpointfs")).c_str(), &st), 0)
      << "only at the root";
}

TEST_F(Control, index_names_the_index_file) {
  const Mount mount(storage_.path());
  EXPECT_EQ(read_file(mount / ".checkpointfs/index/path"), mount.index() + "\n");
}

// The objects of one of the files, by their id; of references, by their place.
std::map<int64_t, boost::json::object> lines_of(const std::string& path) {
  std::istringstream lines(read_file(path));
  std::map<int64_t, boost::json::object> objects;
  for (std::string line; std::getline(lines, line);) {
    boost::json::object object = boost::json::parse(line).as_object();
    const int64_t id =
        object.contains("id") ? object.at("id").as_int64() : static_cast<int64_t>(objects.size());
    objects[id] = std::move(object);
  }
  return objects;
}

TEST_F(Control, index_is_there_as_json_lines) {
  const Mount mount(storage_.path());
  const auto snapshots = lines_of(mount / ".checkpointfs/index/snapshots.jsonl");
  const auto files = lines_of(mount / ".checkpointfs/index/files.jsonl");
  std::map<std::string, std::map<std::string, uint64_t>> found;  // sizes by snapshot and name
  for (const auto& [place, reference] : lines_of(mount / ".checkpointfs/index/references.jsonl")) {
    const boost::json::object& snapshot = snapshots.at(reference.at("snapshot").as_int64());
    const boost::json::object& file = files.at(reference.at("file").as_int64());
    found[std::string(snapshot.at("path").as_string())][std::string(reference.at("name").as_string())] =
        file.at("bytes").to_number<uint64_t>();
  }
  ASSERT_EQ(found.size(), storage_.snapshots().size());
  for (const std::string& path : storage_.snapshot_paths()) {
    std::map<std::string, uint64_t> sizes;
    for (const auto& [name, bytes] : storage_.expected_files(path)) sizes[name] = bytes.size();
    EXPECT_EQ(found[path], sizes) << path;
  }
}

TEST_F(Control, index_is_copied_whole_and_can_be_read_from_anywhere) {
  const Mount mount(storage_.path());
  const TempDirectory target;
  const std::string file = mount / ".checkpointfs/index/references.jsonl";
  ASSERT_EQ(run({"cp", file, target / "copy"}).code, 0);
  const std::string whole = read_file(target / "copy");
  EXPECT_EQ(whole, read_file(file));
  const base::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  for (const size_t at : {whole.size() - 10, size_t{0}, whole.size() / 2, size_t{7}, whole.size()}) {
    std::string part(100, '\0');
    const ssize_t n = ::pread(fd.get(), part.data(), part.size(), static_cast<off_t>(at));
    ASSERT_GE(n, 0);
    part.resize(static_cast<size_t>(n));
    EXPECT_EQ(part, whole.substr(at, 100)) << at;
  }
}

TEST_F(Control, status_counts_what_was_asked) {
  const Mount mount(MountSpec{{storage_.path()}, {"-o", "io=plain"}});
  const auto number = [&](const char* key) {
    const auto status = boost::json::parse(read_file(mount / ".checkpointfs/status")).as_object();
    EXPECT_GE(status.at("scan_age_seconds").as_int64(), 0);
    return status.at("requests").at(key).to_number<uint64_t>();
  };
  const uint64_t before = number("bytes_read");
  uint64_t bytes = 0;
  for (const auto& [name, content] : contents_of(mount / storage_.newest_snapshot())) bytes += content.size();
  EXPECT_GE(number("bytes_read"), before + bytes);
  EXPECT_EQ(number("errors"), 0U);
  const auto status = boost::json::parse(read_file(mount / ".checkpointfs/status")).as_object();
  EXPECT_GE(status.at("metadata_cache").at("misses").to_number<uint64_t>(), 1U);
}

TEST_F(Control, status_is_json_and_counts_what_is_there) {
  const Mount mount(storage_.path());
  const auto status = boost::json::parse(read_file(mount / ".checkpointfs/status")).as_object();
  EXPECT_EQ(status.at("snapshots").to_number<uint64_t>(), storage_.snapshots().size());
  EXPECT_EQ(status.at("broken_snapshots").to_number<uint64_t>(), 0U);
  EXPECT_EQ(status.at("form").as_string(), "owned");
  EXPECT_EQ(status.at("sources").as_array().at(0).as_string(), storage_.path());
  EXPECT_EQ(status.at("index").as_string(), mount.index());
  const std::string version(status.at("version").as_string());
  EXPECT_EQ(checkpointfs({"--version"}).out.substr(0, 13 + version.size()), "checkpointfs " + version);
  const boost::json::object& mapping = status.at("mappings").as_array().at(0).as_object();
  EXPECT_TRUE(mapping.at("inferred").as_bool()) << "the fixtures were written elsewhere";
  EXPECT_EQ(mapping.at("directory").as_string(), storage_.path());
  std::map<ino_t, uint64_t> sizes;
  for (const auto& [path, st] : tree_of(mount.path())) {
    if (S_ISREG(st.st_mode) && !path.ends_with("_metadata"))
      sizes[st.st_ino] = static_cast<uint64_t>(st.st_size);
  }
  uint64_t bytes = 0;
  for (const auto& [inode, size] : sizes) bytes += size;
  EXPECT_EQ(status.at("files").to_number<uint64_t>(), sizes.size());
  EXPECT_EQ(status.at("bytes").to_number<uint64_t>(), bytes);
}

}  // namespace
}  // namespace checkpointfs::test
