// SPDX-License-Identifier: Apache-2.0
// Names of jobs for people: a file of labels.
//
// A label belongs to the name of the job's directory, which is the job's id where Flink made it, so that it
// stays right wherever the storage is mounted. A file of labels has one "JOB LABEL" a line; blank lines and
// lines that begin with # are comments. label_file.h reads and writes such a file, job_labels.h joins the
// files that count, short_ids.h cuts ids to the digits that tell them apart.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace checkpointfs::labels {

// Labels by the name of the job's directory.
using LabelMap = std::map<std::string, std::string, std::less<>>;

inline constexpr char kSystemLabels[] = "/etc/checkpointfs/jobs";

// The file that labels of this user go to: $XDG_CONFIG_HOME/checkpointfs/jobs; without that variable,
// kSystemLabels for root and ~/.config/checkpointfs/jobs for other users.
std::string own_labels_file();

// Returns why a job cannot be called so; "" if it can. A good label is a file name too.
std::string_view label_problem(std::string_view label);

// Adds the labels of a file; no file is an empty one. A line without meaning is a warning in the log. Throws
// SystemError, Failure.
void add_labels(const std::string& file, LabelMap& labels);

// Gives `job`, the name of its directory, a label in `file`; an empty label takes it away. Other lines stay
// as they are. Returns false if there was no label to take away. Throws SystemError, Failure(kUsage).
bool set_label(const std::string& file, std::string_view job, std::string_view label);

}  // namespace checkpointfs::labels
