// SPDX-License-Identifier: Apache-2.0
// Jobs and short names: list, jobs, label, and a snapshot's name on the command line.
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/cli/aged_storage.h"
#include "tests/support/metadata_fixtures.h"

namespace checkpointfs::test {
namespace {

namespace json = boost::json;

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Jobs : public AgedStorage {
 protected:
  Output run(std::vector<std::string> arguments) const { return program_.run(arguments); }
  static std::string last(const std::string& path) { return path.substr(path.rfind('/') + 1); }
  std::string job(int number) const { return last(directory_of(chk(number))); }
  // The paths in the source of what `list` lists, in its order.
  std::vector<std::string> listed(std::vector<std::string> options) const {
    options.insert(options.begin(), {"list", source(), "--json"});
    const json::value snapshots = run(options).json().at("snapshots");
    std::vector<std::string> paths;
    for (const json::value& one : snapshots.as_array()) paths.push_back(text(one, "source_path"));
    return paths;
  }
  std::string shown(const std::string& name) const {
    const Output output = run({"show", "--json", name});
    EXPECT_EQ(output.exit_code, 0) << name << ": " << output.err;
    return output.exit_code == 0 ? text(output.json(), "source_path") : output.err;
  }
};

TEST_F(Jobs, list_begins_with_the_latest_snapshot_of_the_latest_job) {
  EXPECT_THAT(listed({}), ElementsAre(chk(6), chk(5), chk(4), chk(3), chk(2), chk(1)));
  EXPECT_THAT(listed({"--newest"}), ElementsAre(chk(6), chk(4), chk(2)));
  const std::string text = run({"list", source()}).out;
  EXPECT_THAT(text, HasSubstr(job(5).substr(0, 8)));
  EXPECT_EQ(text.find(job(5)), std::string::npos) << text;
  EXPECT_THAT(text, HasSubstr("in all 6 snapshots of 3 jobs"));
  EXPECT_THAT(run({"list", source(), "--long"}).out, HasSubstr(chk(5)));
}

TEST_F(Jobs, list_is_limited_to_a_job_and_a_status) {
  EXPECT_THAT(listed({"--job", job(3).substr(0, 6)}), ElementsAre(chk(4), chk(3)));
  EXPECT_THAT(listed({"--job", job(3), "--newest"}), ElementsAre(chk(4)));
  EXPECT_THAT(listed({"--status", "broken"}), ElementsAre());
  const std::string lost = *files_of_only(4).begin();
  ASSERT_EQ(::unlink(path(lost).c_str()), 0);
  EXPECT_THAT(listed({"--status", "broken", "--index", directory_ / "fresh"}), ElementsAre(chk(4)));
  EXPECT_THAT(run({"list", source(), "--status", "nonsense"}).err, HasSubstr("give one of ok, broken,"));
  const Output none = run({"list", source(), "--job", "zzzz"});
  EXPECT_EQ(none.exit_code, 3);
  EXPECT_THAT(none.err, HasSubstr("there is no snapshot of a job zzzz"));
}

TEST_F(Jobs, list_marks_what_a_cluster_would_recover_from) {
  const auto ha = [](const char* scenario) { return (data_directory() / "ha-2.3.0" / scenario).string(); };
  const json::value marked = run({"list", source(), "--json", "--ha", ha("chained")}).json();
  for (const json::value& one : marked.at("snapshots").as_array())
    EXPECT_EQ(one.at("ha_files").as_array().size(), text(one, "source_path") == chk(6) ? 1u : 0u);
  EXPECT_TRUE(marked.at("ha_elsewhere").as_array().empty());
  EXPECT_THAT(run({"list", source(), "--ha", ha("chained")}).out, HasSubstr("ok, newest, HA"));

  const std::vector<std::string> of_another = {"list", source(), "--ha", ha("hashmap")};
  const Output other = run(of_another);
  EXPECT_EQ(other.exit_code, 0) << other.err;
  EXPECT_THAT(other.out, HasSubstr("note: a cluster would recover from"));
  EXPECT_THAT(other.out, Not(HasSubstr(", HA")));
  const json::value unmarked = run({"list", source(), "--json"}).json();
  EXPECT_FALSE(unmarked.as_object().contains("ha_elsewhere"));
  EXPECT_FALSE(unmarked.at("snapshots").at(0).as_object().contains("ha_files"));
  const Output none = run({"list", source(), "--ha", source()});
  EXPECT_EQ(none.exit_code, 11) << none.out;
  EXPECT_THAT(none.err, HasSubstr("there is no file completedCheckpoint"));
}

TEST_F(Jobs, list_is_sorted_by_what_is_asked_for) {
  const json::value by_size = run({"list", source(), "--json", "--sort", "size"}).json().at("snapshots");
  uint64_t before = UINT64_MAX;
  std::string job;
  for (const json::value& one : by_size.as_array()) {
    const uint64_t size = number(one, "bytes") + number(one, "inline_bytes");
    if (text(one, "job") == job) {
      EXPECT_LE(size, before);
    }
    job = text(one, "job");
    before = size;
  }
  EXPECT_EQ(run({"list", source(), "--sort", "weight"}).exit_code, 2);
}

TEST_F(Jobs, jobs_have_one_line_each_with_the_newest_usable_snapshot) {
  const json::value jobs = run({"jobs", source(), "--json"}).json().at("jobs");
  ASSERT_EQ(jobs.as_array().size(), 3);
  EXPECT_THAT(text(jobs.at(0), "newest_usable"), testing::EndsWith(last(chk(6))));
  EXPECT_EQ(number(jobs.at(0), "snapshots"), 2);
  EXPECT_EQ(number(jobs.at(2), "broken_snapshots"), 0);
  const std::string text = run({"jobs", source()}).out;
  EXPECT_THAT(text, StartsWith("JOB "));
  EXPECT_EQ(std::ranges::count(text, '\n'), 4) << text;
}

TEST_F(Jobs, snapshot_is_named_by_any_end_that_means_one) {
  ASSERT_EQ(run({"index", source()}).exit_code, 0);
  EXPECT_EQ(shown(last(chk(3))), chk(3));
  EXPECT_EQ(shown(job(3).substr(0, 5) + "/" + last(chk(3))), chk(3));
  EXPECT_EQ(shown(job(3) + "/latest"), chk(4));
  const Output wrong_job = run({"show", job(3).substr(0, 5) + "/" + last(chk(5))});
  EXPECT_EQ(wrong_job.exit_code, 2) << wrong_job.out;
  EXPECT_EQ(run({"show", job(3).substr(0, 3) + "/" + last(chk(3))}).exit_code, 2)
      << "three digits are too few";
  const Output ambiguous = run({"show", "latest"});
  EXPECT_EQ(ambiguous.exit_code, 3);
  EXPECT_THAT(ambiguous.err, HasSubstr("latest is ambiguous; it may be "));
}

TEST_F(Jobs, name_that_is_nearly_right_is_answered_by_the_right_one) {
  const std::string name = job(3).substr(0, 8) + "/" + last(chk(3));
  const Output output = run({"show", "--source", source(), name + "x"});
  EXPECT_EQ(output.exit_code, 3);
  EXPECT_THAT(output.err, HasSubstr("did you mean " + name + "?"));
}

TEST_F(Jobs, label_is_printed_and_accepted_in_place_of_the_id) {
  ASSERT_EQ(run({"index", source()}).exit_code, 0);
  const Output made = run({"label", job(3).substr(0, 6), "orders"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(run({"label"}).out, job(3) + " orders\n");
  EXPECT_EQ(shown("orders/" + last(chk(3))), chk(3));
  EXPECT_EQ(shown("orders/latest"), chk(4));
  EXPECT_THAT(listed({"--job", "orders"}), ElementsAre(chk(4), chk(3)));
  EXPECT_THAT(run({"list", source()}).out, HasSubstr("orders (" + job(3).substr(0, 8) + ")"));

  EXPECT_EQ(run({"label", "orders", "clicks"}).exit_code, 0);
  EXPECT_EQ(run({"label"}).out, job(3) + " clicks\n");
  EXPECT_EQ(run({"label", "--remove", "clicks"}).exit_code, 0);
  EXPECT_EQ(run({"label"}).out, "");
  EXPECT_EQ(run({"label", "--remove", job(3)}).exit_code, 3);
}

TEST_F(Jobs, are_named_alike_for_every_command) {
  const std::string directory = directory_of(chk(3));
  const std::string id = job(3);
  ASSERT_EQ(run({"index", source()}).exit_code, 0);
  ASSERT_EQ(run({"label", id, "orders"}).exit_code, 0);
  const auto names_of = [](const json::value& list, const char* member) {
    std::vector<std::string> names;
    for (const json::value& one : list.as_array()) names.push_back(text(one, member));
    std::ranges::sort(names);
    return names;
  };
  const std::string target = directory_ / "target";
  for (const std::string& name :
       {directory, id, id.substr(0, 8), std::string("orders"), id.substr(0, 20) + "*"}) {
    SCOPED_TRACE(name);
    EXPECT_THAT(listed({"--job", name}), ElementsAre(chk(4), chk(3)));
    EXPECT_THAT(listed({"--job", name, "--job", job(5)}), ElementsAre(chk(6), chk(5), chk(4), chk(3)));
    EXPECT_THAT(
        names_of(run({"verify", "--json", "--job", name, source()}).json().at("snapshots"), "snapshot"),
        ElementsAre(chk(3), chk(4)));
    const Output exported = run({"export", "-n", "--json", "--job", name, source(), target});
    EXPECT_THAT(names_of(exported.json().at("snapshots"), "name"), ElementsAre(chk(3), chk(4)));
    const Output removed = gc({"--keep-last", "1", "--json", "--job", name});
    EXPECT_THAT(names_of(removed.json().at("snapshots"), "path"), ElementsAre(chk(3)));
  }
  // Two ids that begin alike: a beginning means neither of them.
  std::string twin = id;
  twin.back() = twin.back() == '0' ? '1' : '0';
  std::filesystem::copy(path(directory), std::filesystem::path(path(directory)).parent_path() / twin,
                        std::filesystem::copy_options::recursive);
  for (const std::string& wrong : {id.substr(0, 8), std::string("zzzz")}) {
    const std::string said =
        wrong == "zzzz" ? "there is no snapshot of a job zzzz" : "is ambiguous; it may be ";
    for (const Output& output :
         {run({"list", source(), "--job", wrong}), run({"verify", source(), "--job", wrong}),
          run({"export", "-n", "--job", wrong, source(), target}),
          gc({"--keep-last", "1", "--job", wrong})}) {
      EXPECT_EQ(output.exit_code, 3) << wrong << output.out << output.err;
      EXPECT_THAT(output.err, HasSubstr(said));
    }
  }
}

TEST_F(Jobs, label_that_means_something_else_is_refused) {
  for (const char* const label : {"latest", "chk-4", "shared", "a/b", "a b", "", "-x", ".x", "\x1b[2J",
                                  "0123456789abcdef0123456789abcdef"}) {
    const Output output = run({"label", "--", job(3), label});
    EXPECT_EQ(output.exit_code, 2) << label << output.out << output.err;
  }
  EXPECT_EQ(run({"label"}).out, "");
}

TEST_F(Jobs, file_of_labels_keeps_the_lines_of_others) {
  const std::string file = directory_ / "state" + "/configuration/checkpointfs/jobs";
  ASSERT_EQ(run({"label", job(1), "first"}).exit_code, 0);
  std::ofstream(file, std::ios::app) << "# a comment\n\nno-label\n" << job(3) << "\torders \n";
  const Output labels = run({"label"});
  EXPECT_THAT(labels.out, HasSubstr(job(3) + " orders\n"));
  EXPECT_THAT(labels.err, HasSubstr("line 4"));
  ASSERT_EQ(run({"label", job(1), "one"}).exit_code, 0);
  std::ifstream changed(file);
  const std::string text{std::istreambuf_iterator<char>(changed), {}};
  EXPECT_EQ(text, "# a comment\n\nno-label\n" + job(3) + "\torders \n" + job(1) + " one\n");
}

}  // namespace
}  // namespace checkpointfs::test
