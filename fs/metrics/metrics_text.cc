// SPDX-License-Identifier: Apache-2.0
#include "fs/metrics/metrics_text.h"

#include <charconv>

#include "base/text/format.h"

namespace checkpointfs::fs {
namespace {

double seconds_of(int64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

// Milliseconds are enough.
std::string decimal(double value) {
  std::array<char, 400> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, 3);
  return {text.data(), end.ptr};
}

// Writes families one after the other, in either format. Names are those of OpenMetrics, without the suffix
// of the samples.
class Writer {
 public:
  explicit Writer(MetricsFormat format) : open_metrics_(format == MetricsFormat::kOpenMetrics) {}

  void gauge(std::string_view name, std::string_view help) { family(name, "", "gauge", "gauge", help); }
  void counter(std::string_view name, std::string_view help) {
    family(name, "_total", "counter", "counter", help);
  }
  void info(std::string_view name, std::string_view help) { family(name, "_info", "info", "gauge", help); }

  // Add samples to the family.
  void add(uint64_t value) { sample({}, {}, std::to_string(value)); }
  void add_seconds(double value) { sample({}, {}, decimal(value)); }
  void add(std::string_view label, std::string_view of, uint64_t value) {
    sample(label, of, std::to_string(value));
  }
  void add_info(std::string_view label, std::string_view of, std::string_view second, std::string_view text) {
    text_.append(sample_).append("{").append(label_of(label, of)).append(",").append(label_of(second, text));
    text_ += "} 1\n";
  }
  void add_seconds(std::string_view label, std::string_view of, double value) {
    sample(label, of, decimal(value));
  }

  std::string text() && {
    if (open_metrics_) text_ += "# EOF\n";
    return std::move(text_);
  }

 private:
  void family(std::string_view name, std::string_view suffix, std::string_view type,
              std::string_view prometheus_type, std::string_view help) {
    sample_ = std::string("checkpointfs_").append(name).append(suffix);
    // In the older format a family has the name of its samples, and there are no units and no infos.
    const std::string called = open_metrics_ ? std::string("checkpointfs_").append(name) : sample_;
    line("# TYPE ", called, open_metrics_ ? type : prometheus_type);
    for (const std::string_view unit : {"seconds", "bytes"}) {
      if (open_metrics_ && name.ends_with(unit)) line("# UNIT ", called, unit);
    }
    line("# HELP ", called, help);
  }

  void line(std::string_view keyword, std::string_view name, std::string_view rest) {
    text_.append(keyword).append(name).append(" ").append(rest).append("\n");
  }

  static std::string label_of(std::string_view label, std::string_view of) {
    return std::string(label).append("=\"").append(metrics_label(of)).append("\"");
  }

  void sample(std::string_view label, std::string_view of, std::string_view value) {
    text_ += sample_;
    if (!label.empty()) text_.append("{").append(label_of(label, of)).append("}");
    text_.append(" ").append(value).append("\n");
  }

  const bool open_metrics_;
  std::string sample_;
  std::string text_;
};

void write_snapshots(const MetricsFacts& facts, Writer& out) {
  out.gauge("snapshots", "Snapshots, by status.");
  for (size_t i = 0; i < facts.snapshots.size(); ++i) {
    out.add("status", index::to_string(static_cast<index::SnapshotStatus>(i)), facts.snapshots[i]);
  }
  out.gauge("broken_snapshots", "Snapshots that are neither ok nor healed.");
  out.add(facts.broken_snapshots);
  out.info("job", "The label of each job that has one.");
  for (const auto& [job, name] : facts.job_names) out.add_info("job", job, "name", name);
  out.gauge("newest_complete_checkpoint_timestamp_seconds",
            "Time of the newest checkpoint of each job that can be restored.");
  for (const auto& [job, ns] : facts.newest_ns) out.add_seconds("job", job, seconds_of(ns));
  out.gauge("newest_complete_checkpoint_age_seconds",
            "Age of the newest checkpoint of each job that can be restored.");
  for (const auto& [job, ns] : facts.newest_ns) out.add_seconds("job", job, seconds_of(facts.now_ns - ns));
}

void write_files(const MetricsFacts& facts, Writer& out) {
  out.gauge("files", "Files of the projection, each counted once.");
  out.add(facts.files);
  out.gauge(
      "missing_files",
      "Files of the projection that cannot be read as recorded: missing, of the wrong size, or out of reach.");
  out.add(facts.missing_files);
  out.gauge("file_bytes", "Size of the files, each counted once.");
  out.add(facts.file_bytes);
  out.gauge("exclusive_bytes", "Size of the files that one snapshot needs.");
  out.add(facts.exclusive_bytes);
  out.gauge("shared_bytes", "Size of the files that several snapshots need, each counted once.");
  out.add(facts.shared_bytes);
  out.gauge("projected_bytes", "Size of the files, each counted as often as it is shown.");
  out.add(facts.projected_bytes);
}

void write_requests(const MetricsFacts& facts, Writer& out) {
  out.counter("requests", "Requests of the kernel, by kind.");
  for (const auto& [kind, count] : facts.requests) out.add("kind", kind, count);
  out.counter("errors", "Requests answered with an error, except for names that do not exist.");
  out.add(facts.errors);
  out.counter("read_bytes", "Bytes that the program read for the kernel.");
  out.add(facts.read_bytes);
  out.gauge("open_files", "Files that the kernel has open.");
  out.add(facts.open_files);
  out.gauge("holds", "Held snapshots (pin-on-open).");
  out.add(facts.holds);
  out.counter("metadata_cache_hits", "Requests for rewritten metadata that was in the cache.");
  out.add(facts.metadata_cache_hits);
  out.counter("metadata_cache_misses", "Requests for rewritten metadata that had to be made.");
  out.add(facts.metadata_cache_misses);
}

void write_stores(const MetricsFacts& facts, Writer& out) {
  out.gauge("source_hanging", "1 if the source, or mapped directory, does not answer.");
  for (const auto& [source, waited] : facts.waiting_seconds)
    out.add("source", source, static_cast<uint64_t>(waited > 0));
  out.gauge("source_waiting_seconds", "Time for which the source has kept a request waiting.");
  for (const auto& [source, waited] : facts.waiting_seconds) out.add_seconds("source", source, waited);
  out.gauge("source_lost",
            "1 if the source, or mapped directory, is not the same directory as before: moved, replaced, "
            "unmounted or mounted over.");
  for (const auto& [source, lost] : facts.is_lost) out.add("source", source, static_cast<uint64_t>(lost));
}

void write_follow(const FollowFacts& facts, Writer& out) {
  out.gauge("follow_lag_seconds", "Time for which the projection has been behind the sources.");
  out.add_seconds(facts.lag_seconds);
  out.gauge("last_scan_timestamp_seconds", "Start time of the last successful scan of the sources.");
  out.add_seconds(seconds_of(facts.last_scan_ns));
  out.gauge("last_file_check_timestamp_seconds",
            "Start time of the last completed check of all files that snapshots need.");
  if (facts.last_file_check_ns) out.add_seconds(seconds_of(*facts.last_file_check_ns));
  out.counter("scans", "Scans of the sources.");
  out.add(facts.scans);
  out.counter("scan_errors", "Scans of the sources that failed.");
  out.add(facts.scan_errors);
}

}  // namespace

std::string metrics_label(std::string_view value) {
  std::string escaped;
  for (const char c : base::printable(value)) {
    if (c == '\\' || c == '"') escaped.push_back('\\');
    escaped.push_back(c);
  }
  return escaped;
}

std::string metrics_text(const MetricsFacts& facts, MetricsFormat format) {
  Writer out(format);
  out.info("build", "The program.");
  out.add("version", facts.version, 1);
  out.gauge("start_time_seconds", "Start time of the mount.");
  out.add_seconds(seconds_of(facts.started_ns));
  write_snapshots(facts, out);
  write_files(facts, out);
  write_requests(facts, out);
  write_stores(facts, out);
  if (facts.follow) write_follow(*facts.follow, out);
  return std::move(out).text();
}

}  // namespace checkpointfs::fs
