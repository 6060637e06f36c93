// SPDX-License-Identifier: Apache-2.0
#include "cli/mounting/mount_options.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "cli/output/duration.h"
#include "removal/model/plan.h"

namespace checkpointfs::cli {
namespace {

// True of every mount of ours, or meant for mount(8), systemd and their like.
constexpr std::array<std::string_view, 20> kNothingToDo = {
    "ro",       "nosuid", "nodev",   "noexec",     "default_permissions",
    "defaults", "auto",   "noauto",  "user",       "nouser",
    "users",    "owner",  "group",   "_netdev",    "nofail",
    "silent",   "async",  "noatime", "nodiratime", "relatime",
};

// The opposite of what every mount of ours is.
constexpr std::array<std::string_view, 4> kImpossible = {"rw", "suid", "dev", "exec"};

// Of pin-on-open, unless it says another.
constexpr std::chrono::seconds kGrace(60);

bool takes_no_action(std::string_view word) {
  return std::ranges::find(kNothingToDo, word) != kNothingToDo.end() || word.starts_with("x-") ||
         word.starts_with("X-") || word.starts_with("comment=");
}

[[noreturn]] void refuse(std::string_view what) {
  throw base::Failure(base::FailureKind::kUsage, std::string(what));
}

constexpr int kDay = 24 * 3600;

// A number of seconds up to a day.
std::optional<std::chrono::seconds> seconds_of(std::string_view text) {
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0 || seconds > kDay)
    return std::nullopt;
  return std::chrono::seconds(seconds);
}

std::chrono::seconds grace_period(std::string_view text) {
  const auto grace = seconds_of(text);
  if (!grace || grace->count() == 0)
    refuse(base::format("pin-on-open={} is no number of seconds from 1 to {}", text, kDay));
  return *grace;
}

// What is removed must be held until all of it is.
fs::ReleaseOptions& release_of(MountWords& words) {
  if (!words.release) words.release = fs::ReleaseOptions{false, removal::kDefaultGraceNs};
  if (!words.pin_on_open) words.pin_on_open = kGrace;
  return *words.release;
}

void set_form(MountWords& words, flink::Form form) {
  if (words.form.kind != flink::FormKind::kOwned) {
    refuse("absolute= and keep-shared exclude each other, and each may be given once; leave one out");
  }
  words.form = std::move(form);
}

// `word`: with its back slashes resolved; `raw`: as it was written.
void add_word(const std::string& word, const std::string& raw, MountWords& words) {
  const size_t equals = word.find('=');
  const std::string name = word.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : word.substr(equals + 1);
  if (name == "absolute") {
    std::string prefix = value;
    while (prefix.ends_with('/') && !prefix.ends_with("://")) prefix.pop_back();
    if (!prefix.starts_with('/') && prefix.find(':') == std::string::npos) {
      refuse(base::format("absolute={} is no URI prefix; write it as in absolute=s3://bucket/backup", value));
    }
    set_form(words, {flink::FormKind::kAbsolute, prefix});
  } else if (word == "keep-shared") {
    set_form(words, {flink::FormKind::kShared, {}});
  } else if (word == "allow_other") {
    words.allow_other = true;
  } else if (name == "io") {
    const auto mode = fs::io_mode_of(value);
    if (!mode) refuse(base::format("io={} is none of io=auto, io=hybrid, io=push, io=plain", value));
    words.io = *mode;
  } else if (name == "pin-on-open") {
    words.pin_on_open = word == name ? kGrace : grace_period(value);
  } else if (word == "release" || word == "release=force-newest") {
    release_of(words).force_newest = word != name;
  } else if (name == "release-grace") {
    release_of(words).grace_ns = parse_duration(value, "o release-grace");
  } else if (name == "poll") {
    words.poll = poll_interval(value);
  } else if (name == "metrics") {
    words.metrics = fs::parse_metrics_address(value);
  } else if (word == "drop_privileges") {
    words.drop_privileges = true;
  } else if (name == "index" && !value.empty()) {
    words.index_file = value;
  } else if (name == "log" && !value.empty()) {
    words.log = value;
  } else if (name == "log-level") {
    words.log_level = log_level(value);
  } else if (name == "source" && !value.empty()) {
    words.sources.push_back(value);
  } else if (name == "map" && !value.empty()) {
    words.mappings.push_back(value);
  } else if (std::ranges::find(kImpossible, word) != kImpossible.end()) {
    refuse(base::format("a mount of checkpointfs is always ro,nosuid,nodev,noexec; leave out -o {}", word));
  } else if (name == "subtype") {
    refuse("the subtype of the mount is always checkpointfs; leave out -o subtype=");
  } else if (!takes_no_action(word)) {
    words.fuse_options.push_back(raw);
  }
}

}  // namespace

base::LogLevel log_level(std::string_view text) {
  const auto level = base::log_level_of(text);
  if (!level) refuse(base::format("log-level={} is none of debug, info, warning, error", text));
  return *level;
}

std::chrono::seconds poll_interval(std::string_view text) {
  const auto interval = seconds_of(text);
  if (!interval) refuse(base::format("poll={} is no number of seconds from 0 (never) to {}", text, kDay));
  return *interval;
}

void add_mount_words(std::string_view text, MountWords& words) {
  std::string word;
  std::string raw;
  const auto end_word = [&] {
    if (!word.empty()) add_word(word, raw, words);
    word.clear();
    raw.clear();
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',') {
      end_word();
      continue;
    }
    if (text[i] == '\\' && i + 1 < text.size()) raw += text[i++];
    raw += text[i];
    word += text[i];
  }
  end_word();
}

}  // namespace checkpointfs::cli
