// SPDX-License-Identifier: Apache-2.0
// checkpointfs export.
#include <algorithm>
#include <cerrno>
#include <exception>
#include <fstream>
#include <iostream>

#include "base/errors.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "base/text/numbers.h"
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/arguments/paths.h"
#include "cli/exports/export_operands.h"
#include "cli/exports/export_progress.h"
#include "cli/exports/export_results.h"
#include "cli/mounting/mount_options.h"
#include "cli/output/interrupts.h"
#include "cli/output/long_work.h"
#include "export/export_plan.h"
#include "export/exporter.h"

namespace checkpointfs::cli {
namespace {

constexpr size_t kMostThreads = 64;

void add_export_options(OptionGroup& group) {
  add_snapshot_choice_options(group);
  add_value(group, "layout", "LAYOUT", "snapshots: as in the mount (default); jobs: shared files once a job");
  add_value(group, "rewrite", "FORM", "names of files in _metadata: relative (default) or absolute=URI");
  add_flag(group, "link", "make hard links to the source's files where that is possible");
  add_flag(group, "verify", "read the target again and compare check sums");
  add_flag(group, "no-checksums",
           "make no check sums, and so read no byte that the kernel can copy by itself");
  add_flag(group, "sha256", "write a file for sha256sum as well");
  add_flag(group, "resume", "go on with an interrupted export (the default)");
  add_flag(group, "no-resume", "begin an interrupted export anew");
  add_value(group, "only", "FILE", "copy only the files that FILE names, one a line, right into TARGET");
  add_value(group, "threads", "N", "copy N files at once (default: 2)");
  add_flag(group, "dry-run,n", "print what would be copied");
  add_source_option(group);
  add_index_options(group);
  add_json_option(group);
}

[[noreturn]] void refuse_usage(const std::string& message) {
  throw base::Failure(base::FailureKind::kUsage, message);
}

size_t threads_of(const std::string& text) {
  const auto threads = base::parse_number<size_t>(text);
  if (!threads || *threads == 0 || *threads > kMostThreads)
    refuse_usage(base::format("--threads={} is not a number from 1 to {}", text, kMostThreads));
  return *threads;
}

exporting::Layout layout_of(const std::string& text) {
  if (text == "snapshots") return exporting::Layout::kSnapshots;
  if (text == "jobs") return exporting::Layout::kJobs;
  refuse_usage(base::format("--layout={} is unknown; use --layout=snapshots or --layout=jobs", text));
}

flink::Form form_of_rewrite(const std::string& text) {
  if (text == "relative") return {};
  if (text.starts_with("absolute=")) {
    std::string escaped;  // a comma would begin another mount option
    for (const char c : text) escaped += c == ',' || c == '\\' ? std::string{'\\', c} : std::string(1, c);
    ParsedMountOptions parsed;
    add_mount_options(escaped, parsed);
    return parsed.form;
  }
  refuse_usage(
      base::format("--rewrite={} is unknown; use --rewrite=relative or --rewrite=absolute=URI", text));
}

std::set<std::string> names_in_file(const std::string& path) {
  std::ifstream stream(path);
  std::set<std::string> names;
  std::string line;
  while (std::getline(stream, line)) {
    if (!line.empty()) names.insert(line);
  }
  if (!stream.eof()) throw base::SystemError(errno != 0 ? errno : EIO, "read", path);
  if (names.empty()) refuse_usage(base::format("{} names no file", base::printable(path)));
  return names;
}

exporting::Options options_of(const Invocation& invocation) {
  refuse_both(invocation, "resume", "no-resume");
  refuse_both(invocation, "no-checksums", "verify");
  refuse_both(invocation, "no-checksums", "sha256");
  for (const char* const other : {"layout", "rewrite", "verify", "sha256", "latest"})
    refuse_both(invocation, "only", other);
  exporting::Options options;
  if (invocation.has("layout")) options.layout = layout_of(invocation.text("layout"));
  if (invocation.has("rewrite")) options.form = form_of_rewrite(invocation.text("rewrite"));
  if (invocation.has("link")) options.links = transfer::Links::kWherePossible;
  if (invocation.has("sha256")) options.checksums = transfer::Checksums::kCrc32cAndSha256;
  if (invocation.has("no-checksums")) options.checksums = transfer::Checksums::kNone;
  if (invocation.has("threads")) options.threads = threads_of(invocation.text("threads"));
  if (invocation.has("only")) {
    options.layout = exporting::Layout::kFilesOnly;
    options.only = names_in_file(invocation.text("only"));
  }
  options.verify = invocation.has("verify");
  options.resume = !invocation.has("no-resume");
  return options;
}

struct ExportRun {
  std::vector<ExportResult> results;
  std::exception_ptr end;  // the error of the target, or the interruption, that ended it
};

std::exception_ptr end_of(const base::SystemError& e) {
  if (Interrupts::flag()) return std::make_exception_ptr(Interrupted(Interrupts::signal(), e.what()));
  if (e.code() != ENOSPC && e.code() != EDQUOT) return std::make_exception_ptr(e);
  return std::make_exception_ptr(base::SystemError(
      e.code(), base::format("{}; make space, and the same command goes on where this one ended", e.what())));
}

// Exports each snapshot with `run`. An error of one snapshot leaves the others to be exported; an error of
// the target ends everything.
template <typename Run>
ExportRun run_each(const ExportOperands& operands, const Run& run) {
  ExportRun done;
  for (const SnapshotsToExport& index : operands.from) {
    for (const index::Snapshot& snapshot : index.snapshots) {
      ExportResult result{snapshot, std::nullopt, "", ExitCode::kOk};
      try {
        result.exported = run(*index.reader, snapshot);
      } catch (const base::Failure& e) {
        const Outcome outcome = outcome_of(e);
        result.error = base::format("{}: {}", path_text(snapshot.path), outcome.message);
        result.code = outcome.code;
        print_outcome({result.code, result.error});
      } catch (const base::SystemError& e) {
        result.error = base::format("{}: {}", path_text(snapshot.path), outcome_of(e).message);
        result.code = ExitCode::kFailure;
        done.end = end_of(e);
      }
      done.results.push_back(std::move(result));
      if (done.end) return done;
    }
  }
  return done;
}

ExitCode first_error(const std::vector<ExportResult>& results) {
  const auto failed = std::ranges::find_if(results, [](const auto& one) { return !one.exported; });
  return failed == results.end() ? ExitCode::kOk : failed->code;
}

ExitCode run_export(const Invocation& invocation) {
  exporting::Options options = options_of(invocation);
  const ExportOperands operands = export_operands(invocation);
  const std::string target = absolute_path(operands.target);
  uint64_t files = 0;
  uint64_t bytes = 0;
  size_t snapshots = 0;
  for (const SnapshotsToExport& index : operands.from) {
    snapshots += index.snapshots.size();
    for (const index::Snapshot& snapshot : index.snapshots) {
      files += snapshot.files;
      bytes += snapshot.bytes;
    }
  }
  if (options.layout == exporting::Layout::kFilesOnly && snapshots != 1)
    refuse_usage("--only copies files of one snapshot; name one");
  const bool is_dry_run = invocation.has("dry-run");
  const ExportKind kind = is_dry_run ? ExportKind::kDryRun : ExportKind::kDone;
  ExportRun done;
  if (is_dry_run) {
    exporting::ExportPlan plan(target, std::move(options));
    done = run_each(operands, [&](index::Reader& reader, const index::Snapshot& snapshot) {
      return plan.plan(reader, snapshot);
    });
  } else {
    const Interrupts interrupts;
    ExportProgress progress(files, bytes);
    options.stop = &Interrupts::flag();
    options.on_progress = [&](uint64_t more_files, uint64_t more_bytes) {
      progress.add(more_files, more_bytes);
    };
    storage::DiskOperations disk;
    exporting::Exporter exporter(target, std::move(options), disk);
    done = run_each(operands, [&](index::Reader& reader, const index::Snapshot& snapshot) {
      return exporter.run(reader, snapshot);
    });
  }
  if (invocation.has("json")) {
    print_export_json(std::cout, done.results, target, kind);
  } else if (!invocation.has("quiet")) {
    print_export_text(std::cout, done.results, kind);
  }
  if (done.end) std::rethrow_exception(done.end);
  return first_error(done.results);
}

}  // namespace

const Command kExport = {"export",
                         "SNAPSHOT... TARGET",
                         "copy snapshots into a directory, and go on after an interruption",
                         &add_export_options,
                         &run_export,
                         "$ checkpointfs export orders/latest /backup\n"
                         "$ checkpointfs export --latest --source /data/flink/checkpoints /backup\n"};

}  // namespace checkpointfs::cli
