// SPDX-License-Identifier: Apache-2.0
// The members of a JSON object that stands on one line of another program's output.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace checkpointfs::transfer {

// Members that are absent, or of another type, are empty; so are all if the line is no object.
class JsonRow {
 public:
  explicit JsonRow(std::string_view line);

  std::optional<std::string> text(std::string_view key) const;
  // A member of the object that is a member.
  std::optional<std::string> text(std::string_view object, std::string_view key) const;
  std::optional<bool> truth(std::string_view key) const;
  std::optional<uint64_t> number(std::string_view key) const;

 private:
  boost::json::object object_;
};

}  // namespace checkpointfs::transfer
