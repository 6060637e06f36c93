// SPDX-License-Identifier: Apache-2.0
#include "cli/plan/earlier_plan.h"

#include <fcntl.h>

#include <stdexcept>
#include <unordered_map>

#include <boost/json.hpp>

#include "base/errors.h"
#include "base/named_file.h"
#include "base/path.h"
#include "base/text/message.h"
#include "flink/uri.h"
#include "transfer/manifest/manifest_reader.h"

namespace checkpointfs::cli {
namespace {

namespace json = boost::json;

constexpr uint64_t kLongestPlanJson = uint64_t{1} << 30;

using base::Failure;
using base::FailureKind;

// The target of each whole file, by URI and size.
using Targets = std::unordered_map<std::string, std::string>;

std::string key_of(const std::string& uri, uint64_t size) {
  const auto parsed = flink::parse_uri(uri);
  return base::format("{} {}", size, parsed ? flink::to_string(*parsed) : uri);
}

[[noreturn]] void refuse_damaged(const std::string& file, std::string_view reason) {
  throw Failure(FailureKind::kInput, base::format("{}: {}; make a plan without --since", file, reason));
}

void read_manifest(const std::string& file, const std::string& target, Targets* targets) {
  const base::UniqueFd fd = base::open_named(file);
  transfer::ManifestReader reader(transfer::bytes_of_file(fd.get(), file));
  if (const auto header = reader.read_header(); !header)
    refuse_damaged(file, base::to_string(header.error()));
  for (;;) {
    const auto entry = reader.next();
    if (!entry) refuse_damaged(file, base::to_string(entry.error()));
    if (!*entry) return;
    if ((*entry)->uri.empty() || (*entry)->segment_offset) continue;
    targets->try_emplace(key_of((*entry)->uri, (*entry)->size), base::join(target, (*entry)->name));
  }
}

Targets read_plan(const std::string& directory, const std::string& engine) {
  const std::string file = base::join(directory, "plan.json");
  const base::UniqueFd fd = base::open_named(file);
  Targets targets;
  try {
    const json::value plan = json::parse(base::read_up_to(fd.get(), file, kLongestPlanJson));
    if (plan.at("plan").to_number<int>() != 1) refuse_damaged(file, "it has another version");
    if (plan.at("engine").as_string() != engine) {
      throw Failure(FailureKind::kUsage, base::format("{} is a plan for {}; use --engine={}", directory,
                                                      std::string(plan.at("engine").as_string()),
                                                      std::string(plan.at("engine").as_string())));
    }
    for (const json::value& snapshot : plan.at("snapshots").as_array()) {
      const std::string below(snapshot.at("directory").as_string());
      if (below.starts_with('/') || (below + "/").find("../") != std::string::npos)
        refuse_damaged(file, "a snapshot has no directory in the plan");
      read_manifest(base::format("{}.manifest.jsonl", base::join(directory, below)),
                    std::string(snapshot.at("target").as_string()), &targets);
    }
  } catch (const boost::system::system_error& e) {
    refuse_damaged(file, e.code().message());
  } catch (const std::out_of_range&) {
    refuse_damaged(file, "it is not the file of a plan");
  }
  return targets;
}

}  // namespace

void use_earlier_plan(CopyPlan& plan, const CopyEngine& engine, const std::string& directory) {
  const Targets targets = read_plan(directory, plan.engine);
  for (CopiedSnapshot& copied : plan.snapshots) {
    for (CopiedFile& file : copied.files) {
      if (file.segment) continue;
      const auto found = targets.find(key_of(file.uri, file.size));
      if (found == targets.end()) continue;
      if (found->second == file.to) {
        file.part = CopiedFile::Part::kPresent;
        continue;
      }
      CopiedFile there = file;
      there.from = found->second;
      there.why = engine.problem(there);
      if (!there.why.empty()) continue;
      there.part = CopiedFile::Part::kByEngine;
      file = there;
    }
  }
}

}  // namespace checkpointfs::cli
