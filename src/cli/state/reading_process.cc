// SPDX-License-Identifier: Apache-2.0
#include "cli/state/reading_process.h"

#include <algorithm>
#include <cstddef>
#include <iostream>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "cli/output/messages.h"

namespace checkpointfs::cli {
namespace {

constexpr char kEndOfLines = '\0';
// Marks of notes.
constexpr char kProblem = 'P';
constexpr char kHiddenEntries = 'H';

constexpr size_t kMostNotes = 20;                    // that are printed, of each kind
constexpr size_t kMostNoteBytes = size_t{16} << 20;  // the process may be out of control
constexpr size_t kMostTextBytes = size_t{256} << 20;

void each_line(std::string_view text, const std::function<void(std::string_view)>& call) {
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    call(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// Takes the output of the process apart.
class OutputSplitter {
 public:
  explicit OutputSplitter(const std::function<state::Wanted(std::string_view)>& take) : take_(take) {}

  state::Wanted receive(std::string_view bytes) {
    if (!is_at_notes_) {
      const size_t end = bytes.find(kEndOfLines);
      if (take_(bytes.substr(0, end)) == state::Wanted::kNoMore) return state::Wanted::kNoMore;
      if (end == std::string_view::npos) return state::Wanted::kMore;
      is_at_notes_ = true;
      bytes.remove_prefix(end + 1);
    }
    if (text_.size() + bytes.size() > kMostNoteBytes) return state::Wanted::kNoMore;
    text_ += bytes;
    return state::Wanted::kMore;
  }

  ReadingNotes notes() const {
    ReadingNotes notes;
    each_line(text_, [&](std::string_view note) {
      if (note.empty()) return;
      auto& list = note.front() == kHiddenEntries ? notes.hidden : notes.problems;
      list.push_back(base::printable(note.substr(1)));
    });
    return notes;
  }

 private:
  const std::function<state::Wanted(std::string_view)>& take_;
  bool is_at_notes_ = false;
  std::string text_;
};

void print_some(const std::vector<std::string>& notes) {
  for (size_t i = 0; i < notes.size() && i < kMostNotes; ++i) print_warning(notes[i]);
  if (notes.size() > kMostNotes) print_warning(base::format("... and {} more", notes.size() - kMostNotes));
}

}  // namespace

void LineOutput::line(std::string_view text) {
  out_.write(text);
  out_.write("\n");
}

void LineOutput::add(std::string_view text, std::vector<std::string>& notes) {
  if (known_.emplace(text).second) notes.emplace_back(text);
}

void LineOutput::finish() {
  out_.write({&kEndOfLines, 1});
  const auto write_notes = [&](char mark, const std::vector<std::string>& notes) {
    for (const std::string& note : notes) {
      out_.write(base::format("{}{}\n", mark, base::printable(note)));
    }
  };
  write_notes(kProblem, notes_.problems);
  write_notes(kHiddenEntries, notes_.hidden);
}

ReadingNotes read_in_process(const std::function<void(LineOutput&)>& body,
                             const std::function<state::Wanted(std::string_view)>& take) {
  OutputSplitter splitter(take);
  state::run_isolated(
      [&](state::IsolatedOutput& out) {
        LineOutput lines(out);
        body(lines);
        lines.finish();
        return 0;
      },
      [&](std::string_view bytes) { return splitter.receive(bytes); });
  return splitter.notes();
}

ReadingNotes print_from_process(const std::function<void(LineOutput&)>& body) {
  return read_in_process(body, [](std::string_view text) {
    std::cout << text;
    return std::cout ? state::Wanted::kMore : state::Wanted::kNoMore;
  });
}

ReadingNotes collect_from_process(const std::function<void(LineOutput&)>& body,
                                  std::vector<std::string>& lines) {
  std::string text;
  bool is_too_long = false;
  ReadingNotes notes = read_in_process(body, [&](std::string_view piece) {
    is_too_long = text.size() + piece.size() > kMostTextBytes;
    if (is_too_long) return state::Wanted::kNoMore;
    text += piece;
    return state::Wanted::kMore;
  });
  if (is_too_long) {
    throw base::Failure(base::FailureKind::kInput, "the snapshot describes more states than can be listed");
  }
  each_line(text, [&](std::string_view line) { lines.emplace_back(line); });
  return notes;
}

ExitCode print_notes(const ReadingNotes& notes) {
  print_some(notes.hidden);
  print_some(notes.problems);
  if (!notes.problems.empty()) {
    print_outcome({ExitCode::kInput,
                   "the output is incomplete: a part of the state is missing, damaged or cannot be read"});
    return ExitCode::kInput;
  }
  if (!notes.hidden.empty()) {
    print_outcome({ExitCode::kHidden,
                   "the output is incomplete: values that cannot be read hide the entries behind them"});
    return ExitCode::kHidden;
  }
  return ExitCode::kOk;
}

}  // namespace checkpointfs::cli
