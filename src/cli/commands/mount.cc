// SPDX-License-Identifier: Apache-2.0
// checkpointfs mount.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>

#include "base/beneath.h"
#include "base/errors.h"
#include "base/log.h"
#include "base/path.h"
#include "base/sd_notify.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "base/threads/store_calls.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/arguments/paths.h"
#include "cli/mounting/background.h"
#include "cli/mounting/container_init.h"
#include "cli/mounting/known_host_costs.h"
#include "cli/mounting/mount_options.h"
#include "cli/output/messages.h"
#include "cli/query/mount_record.h"
#include "cli/query/responsive_sources.h"
#include "cli/query/scope.h"
#include "cli/query/source_names.h"
#include "cli/query/update_index.h"
#include "cli/rclone/rclone_mounts.h"
#include "cli/rclone/remote_of_uri.h"
#include "fs/mount/inherited_device.h"
#include "fs/mount/mount_options.h"
#include "fs/mount/mount_point.h"
#include "fs/mount/running_mount.h"
#include "fs/mount/unprivileged_mount.h"
#include "index/read/newest.h"
#include "index/read/reader.h"
#include "index/scan/default_file.h"
#include "index/scan/mapping_argument.h"

namespace checkpointfs::cli {
namespace {

using std::chrono::milliseconds;

// The timeout for the first answer of a source, if there are other sources.
constexpr milliseconds kFirstAnswer(2'000);

struct Plan {
  index::Options index;
  std::vector<storage::Mapping> given_mappings;  // by the user
  fs::MountOptions mount;
  std::string log;  // as start_log() takes it
  base::LogLevel log_level = base::LogLevel::kWarning;
  std::vector<RcloneSource> rclones;
  bool drop_privileges = false;
};

// Replaces the sources "rclone:..." and the URIs of stores by the directories where rclone will mount them,
// and adds their mappings. Returns the original sources, by directory.
std::map<std::string, std::string> take_rclones(Plan& plan) {
  std::map<std::string, std::string> called;
  for (std::string& source : plan.index.sources) {
    if (std::string remote = as_rclone(source); remote != source) {
      if (auto name = plan.index.names.extract(source)) plan.index.names[remote] = name.mapped();
      source = std::move(remote);
    }
    if (!is_rclone(source)) continue;
    const RcloneSource rclone = prepare_rclone(source);
    clear_rclone(rclone);
    for (storage::Mapping& mapping : rclone_mappings(rclone, rclone_remote(rclone.remote))) {
      const bool is_given = std::ranges::find(plan.index.mappings, mapping.uri_prefix,
                                              &storage::Mapping::uri_prefix) != plan.index.mappings.end();
      if (!is_given) plan.index.mappings.push_back(std::move(mapping));
    }
    if (const auto name = plan.index.names.extract(source))
      plan.index.names[rclone.directory] = name.mapped();
    called[rclone.directory] = source;
    source = rclone.directory;
    plan.rclones.push_back(rclone);
  }
  return called;
}

// Puts the sources and mapped directories that do not answer into index.as_named, so that nothing waits for
// them. Waits if no source answers.
void set_unresponsive_apart(Plan& plan) {
  std::set<std::string>& taken = plan.index.as_named;
  const auto name = [&](std::string& directory) {
    directory = path_of_unresponsive(directory, milliseconds(500));
    taken.insert(directory);
  };
  const std::set<std::string> sources =
      unresponsive(plan.index.sources, Question::kAttributes, kFirstAnswer, [&] {
        print_warning(base::format("waiting for {}{}", base::printable(plan.index.sources.front()),
                                   plan.index.sources.size() > 1 ? " and the other sources: no source answers"
                                                                 : ", which does not answer"));
      });
  for (std::string& source : plan.index.sources) {
    if (!sources.contains(source)) continue;
    auto named = plan.index.names.extract(source);
    name(source);
    if (named) plan.index.names[source] = named.mapped();
  }
  std::vector<std::string> mapped;
  for (const storage::Mapping& mapping : plan.index.mappings) {
    const bool in_unresponsive = std::ranges::any_of(
        taken, [&](const std::string& source) { return base::is_at_or_below(mapping.directory, source); });
    if (!in_unresponsive) mapped.push_back(mapping.directory);
  }
  const std::set<std::string> directories = unresponsive(mapped, Question::kAttributes, kFirstAnswer, {});
  for (storage::Mapping& mapping : plan.index.mappings) {
    const bool was_asked = std::ranges::find(mapped, mapping.directory) != mapped.end();
    if (!was_asked || directories.contains(mapping.directory)) name(mapping.directory);
  }
}

void add_mount_options(OptionGroup& group) {
  add_index_options(group);
  add_named_source_option(group);
  add_flag(group, "foreground,f", "stay in the foreground, and log to standard error");
  add_value(group, "log", "FILE",
            "write the log to FILE or 'journal' (default in the background: INDEX.log)");
  add_value(group, "log-level", "LEVEL", "log from this level on: debug, info, warning (default), error");
  add_value(group, "poll", "SECONDS",
            "poll the sources at this interval, instead of waiting for changes; 0: never");
  add_value(group, "metrics", "ADDR:PORT", "serve metrics over HTTP; without ADDR, only to this host");
  add_repeated(
      group, "options,o", "OPTIONS",
      "mount options, with commas: pin-on-open (a copy ends even if Flink deletes its snapshot), release "
      "(rm and mv in the mount remove snapshots), allow_other, absolute=URI and keep-shared (how "
      "_metadata names files), io=MODE (how bytes are read), state=KIND, ...");
}

Plan make_plan(const Invocation& invocation, bool foreground) {
  ParsedMountOptions options;
  for (const std::string& text : invocation.texts("options")) add_mount_options(text, options);

  const bool has_sources = invocation.has("source") || !options.sources.empty();
  require_operands(invocation, has_sources ? 1 : 2, SIZE_MAX, "SOURCE... MOUNTPOINT");
  std::vector<std::string> operands(invocation.operands.begin(), invocation.operands.end() - 1);
  // fstab(5) has "none" as the source if the options name all sources.
  if (has_sources && operands == std::vector<std::string>{"none"}) operands.clear();

  Plan plan;
  plan.index = index_options_with_sources(invocation, operands);
  for (const std::string& source : options.sources) index::add_source(source, &plan.index);
  const std::vector<std::string>& sources = plan.index.sources;
  plan.mount.name = sources.front();
  for (const std::string& mapping : options.mappings)
    plan.index.mappings.push_back(index::parse_mapping(mapping));
  if (plan.index.index_file.empty() && !options.index_file.empty()) {
    plan.index.index_file = absolute_path(options.index_file);
  }
  plan.given_mappings = plan.index.mappings;
  const std::map<std::string, std::string> called = take_rclones(plan);
  set_unresponsive_apart(plan);
  const std::set<std::string>& as_named = plan.index.as_named;
  if (plan.index.index_file.empty())
    plan.index.index_file = index::default_index_file(sources, called, as_named);

  plan.log = invocation.has("log") ? invocation.text("log") : options.log;
  if (plan.log.empty()) {
    if (!foreground) plan.log = plan.index.index_file + ".log";
  } else if (plan.log != base::kJournal) {
    plan.log = absolute_path(plan.log);
  }
  if (invocation.has("verbose")) plan.log_level = base::LogLevel::kInfo;
  if (options.log_level) plan.log_level = *options.log_level;
  if (invocation.has("log-level")) plan.log_level = log_level(invocation.text("log-level"));

  plan.mount.sources = index::real_sources(sources, as_named);
  plan.mount.index_file = plan.index.index_file;
  plan.mount.form = options.form;
  plan.mount.allow_other = options.allow_other;
  plan.mount.io = options.io;
  plan.mount.host_costs = known_host_costs;
  plan.mount.affinity = options.affinity;
  plan.mount.pin_on_open = options.pin_on_open;
  plan.mount.release = options.release;
  // Removal through the mount must see all snapshots that may need the files.
  if (const std::string why = plan.mount.release ? too_narrow(plan.mount.sources) : ""; !why.empty())
    throw base::Failure(base::FailureKind::kRefused, why);
  if (plan.mount.pin_on_open && plan.mount.io == fs::IoMode::kPush) {
    throw base::Failure(
        base::FailureKind::kUsage,
        "pin-on-open and release need a request for every open, which io=push avoids; leave one out");
  }
  plan.mount.state = options.state;
  if (plan.mount.state == fs::StateShown::kOperatorAndKeyed && plan.mount.io == fs::IoMode::kPush) {
    throw base::Failure(base::FailureKind::kUsage,
                        "state=keyed needs a request for every open, which io=push avoids; leave one out");
  }
  plan.mount.poll = options.poll;
  if (invocation.has("poll")) plan.mount.poll = poll_interval(invocation.text("poll"));
  plan.mount.hangup_stops = foreground && ::isatty(STDERR_FILENO) != 0;
  plan.mount.metrics =
      invocation.has("metrics") ? fs::parse_metrics_address(invocation.text("metrics")) : options.metrics;
  plan.mount.fuse_options = options.fuse_options;
  const std::string& mount_point = invocation.operands.back();
  if (const auto device = fs::inherited_device(mount_point)) {
    plan.mount.device = *device;
    plan.mount.mount_point = fs::check_inherited_device(*device, plan.mount.sources);
    return plan;
  }
  plan.drop_privileges = options.drop_privileges;
  if (plan.drop_privileges && !plan.rclones.empty()) {
    throw base::Failure(base::FailureKind::kUsage,
                        "rclone needs privileges to mount; leave out drop_privileges");
  }
  plan.mount.mount_point = fs::prepare_mount_point(mount_point, plan.mount.sources);
  return plan;
}

// Names the first few mappings; 'checkpointfs index' prints all.
std::string mappings_line(const std::vector<storage::Mapping>& mappings) {
  static constexpr size_t kMost = 3;
  if (mappings.empty()) return "none";
  std::string text = mapping_text(mappings.front());
  for (size_t i = 1; i < std::min(mappings.size(), kMost); ++i) text += ", " + mapping_text(mappings[i]);
  if (mappings.size() > kMost) text += base::format(" and {} more", mappings.size() - kMost);
  return text;
}

// Two lines about the snapshots and the mappings, and a note for each job with checkpoints of several runs.
std::string summary(const Plan& plan) {
  index::Reader reader(plan.index.index_file);
  const index::Totals totals = reader.totals();
  std::string text = base::format("{}: {}", base::printable(plan.mount.mount_point),
                                  base::counted(totals.snapshots, "snapshot"));
  if (totals.broken_snapshots != 0) {
    text += base::format(" ({} broken: see 'checkpointfs list {}')", totals.broken_snapshots,
                         base::printable(plan.mount.mount_point));
  }
  text += base::format(", {}, {}", base::counted(totals.files, "file"), base::human_bytes(totals.bytes));
  if (totals.snapshots == 0) text += "; no directory here holds a _metadata";
  text += base::format("\nmapping: {}", mappings_line(reader.mappings()));
  text += base::format("; index: {}\n", base::printable(plan.index.index_file));
  if (const std::string names = like_named_sources_text(reader); !names.empty()) text += names + "\n";
  const index::Newest newest = index::read_newest(reader);
  for (size_t i = 0; i < newest.unclear.size(); ++i) {
    if (newest.unclear[i].runs.size() > 1) text += base::format("note: {}\n", newest.texts[i]);
  }
  return text;
}

void scan_first(const Plan& plan, base::StoreCalls& calls) {
  for (const std::string& source : plan.mount.sources)
    calls.set_patience(source, kFirstAnswer, std::chrono::minutes(1));
  for (const std::string& directory : plan.index.as_named)
    calls.set_patience(directory, milliseconds(100), milliseconds(0));
  const index::ScanResult scanned = update_index_and_keep(plan.index, plan.given_mappings, &calls);
  // Printed once, and not at each scan of the mount.
  if (const std::string passed_over = passed_over_text(scanned); !passed_over.empty()) {
    base::log_warning(passed_over);
    if (!plan.log.empty()) print_warning(passed_over);
  }
  for (const std::string& directory : scanned.silent) {
    const std::string text =
        base::format("{} does not answer; until it does, it is shown as the index has it", directory);
    base::log_warning(text);
    if (!plan.log.empty()) print_warning(base::printable(text));
  }
}

ExitCode serve(const Plan& plan, const Ready& ready) {
  index::IndexLock lock(plan.index.index_file, base::format("mount at {}", plan.mount.mount_point),
                        index::kPatience);
  // The log follows the lock, which creates the directory of the index.
  base::start_log(plan.log_level, plan.log);
  std::optional<fs::UnprivilegedMount> mounted;
  if (plan.drop_privileges) mounted.emplace(plan.mount);
  RcloneMounts rclones(plan.rclones, RcloneMounts::For::kLongMount);
  const auto calls = std::make_shared<base::StoreCalls>();
  scan_first(plan, *calls);
  const std::string text = summary(plan);
  fs::MountOptions options = plan.mount;
  options.calls = calls;
  if (!plan.rclones.empty()) options.source_mounter = &rclones;
  if (mounted) options.device = mounted->device();
  fs::RunningMount mount(options, std::move(lock));
  mount.run([&] {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) base::log_info(line);
    if (plan.mount.device < 0) record_mount_point(options.mount_point, options.sources);
    ready(text);
    base::notify_service_manager("READY=1");
  });
  return ExitCode::kOk;
}

ExitCode run_in(const Invocation& invocation, bool foreground) {
  const Plan plan = make_plan(invocation, foreground);
  if (!foreground) return run_in_background([&](const Ready& ready) { return serve(plan, ready); });
  return serve(plan, [](const std::string& text) {
    if (remarks() == Remarks::kPrinted) std::cout << text << std::flush;
  });
}

ExitCode run_mount(const Invocation& invocation) {
  base::require_openat2();
  // The end of PID 1 ends its container, so the mount runs in a child.
  if (is_container_init()) return run_under_container_init([&] { return run_in(invocation, true); });
  return run_in(invocation, invocation.has("foreground"));
}

}  // namespace

const Command kMount = {"mount",
                        "SOURCE... MOUNTPOINT",
                        "show the snapshots of checkpoint storage as directories",
                        &add_mount_options,
                        &run_mount,
                        "$ checkpointfs mount /data/flink/checkpoints /mnt/checkpoints\n"
                        "$ checkpointfs mount -o pin-on-open /data/flink/checkpoints /mnt/checkpoints\n"
                        "$ checkpointfs mount rclone:minio:flink/checkpoints /mnt/checkpoints\n"};

}  // namespace checkpointfs::cli
