// SPDX-License-Identifier: Apache-2.0
// DiskOperations that count their calls and act at one of them.
#pragma once

#include <signal.h>
#include <unistd.h>

#include <functional>

#include "storage/disk_operations.h"
#include "tests/support/killed.h"
#include "tests/support/power_cut_disk.h"

namespace checkpointfs::removal {

class SteppingChanges : public storage::DiskOperations {
 public:
  // `at` gets the number of the call, from 0 on, before it is made: 0 to go on, or an errno that the call
  // fails with.
  SteppingChanges(const int64_t& clock, std::function<int(int)> at) : clock_(clock), at_(std::move(at)) {}
  int calls() const { return calls_; }

  int make_directory(int parent, const char* name, mode_t mode) override {
    return step([&] { return storage::DiskOperations::make_directory(parent, name, mode); });
  }
  int move(int from, const char* name, int to, const char* new_name) override {
    return step([&] { return storage::DiskOperations::move(from, name, to, new_name); });
  }
  int replace(int directory, const char* name, const char* new_name) override {
    return step([&] { return storage::DiskOperations::replace(directory, name, new_name); });
  }
  int remove_file(int directory, const char* name) override {
    return step([&] { return storage::DiskOperations::remove_file(directory, name); });
  }
  int remove_directory(int parent, const char* name) override {
    return step([&] { return storage::DiskOperations::remove_directory(parent, name); });
  }
  int create_file(int directory, const char* name, base::UniqueFd* file) override {
    return step([&] { return storage::DiskOperations::create_file(directory, name, file); });
  }
  int create_new_file(int directory, const char* name, mode_t mode, base::UniqueFd* file) override {
    return step([&] { return storage::DiskOperations::create_new_file(directory, name, mode, file); });
  }
  int link(int file, int directory, const char* name) override {
    return step([&] { return storage::DiskOperations::link(file, directory, name); });
  }
  int share_range(int from, uint64_t start, uint64_t length, int to) override {
    return step([&] { return storage::DiskOperations::share_range(from, start, length, to); });
  }
  int copy_range(int from, uint64_t start, uint64_t length, int to, uint64_t* copied) override {
    // A call that fails has copied half of the range, as append().
    const int error = at_(calls_++);
    storage::DiskOperations::copy_range(from, start, error != 0 ? length / 2 : length, to, copied);
    return error;
  }
  int append(int file, std::string_view text) override {
    // A call that fails has written half of the text.
    if (const int error = at_(calls_++); error != 0) {
      storage::DiskOperations::append(file, text.substr(0, text.size() / 2));
      return error;
    }
    return storage::DiskOperations::append(file, text);
  }
  int cut(int file, off_t size) override {
    return step([&] { return storage::DiskOperations::cut(file, size); });
  }
  int sync(int fd) override {
    return step([&] { return storage::DiskOperations::sync(fd); });
  }
  int sync_file_system(int fd) override {
    return step([&] { return storage::DiskOperations::sync_file_system(fd); });
  }
  int set_owner(int fd, uid_t uid, gid_t gid) override {
    return step([&] { return storage::DiskOperations::set_owner(fd, uid, gid); });
  }
  int set_mode(int fd, mode_t mode) override {
    return step([&] { return storage::DiskOperations::set_mode(fd, mode); });
  }
  int set_attributes(int directory, mode_t mode, uid_t uid, gid_t gid) override {
    return step([&] { return storage::DiskOperations::set_attributes(directory, mode, uid, gid); });
  }
  int set_mtime(int directory, int64_t mtime_ns) override {
    return step([&] { return storage::DiskOperations::set_mtime(directory, mtime_ns); });
  }
  int64_t now_ns() const override { return clock_; }

 private:
  int step(const std::function<int()>& call) {
    const int error = at_(calls_++);
    return error != 0 ? error : call();
  }

  const int64_t& clock_;
  const std::function<int(int)> at_;
  int calls_ = 0;
};

using DiskWork = std::function<void(storage::DiskOperations&)>;

// Runs the work in a child that is killed before its call number `at`. Returns true if it was killed.
inline bool run_and_kill(const int64_t& clock, int at, const DiskWork& work) {
  return test::work_kills_itself([&] {
    SteppingChanges changes(clock, [at](int call) {
      if (call == at) ::kill(::getpid(), SIGKILL);
      return 0;
    });
    work(changes);
  });
}

// Runs the work in a child, on a disk whose power goes before its call number `at`, or at the end. Returns
// true if the work had ended.
inline bool run_and_cut(const int64_t& clock, int at, const test::PowerCutDisk& disk, const DiskWork& work) {
  return !test::work_kills_itself([&] {
    SteppingChanges changes(clock, [&](int call) {
      if (call != at) return 0;
      disk.cut();
      return ::kill(::getpid(), SIGKILL);
    });
    work(changes);
    disk.cut();
  });
}

}  // namespace checkpointfs::removal
