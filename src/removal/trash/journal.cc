// SPDX-License-Identifier: Apache-2.0
#include "removal/trash/journal.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <functional>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "removal/model/plan.h"
#include "removal/model/rules.h"

namespace json = boost::json;

namespace checkpointfs::removal {
namespace {

constexpr const char* kName = "journal.jsonl";
constexpr size_t kBlock = size_t{1} << 16;

json::object line(std::string_view event, const std::string& plan) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const int64_t ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  return {{"time", base::iso_time(ns)}, {"plan", plan}, {"event", event}};
}

// No line of ours is longer: the longest holds one path.
constexpr size_t kLongestLine = size_t{1} << 20;

// Calls `take` for each whole line, less its end. Returns where the last of them ends. The file is never held
// as a whole.
off_t each_text_line(int file, const std::string& path, const std::function<void(std::string_view)>& take) {
  std::string block;
  off_t start = 0;  // of `block`
  for (;;) {
    const size_t held = block.size();
    block.resize(held + kBlock);
    ssize_t n = 0;
    do {
      n = ::pread(file, block.data() + held, kBlock, start + static_cast<off_t>(held));
    } while (n < 0 && errno == EINTR);
    if (n < 0) base::throw_errno("read", path);
    block.resize(held + static_cast<size_t>(n));
    size_t done = 0;
    for (size_t end = block.find('\n', held); end != std::string::npos; end = block.find('\n', done)) {
      take(std::string_view(block).substr(done, end - done));
      done = end + 1;
    }
    block.erase(0, done);
    start += static_cast<off_t>(done);
    if (n == 0) return start;
    if (block.size() > kLongestLine)
      throw base::Failure(
          base::FailureKind::kInput,
          base::format(
              "{} has a line that is longer than any of a journal, at byte {}; look at it and move it away",
              path, start));
  }
}

void each_line(int file, const std::string& path, const std::function<void(const json::object&)>& take) {
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  each_text_line(file, path, [&](std::string_view text) {
    boost::system::error_code error;
    const json::value value = json::parse(text, error, {}, options);
    if (!error && value.is_object()) take(value.get_object());
  });
}

std::string_view text_or_empty(const json::object& object, const char* name) {
  const json::value* const value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

}  // namespace

Journal::Journal(const Trash& trash, storage::DiskOperations& disk)
    : path_(base::join(trash.path(), kName)), directory_(trash.fd()), disk_(disk) {
  const auto check = [&](int error, const char* action) {
    if (error != 0) throw base::SystemError(error, action, path_);
  };
  check(disk.create_file(trash.fd(), kName, &file_), "open");
  trash.require_own(file_.get(), path_);
  const off_t whole = each_text_line(file_.get(), path_, [](std::string_view) {});
  struct stat st = {};
  if (::fstat(file_.get(), &st) != 0) base::throw_errno("stat", path_);
  if (whole < st.st_size) check(disk.cut(file_.get(), whole), "write");
}

void Journal::begin(const Plan& plan) {
  json::object object = line("begin", plan.id);
  object["command"] = plan.command;
  object["snapshots"] = plan.snapshots.size();
  object["files"] = plan.files.size();
  object["bytes"] = plan.bytes();
  lines_ += json::serialize(object) + "\n";
}

void Journal::end(const std::string& plan) {
  event("end", plan);
}

void Journal::event(std::string_view event, const std::string& plan) {
  lines_ += json::serialize(line(event, plan)) + "\n";
}

void Journal::file(std::string_view event, const std::string& plan, const std::string& path,
                   const Identity& identity) {
  json::object object = line(event, plan);
  object["path"] = path;
  object["size"] = identity.size;
  object["device"] = identity.device;
  object["inode"] = identity.inode;
  object["mtime_ns"] = identity.mtime_ns;
  if (is_enforced(Rule::kJournal)) lines_ += json::serialize(object) + "\n";
}

void Journal::directory(std::string_view event, const std::string& plan, const std::string& path) {
  json::object object = line(event, plan);
  object["path"] = path;
  if (is_enforced(Rule::kJournal)) lines_ += json::serialize(object) + "\n";
}

void Journal::flush() {
  if (lines_.empty()) return;
  if (const int error = disk_.append(file_.get(), lines_); error != 0)
    throw base::SystemError(error, "write", path_);
  lines_.clear();
  if (const int error = disk_.sync(file_.get()); error != 0)
    throw base::SystemError(error, "write to disk", path_);
  if (const int error = disk_.sync(directory_); error != 0)
    throw base::SystemError(error, "write to disk the directory of", path_);
}

std::set<std::string> Journal::paths(std::string_view event, const std::string& plan) const {
  std::set<std::string> paths;
  each_line(file_.get(), path_, [&](const json::object& object) {
    if (text_or_empty(object, "plan") == plan && text_or_empty(object, "event") == event)
      paths.emplace(text_or_empty(object, "path"));
  });
  return paths;
}

bool Journal::knows(const std::string& plan) const {
  bool known = false;
  each_line(file_.get(), path_,
            [&](const json::object& object) { known |= text_or_empty(object, "plan") == plan; });
  return known;
}

}  // namespace checkpointfs::removal
