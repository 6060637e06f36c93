// SPDX-License-Identifier: Apache-2.0
#include "pins/pin_record.h"

#include <unistd.h>

#include <array>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/beneath.h"

namespace json = boost::json;

namespace checkpointfs::pins {
namespace {

constexpr size_t kMost = 64 * 1024;  // bytes; ours are shorter than a path and a line

}  // namespace

std::string record_name(const std::string& name) {
  return name + ".json";
}

std::string to_json(const PinRecord& record) {
  // Paths need not be UTF-8: they are written as they are, and read again as they are.
  return json::serialize(json::object{{"snapshot", record.snapshot},
                                      {"checkpoint_id", record.checkpoint_id},
                                      {"pinned_at_ns", record.pinned_at_ns}}) +
         "\n";
}

std::optional<PinRecord> read_pin_record(int pins, const std::string& name) {
  struct stat st = {};
  const base::UniqueFd fd = base::try_open_regular_beneath(pins, record_name(name).c_str(), &st);
  if (!fd || st.st_size > static_cast<off_t>(kMost)) return std::nullopt;
  std::string text(static_cast<size_t>(st.st_size), '\0');
  if (::pread(fd.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
    return std::nullopt;
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  boost::system::error_code error;
  const json::value value = json::parse(text, error, {}, options);
  const json::object* const object = error ? nullptr : value.if_object();
  if (object == nullptr) return std::nullopt;
  const json::value* const snapshot = object->if_contains("snapshot");
  const json::value* const id = object->if_contains("checkpoint_id");
  const json::value* const time = object->if_contains("pinned_at_ns");
  if (snapshot == nullptr || id == nullptr || time == nullptr) return std::nullopt;
  if (!snapshot->is_string() || !id->is_int64() || !time->is_int64()) return std::nullopt;
  return PinRecord{std::string(snapshot->get_string()), id->get_int64(), time->get_int64()};
}

}  // namespace checkpointfs::pins
