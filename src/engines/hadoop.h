// SPDX-License-Identifier: Apache-2.0
// Apache Hadoop's file system shell and DistCp.
#pragma once

#include <string>
#include <string_view>

namespace checkpointfs::engines {

// Returns the URI with the scheme that Apache Hadoop has for S3, which is s3a only.
std::string hadoop_uri(std::string_view uri);

// Returns why `hadoop fs` cannot be told this URI.
std::string_view hadoop_problem(std::string_view uri);
// Returns an argument of `hadoop fs`, with the characters of patterns escaped. REQUIRES: no problem.
std::string hadoop_line(std::string_view uri);

// Returns the argument of `hadoop fs -put` for a file in the current directory. -put takes it for a URI, and
// not for a pattern. The argument has no character that a shell or xargs takes for another thing.
std::string hadoop_put_argument(std::string_view name);

// Returns why a list of `hadoop distcp -f` cannot name this file. DistCp takes every line for a pattern, and
// a back slash does not help (tried with 3.4.2).
std::string_view distcp_problem(std::string_view uri);
// Returns a line of such a list. REQUIRES: no problem.
std::string distcp_line(std::string_view uri);

}  // namespace checkpointfs::engines
