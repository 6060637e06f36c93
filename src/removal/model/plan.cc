// SPDX-License-Identifier: Apache-2.0
#include "removal/model/plan.h"

#include <sys/random.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "base/errors.h"
#include "base/text/message.h"

namespace checkpointfs::removal {

bool Plan::is_quarantine() const {
  return std::ranges::any_of(snapshots, &PlannedSnapshot::unreadable);
}

uint64_t Plan::bytes() const {
  uint64_t sum = 0;
  for (const PlannedFile& file : files) sum += static_cast<uint64_t>(file.identity.size);
  return sum;
}

void pack(base::Packer& packer, const PlannedFile& file) {
  pack(packer, file.place);
  pack(packer, file.identity);
  packer.text(file.uri);
  packer.text(file.why);
  packer.number(file.is_named ? 1 : 0);
}

void unpack(base::Unpacker& unpacker, PlannedFile* file) {
  unpack(unpacker, &file->place);
  unpack(unpacker, &file->identity);
  file->uri = unpacker.text();
  file->why = unpacker.text();
  file->is_named = unpacker.number() != 0;
}

void pack(base::Packer& packer, const KeptFile& file) {
  pack(packer, file.place);
  packer.number(static_cast<uint64_t>(file.size));
  packer.text(file.why);
}

void unpack(base::Unpacker& unpacker, KeptFile* file) {
  unpack(unpacker, &file->place);
  file->size = static_cast<int64_t>(unpacker.number());
  file->why = unpacker.text();
}

std::string new_plan_id(int64_t now_ns) {
  const auto seconds = static_cast<time_t>(now_ns / 1'000'000'000);
  struct tm tm = {};
  ::gmtime_r(&seconds, &tm);
  std::array<char, 32> text = {};
  std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &tm);
  uint32_t random = 0;
  if (::getrandom(&random, sizeof random, 0) != sizeof random) base::throw_errno("read", "random numbers");
  std::array<char, 16> digits = {};
  std::snprintf(digits.data(), digits.size(), "-%08x", random);
  return base::format("{}{}", text.data(), digits.data());
}

std::vector<SourceFacts> facts_of(const std::vector<std::string>& sources) {
  std::vector<SourceFacts> facts;
  for (const std::string& source : sources) {
    struct stat st = {};
    if (::stat(source.c_str(), &st) != 0) base::throw_errno("stat", source);
    facts.push_back({source, st.st_ino});
  }
  return facts;
}

}  // namespace checkpointfs::removal
