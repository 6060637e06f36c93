// SPDX-License-Identifier: Apache-2.0
#include "operators.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "base/errors.h"
#include "base/path.h"
#include "base/text/message.h"

namespace checkpointfs::removal {
namespace {

void link_to(const std::string& target, const std::string& path) {
  if (::symlink(target.c_str(), path.c_str()) != 0) base::throw_errno("link", path);
}

}  // namespace

std::string Operators::any_of(const std::set<std::string>& all) {
  return all.empty() ? "" : *std::next(all.begin(), static_cast<std::ptrdiff_t>(pick(all.size())));
}

std::string Operators::any_job() {
  std::set<std::string> jobs = flink_.jobs();
  for (const auto& [real, link] : links_) jobs.erase(link);
  std::erase_if(jobs, [](const std::string& job) { return !exists(job); });
  return any_of(jobs);
}

void Operators::map_a_disk() {
  test::make_directory(world_.beside("disk"));
  world_.mappings.push_back({"s3://disk/flink", world_.beside("disk"), false, ""});
  world_.follow_links = true;
}

void Operators::link_a_job() {
  const std::string job = any_job();
  if (job.empty()) return;
  const bool to_disk = world_.follow_links && pick(2) == 0;
  const std::string above = to_disk ? world_.beside("disk") : world_.source(pick(sources_)) + "/moved";
  const std::string real = base::format("{}/{}", above, base::last_component(job));
  test::make_directory(above);
  test::rename_path(job, real);
  link_to(real, job);
  links_[real] = job;
  count(to_disk ? "jobs linked to a mapped disk" : "jobs linked into a source");
}

std::function<void()> Operators::move_behind_a_link() {
  const std::string job = any_job();
  if (job.empty()) return nullptr;
  const std::string real = base::format("{}/{}", world_.beside("elsewhere"), base::last_component(job));
  test::make_directory(world_.beside("elsewhere"));
  test::rename_path(job, real);
  link_to(real, job);
  count("jobs behind a link that nobody follows");
  return [real, job] {
    ::unlink(job.c_str());
    test::rename_path(real, job);
  };
}

bool Operators::is_behind_a_link(const std::string& snapshot) const {
  return std::ranges::any_of(links_,
                             [&](const auto& link) { return snapshot.starts_with(link.second + "/"); });
}

std::string Operators::as_named(const std::string& real) const {
  for (const auto& [directory, link] : links_) {
    if (real.starts_with(directory + "/")) return link + real.substr(directory.size());
  }
  return real;
}

void Operators::hide_a_copy(const std::set<std::string>& whole) {
  const std::string from = any_of(whole);
  if (from.empty()) return;
  const std::vector<Needed> files = world_.snapshots().at(from);
  const std::string job = any_job();
  const std::string chk = base::format("/copy{}/chk-{}", ++number_, 1 + pick(9));
  const std::vector<std::string> places = {world_.source(pick(sources_)) + "/.archive",
                                           world_.source(pick(sources_)) + "/cluster/.Trash/old",
                                           job.empty() ? world_.source() + "/.old" : job + "/shared/kept",
                                           job.empty() ? world_.source() + "/.old" : job + "/taskowned"};
  world_.snapshot(places[pick(places.size())] + chk, files);
  count("snapshots hidden");
}

void Operators::break_one(const std::set<std::string>& last) {
  const std::string newest = any_of(last);
  if (newest.empty()) return;
  const std::vector<Needed>& files = world_.snapshots().at(newest);
  if (files.empty()) return;
  const Needed& file = files[pick(files.size())];
  ::unlink(file.path.c_str());
  if (!file.found_as.empty()) ::unlink(file.found_as.c_str());
  count("newest checkpoints broken");
}

void Operators::pin(const std::set<std::string>& whole) {
  const std::string from = any_of(whole);
  if (from.empty() || from.find("/.checkpointfs/") != std::string::npos) return;
  Pin pin{world_.source(pick(sources_)), base::format("p{}", ++number_), {}};
  pin.files = world_.pin(pin.source, pin.name, std::vector<Needed>(world_.snapshots().at(from)));
  pins_.push_back(std::move(pin));
  count("pinned");
}

std::optional<Operators::Pin> Operators::any_pin() {
  std::vector<Pin> there;
  std::ranges::copy_if(pins_, std::back_inserter(there),
                       [](const Pin& pin) { return exists(pin.directory() + "/_metadata"); });
  if (there.empty()) return std::nullopt;
  return there[pick(there.size())];
}

void Operators::restore_a_pin() {
  const auto pin = any_pin();
  if (!pin) return;
  flink_.start_from(pin->directory(), pin->files);
  count("jobs restored from pins");
}

std::string Operators::part() {
  const std::string job = any_job();
  return job.empty() || pick(2) == 0 ? world_.source(pick(sources_)) : job;
}

}  // namespace checkpointfs::removal
