// SPDX-License-Identifier: Apache-2.0
#include "removal/trash/plan_json.h"

#include <set>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/errors.h"
#include "base/text/message.h"
#include "base/text/format.h"
#include "removal/model/marker_names.h"
#include "removal/model/plan.h"
#include "removal/trash/json_fields.h"

namespace json = boost::json;

namespace checkpointfs::removal {
namespace {

constexpr int64_t kPlanFormat = 1;

json::object place_object(const Place& place) {
  return {{"source", place.root}, {"path", place.path}};
}

void add_identity(json::object& object, const Identity& identity) {
  object["device"] = identity.device;
  object["inode"] = identity.inode;
  object["size"] = identity.size;
  object["mtime_ns"] = identity.mtime_ns;
}

// A plan may have been edited: what leads out of a source must not come in.
Place place_at(const json::object& object) {
  return {text_at(object, "source"), checked_path(text_at(object, "path"))};
}

Identity identity_at(const json::object& object) {
  const Identity identity = {object.at("device").to_number<uint64_t>(),
                             object.at("inode").to_number<uint64_t>(), number_at(object, "size"),
                             number_at(object, "mtime_ns")};
  if (identity.size < 0) throw std::out_of_range("a size below zero");
  return identity;
}

// Throws std::out_of_range, so that nothing of the plan happens.
void require_whole(const Plan& plan) {
  if (plan.sources.empty()) throw std::out_of_range("no source");
  std::set<std::string_view> sources;
  for (const SourceFacts& source : plan.sources) {
    if (!source.path.starts_with('/') || source.path.find('\0') != std::string::npos)
      throw std::out_of_range("a source that is no absolute path");
    sources.insert(source.path);
  }
  const auto require_source = [&](const Place& place) {
    if (!sources.contains(place.root))
      throw std::out_of_range(
          base::format("{}, which lies in none of the plan's sources", base::printable(absolute(place))));
  };
  for (const PlannedSnapshot& snapshot : plan.snapshots) require_source(snapshot.place);
  for (const Place& place : plan.directories) require_source(place);
  for (const PlannedMarker& marker : plan.markers) {
    require_source(marker.place);
    require_source(marker.owner);
    if (marker.place.path != checksums_of(marker.owner.path) &&
        marker.place.path != folder_marker_of(marker.owner.path))
      throw std::out_of_range("a marker of something else");
  }
  for (const auto& [job, count] : plan.others) require_source(job);
  for (const PlannedFile& file : plan.files) {
    require_source(file.place);
    if (file.place.path.empty()) throw std::out_of_range("a file without a path");
  }
}

template <typename Take>
void each(const json::object& object, const char* name, const Take& take) {
  for (const json::value& value : object.at(name).as_array()) take(value.as_object());
}

Caller caller_at(const json::object& object) {
  Caller caller;
  caller.uid = object.at("uid").to_number<uid_t>();
  for (const json::value& gid : object.at("gids").as_array()) caller.gids.push_back(gid.to_number<gid_t>());
  return caller;
}

Plan plan_of(const json::object& object) {
  if (number_at(object, "format") != kPlanFormat) throw std::out_of_range("a format that is not known");
  Plan plan;
  plan.id = text_at(object, "plan");
  if (plan.id.empty() || plan.id.find_first_of(std::string_view("/.\0", 3)) != std::string::npos)
    throw std::out_of_range("an id that is none");
  plan.command = text_at(object, "command");
  plan.made_ns = number_at(object, "made_ns");
  plan.grace_ns = number_at(object, "grace_ns");
  plan.force_newest = object.at("force_newest").as_bool();
  if (const json::value* const caller = object.if_contains("caller"))
    plan.caller = caller_at(caller->as_object());
  // Plans of older versions have none.
  if (const json::value* const force = object.if_contains("force_most")) plan.force_most = force->as_bool();
  each(object, "sources", [&](const json::object& source) {
    plan.sources.push_back({text_at(source, "path"), source.at("inode").to_number<uint64_t>()});
  });
  each(object, "mappings", [&](const json::object& mapping) {
    plan.mappings.push_back({text_at(mapping, "uri_prefix"), text_at(mapping, "directory"),
                             mapping.at("inferred").as_bool(), text_at(mapping, "scope")});
  });
  if (const json::value* const excluded = object.if_contains("excluded")) {
    for (const json::value& path : excluded->as_array()) {
      plan.excluded.emplace_back(path.as_string());
      if (!plan.excluded.back().starts_with('/'))
        throw std::out_of_range("an excluded path that is not absolute");
    }
  }
  if (const json::value* const ha = object.if_contains("ha")) {
    for (const json::value& path : ha->as_array()) {
      plan.ha.emplace_back(path.as_string());
      if (!plan.ha.back().starts_with('/')) throw std::out_of_range("a path in ha that is not absolute");
    }
  }
  if (const json::value* const follows = object.if_contains("follow_links"))
    plan.follow_links = follows->as_bool();
  each(object, "others", [&](const json::object& job) {
    plan.others[place_at(job)] = job.at("snapshots").to_number<uint64_t>();
  });
  each(object, "snapshots", [&](const json::object& snapshot) {
    plan.snapshots.push_back({place_at(snapshot), identity_at(snapshot), text_at(snapshot, "why"),
                              snapshot.contains("unreadable")});
  });
  each(object, "files", [&](const json::object& file) {
    plan.files.push_back({place_at(file), identity_at(file), text_at(file, "uri"), text_at(file, "why"),
                          file.at("named").as_bool()});
  });
  if (object.contains("markers")) {
    each(object, "markers", [&](const json::object& marker) {
      plan.markers.push_back(
          {place_at(marker), identity_at(marker), place_at(marker.at("owner").as_object())});
    });
  }
  each(object, "directories",
       [&](const json::object& place) { plan.directories.push_back(place_at(place)); });
  require_whole(plan);
  return plan;
}

}  // namespace

std::string checked_path(std::string path) {
  if (path.find('\0') != std::string::npos) throw std::out_of_range("a path with a NUL in it");
  std::string_view rest = path;
  while (!rest.empty()) {
    const size_t slash = std::min(rest.find('/'), rest.size());
    const std::string_view name = rest.substr(0, slash);
    const bool is_last_slash = slash + 1 == rest.size();
    if (name.empty() || name == "." || name == ".." || is_last_slash)
      throw std::out_of_range(base::format("a path that is not normal, {}", base::printable(path)));
    rest.remove_prefix(std::min(slash + 1, rest.size()));
  }
  return path;
}

namespace {

std::string without_brackets(const std::string& object) {
  return object.substr(1, object.size() - 2);
}

json::object file_object(const PlannedFile& file) {
  json::object object = place_object(file.place);
  add_identity(object, file.identity);
  object["uri"] = file.uri;
  object["why"] = file.why;
  object["named"] = file.is_named;
  return object;
}

// The members of a plan before its files.
json::object first_members(const Plan& plan) {
  json::array sources;
  for (const SourceFacts& source : plan.sources)
    sources.push_back(json::object{{"path", source.path}, {"inode", source.inode}});
  json::array mappings;
  for (const storage::Mapping& mapping : plan.mappings) {
    mappings.push_back(json::object{{"uri_prefix", mapping.uri_prefix},
                                    {"directory", mapping.directory},
                                    {"inferred", mapping.inferred},
                                    {"scope", mapping.scope}});
  }
  json::array excluded;
  for (const std::string& path : plan.excluded) excluded.emplace_back(path);
  json::array others;
  for (const auto& [job, count] : plan.others) {
    json::object object = place_object(job);
    object["snapshots"] = count;
    others.push_back(std::move(object));
  }
  json::array snapshots;
  for (const PlannedSnapshot& snapshot : plan.snapshots) {
    json::object object = place_object(snapshot.place);
    add_identity(object, snapshot.metadata);
    object["why"] = snapshot.why;
    if (snapshot.unreadable) object["unreadable"] = true;
    snapshots.push_back(std::move(object));
  }
  return {{"format", kPlanFormat},           {"plan", plan.id},
          {"command", plan.command},         {"made_ns", plan.made_ns},
          {"grace_ns", plan.grace_ns},       {"force_newest", plan.force_newest},
          {"force_most", plan.force_most},   {"bytes", plan.bytes()},
          {"sources", std::move(sources)},   {"mappings", std::move(mappings)},
          {"excluded", std::move(excluded)}, {"follow_links", plan.follow_links},
          {"others", std::move(others)},     {"snapshots", std::move(snapshots)}};
}

// Those behind them.
json::object last_members(const Plan& plan) {
  json::array markers;
  for (const PlannedMarker& marker : plan.markers) {
    json::object object = place_object(marker.place);
    add_identity(object, marker.identity);
    object["owner"] = place_object(marker.owner);
    markers.push_back(std::move(object));
  }
  json::array directories;
  for (const Place& place : plan.directories) directories.push_back(place_object(place));
  json::object object = {{"markers", std::move(markers)}, {"directories", std::move(directories)}};
  if (!plan.ha.empty()) object["ha"] = json::array(plan.ha.begin(), plan.ha.end());
  if (plan.caller)
    object["caller"] = json::object{
        {"uid", plan.caller->uid}, {"gids", json::array(plan.caller->gids.begin(), plan.caller->gids.end())}};
  return object;
}

}  // namespace

void write_plan_members(const base::WriteText& write, const Plan& plan) {
  write(without_brackets(json::serialize(first_members(plan))));
  write(",\"files\":[");
  const char* separator = "";
  for (const PlannedFile& file : plan.files) {
    write(separator + json::serialize(file_object(file)));
    separator = ",";
  }
  write("]," + without_brackets(json::serialize(last_members(plan))));
}

void write_plan(const base::WriteText& write, const Plan& plan) {
  write("{");
  write_plan_members(write, plan);
  write("}\n");
}

json::value parse_json(std::string_view text, const std::string& name) {
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  boost::system::error_code error;
  json::value value = json::parse(text, error, {}, options);
  if (error)
    throw base::Failure(base::FailureKind::kInput, base::format("{} is no JSON: {}", name, error.message()));
  return value;
}

Plan plan_from(const json::value& value, const std::string& name) {
  try {
    return plan_of(value.as_object());
  } catch (const std::exception& e) {
    throw base::Failure(base::FailureKind::kInput,
                        base::format("{} is no plan of this version: {}", name, e.what()));
  }
}

Plan parse_plan(std::string_view text, const std::string& name) {
  return plan_from(parse_json(text, name), name);
}

}  // namespace checkpointfs::removal
