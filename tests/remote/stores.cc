// SPDX-License-Identifier: Apache-2.0
#include "stores.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "base/unique_fd.h"
#include "eventually.h"
#include "harness.h"

namespace checkpointfs::test {
namespace {

constexpr Milliseconds kStart{20'000};

sockaddr_in local(int port) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

// A bucket behind a gateway.
class S3Store : public MountedStore {
 public:
  S3Store() { stdfs::create_directories(behind()); }
  std::string behind() const override { return own_ / "s3/bucket"; }

 protected:
  std::unique_ptr<S3Server> server_;
  std::unique_ptr<Process> program_;
};

class RcloneStore : public S3Store {
 public:
  RcloneStore() {
    server_ = std::make_unique<S3Server>(own_ / "s3");
    name_server_to_rclone(*server_);
    program_ = std::make_unique<Process>(std::vector<std::string>{
        "rclone", "mount", "--read-only", "--dir-cache-time", "1s", "GW:bucket", path()});
    expect_mounted(*program_);
  }
};

class S3fsStore : public S3Store {
 public:
  S3fsStore() {
    server_ = std::make_unique<S3Server>(own_ / "s3");
    write_file(own_ / "password", std::string(S3Server::kUser) + ":" + S3Server::kSecret);
    stdfs::permissions(own_ / "password", stdfs::perms::owner_read | stdfs::perms::owner_write);
    program_ = std::make_unique<Process>(std::vector<std::string>{
        "s3fs", "bucket", path(), "-f", "-o", "passwd_file=" + (own_ / "password"), "-o",
        "url=" + server_->url(), "-o", "use_path_request_style,ro,complement_stat", "-o",
        "stat_cache_expire=1,enable_noobj_cache,umask=0022"});
    expect_mounted(*program_);
  }
};

// A server of its own, with a key of its own.
class SshfsStore : public MountedStore {
 public:
  SshfsStore() {
    stdfs::create_directory(behind());
    for (const char* key : {"host_key", "user_key"}) {
      const RunResult result = run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", own_ / key});
      if (result.code != 0) throw std::runtime_error(result.err);
    }
    const int port = free_port();
    stdfs::create_directories("/run/sshd");
    server_ =
        std::make_unique<Process>(std::vector<std::string>{"/usr/sbin/sshd",
                                                           "-D",
                                                           "-e",
                                                           "-f",
                                                           "/dev/null",
                                                           "-p",
                                                           std::to_string(port),
                                                           "-h",
                                                           own_ / "host_key",
                                                           "-o",
                                                           "ListenAddress=127.0.0.1",
                                                           "-o",
                                                           "AuthorizedKeysFile=" + (own_ / "user_key.pub"),
                                                           "-o",
                                                           "StrictModes=no",
                                                           "-o",
                                                           "PidFile=none",
                                                           "-o",
                                                           "UsePAM=no",
                                                           "-o",
                                                           "PermitRootLogin=prohibit-password",
                                                           "-o",
                                                           "Subsystem=sftp internal-sftp"});
    wait_for_port(port);
    program_ = std::make_unique<Process>(std::vector<std::string>{
        "sshfs", "-f", "-p", std::to_string(port), "-o", "IdentityFile=" + (own_ / "user_key"), "-o",
        "StrictHostKeyChecking=no,UserKnownHostsFile=/dev/null,BatchMode=yes,ro,dcache_timeout=1",
        "127.0.0.1:" + behind(), path()});
    expect_mounted(*program_);
  }

 private:
  std::unique_ptr<Process> server_;
  std::unique_ptr<Process> program_;
};

// A file system of its own in a file.
class LoopStore : public MountedStore {
 public:
  LoopStore(const std::vector<std::string>& make, uint64_t bytes) {
    const std::string image = own_ / "image";
    write_file(image, "");
    stdfs::resize_file(image, bytes);
    std::vector<std::string> words = make;
    words.push_back(image);
    for (const auto& command : {words, std::vector<std::string>{"mount", "-o", "loop", image, path()}}) {
      const RunResult result = run(command);
      if (result.code != 0) throw std::runtime_error(command.front() + ": " + result.err);
    }
    stdfs::create_directory(behind());
  }
  std::string behind() const override { return path() + "/storage"; }
};

}  // namespace

MountedStore::~MountedStore() {
  detach(path());
}

void MountedStore::expect_mounted(Process& program) const {
  if (within(kStart, [&] { return !mount_type_at(path()).empty() || ends_within(program.pid(), {}); }) &&
      !mount_type_at(path()).empty()) {
    return;
  }
  const RunResult result = program.wait(Milliseconds(1));
  throw std::runtime_error("not mounted: " + result.out + result.err);
}

S3Server::S3Server(const std::string& directory, ETags etags) : port_(free_port()) {
  std::vector<std::string> words = {"setpriv",
                                    "--pdeathsig",
                                    "KILL",
                                    "versitygw",
                                    "--quiet",
                                    "--port",
                                    "127.0.0.1:" + std::to_string(port_),
                                    "--access",
                                    kUser,
                                    "--secret",
                                    kSecret,
                                    "posix"};
  if (etags == ETags::kNone) words.push_back("--nometa");
  words.push_back(directory);
  process_ = std::make_unique<Process>(words);
  wait_for_port(port_);
}

void S3Server::name_to_s5cmd() const {
  ::setenv("AWS_ACCESS_KEY_ID", kUser, 1);
  ::setenv("AWS_SECRET_ACCESS_KEY", kSecret, 1);
  ::setenv("AWS_REGION", "us-east-1", 1);
  ::setenv("S3_ENDPOINT_URL", url().c_str(), 1);
}

int free_port() {
  const base::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = local(0);
  socklen_t size = sizeof address;
  if (::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::system_error(errno, std::generic_category(), "a free port");
  }
  return ntohs(address.sin_port);
}

void wait_for_port(int port) {
  const bool answers = within(kStart, [&] {
    const base::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = local(port);
    return ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  });
  if (!answers) throw std::runtime_error("nobody answers at port " + std::to_string(port));
}

void name_server_to_rclone(const S3Server& server) {
  const auto set = [](const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); };
  set("RCLONE_CONFIG", "/dev/null");
  set("RCLONE_CONFIG_GW_TYPE", "s3");
  set("RCLONE_CONFIG_GW_PROVIDER", "Other");
  set("RCLONE_CONFIG_GW_ENDPOINT", server.url());
  set("RCLONE_CONFIG_GW_ACCESS_KEY_ID", S3Server::kUser);
  set("RCLONE_CONFIG_GW_SECRET_ACCESS_KEY", S3Server::kSecret);
  ::unsetenv("AWS_CA_BUNDLE");  // rclone ends if it is set and the server has no certificate
}

std::string rclone_section(const S3Server& server) {
  return "[GW]\ntype = s3\nprovider = Other\nno_check_bucket = true\nendpoint = " + server.url() +
         "\naccess_key_id = " + S3Server::kUser + "\nsecret_access_key = " + S3Server::kSecret + "\n";
}

void write_rclone_config(const std::string& path, const std::string& sections) {
  write_file(path, sections);
  ::setenv("RCLONE_CONFIG", path.c_str(), 1);
  for (const char* name : {"TYPE", "PROVIDER", "ENDPOINT", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY"})
    ::unsetenv((std::string("RCLONE_CONFIG_GW_") + name).c_str());
  ::unsetenv("AWS_CA_BUNDLE");
}

RcloneMounts::RcloneMounts() {
  stdfs::create_directory(path());
  stdfs::permissions(path(), stdfs::perms::owner_all);
  ::setenv("RUNTIME_DIRECTORY", path().c_str(), 1);
  ::setenv("XDG_STATE_HOME", (own_ / "state").c_str(), 1);
  ::setenv("RCLONE_DIR_CACHE_TIME", "1s", 1);
}

RcloneMounts::~RcloneMounts() {
  // A mount of checkpointfs is gone a moment before its rclone is.
  within(kStart, [&] { return mount_points().empty(); });
  for (const std::string& left : mount_points()) detach(left);
  for (const char* name : {"RUNTIME_DIRECTORY", "XDG_STATE_HOME", "RCLONE_DIR_CACHE_TIME"}) ::unsetenv(name);
}

std::vector<std::string> RcloneMounts::mount_points() const {
  std::vector<std::string> found;
  std::ifstream table("/proc/self/mounts");
  for (std::string device, path, rest; table >> device >> path && std::getline(table, rest);) {
    if (path.starts_with(own_.path())) found.push_back(path);
  }
  return found;
}

std::vector<std::string> store_kinds() {
  return {"rclone", "s3fs", "sshfs", "xfs", "btrfs"};
}

std::string missing_for(const std::string& kind) {
  std::vector<std::string> programs;
  if (kind == "rclone") programs = {"rclone", "versitygw"};
  if (kind == "s3fs") programs = {"s3fs", "versitygw"};
  if (kind == "sshfs") programs = {"sshfs", "ssh-keygen", "/usr/sbin/sshd"};
  if (kind == "xfs") programs = {"mkfs.xfs"};
  if (kind == "btrfs") programs = {"mkfs.btrfs"};
  for (const std::string& program : programs) {
    const bool is_there = program.front() == '/' ? stdfs::exists(program) : have_program(program);
    if (!is_there) return program + " is not installed";
  }
  const bool needs_root = kind == "xfs" || kind == "btrfs" || kind == "sshfs";
  if (needs_root && ::geteuid() != 0) return "needs root";
  if (kind == "xfs" || kind == "btrfs") {
    if (run({"losetup", "-f"}).code != 0) return "there are no loop devices";
    if (read_file("/proc/filesystems").find("\t" + kind + "\n") == std::string::npos &&
        run({"modprobe", kind}).code != 0) {
      return "the kernel has no " + kind;
    }
  }
  return "";
}

std::unique_ptr<MountedStore> make_store(const std::string& kind) {
  if (kind == "rclone") return std::make_unique<RcloneStore>();
  if (kind == "s3fs") return std::make_unique<S3fsStore>();
  if (kind == "sshfs") return std::make_unique<SshfsStore>();
  if (kind == "xfs")
    return std::make_unique<LoopStore>(std::vector<std::string>{"mkfs.xfs", "-q"}, 320 << 20);
  if (kind == "btrfs")
    return std::make_unique<LoopStore>(std::vector<std::string>{"mkfs.btrfs", "-q"}, 256 << 20);
  throw std::logic_error("no such store: " + kind);
}

}  // namespace checkpointfs::test
