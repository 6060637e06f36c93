// SPDX-License-Identifier: Apache-2.0
#include "state/bytes/snappy_frames.h"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>
#include <snappy.h>

#include "tests/support/bytes.h"
#include "tests/unit/state/snappy_chunks.h"

namespace checkpointfs::state {
namespace {

using test::little_endian;
using test::plain_chunk;

const std::string& identifier() {
  static const std::string bytes = test::snappy_identifier();
  return bytes;
}

std::string compressed_chunk(std::string_view text) {
  std::string block;
  snappy::Compress(text.data(), text.size(), &block);
  return test::snappy_chunk(0, little_endian(test::slow_masked_crc(text), 4) + block);
}

// All bytes of the stream, read `most` at a time; the error's text if there is one.
std::string content_of(SnappyFrames& frames, size_t most = 100'000) {
  std::string text;
  std::string piece(most, '?');
  while (true) {
    const size_t n = frames.read(piece.data(), most);
    if (n == 0) return frames.error() == nullptr ? text : to_string(*frames.error());
    text.append(piece, 0, n);
  }
}

std::string content_of(std::string_view compressed) {
  Input in(compressed);
  SnappyFrames frames(in, SnappyStart::kIdentifier);
  return content_of(frames);
}

TEST(SnappyFrames, bytes_of_the_encoder_that_flink_uses_are_decoded) {
  // new SnappyFramedOutputStream(out, 65536, 0.85): a word five times, flush(), "x".
  const std::string bytes =
      test::Bytes()
          .hex("ff060000734e61507059 00140000f97564493628636865636b706f696e7420aa0b00 01050000503daa6178")
          .str();
  EXPECT_EQ(content_of(bytes), "checkpoint checkpoint checkpoint checkpoint checkpointx");
}

TEST(SnappyFrames, compressed_and_plain_blocks_are_joined_whatever_is_asked_for_at_once) {
  const std::string text(60'000, 'a');
  const std::string bytes = identifier() + compressed_chunk(text) + plain_chunk("b") + plain_chunk("") +
                            compressed_chunk("cc") + compressed_chunk(text);
  for (const size_t most : {1, 1000, 59'999, 60'000, 1 << 20}) {
    Input in(bytes);
    SnappyFrames frames(in, SnappyStart::kIdentifier);
    EXPECT_TRUE(content_of(frames, most) == text + "bcc" + text) << most;
  }
}

TEST(SnappyFrames, padding_and_unknown_chunks_that_may_be_skipped_are_skipped) {
  const std::string bytes = identifier() + test::snappy_chunk(0xFE, "000") + plain_chunk("a") +
                            test::snappy_chunk(0x80, "") + test::snappy_chunk(0xFD, "xyz") + plain_chunk("b");
  EXPECT_EQ(content_of(bytes), "ab");
}

TEST(SnappyFrames, a_stream_ends_where_the_next_one_begins) {
  const std::string first = identifier() + plain_chunk("first");
  const std::string bytes =
      first + identifier() + compressed_chunk("second") + identifier() + plain_chunk("third");
  Input in(bytes);
  SnappyFrames frames(in, SnappyStart::kIdentifier);
  EXPECT_EQ(content_of(frames), "first");
  EXPECT_EQ(in.offset(), first.size());
  EXPECT_TRUE(frames.next_stream());
  EXPECT_EQ(content_of(frames), "second");
  EXPECT_TRUE(frames.next_stream());
  EXPECT_EQ(content_of(frames), "third");
  EXPECT_FALSE(frames.next_stream());
  EXPECT_TRUE(in.ok());
}

TEST(SnappyFrames, the_rest_of_a_stream_can_be_skipped) {
  const std::string bytes =
      identifier() + plain_chunk("abc") + compressed_chunk("def") + identifier() + plain_chunk("second");
  Input in(bytes);
  SnappyFrames frames(in, SnappyStart::kIdentifier);
  char first = 0;
  EXPECT_EQ(frames.read(&first, 1), 1u);
  EXPECT_TRUE(frames.next_stream());
  EXPECT_EQ(content_of(frames), "second");
}

TEST(SnappyFrames, a_stream_may_be_entered_between_two_chunks) {
  const std::string bytes = plain_chunk("abc") + compressed_chunk("def");
  Input in(bytes);
  SnappyFrames frames(in, SnappyStart::kChunk);
  EXPECT_EQ(content_of(frames), "abcdef");
}

TEST(SnappyFrames, damage_is_an_error_at_its_chunk) {
  EXPECT_EQ(content_of("no stream of frames"),
            "offset 0, snappy_identifier: no stream of Snappy frames begins here");
  std::string flipped = identifier() + plain_chunk("abc");
  flipped.back() ^= 1;
  EXPECT_EQ(content_of(flipped), "offset 10, snappy_chunk: damaged: the checksum differs");
  EXPECT_EQ(content_of(identifier() + test::snappy_chunk(2, "abc")),
            "offset 10, snappy_chunk: unknown type 2");
  EXPECT_EQ(content_of(identifier() + test::snappy_chunk(1, "abc")),
            "offset 10, snappy_chunk: length 3 has no checksum");
  EXPECT_EQ(content_of(identifier() + test::snappy_chunk(0, "1234")),
            "offset 10, snappy_chunk: not a compressed block");
  EXPECT_EQ(content_of(identifier() + test::snappy_chunk(0,
                                                         "1234\x05"
                                                         "abc")),
            "offset 10, snappy_chunk: damaged: the block does not decompress");
  EXPECT_EQ(content_of(identifier() + plain_chunk("abc").substr(0, 10)),
            "offset 14, snappy_chunk: needs 7 bytes, 6 are left");
  EXPECT_EQ(content_of(identifier() + plain_chunk("abc").substr(0, 3)),
            "offset 10, snappy_chunk: needs 4 bytes, 3 are left");
}

TEST(SnappyFrames, a_block_that_claims_to_be_huge_is_refused_before_it_is_decompressed) {
  // A varint of 2^32 - 1 as the length of the block.
  EXPECT_EQ(content_of(identifier() + test::snappy_chunk(0,
                                                         "1234\xFF\xFF\xFF\xFF\x0F"
                                                         "abc")),
            "offset 10, snappy_chunk: a block of 4294967295 bytes, more than 65536");
}

TEST(SnappyFrames, an_input_over_frames_has_the_error_of_the_frames) {
  std::string bytes = identifier() + plain_chunk("abcd") + plain_chunk("efgh");
  bytes.back() ^= 1;
  Input compressed(bytes);
  SnappyFrames frames(compressed, SnappyStart::kIdentifier);
  Input in(frames);
  EXPECT_EQ(in.i32("number"), 0x61626364);
  EXPECT_EQ(in.i32("number"), 0);
  ASSERT_FALSE(in.ok());
  EXPECT_EQ(in.error().field, "snappy_chunk");
  EXPECT_EQ(in.error().offset, 22u);
}

}  // namespace
}  // namespace checkpointfs::state
