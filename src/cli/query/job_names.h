// SPDX-License-Identifier: Apache-2.0
// Names of jobs for people: labels that somebody gave, and ids cut to the digits that tell them apart.
//
// A label belongs to the name of the job's directory, which is the job's id where Flink made it, so that it
// stays right wherever the storage is mounted. A file of labels has one "JOB LABEL" a line; blank lines and
// lines that begin with # are comments.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace checkpointfs::cli {

class JobLabels {
 public:
  using Map = std::map<std::string, std::string, std::less<>>;

  // Reads kSystemLabels, then the user's own file, whose labels count more. A file that cannot be read, or a
  // line without meaning, is a warning.
  static JobLabels read();

  // The label of a job, named by its path in the projection; "" without one.
  std::string of(std::string_view job) const;

  // Labels by the name of the job's directory.
  const Map& all() const { return labels_; }

 private:
  Map labels_;
};

inline constexpr char kSystemLabels[] = "/etc/checkpointfs/jobs";

// The file that labels of this user go to: $XDG_CONFIG_HOME/checkpointfs/jobs; without that variable,
// kSystemLabels for root and ~/.config/checkpointfs/jobs for other users.
std::string own_labels_file();

// Returns why a job cannot be called so; "" if it can.
std::string_view label_problem(std::string_view label);

// Gives `job`, the name of its directory, a label in `file`; an empty label takes it away. Other lines stay
// as they are. Returns false if there was no label to take away. Throws SystemError, Failure(kUsage).
bool set_label(const std::string& file, std::string_view job, std::string_view label);

// Returns the paths of jobs, by path, with each job id cut to its first digits: 8, or as many as no other id
// of the list begins with.
std::map<std::string, std::string> short_job_paths(const std::vector<std::string>& jobs);

}  // namespace checkpointfs::cli
