// SPDX-License-Identifier: Apache-2.0
// The form of results: tables, wrapped and shortened text, order, JSON, suggestions.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "cli/output/json.h"
#include "cli/output/natural_order.h"
#include "cli/output/suggestion.h"
#include "cli/output/table.h"
#include "cli/output/terminal.h"

namespace checkpointfs::cli {
namespace {

TEST(Terminal, shortened_keeps_both_ends_and_never_splits_a_character) {
  EXPECT_EQ(shortened("short", 10), "short");
  EXPECT_EQ(shortened("0123456789abcdef", 12), "012...abcdef");
  EXPECT_EQ(shortened("ääääääääääääääää", 12), "äää...ääääää");
}

TEST(Terminal, wrapped_breaks_at_spaces_and_indents) {
  EXPECT_EQ(wrapped("one two three four five", 4, 24), "one two three four\n    five");
  EXPECT_EQ(wrapped("averyveryverylongwordindeedindeed x", 2, 10), "averyveryverylongwordindeedindeed\n  x");
  EXPECT_EQ(wrapped("", 2, 40), "");
}

Table example() {
  Table table({{"NAME", Table::Align::kLeft, true}, {"SIZE", Table::Align::kRight}, {"STATUS"}});
  table.add({"0123456789abcdef0123456789abcdef/chk-1", "5 B", "ok"});
  table.add({"x", "1.5 KiB", ""});
  return table;
}

TEST(Table, columns_are_as_wide_as_their_widest_cell_when_there_is_no_limit) {
  std::ostringstream out;
  example().print(out, 0, 2);
  EXPECT_EQ(out.str(),
            "  NAME                                       SIZE  STATUS\n"
            "  0123456789abcdef0123456789abcdef/chk-1      5 B  ok\n"
            "  x                                       1.5 KiB\n");
}

TEST(Table, flexible_column_gives_way_when_the_terminal_is_narrow) {
  std::ostringstream out;
  example().print(out, 40);
  EXPECT_EQ(out.str(),
            "NAME                        SIZE  STATUS\n"
            "0123456...9abcdef/chk-1      5 B  ok\n"
            "x                        1.5 KiB\n");
}

TEST(Table, widest_column_gives_way_first_and_the_last_one_is_wrapped) {
  Table table({{"A", Table::Align::kLeft, true},
               {"B", Table::Align::kLeft, true},
               {"NOTE", Table::Align::kLeft, true}});
  table.add({"0123456789abcdef0123456789abcdef", "0123456789abcdef", "one two three four five six seven"});
  std::ostringstream out;
  table.print(out, 56);
  EXPECT_EQ(out.str(),
            "A                   B                 NOTE\n"
            "01234...6789abcdef  0123456789abcdef  one two three four\n"
            "                                      five six seven\n");
}

TEST(Terminal, width_does_not_count_colours) {
  EXPECT_EQ(display_width("\033[31mbroken\033[0m: ä"), 9u);
  EXPECT_EQ(display_width("\033["), 0u);
}

TEST(NaturalOrder, numbers_are_compared_as_numbers) {
  std::vector<std::string> names = {"a/chk-10", "a/chk-9", "b/chk-1", "a/chk-9/x", "a/chk-09", "a"};
  std::ranges::sort(names, natural_less);
  EXPECT_EQ(names,
            (std::vector<std::string>{"a", "a/chk-09", "a/chk-9", "a/chk-9/x", "a/chk-10", "b/chk-1"}));
}

TEST(NaturalOrder, ids_that_start_with_digits_are_no_numbers) {
  EXPECT_TRUE(natural_less("27f3/chk-1", "7a1b/chk-1"));
  EXPECT_FALSE(natural_less("7a1b/chk-1", "27f3/chk-1"));
}

TEST(NaturalOrder, nothing_comes_before_itself) {
  for (const char* name : {"", "chk-1", "01", "a1b2"}) EXPECT_FALSE(natural_less(name, name)) << name;
}

TEST(Json, text_of_any_bytes_is_printed_as_utf_8) {
  EXPECT_EQ(JsonValue("gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80").text(),
            "\"gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80\"");
  std::ostringstream out;
  print_json_line(out, "a\xFF\x62");
  print_json_line(out, "\xC3");          // cut short
  print_json_line(out, "\xC0\x80");      // overlong
  print_json_line(out, "\xED\xA0\x80");  // a surrogate
  EXPECT_EQ(out.str(), "\"a\\\\xffb\"\n\"\\\\xc3\"\n\"\\\\xc0\\\\x80\"\n\"\\\\xed\\\\xa0\\\\x80\"\n");
}

TEST(Json, print_indents_what_is_not_empty) {
  std::ostringstream out;
  JsonArray array;
  array.push_back(1);
  array.push_back("x\n");
  print_json(out, JsonObject{{"a", array}, {"b", JsonArray()}});
  EXPECT_EQ(out.str(), "{\n  \"a\": [\n    1,\n    \"x\\n\"\n  ],\n  \"b\": []\n}\n");
}

TEST(Suggestion, near_words_are_suggested_and_far_ones_are_not) {
  const std::vector<std::string> words = {"mount", "umount", "list", "refs"};
  EXPECT_EQ(suggestion("moutn", words), "mount");
  EXPECT_EQ(suggestion("unmount", words), "umount");
  EXPECT_EQ(suggestion("lst", words), "list");
  EXPECT_EQ(suggestion("frobnicate", words), "");
  EXPECT_EQ(suggestion("", words), "");
}

}  // namespace
}  // namespace checkpointfs::cli
