// SPDX-License-Identifier: Apache-2.0
// sha256sum(1) itself reads what is written.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/files.h"
#include "transfer/manifest/sha256sums.h"

namespace checkpointfs::transfer {
namespace {

class Sha256sums : public testing::Test {
 protected:
  // Adds the file and its line.
  void add(const std::string& name, std::string_view bytes) {
    test::write_file(directory_ / name, bytes);
    Sha256 sum;
    sum.update(bytes);
    sums_ += sha256sums_line(name, sum.sum());
  }
  int checked() {
    test::write_file(beside_ / "SHA256SUMS", sums_);
    const std::string command = "cd '" + directory_.path() + "' && sha256sum --check --strict --quiet '" +
                                (beside_ / "SHA256SUMS") + "' >/dev/null 2>&1";
    return std::system(command.c_str());
  }

  test::TempDirectory directory_;
  test::TempDirectory beside_;
  std::string sums_;
};

TEST_F(Sha256sums, of_any_names_are_read_by_sha256sum) {
  const std::string names[] = {
      "_metadata", "a b",      " a", "a\\b", "\\",     "a\nb",   "a\\n",     "a\rb",
      "b\r",       "\xFF\x01", "-x", "*a",   "[a]{b}", "\t\x7F", "\xC3\xA9", std::string(255, 'n')};
  for (const std::string& name : names) add(name, name + " has these bytes");
  ASSERT_EQ(test::names_in(directory_.path()).size(), std::size(names));
  EXPECT_EQ(checked(), 0);
  for (const std::string& name : names) {
    test::write_file(directory_ / name, "others");
    EXPECT_NE(checked(), 0) << name;
    test::write_file(directory_ / name, name + " has these bytes");
  }
  EXPECT_EQ(checked(), 0);
}

}  // namespace
}  // namespace checkpointfs::transfer
