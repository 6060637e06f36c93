// SPDX-License-Identifier: Apache-2.0
#include "fs/follow/index_connections.h"

#include <sys/stat.h>

#include "storage/state_file.h"

namespace checkpointfs::fs {

IndexConnections::IndexConnections(std::string index_file)
    : index_file_(std::move(index_file)), accepted_(stamp_now().identity) {}

IndexConnections::Stamp IndexConnections::stamp_now() const {
  struct stat st = {};
  if (::stat(index_file_.c_str(), &st) != 0) return {};
  return {{st.st_dev, st.st_ino}, st.st_size, storage::mtime_ns(st)};
}

bool IndexConnections::exists() const {
  return stamp_now().identity != Identity();
}

bool IndexConnections::is_replaced() const {
  // The file may have been gone already when it was accepted.
  const Identity now = stamp_now().identity;
  return now == Identity() || now != accepted_;
}

void IndexConnections::accept() {
  accepted_ = stamp_now().identity;
}

void IndexConnections::close() {
  reader_.reset();
  known_files_.reset();
}

// A file that is overwritten in place is opened again: SQLite would go on with what is in its cache.
void IndexConnections::close_if_written() {
  const Stamp now = stamp_now();
  if (now == opened_) return;
  close();
  opened_ = now;
}

index::Reader& IndexConnections::reader() {
  close_if_written();
  if (!reader_) reader_ = std::make_unique<index::Reader>(index_file_);
  return *reader_;
}

index::KnownFiles& IndexConnections::known_files() {
  close_if_written();
  if (!known_files_) known_files_ = std::make_unique<index::KnownFiles>(index_file_);
  return *known_files_;
}

}  // namespace checkpointfs::fs
