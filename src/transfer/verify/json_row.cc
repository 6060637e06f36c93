// SPDX-License-Identifier: Apache-2.0
#include "transfer/verify/json_row.h"

#include <utility>

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>

namespace checkpointfs::transfer {
namespace {

std::optional<std::string> text_of(const boost::json::object& object, std::string_view key) {
  const boost::json::value* const value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(std::string_view(value->get_string()));
}

}  // namespace

JsonRow::JsonRow(std::string_view line) {
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(line, error);
  if (!error && value.is_object()) object_ = std::move(value.get_object());
}

std::optional<std::string> JsonRow::text(std::string_view key) const {
  return text_of(object_, key);
}

std::optional<std::string> JsonRow::text(std::string_view object, std::string_view key) const {
  const boost::json::value* const value = object_.if_contains(object);
  if (value == nullptr || !value->is_object()) return std::nullopt;
  return text_of(value->get_object(), key);
}

std::optional<bool> JsonRow::truth(std::string_view key) const {
  const boost::json::value* const value = object_.if_contains(key);
  if (value == nullptr || !value->is_bool()) return std::nullopt;
  return value->get_bool();
}

std::optional<uint64_t> JsonRow::number(std::string_view key) const {
  const boost::json::value* const value = object_.if_contains(key);
  if (value == nullptr) return std::nullopt;
  const auto number = boost::json::try_value_to<uint64_t>(*value);
  return number.has_value() ? std::optional(*number) : std::nullopt;
}

}  // namespace checkpointfs::transfer
