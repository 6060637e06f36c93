// SPDX-License-Identifier: Apache-2.0
// checkpointfs positions.
#include "cli/arguments/command.h"
#include "cli/arguments/options.h"
#include "cli/state/answers.h"

namespace checkpointfs::cli {
namespace {

void add_positions_options(OptionGroup& group) {
  add_source_option(group);
  add_index_options(group);
  add_json_option(group);
}

}  // namespace

const Command kPositions = {"positions",
                            "SNAPSHOT",
                            "print where the sources of a snapshot go on reading",
                            &add_positions_options,
                            &answer_positions,
                            "$ checkpointfs positions orders/latest\n"
                            "$ checkpointfs positions --json /data/flink/5ab4/chk-42\n"};

}  // namespace checkpointfs::cli
