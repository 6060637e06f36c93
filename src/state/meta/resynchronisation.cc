// SPDX-License-Identifier: Apache-2.0
#include "state/meta/resynchronisation.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace checkpointfs::state {
namespace {

using std::string_view_literals::operator""sv;

// UTF key | i32 version of a PSNAP.
constexpr std::array kSerializers = {
    "\x00\x10VALUE_SERIALIZER\x00\x00\x00\x02"sv,
    "\x00\x14NAMESPACE_SERIALIZER\x00\x00\x00\x02"sv,
    "\x00\x13USER_KEY_SERIALIZER\x00\x00\x00\x02"sv,
    "\x00\x0EKEY_SERIALIZER\x00\x00\x00\x02"sv,
};

// i32 number of options | UTF key of the option; behind the i32 kind of a state.
constexpr std::string_view kKeyedOption = "\x00\x00\x00\x01\x00\x10KEYED_STATE_TYPE"sv;
constexpr std::string_view kOperatorOption = "\x00\x00\x00\x01\x00\x20OPERATOR_STATE_DISTRIBUTION_MODE"sv;
// A timer: no options | i32 number of serializers | the first one.
constexpr std::string_view kTimerSerializer =
    "\x00\x00\x00\x00\x00\x00\x00\x01\x00\x10VALUE_SERIALIZER\x00\x00\x00\x02"sv;

size_t u16_at(std::string_view bytes, size_t position) {
  return static_cast<size_t>(static_cast<unsigned char>(bytes[position])) << 8 |
         static_cast<unsigned char>(bytes[position + 1]);
}

bool is_serializer(std::string_view bytes) {
  return std::any_of(kSerializers.begin(), kSerializers.end(),
                     [&](std::string_view serializer) { return bytes.starts_with(serializer); });
}

// i32 kind | options | ...
bool is_behind_name(std::string_view bytes) {
  if (!bytes.starts_with("\x00\x00\x00"sv) || bytes.size() < 4) return false;
  const std::string_view rest = bytes.substr(4);
  switch (bytes[3]) {
    case 0:
    case 4:
      return rest.starts_with(kKeyedOption);
    case 1:
    case 2:
      return rest.starts_with(kOperatorOption);
    case 3:
      return rest.starts_with(kTimerSerializer);
  }
  return false;
}

bool is_state(std::string_view bytes) {
  if (bytes.size() < 2) return false;
  const size_t length = u16_at(bytes, 0);
  if (bytes.size() - 2 < length || !is_behind_name(bytes.substr(2 + length))) return false;
  // Modified UTF-8 has no zero byte, but almost every number before a name has one.
  return bytes.substr(2, length).find('\0') == std::string_view::npos;
}

}  // namespace

Fit fits(std::string_view bytes, size_t position, Follower follower) {
  const std::string_view rest = bytes.substr(std::min(position, bytes.size()));
  switch (follower) {
    case Follower::kSerializer:
      return is_serializer(rest) ? Fit::kCertain : Fit::kNo;
    case Follower::kState:
      return is_state(rest) ? Fit::kCertain : Fit::kNo;
    case Follower::kStates:
      if (rest.size() < 2) return Fit::kNo;
      if (u16_at(rest, 0) == 0) return Fit::kPossible;
      return is_state(rest.substr(2)) ? Fit::kCertain : Fit::kNo;
    case Follower::kEnd:
      return Fit::kPossible;
  }
  return Fit::kNo;
}

std::optional<size_t> find_follower(std::string_view bytes, size_t from, Follower follower) {
  if (follower == Follower::kEnd) return std::nullopt;
  for (size_t position = from; position < bytes.size(); ++position) {
    if (fits(bytes, position, follower) == Fit::kCertain) return position;
  }
  return std::nullopt;
}

}  // namespace checkpointfs::state
