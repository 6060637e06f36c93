// SPDX-License-Identifier: Apache-2.0
#include "cli/mounting/mount_options.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "base/text/numbers.h"
#include "cli/output/duration.h"
#include "cli/output/suggestion.h"
#include "removal/model/plan.h"

namespace checkpointfs::cli {
namespace {

// Options that hold for every mount of checkpointfs, or that are for mount(8) and systemd.
constexpr std::array<std::string_view, 20> kIgnored = {
    "ro",       "nosuid", "nodev",   "noexec",     "default_permissions",
    "defaults", "auto",   "noauto",  "user",       "nouser",
    "users",    "owner",  "group",   "_netdev",    "nofail",
    "silent",   "async",  "noatime", "nodiratime", "relatime",
};

// The opposite of what every mount of checkpointfs is.
constexpr std::array<std::string_view, 4> kImpossible = {"rw", "suid", "dev", "exec"};

// The grace period of pin-on-open without a value.
constexpr std::chrono::seconds kGrace(60);

bool is_ignored(std::string_view option) {
  return std::ranges::find(kIgnored, option) != kIgnored.end() || option.starts_with("x-") ||
         option.starts_with("X-") || option.starts_with("comment=");
}

[[noreturn]] void refuse(std::string_view what) {
  throw base::Failure(base::FailureKind::kUsage, std::string(what));
}

constexpr int kDay = 24 * 3600;

// Parses a number of seconds up to a day.
std::optional<std::chrono::seconds> seconds_of(std::string_view text) {
  const auto seconds = base::parse_number<int>(text);
  if (!seconds || *seconds < 0 || *seconds > kDay) return std::nullopt;
  return std::chrono::seconds(*seconds);
}

std::chrono::seconds grace_period(std::string_view text) {
  const auto grace = seconds_of(text);
  if (!grace || grace->count() == 0)
    refuse(base::format("pin-on-open={} is not a number of seconds from 1 to {}", text, kDay));
  return *grace;
}

// Removal through the mount implies pin-on-open: a snapshot is held until all of it is removed.
fs::ReleaseOptions& release_of(ParsedMountOptions& parsed) {
  if (!parsed.release) parsed.release = fs::ReleaseOptions{false, removal::kDefaultGraceNs};
  if (!parsed.pin_on_open) parsed.pin_on_open = kGrace;
  return *parsed.release;
}

void set_form(ParsedMountOptions& parsed, flink::Form form) {
  if (parsed.form.kind != flink::FormKind::kOwned) {
    refuse("absolute= and keep-shared exclude each other, and each can be given only once");
  }
  parsed.form = std::move(form);
}

void set_absolute(ParsedMountOptions& parsed, const std::string& value) {
  std::string prefix = value;
  while (prefix.ends_with('/') && !prefix.ends_with("://")) prefix.pop_back();
  if (!prefix.starts_with('/') && prefix.find(':') == std::string::npos) {
    refuse(base::format("absolute={} is not a URI prefix such as s3://bucket/backup", value));
  }
  set_form(parsed, {flink::FormKind::kAbsolute, prefix});
}

void set_io(ParsedMountOptions& parsed, const std::string& value) {
  const auto mode = fs::io_mode_of(value);
  if (!mode) refuse(base::format("io={} is unknown; use io=auto, io=hybrid, io=push or io=plain", value));
  parsed.io = *mode;
}

void set_affinity(ParsedMountOptions& parsed, const std::string& value) {
  if (value != "auto" && value != "off")
    refuse(base::format("affinity={} is unknown; use affinity=auto or affinity=off", value));
  parsed.affinity = value == "auto";
}

void set_state(ParsedMountOptions& parsed, const std::string& value) {
  static constexpr std::array<std::pair<std::string_view, fs::StateShown>, 3> kValues = {{
      {"off", fs::StateShown::kNone},
      {"operator", fs::StateShown::kOperator},
      {"keyed", fs::StateShown::kOperatorAndKeyed},
  }};
  const auto* const found =
      std::ranges::find(kValues, value, &std::pair<std::string_view, fs::StateShown>::first);
  if (found == kValues.end())
    refuse(base::format("state={} is unknown; use state=operator, state=keyed or state=off", value));
  if (default_state() == fs::StateShown::kNone && found->second != fs::StateShown::kNone)
    refuse(base::format("state={}: this program was built without RocksDB, so it reads no state", value));
  parsed.state = found->second;
}

enum class Value : uint8_t {
  kNone,      // the option is the name alone
  kAny,       // name=VALUE; the name alone is the same as an empty value
  kNotEmpty,  // name=VALUE
};

// An option that is written otherwise, with a value or without one, is not this option.
struct MountOption {
  std::string_view name;
  Value takes;
  void (*apply)(ParsedMountOptions& parsed, const std::string& value);
};

using Parsed = ParsedMountOptions;
using Text = const std::string;

constexpr std::array kMountOptions = {
    MountOption{"absolute", Value::kAny, set_absolute},
    MountOption{"keep-shared", Value::kNone,
                [](Parsed& p, Text&) {
                  set_form(p, {flink::FormKind::kShared, {}});
                }},
    MountOption{"allow_other", Value::kNone, [](Parsed& p, Text&) { p.allow_other = true; }},
    MountOption{"drop_privileges", Value::kNone, [](Parsed& p, Text&) { p.drop_privileges = true; }},
    MountOption{"io", Value::kAny, set_io},
    MountOption{"affinity", Value::kAny, set_affinity},
    MountOption{"pin-on-open", Value::kNone, [](Parsed& p, Text&) { p.pin_on_open = kGrace; }},
    MountOption{"pin-on-open", Value::kAny, [](Parsed& p, Text& v) { p.pin_on_open = grace_period(v); }},
    MountOption{"release", Value::kNone, [](Parsed& p, Text&) { release_of(p).force_newest = false; }},
    MountOption{"release=force-newest", Value::kNone,
                [](Parsed& p, Text&) { release_of(p).force_newest = true; }},
    MountOption{"release-grace", Value::kAny,
                [](Parsed& p, Text& v) { release_of(p).grace_ns = parse_duration(v, "o release-grace"); }},
    MountOption{"state", Value::kAny, set_state},
    MountOption{"poll", Value::kAny, [](Parsed& p, Text& v) { p.poll = poll_interval(v); }},
    MountOption{"metrics", Value::kAny, [](Parsed& p, Text& v) { p.metrics = fs::parse_metrics_address(v); }},
    MountOption{"log-level", Value::kAny, [](Parsed& p, Text& v) { p.log_level = log_level(v); }},
    MountOption{"index", Value::kNotEmpty, [](Parsed& p, Text& v) { p.index_file = v; }},
    MountOption{"log", Value::kNotEmpty, [](Parsed& p, Text& v) { p.log = v; }},
    MountOption{"source", Value::kNotEmpty, [](Parsed& p, Text& v) { p.sources.push_back(v); }},
    MountOption{"map", Value::kNotEmpty, [](Parsed& p, Text& v) { p.mappings.push_back(v); }},
    MountOption{"subtype", Value::kAny,
                [](Parsed&, Text&) {
                  refuse("the subtype of the mount is always checkpointfs; leave out -o subtype=");
                }},
};

// libfuse has options of its own, and only tells that it does not know one of many.
void refuse_misspelt(const std::string& name) {
  std::vector<std::string> names;
  for (const MountOption& option : kMountOptions) names.emplace_back(option.name);
  if (const std::string near = suggestion(name, names); !near.empty() && near != name)
    refuse(base::format("the mount option {} is unknown; did you mean -o {}?", base::printable(name), near));
}

// `option`: with its backslashes resolved; `raw`: as it was written.
void add_option(const std::string& option, const std::string& raw, ParsedMountOptions& parsed) {
  const size_t equals = option.find('=');
  const std::string name = option.substr(0, equals);
  const std::string value = equals == std::string::npos ? "" : option.substr(equals + 1);
  const auto found = std::ranges::find_if(kMountOptions, [&](const MountOption& known) {
    if (known.takes == Value::kNone) return option == known.name;
    return name == known.name && (known.takes == Value::kAny || !value.empty());
  });
  if (found != kMountOptions.end()) {
    found->apply(parsed, value);
  } else if (std::ranges::find(kImpossible, option) != kImpossible.end()) {
    refuse(base::format("a mount of checkpointfs is always ro,nosuid,nodev,noexec; leave out -o {}", option));
  } else if (!is_ignored(option)) {
    refuse_misspelt(name);
    parsed.fuse_options.push_back(raw);
  }
}

}  // namespace

std::vector<std::string> mount_option_names() {
  std::vector<std::string> names;
  for (const MountOption& option : kMountOptions) {
    if (option.name != "subtype")
      names.push_back(base::format("{}{}", option.name, option.takes == Value::kNone ? "" : "="));
  }
  return names;
}

fs::StateShown default_state() {
#ifdef CHECKPOINTFS_STATE
  return fs::StateShown::kOperator;
#else
  return fs::StateShown::kNone;
#endif
}

base::LogLevel log_level(std::string_view text) {
  const auto level = base::log_level_of(text);
  if (!level) refuse(base::format("log-level={} is unknown; use debug, info, warning or error", text));
  return *level;
}

std::chrono::seconds poll_interval(std::string_view text) {
  auto interval = seconds_of(text);
  if (!interval && text.find_first_not_of("0123456789") != std::string_view::npos)
    interval = seconds_of(base::format("{}", parse_duration(std::string(text), "poll") / 1'000'000'000));
  if (!interval) refuse(base::format("poll={} is not a time from 0 (never) to {} seconds", text, kDay));
  return *interval;
}

void add_mount_options(std::string_view text, ParsedMountOptions& parsed) {
  std::string option;
  std::string raw;
  const auto end_option = [&] {
    if (!option.empty()) add_option(option, raw, parsed);
    option.clear();
    raw.clear();
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ',') {
      end_option();
      continue;
    }
    if (text[i] == '\\' && i + 1 < text.size()) raw += text[i++];
    raw += text[i];
    option += text[i];
  }
  end_option();
}

}  // namespace checkpointfs::cli
