// SPDX-License-Identifier: Apache-2.0
#include "labels/label_file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <sstream>
#include <utility>

#include "base/errors.h"
#include "base/log.h"
#include "base/named_file.h"
#include "base/path.h"
#include "base/text/characters.h"
#include "base/text/format.h"
#include "base/text/message.h"
#include "flink/names.h"

namespace checkpointfs::labels {
namespace {

constexpr size_t kLongestLabel = 64;
constexpr uint64_t kMostLabelBytes = 1 << 20;

// The job and the label of a line; nothing for a comment or a line without meaning.
std::optional<std::pair<std::string, std::string>> parse_line(std::string_view line) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!line.empty() && blank(line.front())) line.remove_prefix(1);
  while (!line.empty() && blank(line.back())) line.remove_suffix(1);
  const auto end = std::ranges::find_if(line, blank);
  const std::string_view job(line.begin(), end);
  std::string_view label(end, line.end());
  while (!label.empty() && blank(label.front())) label.remove_prefix(1);
  if (job.empty() || job.starts_with('#') || !label_problem(label).empty()) return std::nullopt;
  return std::pair(std::string(job), std::string(label));
}

// "" if there is no file.
std::string text_of(const std::string& file) {
  if (::access(file.c_str(), F_OK) != 0 && (errno == ENOENT || errno == ENOTDIR)) return {};
  return base::read_up_to(base::open_named(file).get(), file, kMostLabelBytes);
}

}  // namespace

void add_labels(const std::string& file, LabelMap& labels) {
  std::istringstream text(text_of(file));
  size_t number = 0;
  for (std::string line; std::getline(text, line);) {
    ++number;
    if (auto parsed = parse_line(line)) {
      labels[parsed->first] = std::move(parsed->second);
    } else if (line.find_first_not_of(" \t\r") != std::string::npos && !line.starts_with('#')) {
      base::log_warning(base::format("{}, line {}: is no \"JOB LABEL\" and was skipped", file, number));
    }
  }
}

std::string own_labels_file() {
  const char* const config = std::getenv("XDG_CONFIG_HOME");
  if (config != nullptr && *config == '/') return base::join(config, "checkpointfs/jobs");
  if (::geteuid() == 0) return kSystemLabels;
  const char* const home = std::getenv("HOME");
  return home != nullptr && *home == '/' ? base::join(home, ".config/checkpointfs/jobs") : std::string();
}

std::string_view label_problem(std::string_view label) {
  if (label.empty()) return "it is empty";
  if (label.size() > kLongestLabel) return "it has more than 64 bytes";
  if (label.starts_with('.') || label.starts_with('-') || label.starts_with('#'))
    return "it begins with a character that means something else";
  if (std::ranges::any_of(label, [](char c) { return c == '/' || c == ' ' || c == '\t'; }))
    return "it has a slash or a blank";
  if (label == "latest" || flink::is_part_of_job(label) || flink::is_job_id(label))
    return "that is the name of something else";
  if (base::printable(label) != label) return "it has characters that cannot be shown";
  return {};
}

bool set_label(const std::string& file, std::string_view job, std::string_view label) {
  if (file.empty()) {
    throw base::Failure(base::FailureKind::kUsage,
                        "there is no place for labels: set HOME or XDG_CONFIG_HOME to an absolute path");
  }
  std::istringstream old(text_of(file));
  std::string text;
  bool found = false;
  for (std::string line; std::getline(old, line);) {
    const auto parsed = parse_line(line);
    if (parsed && parsed->first == job) {
      found = true;
    } else {
      text += line + '\n';
    }
  }
  if (label.empty() && !found) return false;
  if (!label.empty()) text += base::format("{} {}\n", job, label);
  std::error_code error;
  std::filesystem::create_directories(base::parent(file), error);
  if (error) throw base::SystemError(error.value(), "create directory", std::string(base::parent(file)));
  base::replace_file(file, text);
  return true;
}

}  // namespace checkpointfs::labels
