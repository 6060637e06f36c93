// SPDX-License-Identifier: Apache-2.0
// `positions`, over snapshots and over rows made by hand.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "base/errors.h"
#include "cli/state/position_rows.h"
#include "cli/state/position_text.h"
#include "on_terminal.h"
#include "state_storage.h"
#include "tests/support/files.h"

namespace checkpointfs::cli {
namespace {

PositionRow kafka_row() {
  PositionRow row;
  row.operator_label = "orders";
  row.operator_id = "ca88eee0095684d687a1b6495617f957";
  row.connector = "kafka";
  row.topic = "orders.v1";
  row.partition = int64_t{3};
  row.offset = int64_t{4711};
  row.subtask = 1;
  row.place = "reader";
  return row;
}

// Rows as long as they come.
PositionRow file_row() {
  PositionRow row = kafka_row();
  row.operator_label = std::string(120, 'o');
  row.connector = "file";
  row.cluster = std::string(90, 'c');
  row.topic = "hdfs://namenode/" + std::string(100, 's');
  row.partition = std::string(60, '0');
  row.offset = INT64_MAX - 1;
  row.stopping_offset = INT64_MAX;
  row.place = "unassigned";
  row.subtask.reset();
  row.source = 2;
  row.records = 12345678;
  return row;
}

PositionRow kinesis_row() {
  PositionRow row = kafka_row();
  row.connector = "kinesis";
  row.topic = "arn:aws:kinesis:eu-central-1:123456789012:stream/" + std::string(100, 's');
  row.partition = "shardId-" + std::string(60, '0');
  row.offset = "after " + std::string(56, '9');
  return row;
}

PositionRow unrecognised_row() {
  PositionRow row = kafka_row();
  row.connector = "unrecognised";
  row.topic = "";
  row.partition = {};
  row.offset = {};
  row.version = 1;
  row.bytes = "0x" + std::string(500, 'f');
  return row;
}

TEST(PositionText, is_tsv_with_a_field_for_each_title) {
  PositionRow hostile = kafka_row();
  hostile.topic = "a\tb\nc\x1B[1m";
  hostile.offset = "earliest";
  hostile.stopping_offset = int64_t{5000};
  hostile.place = "unassigned";
  hostile.subtask.reset();
  const std::string text = positions_tsv({kafka_row(), hostile});
  EXPECT_EQ(
      text,
      "operator\tconnector\ttopic\tpartition\toffset\tstopping_offset\tsubtask\tplace\tcluster\tsource\t"
      "records\tversion\tbytes\toperator_id\n"
      "orders\tkafka\torders.v1\t3\t4711\t\t1\treader\t\t\t\t\t\tca88eee0095684d687a1b6495617f957\n"
      "orders\tkafka\ta\\x09b\\x0ac\\x1b[1m\t3\tearliest\t5000\t\tunassigned\t\t\t\t\t\t"
      "ca88eee0095684d687a1b6495617f957\n");
}

TEST(PositionText, fits_the_terminal_whatever_it_holds) {
  for (const size_t width : {size_t{80}, size_t{100}, size_t{160}}) {
    std::ostringstream out;
    print_positions(out, {kafka_row(), file_row(), kinesis_row(), unrecognised_row()}, width);
    test::expect_tables_fit(out.str(), width);
  }
}

TEST(PositionText, has_a_table_for_each_source_without_empty_columns) {
  PositionRow other = kafka_row();
  other.partition = int64_t{4};
  other.stopping_offset = int64_t{9000};
  PositionRow unknown = unrecognised_row();
  unknown.bytes = "0x0102";
  std::ostringstream out;
  print_positions(out, {kafka_row(), unknown, other}, 0);
  EXPECT_EQ(out.str(),
            "orders (ca88eee0095684d687a1b6495617f957): 2 positions, kafka\n"
            "  TOPIC      PARTITION  OFFSET  STOP  SUBTASK\n"
            "  orders.v1  3            4711     -        1\n"
            "  orders.v1  4            4711  9000        1\n"
            "\n"
            "orders (ca88eee0095684d687a1b6495617f957): 1 position, unrecognised\n"
            "  BYTES   VERSION  SUBTASK\n"
            "  0x0102        1        1\n");
}

TEST(PositionJson, is_read_back) {
  for (const PositionRow& row : {kafka_row(), file_row(), kinesis_row(), unrecognised_row(), PositionRow()}) {
    EXPECT_EQ(position_row(position_json(row).text()), row) << position_json(row).text();
  }
  EXPECT_TRUE(boost::json::parse(position_json(kafka_row()).text()).at("partition").is_int64());
  EXPECT_TRUE(boost::json::parse(position_json(kinesis_row()).text()).at("partition").is_string());
  for (const char* wrong : {"", "[]", "{}", "{\"operator\":1}", "\"x\""}) {
    EXPECT_THROW(position_row(wrong), base::Failure) << wrong;
  }
}

}  // namespace
}  // namespace checkpointfs::cli

namespace checkpointfs::test {
namespace {

namespace json = boost::json;

// The job of these storages has a sequence of numbers, which a source counts up to.
TEST(Positions, say_where_each_source_goes_on) {
  for (const char* version : {"flink-1.20.5", "flink-2.3.0"}) {
    const StateCommands commands(storage_directory(std::string(version) + "/chained"));
    for (const std::string& snapshot : snapshots_in(commands.directory())) {
      const Output output = commands.run({"positions", "--json", snapshot});
      ASSERT_EQ(output.exit_code, 0) << output.err;
      const json::array positions = output.json().at("positions").as_array();
      ASSERT_EQ(positions.size(), 2u) << output.out;
      for (const json::value& position : positions) {
        EXPECT_EQ(text(position, "connector"), "number sequence");
        EXPECT_EQ(text(position, "place"), "reader");
        EXPECT_EQ(position.at("bytes"), json::value(nullptr));
        EXPECT_LT(position.at("offset").as_int64(), position.at("stopping_offset").as_int64());
      }
      EXPECT_NE(positions[0].at("partition"), positions[1].at("partition"));
      const std::vector<std::string> tsv = split_lines(commands.run({"positions", snapshot}).out);
      ASSERT_EQ(tsv.size(), 3u);
      EXPECT_TRUE(contains(tsv[1], "\t" + std::to_string(positions[0].at("offset").as_int64()) + "\t"))
          << tsv[1];
    }
  }
}

// Operator, connector, topic, partition, offset, stopping offset, subtask, place.
std::string first_fields(const std::string& line) {
  size_t end = 0;
  for (int i = 0; i < 8; ++i) end = line.find('\t', end + 1);
  return line.substr(0, end);
}

// The connector's own serializers have read the same splits.
TEST(Positions, of_kafka_are_those_that_the_connector_finds) {
  size_t unassigned = 0;
  for (const std::string version : {"state-1.20.5", "state-2.3.0"}) {
    const StateCommands commands(storage_directory(version + "/kafka"));
    std::vector<std::string> found;
    for (const std::string& line : split_lines(commands.run({"positions", commands.snapshot()}).out)) {
      if (!line.starts_with("operator\t")) found.push_back(first_fields(line));
    }
    std::vector<std::string> expected;
    for (const std::string& line :
         split_lines(read_file(storage_directory(version + "/kafka.positions.tsv")))) {
      // Splits that readers have, too.
      if (!line.ends_with("\tassigned")) expected.push_back(line);
      if (line.ends_with("\tunassigned")) ++unassigned;
    }
    std::ranges::sort(found);
    std::ranges::sort(expected);
    EXPECT_GT(expected.size(), 20u);
    EXPECT_EQ(found, expected);
  }
  EXPECT_GT(unassigned, 0u);
}

// chk-6 was taken after chk-5.
TEST(Positions, move_on_from_checkpoint_to_checkpoint) {
  const StateCommands commands(storage_directory("flink-2.3.0/chained"));
  std::vector<int64_t> sums;
  for (const std::string& snapshot :
       snapshots_in(commands.directory() + "/2960957b08e4c57f7cf4a712afcdf82b")) {
    int64_t sum = 0;
    const json::value found = commands.run({"positions", "--json", snapshot}).json();
    for (const json::value& position : found.at("positions").as_array()) {
      sum += position.at("offset").as_int64();
    }
    sums.push_back(sum);
  }
  ASSERT_EQ(sums.size(), 2u);
  EXPECT_LT(sums[0], sums[1]);
}

TEST(Positions, that_differ_are_printed_by_diff) {
  const StateCommands commands(storage_directory("flink-2.3.0/chained"));
  const std::vector<std::string> snapshots =
      snapshots_in(commands.directory() + "/2960957b08e4c57f7cf4a712afcdf82b");
  const auto offset = [&](const std::string& snapshot, const char* partition) {
    const json::value found = commands.run({"positions", "--json", snapshot}).json();
    for (const json::value& position : found.at("positions").as_array()) {
      if (text(position, "partition") == partition) return position.at("offset").as_int64();
    }
    return int64_t{-1};
  };
  const Output output = commands.run({"diff", snapshots[0], snapshots[1]});
  EXPECT_EQ(output.exit_code, 0) << output.err;
  for (const char* partition : {"1", "2"}) {
    const std::string line = "~ numbers  number sequence " + std::string(partition) + ": " +
                             std::to_string(offset(snapshots[0], partition)) + " -> " +
                             std::to_string(offset(snapshots[1], partition)) + "\n";
    EXPECT_TRUE(contains(output.out, line)) << line << output.out;
  }
  const json::value moved = commands.run({"diff", "--json", snapshots[0], snapshots[1]}).json();
  ASSERT_EQ(moved.at("positions").as_array().size(), 2u);
  EXPECT_EQ(moved.at("positions").at(0).at("a").at("offset").as_int64(), offset(snapshots[0], "1"));
  const json::value same = commands.run({"diff", "--json", snapshots[1], snapshots[1]}).json();
  EXPECT_TRUE(same.at("positions").as_array().empty());
}

// A table of no lines, and a sentence that does not stand between the lines of a pipe.
TEST(Positions, that_a_snapshot_does_not_have_are_no_error_and_said_in_a_sentence) {
  const StateCommands commands(storage_directory("state-1.11.6/heap-compressed"));
  const std::string sentence = "no positions: no state has the form in which a known source keeps them";
  const Output output = commands.run({"positions", commands.snapshot()});
  EXPECT_EQ(output.exit_code, 0);
  EXPECT_TRUE(output.err.starts_with(sentence)) << output.err;
  EXPECT_TRUE(output.out.starts_with("operator\t")) << output.out;
  EXPECT_EQ(split_lines(output.out).size(), 1u) << output.out;
  const Output as_json = commands.run({"positions", "--json", commands.snapshot()});
  EXPECT_TRUE(as_json.json().at("positions").as_array().empty());
  EXPECT_EQ(as_json.err, "");
  const std::string shown =
      on_terminal({"positions", "--source", commands.directory(), commands.snapshot()}, 80);
  EXPECT_TRUE(contains(shown, sentence)) << shown;
}

TEST(Positions, of_no_snapshot_are_an_error) {
  const StateCommands commands(storage_directory("flink-2.3.0/chained"));
  EXPECT_EQ(commands.run({"positions", "nowhere"}).exit_code, 3);
  EXPECT_EQ(commands.run({"positions"}).exit_code, 2);
}

}  // namespace
}  // namespace checkpointfs::test
