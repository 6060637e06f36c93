// SPDX-License-Identifier: Apache-2.0
#include "state/json/json_map.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace checkpointfs::state {
namespace {

using Entries = std::vector<std::pair<std::string, std::string>>;

struct Written {
  std::string text;
  // The keys and values again, by the positions that JsonMap tells.
  Entries moved;
};

Written write(const Entries& entries, JsonMap::Keys keys = JsonMap::Keys::kStrings) {
  Written written;
  std::string& text = written.text;
  text = "before ";
  JsonSink out(&text, {});
  JsonMap map(out, keys);
  std::vector<size_t> positions;
  for (const auto& [key, value] : entries) {
    map.begin_key();
    positions.push_back(text.size());
    out.raw(key);
    positions.push_back(text.size());
    map.begin_value();
    positions.push_back(text.size());
    out.raw(value);
    positions.push_back(text.size());
    map.end_value();
  }
  map.end();
  for (size_t i = 0; i < positions.size(); i += 4) {
    const auto moved = [&](size_t part) {
      const size_t start = map.moved(positions[i + part]);
      return text.substr(start, map.moved(positions[i + part + 1]) - start);
    };
    written.moved.emplace_back(moved(0), moved(2));
  }
  EXPECT_EQ(text.substr(0, 7), "before ");
  EXPECT_EQ(map.moved(3), 3U);
  text.erase(0, 7);
  return written;
}

Entries many(size_t n) {
  Entries entries;
  for (size_t i = 0; i < n; ++i) entries.emplace_back("\"k" + std::to_string(i) + "\"", std::to_string(i));
  return entries;
}

TEST(JsonMap, strings_as_keys_make_an_object) {
  const Entries entries = {{"\"a\"", "1"}, {"\"b\"", "[2,3]"}};
  const Written written = write(entries);
  EXPECT_EQ(written.text, R"({"a":1,"b":[2,3]})");
  EXPECT_EQ(written.moved, entries);
  EXPECT_EQ(write({}).text, "{}");
}

TEST(JsonMap, other_keys_make_pairs) {
  EXPECT_EQ(write({{"1", "\"a\""}, {"2", "\"b\""}}, JsonMap::Keys::kOthers).text, R"([[1,"a"],[2,"b"]])");
  EXPECT_EQ(write({}, JsonMap::Keys::kOthers).text, "[]");
}

TEST(JsonMap, a_null_key_makes_pairs_of_all) {
  const Entries entries = {{"\"a\"", "1"}, {"null", "{\"x\":2}"}, {"\"b\"", "3"}};
  const Written written = write(entries);
  EXPECT_EQ(written.text, R"([["a",1],[null,{"x":2}],["b",3]])");
  EXPECT_EQ(written.moved, entries);
  EXPECT_EQ(write({{"null", "1"}}).text, "[[null,1]]");
}

TEST(JsonMap, a_key_that_is_there_twice_makes_pairs) {
  EXPECT_EQ(write({{"\"a\"", "1"}, {"\"a\"", "2"}}).text, R"([["a",1],["a",2]])");
  Entries entries = many(100);
  EXPECT_EQ(write(entries).text.front(), '{');
  entries[77].first = entries[3].first;
  const Written written = write(entries);
  EXPECT_EQ(written.text.front(), '[');
  EXPECT_EQ(written.moved, entries);
}

TEST(JsonMap, nothing_is_written_without_a_text) {
  JsonSink out(nullptr, {});
  JsonMap map(out, JsonMap::Keys::kStrings);
  map.begin_key();
  map.begin_value();
  map.end_value();
  map.end();
  EXPECT_FALSE(out.writes());
}

}  // namespace
}  // namespace checkpointfs::state
