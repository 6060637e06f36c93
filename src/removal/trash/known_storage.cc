// SPDX-License-Identifier: Apache-2.0
#include "removal/trash/known_storage.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include <boost/json/serialize.hpp>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/named_file.h"
#include "base/path.h"
#include "base/text/message.h"
#include "removal/trash/json_fields.h"
#include "removal/trash/plan_json.h"

namespace json = boost::json;

namespace checkpointfs::removal {
namespace {

constexpr int64_t kKnownFormat = 1;
constexpr const char* kKnown = "known.json";
constexpr const char* kNewKnown = "known.json.new";
constexpr off_t kMostKnownBytes = off_t{256} << 20;  // far more than a record of ours ever has

std::string path_of(const storage::ControlDirectory& control) {
  return base::join(control.path(), kKnown);
}

void add(json::object& object, const DirectoryId& directory) {
  object["file_system"] = directory.file_system;
  object["device"] = directory.device;
  object["inode"] = directory.inode;
}

DirectoryId directory_of_json(const json::object& object) {
  return {object.at("file_system").to_number<uint64_t>(), object.at("device").to_number<uint64_t>(),
          object.at("inode").to_number<uint64_t>()};
}

std::string text_of(const KnownStorage& known) {
  json::array sources;
  for (const auto& [path, source] : known.sources) {
    json::object object = {{"path", path}, {"id", source.id}};
    add(object, source.directory);
    sources.push_back(std::move(object));
  }
  json::array jobs;
  for (const auto& [path, job] : known.jobs) {
    json::object object = {{"path", path}};
    add(object, job.directory);
    object["mount_point"] = job.is_mount_point;
    jobs.push_back(std::move(object));
  }
  json::array gone;
  for (const std::string& path : known.gone) gone.emplace_back(path);
  json::array gone_sources;
  for (const std::string& path : known.gone_sources) gone_sources.emplace_back(path);
  return json::serialize(json::object{{"format", kKnownFormat},
                                      {"id", known.id},
                                      {"sources", std::move(sources)},
                                      {"jobs", std::move(jobs)},
                                      {"gone", std::move(gone)},
                                      {"gone_sources", std::move(gone_sources)}}) +
         "\n";
}

KnownStorage known_of(const json::object& object) {
  if (number_at(object, "format") != kKnownFormat) throw std::out_of_range("a format that is not known");
  KnownStorage known;
  known.id = text_at(object, "id");
  for (const json::value& value : object.at("sources").as_array()) {
    const json::object& source = value.as_object();
    known.sources[text_at(source, "path")] = {text_at(source, "id"), directory_of_json(source)};
  }
  for (const json::value& value : object.at("jobs").as_array()) {
    const json::object& job = value.as_object();
    known.jobs[text_at(job, "path")] = {directory_of_json(job), job.at("mount_point").as_bool()};
  }
  for (const json::value& path : object.at("gone").as_array()) known.gone.emplace(path.as_string());
  for (const json::value& path : object.at("gone_sources").as_array())
    known.gone_sources.emplace(path.as_string());
  return known;
}

}  // namespace

std::optional<KnownStorage> read_known(const storage::ControlDirectory& control) {
  const std::string path = path_of(control);
  struct stat st = {};
  const base::UniqueFd file = base::try_open_regular_beneath(control.fd(), kKnown, &st);
  if (!file && errno == ENOENT) return std::nullopt;
  if (!file) base::throw_errno("open", path);
  control.require_own(file.get(), path);
  if (st.st_size > kMostKnownBytes) throw base::SystemError(EFBIG, "read", path);
  const json::value value = parse_json(base::read_up_to(file.get(), path, kMostKnownBytes), path);
  try {
    return known_of(value.as_object());
  } catch (const std::exception& e) {
    throw base::Failure(base::FailureKind::kInput,
                        base::format("{} is no record of this version: {}", path, e.what()));
  }
}

void write_known(const storage::ControlDirectory& control, const KnownStorage& known,
                 storage::DiskOperations& disk) {
  control.write(control.fd(), {kKnown, kNewKnown, path_of(control)}, text_of(known), disk);
}

std::string new_source_id() {
  std::array<unsigned char, 16> bytes = {};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    base::throw_errno("read", "random numbers");
  std::string digits;
  for (const unsigned char byte : bytes) {
    std::array<char, 3> two = {};
    std::snprintf(two.data(), two.size(), "%02x", byte);
    digits += two.data();
  }
  return digits;
}

DirectoryId directory_id(int directory, const std::string& path) {
  struct stat st = {};
  struct statfs file_system = {};
  if (::fstat(directory, &st) != 0) base::throw_errno("stat", path);
  if (::fstatfs(directory, &file_system) != 0) base::throw_errno("statfs", path);
  static_assert(sizeof file_system.f_fsid == sizeof(uint64_t));
  uint64_t id = 0;
  std::memcpy(&id, &file_system.f_fsid, sizeof id);
  // XFS and others give the device number for an id: it lasts until the next restart.
  if (id == st.st_dev) id = 0;
  return {id, st.st_dev, st.st_ino};
}

bool may_be_same(const DirectoryId& a, const DirectoryId& b) {
  const bool file_systems = a.file_system == b.file_system || a.file_system == 0 || b.file_system == 0;
  return a.inode == b.inode && file_systems;
}

std::optional<KnownJob> look_at_job(int source, const std::string& source_path, const std::string& job) {
  const std::string path = base::join(source_path, job);
  const base::UniqueFd fd =
      base::try_open_beneath(source, job.empty() ? "." : job.c_str(), O_RDONLY | O_DIRECTORY);
  if (!fd && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)) return std::nullopt;
  if (!fd) base::throw_errno("open directory", path);
  const DirectoryId above = directory_id(source, source_path);
  const DirectoryId here = directory_id(fd.get(), path);
  return KnownJob{here, here.device != above.device};
}

}  // namespace checkpointfs::removal
