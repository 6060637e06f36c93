// SPDX-License-Identifier: Apache-2.0
#include "removal/trash/run_record.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <stdexcept>

#include <boost/json/serialize.hpp>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/named_file.h"
#include "base/path.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "removal/trash/json_outline.h"
#include "removal/trash/plan_json.h"

namespace json = boost::json;

namespace checkpointfs::removal {
namespace {

constexpr const char* kNewRun = "run.json.new";
// Nothing that is written is longer: a plan of some four million files is not.
constexpr off_t kMostPlanBytes = off_t{2} << 30;

json::array directories_json(const std::vector<DirectoryFacts>& directories) {
  json::array array;
  for (const DirectoryFacts& facts : directories) {
    array.push_back(json::object{{"path", facts.path},
                                 {"mode", facts.mode},
                                 {"uid", facts.uid},
                                 {"gid", facts.gid},
                                 {"mtime_ns", facts.mtime_ns},
                                 {"goes", facts.goes}});
  }
  return array;
}

// The part of a record that is read.
enum class Extent : uint8_t {
  kAll,
  kNoFiles,  // all but the elements of arrays that are called "files"
};

std::string read_without_files(int fd, const std::string& path) {
  JsonOutline outline("files");
  std::string text;
  std::string piece(65536, '\0');
  for (;;) {
    const ssize_t n = ::read(fd, piece.data(), piece.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) base::throw_errno("cannot read", path);
    if (n == 0) return text;
    text += outline.add(std::string_view(piece).substr(0, static_cast<size_t>(n)));
  }
}

std::optional<std::string> read(const Trash& trash, const std::string& id, const char* name,
                                Extent extent = Extent::kAll) {
  const std::string path = base::join(base::join(trash.path(), id), name);
  const base::UniqueFd run = trash.try_open_run(id);
  if (!run && errno == ENOENT) return std::nullopt;
  if (!run) base::throw_errno("open directory", base::join(trash.path(), id));
  struct stat st = {};
  const base::UniqueFd file = base::try_open_regular_beneath(run.get(), name, &st);
  if (!file && errno == ENOENT) return std::nullopt;
  if (!file) base::throw_errno("open", path);
  trash.require_own(file.get(), path);
  if (st.st_size > kMostPlanBytes)
    throw base::Failure(base::FailureKind::kInput,
                        base::format("{} is {} long, more than any record of a plan; nothing of it is used",
                                     path, base::human_bytes(static_cast<uint64_t>(st.st_size))));
  return extent == Extent::kAll ? base::read_up_to(file.get(), path, kMostPlanBytes)
                                : read_without_files(file.get(), path);
}

void write(const Trash& trash, const std::string& id, const char* name, const std::string& text,
           storage::DiskOperations& disk) {
  const std::string path = base::join(base::join(trash.path(), id), name);
  const base::UniqueFd directory = trash.try_open_run(id);
  if (!directory) base::throw_errno("open directory", base::join(trash.path(), id));
  trash.control().write(directory.get(), {name, kNewRun, path}, text, disk);
}

std::optional<Run> read_run(const Trash& trash, const std::string& id, Extent extent) {
  const auto text = read(trash, id, Trash::kRun, extent);
  if (!text) return std::nullopt;
  const std::string path = base::join(trash.path(), base::join(id, Trash::kRun));
  try {
    const json::value value = parse_json(*text, path);
    Run run;
    const json::object& object = value.as_object();
    run.plan = plan_from(object.at("plan"), path);
    if (run.plan.id != id) throw std::out_of_range("it is of another plan");
    for (const json::value& item : object.at("directories").as_array()) {
      const json::object& facts = item.as_object();
      run.directories.push_back({checked_path(std::string(facts.at("path").as_string())),
                                 facts.at("mode").to_number<uint32_t>(),
                                 facts.at("uid").to_number<uint32_t>(), facts.at("gid").to_number<uint32_t>(),
                                 facts.at("mtime_ns").to_number<int64_t>(), facts.at("goes").as_bool()});
    }
    return run;
  } catch (const std::exception& e) {
    throw base::Failure(
        base::FailureKind::kInput,
        base::format(
            "{} is no record of a plan of this version: {}; nothing of it happens. Look at it and move its directory away: mv {} {}",
            path, e.what(), base::printable(base::join(trash.path(), id)),
            base::printable(base::join(trash.path(), base::format(".{}.damaged", id)))));
  }
}

}  // namespace

std::optional<Run> read_run(const Trash& trash, const std::string& id) {
  return read_run(trash, id, Extent::kAll);
}

std::optional<Run> read_run_without_files(const Trash& trash, const std::string& id) {
  return read_run(trash, id, Extent::kNoFiles);
}

DirectoryTimes read_times(const Trash& trash, const std::string& id) {
  const auto text = read(trash, id, Trash::kDone);
  DirectoryTimes times;
  if (!text) return times;
  const json::value value = parse_json(*text, base::join(trash.path(), base::join(id, Trash::kDone)));
  const json::array* const array = value.if_array();
  if (array == nullptr) return times;
  for (const json::value& item : *array) {
    const json::object* const object = item.if_object();
    const json::value* const path = object != nullptr ? object->if_contains("path") : nullptr;
    const json::value* const time = object != nullptr ? object->if_contains("mtime_ns") : nullptr;
    if (path != nullptr && time != nullptr && path->is_string() && time->is_int64())
      times[std::string(path->get_string())] = time->get_int64();
  }
  return times;
}

void begin_run(const Trash& trash, const Run& run, storage::DiskOperations& disk) {
  const std::string& id = run.plan.id;
  const base::UniqueFd directory =
      trash.control().make(trash.fd(), id, 0700, base::join(trash.path(), id), disk);
  trash.control().make(directory.get(), Trash::kFiles, 0700, base::join(trash.path(), Trash::files_path(id)),
                       disk);
  std::string text = "{\"plan\":{";
  write_plan_members([&](std::string_view piece) { text += piece; }, run.plan);
  text += "},\"directories\":" + json::serialize(directories_json(run.directories)) + "}\n";
  write(trash, run.plan.id, Trash::kRun, text, disk);
}

void mark_done(const Trash& trash, const std::string& id, const DirectoryTimes& times,
               storage::DiskOperations& disk) {
  json::array array;
  for (const auto& [path, mtime_ns] : times)
    array.push_back(json::object{{"path", path}, {"mtime_ns", mtime_ns}});
  write(trash, id, Trash::kDone, json::serialize(array) + "\n", disk);
}

void mark_restoring(const Trash& trash, const std::string& id, const std::set<std::string>& untouched,
                    storage::DiskOperations& disk) {
  json::array array;
  for (const std::string& path : untouched) array.emplace_back(path);
  write(trash, id, Trash::kRestoring, json::serialize(array) + "\n", disk);
}

std::set<std::string> read_untouched(const Trash& trash, const std::string& id) {
  const auto text = read(trash, id, Trash::kRestoring);
  std::set<std::string> paths;
  if (!text) return paths;
  const json::value value = parse_json(*text, base::join(trash.path(), base::join(id, Trash::kRestoring)));
  if (const json::array* const array = value.if_array()) {
    for (const json::value& path : *array) {
      if (path.is_string()) paths.emplace(path.get_string());
    }
  }
  return paths;
}

}  // namespace checkpointfs::removal
