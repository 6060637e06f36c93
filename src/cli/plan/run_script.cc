// SPDX-License-Identifier: Apache-2.0
#include "cli/plan/run_script.h"

#include "base/text/format.h"
#include "base/text/message.h"
#include "base/text/shell.h"
#include "cli/query/query_target.h"

namespace checkpointfs::cli {
namespace {

using Part = CopiedFile::Part;

std::string head(const CopyPlan& plan) {
  const PartSum list = plan.sum(Part::kByEngine);
  const PartSum rest = plan.sum(Part::kByHost);
  return base::format(
      "#!/bin/sh\n"
      "# shellcheck disable=SC2016  # names with a dollar sign\n"
      "# Copies {} to {} with {}: {}, {};\n"
      "# through this host: {}, {}. Written by 'checkpointfs plan'.\n"
      "# Stops at the first error. After an error, run it again: it goes on.\n"
      "set -eu\n"
      "PLAN=$(CDPATH='' cd -- \"$(dirname -- \"$0\")\" && pwd)\n"
      "CHECKPOINTFS=${{CHECKPOINTFS:-checkpointfs}}\n"
      "say() {{ printf '%s\\n' \"$*\" >&2; }}\n",
      base::counted(plan.snapshots.size(), "snapshot"), base::printable(plan.target), plan.engine,
      base::counted(list.files, "file"), base::human_bytes(list.bytes), base::counted(rest.files, "file"),
      base::human_bytes(rest.bytes));
}

std::string export_command(const CopyPlan& plan, const CopiedSnapshot& snapshot) {
  std::string command = "\"$CHECKPOINTFS\" export";
  for (const std::string& word : plan.scope) command += " " + base::shell_quoted(word);
  return base::format("{} --only \"$DIR/rest.list\" -- {} \"$DIR/rest\"\n", command,
                      base::shell_quoted(snapshot.snapshot.path));
}

// Checks the target without its `_metadata`, or with it.
std::string check(const CopiedSnapshot& snapshot, const CopyEngine& engine, std::string_view options) {
  return base::format(
      "{} >\"$DIR/listing\"\n"
      "\"$CHECKPOINTFS\" verify --manifest \"$DIR.manifest.jsonl\"{} \\\n"
      "  --listing-format {} --listing \"$DIR/listing\"\n",
      engine.list_target(snapshot), options, engine.listing_format());
}

std::string section(const CopyPlan& plan, const CopiedSnapshot& snapshot, const CopyEngine& engine) {
  std::string text = base::format(
      "\n"
      "DIR=$PLAN/{}\n"
      "TO={}\n"
      "say {}\n",
      base::shell_quoted(plan_directory(snapshot)), base::shell_quoted(snapshot.target),
      base::shell_quoted(base::format("{} -> {}", path_text(snapshot.snapshot.path), snapshot.target)));
  text += engine.prepare(snapshot);
  if (snapshot.sum(Part::kByEngine).files > 0) text += engine.copy(snapshot);
  if (const PartSum rest = snapshot.sum(Part::kByHost); rest.files > 0) {
    text += base::format("say '{}, {} through this host'\n", base::counted(rest.files, "file"),
                         base::human_bytes(rest.bytes));
    text += export_command(plan, snapshot);
    text += engine.put_rest(snapshot);
  }
  if (!snapshot.files.empty()) text += check(snapshot, engine, " --without-metadata");
  text += engine.put_metadata(snapshot);
  text += check(snapshot, engine, "");
  return text;
}

}  // namespace

std::string plan_directory(const CopiedSnapshot& snapshot) {
  return snapshot.snapshot.path.empty() ? "snapshot" : snapshot.snapshot.path;
}

std::string run_script(const CopyPlan& plan, const CopyEngine& engine) {
  std::string text = head(plan);
  for (const CopiedSnapshot& snapshot : plan.snapshots) text += section(plan, snapshot, engine);
  text += "\nsay 'all snapshots are copied and checked'\n";
  return text;
}

}  // namespace checkpointfs::cli
