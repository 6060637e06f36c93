// SPDX-License-Identifier: Apache-2.0
// Judges whether a file may go: applies the rules of deleting to one file. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "removal/model/survey.h"

namespace checkpointfs::removal {

struct Candidate {
  Place place;
  Identity identity;
  bool is_named = false;   // a snapshot that leaves named it; else nobody did
  bool is_marker = false;  // a file of Hadoop's: see markers.h
};

// The writers of metadata on whose word named files go.
struct Naming {
  // Set where this process may remove what does not belong to who wrote the metadata: it is root.
  bool owner_decides = false;
  // The owners and directories of metadata that is in the trash by now, so that the survey does not see it.
  std::set<uint32_t> owners;
  std::set<Place> directories;
};

class Judge {
 public:
  // `leaving`: numbers of snapshots that need nothing any more. REQUIRES: the survey outlives it.
  Judge(const Survey& survey, const std::set<uint32_t>& leaving, int64_t now_ns, int64_t grace_ns,
        Naming naming = {});

  // The reason why the file stays, one clause; "" if it may go. `seen`: the file of the survey in its place;
  // null if there is none.
  std::string reason_to_keep(const Candidate& file, const SeenFile* seen) const;
  std::string reason_to_keep(const Candidate& file) const;
  // The same, whatever its age: it goes with something else.
  std::string reason_to_keep_at_any_age(const Candidate& file) const;

  bool leaves(uint32_t snapshot) const { return snapshot < leaving_.size() && leaving_[snapshot]; }

 private:
  struct Need {
    const SeenSnapshot* snapshot = nullptr;  // stays
    Place file;                              // it needs this one
  };
  using Accept = SeenFiles::Accept;
  // The first need of a file that is not the candidate itself. `first`: returns the first file that is
  // accepted.
  Need need_of_another(const Candidate& candidate,
                       const std::function<std::optional<SeenFile>(const Accept&)>& first) const;
  // The first snapshot that stays and needs the file; null if none does.
  const SeenSnapshot* needed_by(const Candidate& candidate, const SeenFile& file) const;
  std::string why_needed(const Candidate& file, const SeenFile* seen) const;
  std::string why_where_it_lies(const Candidate& file, const SeenFile* seen) const;
  // Checks a file that metadata names: the writer of metadata can name anything in it.
  std::string why_named(const Candidate& file, const SeenFile* seen) const;
  std::string why_whose(const Candidate& file, const SeenFile* seen) const;
  bool is_beside_its_metadata(const Candidate& file, const SeenFile* seen) const;
  std::string why_at_any_age(const Candidate& file, const SeenFile* seen) const;
  // Snapshots that leave and name the file.
  std::vector<const SeenSnapshot*> naming(const SeenFile* seen) const;
  std::string why_by_time(const Candidate& file) const;

  const Survey& survey_;
  std::vector<bool> leaving_;  // by number of a snapshot; not longer than needed
  const int64_t now_ns_;
  const int64_t grace_ns_;
  const Naming naming_;
  const std::set<std::string> sources_;
  // The time at which the last checkpoint of each job was written, usable or not: an older file was there
  // when a checkpoint was complete.
  std::map<Place, int64_t> newest_;
};

}  // namespace checkpointfs::removal
