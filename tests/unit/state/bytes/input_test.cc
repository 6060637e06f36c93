// SPDX-License-Identifier: Apache-2.0
#include "state/bytes/input.h"

#include <algorithm>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "tests/support/bytes.h"

namespace checkpointfs::state {
namespace {

using namespace std::string_view_literals;

// Returns its bytes in pieces of `piece` bytes, then its error if it has one.
class Pieces : public ByteStream {
 public:
  Pieces(std::string bytes, size_t piece) : bytes_(std::move(bytes)), piece_(piece) {}
  void fail_at_end(base::InputError error) { error_ = std::move(error); }

  size_t read(char* out, size_t most) override {
    const size_t n = std::min({piece_, most, bytes_.size() - next_});
    std::copy_n(bytes_.data() + next_, n, out);
    next_ += n;
    return n;
  }
  const base::InputError* error() const override {
    return error_ && next_ == bytes_.size() ? &*error_ : nullptr;
  }

 private:
  std::string bytes_;
  size_t piece_;
  size_t next_ = 0;
  std::optional<base::InputError> error_;
};

// `size` bytes, no two neighbouring 256 of which are equal.
std::string long_text(size_t size) {
  std::string text(size, '\0');
  for (size_t i = 0; i < size; ++i) text[i] = static_cast<char>(i * 31 + i / 256);
  return text;
}

void expect_all_kinds(Input& in) {
  EXPECT_EQ(in.u8("a"), 0xFE);
  EXPECT_EQ(in.i8("b"), -128);
  EXPECT_TRUE(in.boolean("c"));
  EXPECT_EQ(in.u16("d"), 0xFF80);
  EXPECT_EQ(in.i16("e"), -128);
  EXPECT_EQ(in.i32("f"), -2);
  EXPECT_EQ(in.i64("g"), INT64_MIN + 1);
  EXPECT_EQ(in.utf("h"), "abc");
  EXPECT_EQ(in.offset(), 24u);
  in.skip(2, "i");
  EXPECT_EQ(in.bytes(1, "j"), "z");
  EXPECT_FALSE(in.at_end());
  EXPECT_EQ(in.count(1, "k"), 1u);
  EXPECT_EQ(in.u8("l"), 9);
  EXPECT_TRUE(in.ok());
  EXPECT_TRUE(in.at_end());
}

const test::Bytes& all_kinds() {
  static const test::Bytes bytes =
      test::Bytes().hex("FE 80 07 FF80 FF80 FFFFFFFE 8000000000000001").utf("abc").raw("xyz").i32(1).u8(9);
  return bytes;
}

TEST(Input, numbers_are_read_big_endian_and_signed) {
  Input in(all_kinds().str());
  expect_all_kinds(in);
}

TEST(Input, a_stream_reads_as_memory_does_however_small_its_pieces_are) {
  for (const size_t piece : {1, 2, 3, 7, 100}) {
    Pieces pieces(all_kinds().str(), piece);
    Input in(pieces);
    expect_all_kinds(in);
  }
}

TEST(Input, the_first_error_sticks_and_moves_nothing) {
  Input in("\x01\x02\x03"sv, 100);
  in.u8("first");
  EXPECT_EQ(in.i32("number"), 0);
  ASSERT_FALSE(in.ok());
  EXPECT_EQ(to_string(in.error()), "offset 101, number: needs 4 bytes, 2 are left");
  EXPECT_TRUE(in.error().truncated);
  EXPECT_EQ(in.u8("later"), 0);
  EXPECT_EQ(in.bytes(1, "later"), "");
  EXPECT_EQ(in.peek(1), "");
  EXPECT_TRUE(in.at_end());
  in.fail("other", "is wrong, too");
  EXPECT_EQ(in.error().field, "number");
  EXPECT_EQ(in.offset(), 101u);
}

TEST(Input, a_stream_that_ends_early_says_how_much_is_missing) {
  Pieces pieces("abc", 2);
  Input in(pieces, 1000);
  EXPECT_EQ(in.bytes(uint64_t{1} << 62, "value"), "");
  ASSERT_FALSE(in.ok());
  EXPECT_EQ(to_string(in.error()), "offset 1000, value: needs 4611686018427387904 bytes, 3 are left");
}

TEST(Input, an_error_of_the_stream_is_the_input_s) {
  Pieces pieces("abc", 2);
  pieces.fail_at_end({77, "chunk", "damaged", false});
  Input in(pieces);
  EXPECT_EQ(in.bytes(3, "value"), "abc");
  EXPECT_TRUE(in.ok());
  EXPECT_TRUE(in.at_end());
  ASSERT_FALSE(in.ok());
  EXPECT_EQ(to_string(in.error()), "offset 77, chunk: damaged");
}

TEST(Input, utf_and_count_are_bounded_by_what_is_left) {
  Input utf(
      "\x00\x04"
      "abc"sv);
  EXPECT_EQ(utf.utf("name"), "");
  EXPECT_EQ(utf.error().offset, 0u);
  Input negative(
      "\xFF\xFF\xFF\xFF"
      "abc"sv);
  EXPECT_EQ(negative.count(1, "n"), 0u);
  EXPECT_EQ(to_string(negative.error()), "offset 0, n: negative count -1");
  Input many(
      "\x00\x00\x00\x04"
      "1234567"sv);
  EXPECT_EQ(many.count(2, "n"), 0u);
  EXPECT_EQ(to_string(many.error()), "offset 0, n: count 4 needs at least 8 bytes, 7 are left");
}

TEST(Input, a_view_of_a_stream_may_be_longer_than_what_is_read_ahead) {
  const std::string text = long_text(3'000'000);
  Pieces pieces(text, 100'000);
  Input in(pieces);
  EXPECT_EQ(in.u8("first"), 0);
  EXPECT_TRUE(in.bytes(2'000'000, "value") == std::string_view(text).substr(1, 2'000'000));
  EXPECT_TRUE(in.bytes(999'999, "value") == std::string_view(text).substr(2'000'001));
  EXPECT_TRUE(in.at_end());
  EXPECT_EQ(in.offset(), text.size());
}

TEST(Input, skip_passes_bytes_that_are_not_in_memory) {
  const std::string text = long_text(3'000'000);
  Pieces pieces(text, 100'000);
  Input in(pieces);
  in.skip(2'999'998, "value");
  EXPECT_EQ(in.bytes(2, "rest"), text.substr(2'999'998));
  in.skip(1, "more");
  ASSERT_FALSE(in.ok());
  EXPECT_EQ(in.error().offset, 3'000'000u);
}

TEST(Input, a_mark_keeps_all_bytes_behind_it) {
  const std::string text = long_text(2'000'000);
  Pieces pieces(text, 70'000);
  Input in(pieces);
  in.skip(1000, "before");
  in.mark();
  for (int i = 0; i < 300; ++i) in.bytes(5000, "value");
  in.skip(7, "value");
  EXPECT_TRUE(in.since_mark() == std::string_view(text).substr(1000, 1'500'007));
  EXPECT_EQ(in.offset(), 1'501'007u);
  EXPECT_EQ(in.u8("next"), static_cast<uint8_t>(text[1'501'007]));
}

TEST(Input, a_mark_holds_from_the_first_byte_of_a_stream) {
  Pieces pieces("abcdef", 1);
  Input in(pieces);
  in.mark();
  in.skip(4, "value");
  EXPECT_EQ(in.since_mark(), "abcd");
}

TEST(Input, rewind_returns_to_the_mark_and_forgets_the_error) {
  Pieces pieces(long_text(600'000), 50'000);
  Input in(pieces, 5);
  in.skip(10, "before");
  in.mark();
  in.skip(400'000, "value");
  in.fail("value", "makes no sense");
  in.rewind();
  EXPECT_TRUE(in.ok());
  EXPECT_EQ(in.offset(), 15u);
  EXPECT_EQ(in.bytes(599'990, "value").size(), 599'990u);
  EXPECT_TRUE(in.at_end());
  EXPECT_TRUE(in.ok());
}

TEST(Input, rewind_keeps_an_error_of_the_stream) {
  Pieces pieces("abc", 2);
  pieces.fail_at_end({77, "chunk", "damaged", false});
  Input in(pieces);
  in.mark();
  in.skip(4, "value");
  in.rewind();
  ASSERT_FALSE(in.ok());
  EXPECT_EQ(in.error().offset, 77u);
  EXPECT_EQ(in.u8("value"), 0);
}

TEST(Input, peek_moves_nothing_and_ends_with_the_input) {
  Pieces pieces("abcdef", 2);
  Input in(pieces);
  EXPECT_EQ(in.peek(3).substr(0, 3), "abc");
  EXPECT_EQ(in.offset(), 0u);
  in.skip(2, "value");
  EXPECT_EQ(in.peek(100), "cdef");
  EXPECT_TRUE(in.ok());
}

}  // namespace
}  // namespace checkpointfs::state
