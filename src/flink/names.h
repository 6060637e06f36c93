// SPDX-License-Identifier: Apache-2.0
// The names that Flink gives to files and directories of checkpoints.
#pragma once

#include <string_view>

namespace checkpointfs::flink {

// The file of a snapshot's directory that names all its state files.
inline constexpr char kMetadataFile[] = "_metadata";

// "chk-42".
bool is_checkpoint_name(std::string_view name);

// 32 hexadecimal digits in lower case: the directory of a job.
bool is_job_id(std::string_view name);

// A directory that lies in that of a job: "chk-42", "shared" or "taskowned".
bool is_part_of_job(std::string_view name);

}  // namespace checkpointfs::flink
