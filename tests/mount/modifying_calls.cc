// SPDX-License-Identifier: Apache-2.0
#include "modifying_calls.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/unique_fd.h"

namespace checkpointfs::test {
namespace {

class Attempts {
 public:
  void expect_failure(const std::string& what, long result) { errors_[what] = result < 0 ? errno : 0; }
  void try_open(const std::string& what, const std::string& path, int flags) {
    const base::UniqueFd file(::open(path.c_str(), flags | O_CLOEXEC, 0644));
    expect_failure(what, file.get());
  }
  const std::map<std::string, int>& errors() const { return errors_; }

 private:
  std::map<std::string, int> errors_;
};

}  // namespace

std::map<std::string, int> try_modifying_calls(const std::string& directory, const std::string& file,
                                               const std::string& empty) {
  const std::string old_path = directory + "/" + file;
  const std::string sub_path = directory + "/" + empty;
  const std::string new_path = directory + "/new";
  const char* old = old_path.c_str();
  const char* sub = sub_path.c_str();
  const char* fresh = new_path.c_str();
  const timespec now[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
  Attempts a;
  a.try_open("open for writing", old_path, O_WRONLY);
  a.try_open("open for both", old_path, O_RDWR);
  a.try_open("open to append", old_path, O_WRONLY | O_APPEND);
  a.try_open("open to truncate", old_path, O_RDONLY | O_TRUNC);
  a.try_open("open to create", new_path, O_WRONLY | O_CREAT);
  a.try_open("open to create what is there", old_path, O_WRONLY | O_CREAT);
  a.try_open("open to create exclusively what is there", old_path, O_WRONLY | O_CREAT | O_EXCL);
  a.try_open("open a directory for writing", sub_path, O_WRONLY | O_DIRECTORY);
  a.expect_failure("truncate", ::truncate(old, 0));
  a.expect_failure("mkdir", ::mkdir(fresh, 0755));
  a.expect_failure("mkdir what is there", ::mkdir(sub, 0755));
  a.expect_failure("mknod", ::mknod(fresh, S_IFREG | 0644, 0));
  a.expect_failure("mkfifo", ::mkfifo(fresh, 0644));
  a.expect_failure("symlink", ::symlink("target", fresh));
  a.expect_failure("link", ::link(old, fresh));
  a.expect_failure("unlink", ::unlink(old));
  a.expect_failure("unlink what is not there", ::unlink(fresh));
  a.expect_failure("rmdir", ::rmdir(sub));
  a.expect_failure("rename", ::rename(old, fresh));
  a.expect_failure("rename a directory", ::rename(sub, fresh));
  a.expect_failure("rename without replacing", ::renameat2(AT_FDCWD, old, AT_FDCWD, fresh, RENAME_NOREPLACE));
  a.expect_failure("chmod", ::chmod(old, 0777));
  a.expect_failure("chmod a directory", ::chmod(sub, 0777));
  a.expect_failure("chown", ::chown(old, ::getuid(), ::getgid()));
  a.expect_failure("set times", ::utimensat(AT_FDCWD, old, now, 0));
  a.expect_failure("set xattr", ::setxattr(old, "user.test", "x", 1, 0));
  a.expect_failure("remove xattr", ::removexattr(old, "user.test"));
  const base::UniqueFd open(::open(old, O_RDONLY | O_CLOEXEC));
  a.expect_failure("fchmod", ::fchmod(open.get(), 0777));
  a.expect_failure("fchown", ::fchown(open.get(), ::getuid(), ::getgid()));
  a.expect_failure("futimens", ::futimens(open.get(), now));
  a.expect_failure("ftruncate", ::ftruncate(open.get(), 0));
  a.expect_failure("fallocate", ::fallocate(open.get(), 0, 0, 1));
  a.expect_failure("write", ::write(open.get(), "x", 1));
  return a.errors();
}

}  // namespace checkpointfs::test
