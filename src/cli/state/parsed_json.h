// SPDX-License-Identifier: Apache-2.0
// Reads the lines of JSON in which the process that reads state hands rows over.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value_to.hpp>

namespace checkpointfs::cli {

// An object, member by member.
class ParsedJson {
 public:
  // Throws base::Failure(kInput) if `line` is no object, as the functions below do if a member is not there,
  // or of another type.
  explicit ParsedJson(std::string_view line);

  // Nothing: null.
  template <typename Value>
  std::optional<Value> member(std::string_view key) const {
    const boost::json::value& value = at(key);
    if (value.is_null()) return std::nullopt;
    const auto converted = boost::json::try_value_to<Value>(value);
    if (converted.has_error()) refuse(key);
    return *converted;
  }
  // "" for null.
  std::string text(std::string_view key) const { return member<std::string>(key).value_or(""); }
  const boost::json::value& at(std::string_view key) const;

 private:
  [[noreturn]] static void refuse(std::string_view what);

  boost::json::object object_;
};

}  // namespace checkpointfs::cli
