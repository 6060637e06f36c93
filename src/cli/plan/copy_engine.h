// SPDX-License-Identifier: Apache-2.0
// A program that copies between stores: the files that it can take, its lists, and its commands.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/plan/copy_plan.h"

namespace checkpointfs::cli {

// A file of the plan's directory.
struct PlanFile {
  std::string name;  // within the directory of its snapshot
  std::string text;
};

// All names are shell words or stand within double quotes: callers of commands need quote nothing more. In
// commands, "$DIR" is the directory of the snapshot in the plan, and "$TO" is its target.
class CopyEngine {
 public:
  virtual ~CopyEngine() = default;

  virtual std::string_view name() const = 0;
  // Returns the target as the engine names it, without a slash at its end. Throws Failure(kUsage).
  virtual std::string target(const std::string& given) const = 0;
  // Returns the file or directory at `path` (of this host; `uri`: in its store) as the engine names it.
  virtual std::string source(const std::string& uri, const std::string& path) const = 0;
  // Returns why the engine cannot copy this file; "" if it can.
  virtual std::string problem(const CopiedFile& file) const = 0;
  // Returns why the engine cannot copy into this directory; "" if it can.
  virtual std::string directory_problem(const std::string& target) const = 0;

  // Returns why the commands cannot read lists from this directory of this host; "" if they can.
  virtual std::string plan_problem(const std::string& /*directory*/) const { return {}; }

  // Returns the lists that the commands read; nothing for an empty list.
  virtual std::vector<PlanFile> lists(const CopiedSnapshot& snapshot) const = 0;

  // Commands of a shell, each with its line feed.
  virtual std::string prepare(const CopiedSnapshot& snapshot) const = 0;      // creates the target
  virtual std::string copy(const CopiedSnapshot& snapshot) const = 0;         // what lists() names
  virtual std::string put_rest(const CopiedSnapshot& snapshot) const = 0;     // all files of "$DIR/rest"
  virtual std::string list_target(const CopiedSnapshot& snapshot) const = 0;  // names and sizes, to stdout
  // The form of what list_target() prints, for `verify --listing-format`.
  virtual std::string_view listing_format() const = 0;
  virtual std::string put_metadata(const CopiedSnapshot& snapshot) const = 0;  // "$DIR/_metadata"

  // False if no program runs the plan: then there is no script.
  virtual bool has_commands() const { return true; }
};

}  // namespace checkpointfs::cli
