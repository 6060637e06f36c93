// SPDX-License-Identifier: Apache-2.0
#include "base/text/shell.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <memory>

#include "base/text/format.h"

namespace checkpointfs::base {
namespace {

// The only word that bash makes of `quoted`.
std::string word_of(const std::string& quoted) {
  const std::string command =
      "exec bash -c \"$(cat <<'END OF IT'\nprintf '%s\\0' " + quoted + "\nEND OF IT\n)\"";
  const std::unique_ptr<FILE, int (*)(FILE*)> out(::popen(command.c_str(), "re"), &::pclose);
  std::string all;
  for (int c = std::fgetc(out.get()); c != EOF; c = std::fgetc(out.get())) all += static_cast<char>(c);
  return all;
}

TEST(ShellQuoted, leaves_plain_words_as_they_are) {
  for (const char* plain : {"/data/flink/chk-1", "s3://bucket/a", "hdfs://ns1:8020/a=/mnt/a"})
    EXPECT_EQ(shell_quoted(plain), plain);
}

TEST(ShellQuoted, is_one_word_to_a_shell_and_printable) {
  for (const char* text :
       {"", "a b", "it's", "$(id)`id`\"\\", "*?[x]{a,b}", "~root", "#a", "=ls", "!1", "a;b&c|d", "line\nfeed",
        "cr\r", "\x1B[2J'\\", "\xFF\x7F", "r\xC3\xA9 \xE2\x80\xAEx", "\t0"}) {
    const std::string quoted = shell_quoted(text);
    EXPECT_EQ(word_of(quoted), std::string(text) + '\0') << quoted;
    EXPECT_EQ(printable(quoted), quoted);
    EXPECT_NE(quoted, "") << text;
  }
}

}  // namespace
}  // namespace checkpointfs::base
