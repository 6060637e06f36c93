// SPDX-License-Identifier: Apache-2.0
// .checkpointfs/state: texts about the state in snapshots, made by children of the mount.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <future>
#include <optional>
#include <sstream>

#include "eventually.h"
#include "fixtures.h"
#include "harness.h"
#include "slow_store.h"
#include "tests/support/handmade.h"
#include "tests/support/metadata_builder.h"

namespace checkpointfs::test {
namespace {

constexpr Milliseconds kMadeSoon{30'000};
const std::string kStateView = ".checkpointfs/state/";

std::string state_data(const std::string& scenario) {
  return std::string(std::getenv("CHECKPOINTFS_TEST_DATA")) + "/" + scenario;
}

// "state-2.3.0/heap", ...
std::vector<std::string> state_scenarios() {
  std::vector<std::string> found;
  for (const std::string& version : names_in(state_data(""))) {
    if (!version.starts_with("state-")) continue;
    for (const std::string& name : names_in(state_data(version))) {
      if (stdfs::is_directory(state_data(version + "/" + name))) found.push_back(version + "/" + name);
    }
  }
  std::ranges::sort(found);
  return found;
}

// The snapshots below a directory of a mount, as paths.
std::vector<std::string> snapshots_in(const std::string& root) {
  std::vector<std::string> found;
  for (const auto& [path, st] : tree_of(root)) {
    if (path.ends_with("/_metadata")) found.push_back(path.substr(0, path.rfind('/')));
  }
  return found;
}

// The text for which entry_name() stands.
std::string unescaped(const std::string& name) {
  std::string text;
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] != '%') {
      text += name[i];
    } else {
      text += static_cast<char>(std::stoi(name.substr(i + 1, 2), nullptr, 16));
      i += 2;
    }
  }
  return text;
}

std::string without_end(const std::string& name, const std::string& end) {
  return name.ends_with(end) ? name.substr(0, name.size() - end.size()) : name;
}

RunResult printed_by(const Mount& mount, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin() + 1, {"--index", mount.index()});
  return checkpointfs(arguments);
}

// The file has the bytes that the command prints, and their number is its size; or both fail.
void expect_same(const std::string& file, const RunResult& printed) {
  if (printed.code != 0) {
    EXPECT_EQ(read_errno(file), EIO) << file << ": " << printed;
    return;
  }
  ASSERT_EQ(read_errno(file), 0) << file;
  EXPECT_EQ(stat_of(file).st_size, static_cast<off_t>(printed.out.size())) << file;
  EXPECT_EQ(read_file(file), printed.out) << file;
}

// Processes that read state for the mount.
std::vector<pid_t> readers_of(const Mount& mount) {
  std::vector<pid_t> found;
  std::istringstream pids(run({"pgrep", "--parent", std::to_string(mount.pid())}).out);
  for (pid_t pid = 0; pids >> pid;) found.push_back(pid);
  return found;
}

// Pages that children of the mount have touched: more than before once a child has ended.
uint64_t pages_of_ended_children(const Mount& mount) {
  std::ifstream stat("/proc/" + std::to_string(mount.pid()) + "/stat");
  std::string text;
  std::getline(stat, text);
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string field;
  for (int i = 3; i <= 11; ++i) fields >> field;  // 11: cminflt
  return std::stoull(field);
}

class EveryState : public MountTest, public ::testing::WithParamInterface<std::string> {};

TEST_P(EveryState, text_is_what_the_command_prints) {
  const Mount mount(state_data(GetParam()));
  const std::vector<std::string> snapshots = snapshots_in(mount.path());
  ASSERT_FALSE(snapshots.empty());
  for (const std::string& snapshot : snapshots) {
    const std::string root = mount / (kStateView + snapshot);
    expect_same(root + "/states.tsv", printed_by(mount, {"state", snapshot}));
    expect_same(root + "/positions.tsv", printed_by(mount, {"positions", snapshot}));
    size_t states = 0;
    for (const std::string& op : names_in(root)) {
      if (op.ends_with(".tsv")) continue;
      for (const std::string& file : names_in(root + "/" + op)) {
        const std::string state = unescaped(without_end(file, ".jsonl"));
        expect_same(root + "/" + op + "/" + file,
                    printed_by(mount, {"state", snapshot, unescaped(op), state}));
        ++states;
      }
    }
    EXPECT_GT(states, 0U) << snapshot;
  }
}

TEST_P(EveryState, text_of_keyed_state_is_what_the_command_prints) {
  const Mount mount({{state_data(GetParam())}, {"-o", "state=keyed"}});
  for (const std::string& snapshot : snapshots_in(mount.path())) {
    const std::string root = mount / (kStateView + snapshot);
    size_t operators = 0;
    for (const std::string& op : names_in(root)) {
      const std::string keyed = root + "/" + op + "/keyed";
      if (!stdfs::is_directory(keyed) || ++operators > 2) continue;
      std::vector<std::string> files = names_in(keyed);
      ASSERT_FALSE(files.empty()) << keyed;
      for (const std::string& file : files) {
        EXPECT_EQ(stat_of(keyed + "/" + file).st_size, 0) << file;
        const std::string state = unescaped(without_end(file, ".jsonl"));
        const RunResult read = run({"cat", keyed + "/" + file});
        if (state.find('\0') != std::string::npos) {  // no argument of a command can be this name
          EXPECT_FALSE(read.out.empty()) << file;
          continue;
        }
        const RunResult printed = printed_by(mount, {"state", snapshot, unescaped(op), state});
        EXPECT_EQ(read.out, printed.out) << file;
        EXPECT_EQ(read.code == 0, printed.code == 0) << file << ": " << printed;
      }
    }
    EXPECT_EQ(operators == 0, GetParam().ends_with("/kafka")) << snapshot;
  }
}

INSTANTIATE_TEST_SUITE_P(Every, EveryState, ::testing::ValuesIn(state_scenarios()),
                         [](const auto& test) { return test_name(test.param); });

// Two snapshots in one source, in directories "a" and "b".
class StateTexts : public MountTest {
 protected:
  void SetUp() override {
    MountTest::SetUp();
    if (IsSkipped()) return;
    for (const std::string name : {"a", "b"}) {
      const std::string to = source_ / name;
      stdfs::create_directories(to);
      ASSERT_EQ(run({"cp", "-a", state_data("state-2.3.0/heap/."), to}).code, 0);
      for (const std::string& snapshot : snapshots_in(source_.path()))
        if (snapshot.starts_with(name)) (name == "a" ? a_ : b_) = snapshot;
    }
  }
  static std::string of(const Mount& mount, const std::string& snapshot, const std::string& name = {}) {
    return mount / (kStateView + snapshot + (name.empty() ? "" : "/" + name));
  }
  // All texts that can be read.
  static std::map<std::string, std::string> readable(const std::string& root) {
    std::map<std::string, std::string> texts;
    for (const std::string& name : names_in(root)) {
      if (name.ends_with(".tsv")) {
        texts[name] = read_file(root + "/" + name);
        continue;
      }
      for (const std::string& file : names_in(root + "/" + name)) {
        const std::string path = name + "/" + file;
        if (read_errno(root + "/" + path) == 0) texts[path] = read_file(root + "/" + path);
      }
    }
    return texts;
  }
  // Changes all state files of snapshot `a`, but neither their sizes nor their times.
  void damage_a() const {
    for (const std::string& name : names_in(source_ / a_)) {
      const std::string file = source_ / (a_ + "/" + name);
      if (name == "_metadata") continue;
      const struct stat st = stat_of(file);
      write_file(file, std::string(static_cast<size_t>(st.st_size), '\xFF'));
      const timespec times[2] = {st.st_atim, st.st_mtim};
      ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
    }
  }

  TempDirectory source_;
  std::string a_;
  std::string b_;
  const std::string positions_ = "positions.tsv";
  const std::string union_ = "operator/union.jsonl";
};

TEST_F(StateTexts, have_their_sizes_so_that_all_tools_are_right) {
  const Mount mount(source_.path());
  const std::string root = of(mount, a_);
  const auto texts = readable(root);
  ASSERT_GT(texts.size(), 4U);
  const TempDirectory to;
  std::vector<std::string> cp = {"cp", "-r"};
  std::vector<std::string> tar = {"tar", "-C", root, "-cf", to / "tar", "--"};
  for (const auto& [name, text] : texts) {
    EXPECT_EQ(stat_of(root + "/" + name).st_size, static_cast<off_t>(text.size())) << name;
    tar.push_back(name);
  }
  EXPECT_EQ(run(tar).code, 0);
  stdfs::create_directory(to / "untarred");
  EXPECT_EQ(run({"tar", "-C", to / "untarred", "-xf", to / "tar"}).code, 0);
  EXPECT_EQ(contents_of(to / "untarred"), texts);

  EXPECT_EQ(run({"cp", "-r", root + "/numbers", of(mount, a_, positions_), to / "."}).code, 0);
  EXPECT_EQ(read_file(to / positions_), texts.at(positions_));
  EXPECT_EQ(contents_of(to / "numbers"), contents_of(root + "/numbers"));

  const std::string file = root + "/" + union_;
  const std::string& lines = texts.at(union_);
  EXPECT_EQ(run({"wc", "-c", file}).out, std::to_string(lines.size()) + " " + file + "\n");
  EXPECT_EQ(run({"cat", file}).out, lines);
  EXPECT_EQ(run({"tail", "-n", "1", file}).out, lines.substr(lines.rfind('\n', lines.size() - 2) + 1));
  write_file(to / "lines", lines);
  EXPECT_EQ(run({"sort", file}).out, run({"sort", to / "lines"}).out);
  EXPECT_EQ(run({"diff", file, to / "lines"}).code, 0);
  EXPECT_EQ(run({"diff", file, of(mount, b_, union_)}).code, 0);
  EXPECT_EQ(run({"diff", file, of(mount, a_, positions_)}).code, 1);
  EXPECT_EQ(run({"cmp", file, to / "lines"}).code, 0);
}

TEST_F(StateTexts, are_copied_whole_by_rsync) {
  NEEDS_PROGRAM("rsync");
  for (const std::string io : {"hybrid", "push", "plain"}) {
    const Mount mount({{source_.path()}, {"-o", "io=" + io}});
    const TempDirectory to;
    run({"rsync", "-a", of(mount, a_) + "/", to / "copy"});
    EXPECT_EQ(contents_of(to / "copy"), readable(of(mount, a_))) << io;
  }
}

TEST_F(StateTexts, are_listed_without_a_process_that_reads_state) {
  const Mount mount({{source_.path()}, {"-o", "state=operator"}});
  const uint64_t before = pages_of_ended_children(mount);
  const RunResult found = run({"find", mount / kStateView, "-type", "f"});
  EXPECT_EQ(found.code, 0);
  EXPECT_GT(std::count(found.out.begin(), found.out.end(), '\n'), 10);
  EXPECT_EQ(run({"ls", "-R", mount / kStateView}).code, 0);
  EXPECT_EQ(pages_of_ended_children(mount), before);
  EXPECT_NE(read_file(of(mount, a_, positions_)), "");
  EXPECT_GT(pages_of_ended_children(mount), before) << "the measure measures nothing";
}

TEST_F(StateTexts, are_made_once) {
  const Mount mount({{source_.path()}, {"-o", "io=plain"}});
  const std::string text = read_file(of(mount, a_, positions_));
  const uint64_t before = pages_of_ended_children(mount);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(read_file(of(mount, a_, positions_)), text);
  EXPECT_EQ(pages_of_ended_children(mount), before);
}

TEST_F(StateTexts, of_damaged_state_are_errors_and_those_of_other_snapshots_are_not) {
  damage_a();
  const Mount mount(source_.path());
  for (const std::string& name : {std::string("states.tsv"), positions_, union_}) {
    EXPECT_EQ(read_errno(of(mount, a_, name)), EIO) << name;
    EXPECT_EQ(read_errno(of(mount, b_, name)), 0) << name;
  }
  const std::string log = read_file(mount.log());
  EXPECT_NE(log.find("read .checkpointfs/state/" + a_ + "/" + union_ + ": "), std::string::npos) << log;
  EXPECT_EQ(run({"ls", "-l", mount / b_}).code, 0);
}

TEST_F(StateTexts, of_a_snapshot_that_lacks_files_are_errors_until_the_files_are_back) {
  const Mount mount(source_ / "a");
  const std::string snapshot = a_.substr(2);
  const std::string states = read_file(of(mount, snapshot, "states.tsv"));
  const TempDirectory elsewhere;
  for (const std::string& name : names_in(source_ / a_)) {
    if (name != "_metadata") stdfs::rename(source_ / (a_ + "/" + name), elsewhere / name);
  }
  const auto status = [&] { return xattr(mount / snapshot, "user.checkpointfs.status"); };
  ASSERT_TRUE(within(kMadeSoon, [&] { return status().starts_with("broken"); })) << status();
  for (const std::string& name : {std::string("states.tsv"), union_})
    EXPECT_TRUE(within(kMadeSoon, [&] { return read_errno(of(mount, snapshot, name)) == EIO; })) << name;
  for (const std::string& name : names_in(elsewhere.path()))
    stdfs::rename(elsewhere / name, source_ / (a_ + "/" + name));
  EXPECT_TRUE(within(kMadeSoon, [&] { return read_errno(of(mount, snapshot, union_)) == 0; }));
  EXPECT_EQ(read_file(of(mount, snapshot, "states.tsv")), states);
}

TEST_F(StateTexts, of_a_healed_snapshot_are_read_from_where_its_files_are) {
  for (const std::string& name : names_in(source_ / a_))
    if (name != "_metadata") stdfs::remove(source_ / (a_ + "/" + name));
  const Mount mount(source_.path());
  ASSERT_EQ(xattr(mount / a_, "user.checkpointfs.status").substr(0, 6), "healed");
  EXPECT_EQ(read_file(of(mount, a_, union_)), read_file(of(mount, b_, union_)));
}

TEST_F(StateTexts, stay_readable_while_they_are_open_though_the_snapshot_is_deleted) {
  const Mount mount({{source_.path()}, {"-o", "io=plain"}});
  const std::string path = of(mount, a_, union_);
  const std::string text = read_file(path);
  std::ifstream open(path);
  std::string line;
  ASSERT_TRUE(std::getline(open, line));
  stdfs::remove_all(source_ / a_);
  ASSERT_TRUE(within(kMadeSoon, [&] { return !stdfs::exists(of(mount, a_)); }));
  std::stringstream rest;
  rest << open.rdbuf();
  EXPECT_EQ(line + "\n" + rest.str(), text);
  EXPECT_EQ(read_errno(of(mount, b_, union_)), 0);
}

TEST_F(StateTexts, of_a_snapshot_that_was_replaced_are_those_of_the_new_one) {
  for (const std::string io : {"hybrid", "push", "plain"}) {
    const TempDirectory source;
    const auto write = [&](const std::string& version) {
      // The metadata comes last, as Flink writes it.
      const std::string from = state_data(version + "/heap");
      const std::string snapshot = from + "/" + snapshots_in(from).front();
      ASSERT_EQ(
          run({"rsync", "-a", "--delete", "--exclude=_metadata", snapshot + "/", source / "chk-2/"}).code, 0);
      ASSERT_EQ(run({"cp", "-a", snapshot + "/_metadata", source / "chk-2/new"}).code, 0);
      stdfs::rename(source / "chk-2/new", source / "chk-2/_metadata");
    };
    NEEDS_PROGRAM("rsync");
    write("state-2.3.0");
    const Mount mount({{source.path()}, {"-o", "io=" + io}});
    const auto before = readable(of(mount, "chk-2"));
    write("state-1.20.5");
    const Mount fresh({{source.path()}, {"-o", "io=" + io}});
    const auto after = readable(of(fresh, "chk-2"));
    ASSERT_NE(after, before);
    EXPECT_EQ(after.at("states.tsv"), printed_by(fresh, {"state", "chk-2"}).out);
    EXPECT_TRUE(within(kMadeSoon, [&] {
      try {
        return readable(of(mount, "chk-2")) == after;
      } catch (const std::exception&) {
        return false;  // the mount has not seen all of the change yet
      }
    })) << io;
  }
}

TEST_F(StateTexts, are_not_there_if_nobody_wants_them) {
  const Mount mount({{source_.path()}, {"-o", "state=off"}});
  EXPECT_FALSE(stdfs::exists(mount / kStateView));
  EXPECT_FALSE(set_of(names_in(mount / ".checkpointfs")).contains("state"));
}

TEST_F(StateTexts, of_keyed_state_are_not_there_unless_they_are_wanted) {
  const Mount mount(source_.path());
  EXPECT_FALSE(stdfs::exists(of(mount, a_, "kinds")));
  const RunResult refused =
      checkpointfs({"mount", "-o", "state=keyed,io=push", source_.path(), mount.path()});
  EXPECT_EQ(refused.code, 2) << refused;
  EXPECT_NE(refused.err.find("io=push"), std::string::npos) << refused;
  EXPECT_EQ(checkpointfs({"mount", "-o", "state=all", source_.path(), mount.path()}).code, 2);
}

TEST_F(StateTexts, of_keyed_state_are_streams) {
  const Mount mount({{source_.path()}, {"-o", "state=keyed"}});
  const std::string file = of(mount, a_, "kinds/keyed/value.jsonl");
  EXPECT_EQ(stat_of(file).st_size, 0);
  const std::string lines = run({"cat", file}).out;
  ASSERT_GT(std::count(lines.begin(), lines.end(), '\n'), 3);
  EXPECT_EQ(run({"head", "-n", "1", file}).out, lines.substr(0, lines.find('\n') + 1));
  EXPECT_EQ(run({"tail", "-n", "1", file}).out, lines.substr(lines.rfind('\n', lines.size() - 2) + 1));
  EXPECT_EQ(run({"grep", "-c", "", file}).out,
            std::to_string(std::count(lines.begin(), lines.end(), '\n')) + "\n");
  EXPECT_EQ(run({"wc", "-c", file}).out, std::to_string(lines.size()) + " " + file + "\n");
  EXPECT_EQ(run({"sh", "-c", "cat '" + file + "' | sort"}).code, 0);
  const TempDirectory to;
  EXPECT_EQ(run({"cp", file, to / "copy"}).code, 0);
  EXPECT_EQ(read_file(to / "copy"), lines);
  EXPECT_EQ(run({"diff", file, to / "copy"}).code, 0);
  // A file that is closed early leaves no process.
  EXPECT_TRUE(within(kMadeSoon, [&] { return readers_of(mount).empty(); }));
}

TEST_F(StateTexts, have_names_that_lead_nowhere_else) {
  const Handmade source;
  const std::string a = source.add("job/shared/a", "first");
  MetadataBuilder builder(5);
  builder.op({.uid = ".."})
      .subtask({.managed_operator = partitionable({{"../../etc/passwd", {0}}, {"a\nb", {0}}}, a)});
  builder.op({.name = "map"}).subtask({.managed_operator = partitionable({{".", {0}}}, a)});
  builder.op({.name = "map"}).subtask({.managed_operator = partitionable({{"", {0}}}, a)});
  write_file(source / "job/chk-1/_metadata", builder.bytes());
  const Mount mount(source.path());
  const std::string root = mount / (kStateView + "job/chk-1");
  const std::set<std::string> names = set_of(names_in(root));
  EXPECT_EQ(names.size(), 5U);
  ASSERT_TRUE(names.contains("%2E."));
  EXPECT_EQ(set_of(names_in(root + "/%2E.")), set_of({"%2E.%2F..%2Fetc%2Fpasswd.jsonl", "a%0Ab.jsonl"}));
  for (const std::string& name : names)
    EXPECT_TRUE(name.starts_with("map ") || !name.starts_with("map")) << name;
  EXPECT_EQ(stat_of(root + "/..").st_ino, stat_of(mount / (kStateView + "job")).st_ino);
  EXPECT_EQ(stat_of(root + "/%2E./..").st_ino, stat_of(root).st_ino);
  EXPECT_EQ(read_errno(root + "/%2E./a%0Ab.jsonl"), EIO) << "the state is no state";
}

TEST_F(StateTexts, are_closed_to_who_may_not_read_the_state) {
  NEEDS_ROOT("mount for other users");
  const std::string file = names_in(source_ / a_).front() == "_metadata" ? names_in(source_ / a_).back()
                                                                         : names_in(source_ / a_).front();
  ASSERT_EQ(run({"chmod", "-R", "a+rX", source_.path()}).code, 0);
  ASSERT_EQ(::chmod((source_ / (a_ + "/" + file)).c_str(), 0640), 0);
  ASSERT_EQ(::chmod((source_ / (b_ + "/_metadata")).c_str(), 0600), 0);
  const Mount mount({{source_.path()}, {"-o", "allow_other,default_permissions"}});
  EXPECT_EQ(stat_of(of(mount, a_, union_)).st_mode & 07777, 0440U);
  EXPECT_EQ(stat_of(of(mount, b_, union_)).st_mode & 07777, 0400U);
}

TEST_F(StateTexts, are_made_by_mounts_without_privileges) {
  NEEDS_ROOT("have privileges that can be given up");
  const Mount mount({{source_.path()}, {"-o", "drop_privileges"}});
  EXPECT_EQ(read_errno(of(mount, a_, union_)), 0);
  EXPECT_EQ(read_errno(of(mount, a_, "states.tsv")), 0);
}

// The state of "a" lies on a store that hangs.
class StateOfAHangingStore : public StateTexts {
 protected:
  void SetUp() override {
    StateTexts::SetUp();
    if (IsSkipped()) return;
    slow_.emplace(source_ / "a");
  }
  MountSpec spec() const { return {{slow_->path(), source_ / "b"}, {"-o", "io=plain"}}; }
  std::string text_of_a(const Mount& mount) const { return of(mount, "store/" + a_.substr(2), union_); }
  std::string text_of_b(const Mount& mount) const { return of(mount, b_, union_); }

  std::optional<SlowStore> slow_;
};

TEST_F(StateOfAHangingStore, a_killed_child_is_an_error_and_the_next_one_is_not) {
  const Mount mount(spec());
  ASSERT_EQ(read_errno(mount / ("store/" + a_.substr(2) + "/_metadata")), 0);
  ASSERT_FALSE(names_in(of(mount, "store/" + a_.substr(2))).empty());
  slow_->hang();
  auto error = std::async(std::launch::async, [&] { return read_errno(text_of_a(mount)); });
  std::vector<pid_t> children;
  ASSERT_TRUE(within(kMadeSoon, [&] { return !(children = readers_of(mount)).empty(); }));
  EXPECT_EQ(::kill(children.front(), SIGKILL), 0);
  EXPECT_EQ(error.get(), EIO);
  slow_->answer();
  EXPECT_EQ(read_errno(text_of_a(mount)), 0);
}

TEST_F(StateOfAHangingStore, does_not_keep_the_state_of_other_stores_from_being_read) {
  const Mount mount(spec());
  ASSERT_FALSE(names_in(of(mount, "store/" + a_.substr(2))).empty());
  slow_->hang();
  std::vector<std::unique_ptr<Process>> waiting;
  // A process that looks for the same name as another one waits for that one in the kernel, and cannot be
  // killed.
  for (const std::string name : {"operator/union.jsonl", "operator/split.jsonl", "operator/broadcast.jsonl",
                                 "numbers/SourceReaderState.jsonl", "positions.tsv"}) {
    waiting.push_back(
        std::make_unique<Process>(std::vector<std::string>{"cat", of(mount, "store/" + a_.substr(2), name)}));
  }
  ASSERT_TRUE(within(kMadeSoon, [&] { return readers_of(mount).size() == 2; }));
  EXPECT_EQ(read_errno(text_of_b(mount)), 0);
  EXPECT_EQ(readers_of(mount).size(), 2U) << "not more than two at a time";
  // Whoever reads can be killed.
  waiting.front()->signal(SIGKILL);
  EXPECT_TRUE(ends_within(waiting.front()->pid(), kMadeSoon));
  slow_->answer();
  for (size_t i = 1; i < waiting.size(); ++i) EXPECT_EQ(waiting[i]->wait().code, 0) << i;
}

TEST_F(StateOfAHangingStore, does_not_keep_the_mount_from_ending) {
  Mount mount(spec());
  ASSERT_FALSE(names_in(of(mount, "store/" + a_.substr(2))).empty());
  slow_->hang();
  Process waiting({"cat", text_of_a(mount)});
  std::vector<pid_t> children;
  ASSERT_TRUE(within(kMadeSoon, [&] { return !(children = readers_of(mount)).empty(); }));
  ::kill(mount.pid(), SIGKILL);
  mount.expect_gone();
  EXPECT_TRUE(ends_within(children.front(), kMadeSoon)) << "a child outlives the mount";
  slow_->answer();
  waiting.wait();
}

}  // namespace
}  // namespace checkpointfs::test
