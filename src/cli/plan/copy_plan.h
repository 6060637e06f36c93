// SPDX-License-Identifier: Apache-2.0
// A plan of a copy: the files of snapshots, and the place in another store to which a copy program (an
// engine, such as DistCp) takes each one.
//
// In the order of the work: make_copy_plan.h reads snapshots from the index and asks the engine
// (copy_engine.h; one file an engine) which files it can take; earlier_plan.h leaves out what an earlier
// plan's target has; write_plan.h writes the directory: lists, `_metadata`, manifests, and the script of
// run_script.h. The rest, which no list can express (segments, renamed files, odd names), is copied through
// this host by `checkpointfs export`. Nothing here reads state: a plan knows names and sizes.
//
// The target of a snapshot is one flat directory, TARGET/<its path in the mount>, as a mount shows it: any
// copy of it restores by itself and is deleted by itself. So a file that two snapshots share is copied twice.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "index/database/types.h"

namespace checkpointfs::cli {

struct CopiedFile {
  std::string name;  // projected: the name in the target
  uint64_t size = 0;
  std::string uri;   // in its store, "file:PATH" without one
  std::string path;  // on this host, absolute
  bool segment = false;
  uint64_t start = 0;  // of the segment
  std::string from;    // the source, as the engine names it
  std::string to;      // the target, as the engine names it
  enum class Part : uint8_t { kByEngine, kByHost, kPresent } part = Part::kByEngine;
  std::string why;  // of kByHost: half a sentence
};

struct PartSum {
  uint64_t files = 0;
  uint64_t bytes = 0;
};

struct CopiedSnapshot {
  index::Snapshot snapshot;
  std::string source;  // the directory of the snapshot on this host
  std::string target;  // the directory of the copy, as the engine names it
  std::vector<CopiedFile> files;
  std::string metadata;  // the bytes of the copy's `_metadata`

  PartSum sum(CopiedFile::Part part) const {
    PartSum sum;
    for (const CopiedFile& file : files) {
      if (file.part != part) continue;
      ++sum.files;
      sum.bytes += file.size;
    }
    return sum;
  }
};

struct CopyPlan {
  std::string engine;
  std::string target;              // as it was given
  std::vector<std::string> scope;  // arguments by which commands find the snapshots: "--source", ...
  std::vector<CopiedSnapshot> snapshots;

  PartSum sum(CopiedFile::Part part) const {
    PartSum all;
    for (const CopiedSnapshot& snapshot : snapshots) {
      const PartSum one = snapshot.sum(part);
      all.files += one.files;
      all.bytes += one.bytes;
    }
    return all;
  }
  // True if this host would copy more bytes than the engine.
  bool is_of_little_use() const {
    return sum(CopiedFile::Part::kByHost).bytes >
           sum(CopiedFile::Part::kByEngine).bytes + sum(CopiedFile::Part::kPresent).bytes;
  }
};

}  // namespace checkpointfs::cli
