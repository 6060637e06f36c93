// SPDX-License-Identifier: Apache-2.0
// A file system that shows a directory slowly, or not at all: what a remote store may be like.
//
//   slow-store DIRECTORY CONTROL MOUNTPOINT [-f]
//
// Files in CONTROL say how it behaves at the moment: `delay` holds the milliseconds that each operation
// takes; while there is `hang`, none is answered, until its caller is killed; while there is `hang-hard`, not
// even then. Each operation is a line of `operations`: its name, a blank, the path.
#define FUSE_USE_VERSION 312
#include <dirent.h>
#include <fcntl.h>
#include <fuse.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <thread>

namespace {

std::string directory;
std::string control;
int operations = -1;

bool is_set(const char* name) {
  return ::access((control + "/" + name).c_str(), F_OK) == 0;
}

// Returns 0, or the errno of an operation that nobody waits for any more.
int take_time(const char* operation, const char* path) {
  const std::string line = std::string(operation) + " " + path + "\n";
  if (::write(operations, line.data(), line.size()) < 0) return EIO;
  int milliseconds = 0;
  std::ifstream(control + "/delay") >> milliseconds;
  std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
  for (;;) {
    const bool is_hard = is_set("hang-hard");
    if (!is_hard && !is_set("hang")) return 0;
    if (!is_hard && fuse_interrupted() != 0) return EINTR;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

std::string real(const char* path) {
  return directory + path;
}

int get_attributes(const char* path, struct stat* st, fuse_file_info*) {
  if (const int error = take_time("stat", path); error != 0) return -error;
  return ::lstat(real(path).c_str(), st) == 0 ? 0 : -errno;
}

int list(const char* path, void* buffer, fuse_fill_dir_t fill, off_t, fuse_file_info*, fuse_readdir_flags) {
  if (const int error = take_time("list", path); error != 0) return -error;
  DIR* const stream = ::opendir(real(path).c_str());
  if (stream == nullptr) return -errno;
  while (const dirent* entry = ::readdir(stream))
    fill(buffer, entry->d_name, nullptr, 0, static_cast<fuse_fill_dir_flags>(0));
  ::closedir(stream);
  return 0;
}

int open_file(const char* path, fuse_file_info* info) {
  if (const int error = take_time("open", path); error != 0) return -error;
  const int fd = ::open(real(path).c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -errno;
  info->fh = static_cast<uint64_t>(fd);
  return 0;
}

int read_file(const char* path, char* buffer, size_t size, off_t offset, fuse_file_info* info) {
  if (const int error = take_time("read", path); error != 0) return -error;
  const ssize_t n = ::pread(static_cast<int>(info->fh), buffer, size, offset);
  return n < 0 ? -errno : static_cast<int>(n);
}

int release_file(const char*, fuse_file_info* info) {
  return ::close(static_cast<int>(info->fh));
}

void* start(fuse_conn_info*, fuse_config* config) {
  config->intr = 1;
  return nullptr;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::cerr << "usage: slow-store DIRECTORY CONTROL MOUNTPOINT [-f]\n";
    return 2;
  }
  directory = std::filesystem::canonical(argv[1]);
  control = std::filesystem::canonical(argv[2]);
  operations = ::open((control + "/operations").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (operations < 0) {
    std::perror(control.c_str());
    return 1;
  }
  fuse_operations calls = {};
  calls.getattr = get_attributes;
  calls.readdir = list;
  calls.open = open_file;
  calls.read = read_file;
  calls.release = release_file;
  calls.init = start;
  std::string threads = "max_threads=100,fsname=slow-store,subtype=slow-store,ro,default_permissions";
  std::string option = "-o";
  char* arguments[] = {argv[0], argv[3], option.data(), threads.data(), argc > 4 ? argv[4] : nullptr,
                       nullptr};
  return fuse_main(argc > 4 ? 5 : 4, arguments, &calls, nullptr);
}
