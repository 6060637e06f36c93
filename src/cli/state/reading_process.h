// SPDX-License-Identifier: Apache-2.0
// A process that reads state, and says by lines what it finds.
//
// The process writes lines, and at the end notes about what it could not read. Between them stands a zero
// byte, which no line has.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/arguments/exit_code.h"
#include "state/snapshot/isolation.h"

namespace checkpointfs::cli {

// The parts of the state that could not be read, as printable sentences.
struct ReadingNotes {
  std::vector<std::string> problems;  // files and handles that are missing or damaged
  std::vector<std::string> hidden;    // entries behind values that cannot be read
};

// The side of the process that reads.
class LineOutput {
 public:
  explicit LineOutput(state::IsolatedOutput& out) : out_(out) {}

  // See IsolatedOutput.
  void line(std::string_view text);
  void doing(std::string_view what) { out_.doing(what); }
  // Any texts; each counts once.
  void add_problem(std::string_view text) { add(text, notes_.problems); }
  void add_problems(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) add_problem(text);
  }
  void add_hidden(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) add(text, notes_.hidden);
  }
  // REQUIRES: called once, last.
  void finish();

 private:
  void add(std::string_view text, std::vector<std::string>& notes);

  state::IsolatedOutput& out_;
  ReadingNotes notes_;
  std::set<std::string, std::less<>> known_;  // of both
};

// Runs `body` in a process of its own. `take` gets the lines in pieces of any length, until it wants no more.
// Throws as run_isolated() does. REQUIRES: the calling process has one thread.
ReadingNotes read_in_process(const std::function<void(LineOutput&)>& body,
                             const std::function<state::Wanted(std::string_view)>& take);
// The same; prints the lines to standard output.
ReadingNotes print_from_process(const std::function<void(LineOutput&)>& body);
// The same; returns the lines. Throws Failure(kInput) if they are too many.
ReadingNotes collect_from_process(const std::function<void(LineOutput&)>& body,
                                  std::vector<std::string>& lines);

// Prints the notes to standard error, of many only the first. The last line says that the output is
// incomplete. Returns kInput after a problem, kHidden if entries are hidden only.
ExitCode print_notes(const ReadingNotes& notes);

}  // namespace checkpointfs::cli
