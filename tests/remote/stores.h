// SPDX-License-Identifier: Apache-2.0
// Stores as people mount them: real servers and file systems, on this host.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/files.h"
#include "process.h"

namespace checkpointfs::test {

// A store, mounted for the life of the object; detached and removed at the end.
class MountedStore {
 public:
  MountedStore() { stdfs::create_directory(path()); }
  virtual ~MountedStore();
  MountedStore(const MountedStore&) = delete;
  MountedStore& operator=(const MountedStore&) = delete;

  // The store as mounted; read only for some.
  std::string path() const { return own_ / "mnt"; }
  // The directory in which its content is written and deleted.
  virtual std::string behind() const { return own_ / "behind"; }

 protected:
  // Throws std::runtime_error with the output of `program`, unless something gets mounted at path().
  void expect_mounted(Process& program) const;

  TempDirectory own_;
};

// A gateway that serves the directories below `directory` as buckets.
class S3Server {
 public:
  // Objects have ETags only if they are kept, in extended attributes of the files.
  enum class ETags { kNone, kKept };

  explicit S3Server(const std::string& directory, ETags etags = ETags::kNone);

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  // Has s5cmd know the server, by the environment.
  void name_to_s5cmd() const;

  static constexpr const char* kUser = "testing";
  static constexpr const char* kSecret = "testing-secret";

 private:
  int port_;
  std::unique_ptr<Process> process_;
};

// A port of this host that is free at the moment.
int free_port();
void wait_for_port(int port);

// Has rclone know the server as `GW:`, by the environment.
void name_server_to_rclone(const S3Server& server);

// The section of the server in a configuration of rclone, as `GW:`.
std::string rclone_section(const S3Server& server);
// Has rclone know the remotes of these sections, by a file at `path`, as users do: remotes that the
// environment describes have other names in the table of mounts.
void write_rclone_config(const std::string& path, const std::string& sections);

// For its life, mounts of `rclone:` sources have a private directory of their own, and rclone notices changes
// within a second.
class RcloneMounts {
 public:
  RcloneMounts();
  ~RcloneMounts();
  RcloneMounts(const RcloneMounts&) = delete;
  RcloneMounts& operator=(const RcloneMounts&) = delete;

  // The private directory.
  std::string path() const { return own_ / "run"; }
  // Mount points below the private directory.
  std::vector<std::string> mount_points() const;

 private:
  TempDirectory own_;
};

// "rclone", "s3fs", "sshfs", "xfs", "btrfs".
std::vector<std::string> store_kinds();
// The reason why this machine cannot have such a store; "" if it can.
std::string missing_for(const std::string& kind);
// Throws std::runtime_error.
std::unique_ptr<MountedStore> make_store(const std::string& kind);

}  // namespace checkpointfs::test
