// SPDX-License-Identifier: Apache-2.0
#include "state/operators/connectors.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "state/operators/coordinator_state.h"
#include "state/operators/legacy_kafka_positions.h"
#include "state/operators/source_positions.h"
#include "tests/support/bytes.h"
#include "tests/unit/state/operators/position_text.h"

namespace checkpointfs::state {
namespace {

using test::Bytes;
using test::text_of;
using Texts = std::vector<std::string>;

constexpr int64_t kNoStop = std::numeric_limits<int64_t>::min();

Bytes kafka_bytes(std::string_view topic, int32_t partition, int64_t offset, int64_t stop = kNoStop) {
  return Bytes().utf(topic).i32(partition).i64(offset).i64(stop);
}

Bytes numbers(std::string_view id, int64_t next, int64_t last) {
  return Bytes().utf(id).i64(next).i64(last);
}

std::string split_text(int32_t version, const std::string& bytes) {
  return text_of(recognised_split(version, bytes));
}

Texts enumerator_texts(int32_t version, const std::string& bytes, std::optional<Connector> of_splits = {}) {
  return test::texts_of(recognised_enumerator(version, bytes, of_splits));
}

// StringUtils.writeNullableString of ASCII.
Bytes nullable(const char* text) {
  if (text == nullptr) return Bytes().u8(0);
  Bytes bytes;
  bytes.u8(1).u8(static_cast<int>(std::string_view(text).size()) + 1);
  return bytes.raw(text);
}

Bytes path_bytes(const char* scheme, const char* host, int32_t port, const char* path) {
  return Bytes()
      .u8(1)
      .raw(nullable(scheme))
      .raw(nullable(nullptr))
      .raw(nullable(host))
      .i32(port)
      .raw(nullable(path))
      .raw(nullable(nullptr))
      .raw(nullable(nullptr));
}

Bytes file_bytes_of(const Bytes& path) {
  return Bytes()
      .utf("0000000001")
      .raw(path)
      .i64(100)
      .i64(900)
      .i64(1'700'000'000'000)
      .i64(5000)
      .i32(1)
      .utf("host-a");
}

TEST(RecognisedSplit, of_kafka_has_the_next_offset) {
  EXPECT_EQ(split_text(0, kafka_bytes("orders", 3, 42)), "kafka reader orders/3 at 42 to -");
  EXPECT_EQ(split_text(0, kafka_bytes("a.b_c-D9", 0, 0, 7)), "kafka reader a.b_c-D9/0 at 0 to 7");
  EXPECT_EQ(split_text(0, kafka_bytes("t", 0, -1, -1)), "kafka reader t/0 at latest to latest");
  EXPECT_EQ(split_text(0, kafka_bytes("t", 0, -2)), "kafka reader t/0 at earliest to -");
  EXPECT_EQ(split_text(0, kafka_bytes("t", 0, -3, -3)), "kafka reader t/0 at committed to committed");
}

TEST(RecognisedSplit, of_kafka_from_bytes_as_flink_writes_them) {
  const std::string bytes = Bytes().hex(R"(
      00 06 6f 72 64 65 72 73    # orders
      00 00 00 02                # partition
      00 00 00 00 00 01 e2 40    # 123456
      80 00 00 00 00 00 00 00    # no stopping offset
  )");
  EXPECT_EQ(split_text(0, bytes), "kafka reader orders/2 at 123456 to -");
}

TEST(RecognisedSplit, is_nobodys_if_any_byte_is_left_or_missing_or_out_of_range) {
  const std::string good = kafka_bytes("orders", 3, 42);
  EXPECT_EQ(split_text(0, good + "x"), "unrecognised reader version 0, 29 bytes");
  EXPECT_EQ(split_text(0, good.substr(0, good.size() - 1)), "unrecognised reader version 0, 27 bytes");
  EXPECT_EQ(split_text(1, good), "unrecognised reader version 1, 28 bytes");
  EXPECT_EQ(split_text(-1, good), "unrecognised reader version -1, 28 bytes");
  for (const Bytes& bytes :
       {kafka_bytes("", 3, 42), kafka_bytes("or ders", 3, 42), kafka_bytes("orders", -1, 42),
        kafka_bytes("orders", 3, -4), kafka_bytes("orders", 3, kNoStop), kafka_bytes("orders", 3, 42, -4),
        kafka_bytes(std::string(250, 'a'), 3, 42)}) {
    EXPECT_EQ(recognised_split(0, bytes.str()).connector, Connector::kUnrecognised);
  }
  EXPECT_EQ(recognised_split(0, kafka_bytes(std::string(249, 'a'), 3, 42).str()).connector,
            Connector::kKafka);
  const Position none = recognised_split(9, std::string("\0ab", 3));
  EXPECT_EQ(none.bytes, std::string("\0ab", 3));
  EXPECT_EQ(none.version, 9);
}

TEST(RecognisedSplit, of_a_dynamic_kafka_source_has_its_cluster) {
  const std::string kafka = kafka_bytes("orders", 3, 42);
  EXPECT_EQ(split_text(1, Bytes().utf("east").i32(0).raw(kafka)),
            "dynamic kafka reader [east] orders/3 at 42 to -");
  EXPECT_EQ(split_text(2, Bytes().utf("east").u8(0).i32(0).raw(kafka)),
            "dynamic kafka reader [east] orders/3 at 42 to -");
  EXPECT_EQ(split_text(2, Bytes().utf("east").u8(1).i64(5).i32(0).raw(kafka)),
            "dynamic kafka reader [east] orders/3 at 42 to -");
  EXPECT_EQ(recognised_split(2, Bytes().utf("east").u8(2).i32(0).raw(kafka).str()).connector,
            Connector::kUnrecognised);
}

TEST(RecognisedSplit, of_a_file_has_its_uri_and_the_byte_to_go_on_with) {
  const Bytes hdfs = path_bytes("hdfs", "nn", 8020, "/in/a b");
  EXPECT_EQ(split_text(1, file_bytes_of(hdfs).u8(0)),
            "file reader hdfs://nn:8020/in/a b/0000000001 at 100 to 1000");
  EXPECT_EQ(split_text(1, file_bytes_of(path_bytes("file", nullptr, -1, "/in/x")).u8(1).i64(512).i64(3)),
            "file reader file:/in/x/0000000001 at 512 to 1000 and 3 records");
  // Readers without offsets only count records.
  EXPECT_EQ(split_text(1, file_bytes_of(path_bytes(nullptr, nullptr, -1, "/in/x")).u8(1).i64(-1).i64(3)),
            "file reader /in/x/0000000001 at 100 to 1000 and 3 records");
  EXPECT_EQ(recognised_split(1, file_bytes_of(hdfs).u8(1).i64(-2).i64(3).str()).connector,
            Connector::kUnrecognised);
  EXPECT_EQ(recognised_split(1, file_bytes_of(Bytes().u8(0)).u8(0).str()).connector,
            Connector::kUnrecognised);
}

TEST(RecognisedSplit, of_a_file_lies_within_64_bits) {
  const auto bytes = [](int64_t offset, int64_t length) {
    return Bytes()
        .utf("1")
        .raw(path_bytes("file", nullptr, -1, "/x"))
        .i64(offset)
        .i64(length)
        .i64(0)
        .i64(5)
        .i32(0)
        .u8(0);
  };
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(split_text(1, bytes(1, kMost - 1)), "file reader file:/x/1 at 1 to 9223372036854775807");
  for (const Bytes& wrong : {bytes(-5, 9), bytes(9, -5), bytes(2, kMost - 1)}) {
    EXPECT_EQ(recognised_split(1, wrong.str()).connector, Connector::kUnrecognised);
  }
}

TEST(RecognisedSplit, of_a_file_may_have_a_path_beyond_ascii) {
  // U+00E9 and U+1F600, as UTF-16 units of 7 bits a byte, low ones first.
  const Bytes path = Bytes()
                         .u8(1)
                         .raw(nullable("s3"))
                         .raw(nullable(nullptr))
                         .raw(nullable("b"))
                         .i32(-1)
                         .hex("01 05  2f  e9 01  bd b0 03  80 bc 03")
                         .raw(nullable(nullptr))
                         .raw(nullable(nullptr));
  EXPECT_EQ(split_text(1, file_bytes_of(path).u8(0)),
            "file reader s3://b/\xC3\xA9\xF0\x9F\x98\x80/0000000001 at 100 to 1000");
}

TEST(RecognisedSplit, of_a_number_sequence_is_numbered) {
  EXPECT_EQ(split_text(1, numbers("2", 70, 99)), "number sequence reader /2 at 70 to 99");
  EXPECT_EQ(split_text(1, numbers("2", -5, -5)), "number sequence reader /2 at -5 to -5");
  EXPECT_EQ(recognised_split(1, numbers("2", 100, 99).str()).connector, Connector::kUnrecognised);
  EXPECT_EQ(recognised_split(1, numbers("x", 1, 99).str()).connector, Connector::kUnrecognised);
  EXPECT_EQ(recognised_split(1, numbers("", 1, 99).str()).connector, Connector::kUnrecognised);
}

TEST(RecognisedSplit, of_kinesis_says_what_its_iterator_begins_at) {
  const std::string arn = "arn:aws:kinesis:us-east-1:123456789012:stream/orders";
  const std::string number = "49590338271490256608559692538361571095921575989136588898";
  const auto shard = [&](std::string_view type) {
    return Bytes().utf(arn).utf("shardId-000000000002").utf(type);
  };
  const std::string head = "kinesis reader " + arn + "/shardId-000000000002 at ";
  EXPECT_EQ(split_text(0, shard("TRIM_HORIZON").u8(0)), head + "earliest to -");
  EXPECT_EQ(split_text(0, shard("AFTER_SEQUENCE_NUMBER").u8(1).u8(0).u8(1).utf(number)),
            head + "after " + number + " to -");
  EXPECT_EQ(split_text(0, shard("AT_TIMESTAMP").u8(1).u8(1).i64(1'700'000'000'123).u8(0)),
            head + "timestamp 1700000000123 to -");
  EXPECT_EQ(split_text(1, shard("LATEST").u8(0).i32(1).utf("shardId-000000000001").utf("0").utf("99")),
            head + "latest to -");
  EXPECT_EQ(split_text(2, shard("LATEST").u8(0).i32(0).utf("0").utf("99").u8(1)), head + "latest to -");
  EXPECT_EQ(recognised_split(0, shard("SOMETHING").u8(0).str()).connector, Connector::kUnrecognised);
  const Bytes dynamodb = Bytes().utf("arn:aws:dynamodb:eu:1:table/t/stream/x").utf("s").utf("LATEST").u8(0);
  EXPECT_EQ(recognised_split(0, dynamodb.str()).connector, Connector::kUnrecognised);
}

TEST(RecognisedSplit, of_a_hybrid_source_is_that_of_the_source_in_it) {
  const std::string kafka = kafka_bytes("orders", 3, 42);
  const Bytes outer = Bytes().i32(1).utf("id").i32(0).block(kafka);
  EXPECT_EQ(split_text(0, outer), "kafka reader orders/3 at 42 to - of source 1");
  EXPECT_EQ(split_text(1, Bytes(outer).u8(0)), "kafka reader orders/3 at 42 to - of source 1");
  EXPECT_EQ(split_text(0, Bytes().i32(0).utf("id").i32(1).block(numbers("7", 1, 2).str())),
            "number sequence reader /7 at 1 to 2 of source 0");
  // No deeper.
  EXPECT_EQ(recognised_split(0, Bytes().i32(0).utf("id").i32(0).block(outer.str()).str()).connector,
            Connector::kUnrecognised);
}

TEST(RecognisedEnumerator, of_kafka_tells_which_partitions_wait) {
  EXPECT_EQ(enumerator_texts(1, Bytes().i32(2).utf("a").i32(0).utf("b").i32(1)),
            (Texts{"kafka assigned a/0 at - to -", "kafka assigned b/1 at - to -"}));
  EXPECT_EQ(enumerator_texts(2, Bytes().i32(2).utf("a").i32(0).i32(0).utf("a").i32(1).i32(1).u8(1)),
            (Texts{"kafka assigned a/0 at - to -", "kafka unassigned a/1 at - to -"}));
  const std::string split = kafka_bytes("a", 1, -2);
  EXPECT_EQ(enumerator_texts(3, Bytes().i32(1).i32(0).block(split).i32(1).u8(0)),
            (Texts{"kafka unassigned a/1 at earliest to -"}));
  EXPECT_EQ(enumerator_texts(0, Bytes().i32(0).i32(1).i32(4).i32(1).block(split)),
            (Texts{"kafka assigned a/1 at earliest to - in subtask 4"}));
  EXPECT_EQ(enumerator_texts(2, Bytes().i32(1).utf("a").i32(0).i32(2).u8(1)),
            (Texts{"unrecognised unassigned version 2, 16 bytes"}));
}

TEST(RecognisedEnumerator, of_a_dynamic_kafka_source_has_all_its_clusters) {
  const Bytes state = Bytes().i32(1).utf("a").i32(0).i32(1).u8(1);
  const auto streams = [](bool with_initializers) {
    Bytes bytes = Bytes().i32(1).utf("stream").i32(1).utf("east").i32(2).utf("a").utf("b").utf("host:9092");
    return with_initializers ? bytes.u8(0).u8(1).block("java") : bytes;
  };
  const Texts expected = {"dynamic kafka unassigned [east] a/0 at - to -"};
  EXPECT_EQ(enumerator_texts(1, streams(false).i32(2).i32(1).utf("east").block(state.str())), expected);
  EXPECT_EQ(enumerator_texts(2, streams(true).i32(2).i32(1).utf("east").block(state.str())), expected);
  EXPECT_EQ(enumerator_texts(3, streams(true).i32(2).i32(0).i32(1).utf("east").i64(77).block(state.str())),
            expected);
}

TEST(RecognisedEnumerator, of_files_lists_those_that_are_not_read_yet) {
  const std::string split = file_bytes_of(path_bytes("file", nullptr, -1, "/x")).u8(0);
  const auto little = [](uint32_t value) {
    std::string bytes;
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> (8 * i));
    return bytes;
  };
  const std::string bytes = little(0xDEADBEEF) + little(1) + little(1) + little(1) +
                            little(static_cast<uint32_t>(split.size())) + split + little(3) + "/y\n";
  EXPECT_EQ(enumerator_texts(1, bytes), (Texts{"file unassigned file:/x/0000000001 at 100 to 1000"}));
  EXPECT_EQ(enumerator_texts(1, bytes.substr(0, bytes.size() - 1)).front().substr(0, 12), "unrecognised");
}

TEST(RecognisedEnumerator, of_numbers_kinesis_and_hybrid_sources) {
  EXPECT_EQ(enumerator_texts(1, Bytes().i32(1).raw(numbers("2", 70, 99))),
            (Texts{"number sequence unassigned /2 at 70 to 99"}));
  const std::string shard = Bytes().utf("arn:aws:kinesis:r:1:stream/s").utf("shard").utf("LATEST").u8(0);
  EXPECT_EQ(enumerator_texts(0, Bytes().u8(1).utf("shard").i32(1).i32(0).block(shard)),
            (Texts{"kinesis unassigned arn:aws:kinesis:r:1:stream/s/shard at latest to -"}));
  EXPECT_EQ(enumerator_texts(1, Bytes().u8(0).i32(1).i32(0).block(shard).i32(0)),
            (Texts{"kinesis assigned arn:aws:kinesis:r:1:stream/s/shard at latest to -"}));
  EXPECT_EQ(
      enumerator_texts(0, Bytes().i32(1).i32(2).block(Bytes().i32(1).utf("a").i32(0).i32(1).u8(1).str())),
      (Texts{"kafka unassigned a/0 at - to - of source 1"}));
}

TEST(RecognisedEnumerator, without_splits_fits_several_and_has_none) {
  EXPECT_EQ(enumerator_texts(1, Bytes().i32(0)), Texts{});
  EXPECT_EQ(enumerator_texts(2, Bytes().i32(0).u8(1)), Texts{});
  EXPECT_EQ(enumerator_texts(7, ""), (Texts{"unrecognised unassigned version 7, 0 bytes"}));
}

TEST(CoordinatorState, of_both_versions_has_the_enumerators) {
  const Bytes bytes = Bytes().i32(1).i32(2).block("state");
  const auto one = enumerator_state(bytes.str());
  ASSERT_TRUE(one.has_value());
  EXPECT_EQ(one->version, 2);
  EXPECT_EQ(one->bytes, "state");
  EXPECT_TRUE(enumerator_state(Bytes().i32(0).i32(2).block("state").block("assigned").str()).has_value());
  EXPECT_FALSE(enumerator_state(Bytes().i32(1).i32(2).block("state").u8(0).str()).has_value());
  EXPECT_FALSE(enumerator_state(Bytes().i32(2).i32(2).block("state").str()).has_value());
  EXPECT_FALSE(enumerator_state("").has_value());
  const auto rows =
      coordinator_positions(Bytes().i32(1).i32(1).block(Bytes().i32(1).utf("t").i32(4).str()).str(), {});
  EXPECT_EQ(test::texts_of(rows), (Texts{"kafka assigned t/4 at - to -"}));
}

// Kryo 2.24: an unregistered or registered class, a new object, fields by name.
std::string legacy(const Bytes& kryo_class, int64_t last) {
  return Bytes()
      .raw(kryo_class)
      .hex("01  0a  06  01  6f 72 64 65 72 f3")  // reference | hash 5 | partition 3 | reference | "orders"
      .i64(last);
}

TEST(LegacyKafkaPosition, is_the_offset_after_the_last_one) {
  const Bytes registered = Bytes().u8(87);
  const auto text = [&](int64_t last) {
    const auto position = legacy_kafka_position(legacy(registered, last));
    return position ? text_of(*position) : "nothing";
  };
  EXPECT_EQ(text(41), "legacy kafka consumer reader orders/3 at 42 to -");
  EXPECT_EQ(text(-1), "legacy kafka consumer reader orders/3 at 0 to -");
  EXPECT_EQ(text(-915623761773), "legacy kafka consumer reader orders/3 at committed to -");
  EXPECT_EQ(text(-915623761774), "legacy kafka consumer reader orders/3 at latest to -");
  EXPECT_EQ(text(-915623761775), "legacy kafka consumer reader orders/3 at earliest to -");
  EXPECT_EQ(text(-915623761776), "legacy kafka consumer reader orders/3 at - to -");
  EXPECT_EQ(text(-2), "nothing");
  EXPECT_EQ(text(std::numeric_limits<int64_t>::max()), "nothing");
}

TEST(LegacyKafkaPosition, may_have_its_class_by_name_and_a_name_of_one_letter) {
  std::string name = "org.apache.flink.streaming.connectors.kafka.internals.KafkaTopicPartition";
  // 73 letters are too many for the short form: 74 in 6 and 7 bits, the top bit set.
  const Bytes by_name = Bytes().hex("01 00").u8(0xC0 | (74 & 0x3F)).u8(74 >> 6).raw(name);
  ASSERT_EQ(name.size(), 73u);
  EXPECT_TRUE(legacy_kafka_position(legacy(by_name, 1)).has_value());
  name.back() = 'N';
  const Bytes other = Bytes().hex("01 00").u8(0xC0 | (74 & 0x3F)).u8(74 >> 6).raw(name);
  EXPECT_FALSE(legacy_kafka_position(legacy(other, 1)).has_value());
  const std::string short_topic = Bytes().hex("57 01 0a 06 01 82 74").i64(7);
  const auto position = legacy_kafka_position(short_topic);
  ASSERT_TRUE(position.has_value());
  EXPECT_EQ(position->topic, "t");
}

}  // namespace
}  // namespace checkpointfs::state
