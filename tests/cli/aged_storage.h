// SPDX-License-Identifier: Apache-2.0
// A storage that a chain of three jobs wrote, two checkpoints each, chk-1 to chk-6, as if days ago.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "tests/cli/program.h"

namespace checkpointfs::test {

class AgedStorage : public testing::Test {
 protected:
  void SetUp() override;

  std::string source() const { return directory_ / "storage"; }
  // Makes a path in the source absolute.
  std::string path(const std::string& name) const { return source() + "/" + name; }
  // The path in the source of the checkpoint of that number.
  std::string chk(int number) const { return checkpoints_.at(number); }

  // The commands, with the source.
  Output rm(std::vector<std::string> arguments) const { return with_source("rm", std::move(arguments)); }
  Output gc(std::vector<std::string> arguments) const { return with_source("gc", std::move(arguments)); }
  Output trash(std::vector<std::string> arguments) const {
    return with_source("trash", std::move(arguments));
  }

  // Everything but the control directory: kind, time and bytes of each file. Directories have no time.
  std::map<std::string, std::string> tree() const;
  // Files that `show` says only that checkpoint has.
  std::set<std::string> files_of_only(int number) const;
  // Expects this many snapshots, and all files that they need.
  void expect_sound(size_t snapshots) const;

  // Gives state files an age of 12 days, and checkpoint N one of 12 - N.
  static void age(const std::string& storage);
  static std::string directory_of(const std::string& path) { return path.substr(0, path.rfind('/')); }
  // Runs tests/bench/make-storage for one job.
  static void make_storage(std::vector<std::string> arguments);
  static std::string only_entry(const std::string& directory);
  // Runs the program, kills it as soon as so many files lie in the trash, and returns their number then.
  size_t kill_when_moved(const std::vector<std::string>& arguments, const std::string& trash,
                         size_t files) const;

  TempDirectory directory_;
  Program program_{directory_ / "state"};

 private:
  Output with_source(const char* command, std::vector<std::string> arguments) const;
  std::map<int, std::string> checkpoints_;
};

}  // namespace checkpointfs::test
