// SPDX-License-Identifier: Apache-2.0
#include "flink/layout.h"

#include <array>
#include <string>

#include "base/text/message.h"

namespace checkpointfs::flink {
namespace {

// metadata:
//   int 0x4960672D | int version | body | (version >= 4) java_tail
// No length, no checksum, no footer.
//
// version  written by      body
//       0  1.1             Java-serialised handles
//       1  1.2             per task, not per operator
//       2  1.3 - 1.10      metadata_decoder.cc
//       3  1.11 - 1.15     + coordinator and channel state, finished markers; three layouts, see kVersion3
//       4  1.16 - 1.20     + Java-serialised properties at the end
//       5  2.0             + name and uid of each operator
//       6  2.1 and later   + types of channel handles
constexpr int32_t kMagic = 0x4960672D;
constexpr int32_t kJavaStream = static_cast<int32_t>(0xACED0005);

constexpr Layout kVersion2 = {.coordinators = false, .finished = false};
constexpr Layout kVersion4 = {.properties = true};
constexpr Layout kVersion5 = {.properties = true, .names = true};
constexpr Layout kVersion6 = {.properties = true, .names = true, .channel_types = true};

// Flink changed version 3 twice without saying so in the file. The order matters: a file of 1.12-1.14 without
// changelog fits 1.15 too, with the same meaning.
constexpr std::array<Layout, 3> kVersion3 = {{
    {.dialect = Dialect::kFlink1_15},
    {.dialect = Dialect::kFlink1_12, .changelog_1_14 = true, .newest_tag = 10},
    {.dialect = Dialect::kFlink1_11, .finished = false, .channel_subtask_index = false, .newest_tag = 6},
}};

std::string refusal(int32_t version) {
  switch (version) {
    case 0:
      return "version 0 was written by Flink 1.1; its handles are serialised Java objects that no supported "
             "Flink "
             "reads. Restore it with Flink 1.2 or 1.3 and take a new savepoint";
    case 1:
      return "version 1 was written by Flink 1.2, and Flink 1.11 and later cannot read it. Restore it with "
             "Flink 1.3 to 1.10 and take a new savepoint";
    case 7:
      return "version 7 was never released by Apache Flink";
    default:
      return base::format("unknown version {}; this program reads versions 2 to 6 (Flink 1.3 to 2.x)",
                          version);
  }
}

}  // namespace

base::Result<VersionLayouts> read_version(base::ByteCursor in, const Limits& limits) {
  if (in.remaining() > limits.max_size) {
    return base::InputError{0, "size", base::format("larger than the limit of {} bytes", limits.max_size),
                            false};
  }
  const int32_t magic = in.i32("magic");
  if (in.ok() && magic != kMagic) {
    in.fail(0, "magic",
            magic == kJavaStream ? "a serialised Java object, as Flink 1.0 wrote; no supported Flink reads it"
                                 : "not the metadata of a Flink checkpoint or savepoint");
  }
  const int32_t version = in.i32("version");
  if (!in.ok()) return in.error();
  switch (version) {
    case 2:
      return VersionLayouts{version, {&kVersion2, 1}};
    case 3:
      return VersionLayouts{version, kVersion3};
    case 4:
      return VersionLayouts{version, {&kVersion4, 1}};
    case 5:
      return VersionLayouts{version, {&kVersion5, 1}};
    case 6:
      return VersionLayouts{version, {&kVersion6, 1}};
    default:
      return base::InputError{4, "version", refusal(version), false};
  }
}

}  // namespace checkpointfs::flink
