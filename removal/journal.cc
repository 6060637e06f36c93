// SPDX-License-Identifier: Apache-2.0
#include "removal/journal.h"

#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <functional>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/concat.h"
#include "base/errors.h"
#include "base/human.h"
#include "removal/rules.h"

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

std::string read_all(int file, const std::string& path) {
  std::string text;
  for (;;) {
    const size_t done = text.size();
    text.resize(done + kBlock);
    const ssize_t n = ::pread(file, text.data() + done, kBlock, static_cast<off_t>(done));
    if (n < 0) base::throw_errno("read", path);
    text.resize(done + static_cast<size_t>(n));
    if (n == 0) return text;
  }
}

void each_line(const std::string& text, const std::function<void(const json::object&)>& take) {
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    boost::system::error_code error;
    const json::value value =
        json::parse(std::string_view(text).substr(start, end - start), error, {}, options);
    if (!error && value.is_object()) take(value.get_object());
    start = end + 1;
  }
}

std::string_view text_at(const json::object& object, const char* name) {
  const json::value* const value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

}  // namespace

Journal::Journal(const Trash& trash, Changes& changes)
    : path_(joined(trash.path(), kName)), directory_(trash.fd()), changes_(changes) {
  const auto check = [&](int error, const char* action) {
    if (error != 0) throw base::SystemError(error, action, path_);
  };
  check(changes.create_file(trash.fd(), kName, &file_), "open");
  const std::string text = read_all(file_.get(), path_);
  const size_t whole = text.rfind('\n') + 1;  // npos + 1 is 0
  if (whole < text.size()) check(changes.cut(file_.get(), static_cast<off_t>(whole)), "write");
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
  if (holds(Rule::kJournal)) lines_ += json::serialize(object) + "\n";
}

void Journal::directory(std::string_view event, const std::string& plan, const std::string& path) {
  json::object object = line(event, plan);
  object["path"] = path;
  if (holds(Rule::kJournal)) lines_ += json::serialize(object) + "\n";
}

void Journal::flush() {
  if (lines_.empty()) return;
  if (const int error = changes_.append(file_.get(), lines_); error != 0)
    throw base::SystemError(error, "write", path_);
  lines_.clear();
  if (const int error = changes_.sync(file_.get()); error != 0)
    throw base::SystemError(error, "write to disk", path_);
  if (const int error = changes_.sync(directory_); error != 0)
    throw base::SystemError(error, "write to disk the directory of", path_);
}

std::set<std::string> Journal::paths(std::string_view event, const std::string& plan) const {
  std::set<std::string> paths;
  each_line(read_all(file_.get(), path_), [&](const json::object& object) {
    if (text_at(object, "plan") == plan && text_at(object, "event") == event)
      paths.emplace(text_at(object, "path"));
  });
  return paths;
}

bool Journal::knows(const std::string& plan) const {
  bool known = false;
  each_line(read_all(file_.get(), path_),
            [&](const json::object& object) { known |= text_at(object, "plan") == plan; });
  return known;
}

}  // namespace checkpointfs::removal
