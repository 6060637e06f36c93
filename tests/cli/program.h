// SPDX-License-Identifier: Apache-2.0
// Runs the built program, with a state directory of its own.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/json/value.hpp>

#include "tests/support/temp_directory.h"

namespace checkpointfs::test {

struct Output {
  int exit_code = -1;  // minus a signal's number if one ended it
  std::string out;
  std::string err;

  // REQUIRES: `out` is JSON.
  boost::json::value json() const;
};

// A member of a JSON object.
std::string text(const boost::json::value& object, const char* key);
uint64_t number(const boost::json::value& object, const char* key);

// The program that $CHECKPOINTFS names, run in the directory `directory`, with indexes and labels of
// jobs below `state`.
class Program {
 public:
  explicit Program(std::string state) : state_(std::move(state)) {}
  Output run(const std::vector<std::string>& arguments, const std::string& directory = "/") const;

 private:
  std::string state_;
};

// The whole file; "" if it cannot be read.
std::string read_text(const std::string& path);

bool contains(const std::string& text, const std::string& what);

// A storage of tests/data, copied to `to`; its name as in "flink-2.3.0/chained", or "chained": of the first
// Flink there is.
void copy_fixture(const std::string& name, const std::string& to);

}  // namespace checkpointfs::test
