// SPDX-License-Identifier: Apache-2.0
#include "storage/projected_name.h"

#include <algorithm>

#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>

#include "base/text/hex.h"
#include "base/text/modified_utf8.h"
#include "flink/rewrite.h"
#include "storage/control_name.h"

namespace checkpointfs::storage {
namespace {

constexpr size_t kMaxName = 255;

}  // namespace

std::string hash_digits(std::string_view identity, size_t digits) {
  static const boost::uuids::name_generator_sha1 generate(boost::uuids::ns::url());
  const boost::uuids::uuid id = generate(identity.data(), identity.size());
  std::string text = base::hex_digits({reinterpret_cast<const char*>(id.data), id.size()});
  text.resize(digits);
  return text;
}

std::string natural_name(std::string_view name, std::string_view identity) {
  const bool is_text = base::is_equal_in_modified_utf8(name) || base::modified_from_utf8(name);
  if (name == kControlDirectory || !flink::name_problem(name).empty() || !is_text)
    return "file-" + hash_digits(identity, 16);
  return std::string(name);
}

bool begins_with_uuid(std::string_view name) {
  static constexpr std::string_view kPattern = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (name.size() < kPattern.size()) return false;
  const auto fits = [](char pattern, char c) {
    return pattern == '-' ? c == '-' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  };
  return std::equal(kPattern.begin(), kPattern.end(), name.begin(), fits);
}

std::string shared_name(int64_t file_id, std::string_view natural) {
  if (begins_with_uuid(natural)) return std::string(natural);
  const std::string suffix = "-" + std::to_string(file_id);
  const bool fits = !natural.empty() && natural.size() + suffix.size() <= kMaxName;
  return (fits ? std::string(natural) : "file") + suffix;
}

std::string free_name(const std::string& natural, std::string_view identity,
                      const std::function<bool(const std::string&)>& is_taken) {
  if (!is_taken(natural)) return natural;
  for (const size_t digits : {8, 16, 32}) {
    const std::string suffix = "-" + hash_digits(identity, digits);
    std::string name = (natural.size() + suffix.size() > kMaxName ? "file" : natural) + suffix;
    if (!is_taken(name)) return name;
  }
  // Only metadata that was made to collide comes here.
  const std::string stem = "file-" + hash_digits(identity, 32) + "-";
  for (uint64_t n = 2;; ++n) {
    std::string name = stem + std::to_string(n);
    if (!is_taken(name)) return name;
  }
}

}  // namespace checkpointfs::storage
