// SPDX-License-Identifier: Apache-2.0
#include "state/snapshot/sandbox.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <vector>

#include "base/errors.h"
#include "base/unique_fd.h"

#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define CHECKPOINTFS_SHADOW_MEMORY
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CHECKPOINTFS_SHADOW_MEMORY
#endif

namespace checkpointfs::state {
namespace {

#ifdef CHECKPOINTFS_SHADOW_MEMORY
constexpr bool kHasShadowMemory = true;  // terabytes of address space
#else
constexpr bool kHasShadowMemory = false;
#endif

// Both limits; a hard limit that is lower already stays.
void limit(__rlimit_resource_t resource, rlim_t most, const char* name) {
  struct rlimit current = {};
  if (::getrlimit(resource, &current) != 0) base::throw_errno("read the limit of", name);
  struct rlimit lower = {};
  lower.rlim_max = std::min(current.rlim_max, most);
  lower.rlim_cur = lower.rlim_max;
  if (::setrlimit(resource, &lower) != 0) base::throw_errno("limit", name);
}

// Kernels before 5.13 have no Landlock. Rules of the kernel's later versions add nothing that a reader needs.
void forbid_writing() {
  const auto version = ::syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (version < 1) return;
  struct landlock_ruleset_attr rules = {};
  rules.handled_access_fs =
      LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
      LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |
      LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |
      LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM;
  // No rule allows any of them anywhere.
  const base::UniqueFd ruleset(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &rules, sizeof rules, 0)));
  if (ruleset) ::syscall(SYS_landlock_restrict_self, ruleset.get(), 0);
}

// System calls that a reader has no use for, whatever their arguments.
constexpr int kForbidden[] = {
    SYS_execve,
    SYS_execveat,
    SYS_socket,
    SYS_socketpair,
    SYS_connect,
    SYS_bind,
    SYS_listen,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_kill,
    SYS_mount,
    SYS_umount2,
    SYS_pivot_root,
    SYS_chroot,
    SYS_unshare,
    SYS_setns,
    SYS_unlinkat,
    SYS_renameat2,
    SYS_mkdirat,
    SYS_mknodat,
    SYS_linkat,
    SYS_symlinkat,
    SYS_truncate,
    SYS_fchmodat,
    SYS_fchownat,
    SYS_bpf,
    SYS_perf_event_open,
    SYS_keyctl,
    SYS_add_key,
    SYS_request_key,
    SYS_userfaultfd,
    SYS_io_uring_setup,
    SYS_open_by_handle_at,
    SYS_init_module,
    SYS_finit_module,
    SYS_kexec_load,
#ifdef SYS_renameat
    SYS_renameat,
#endif
#ifdef SYS_unlink  // the calls of architectures that are older
    SYS_unlink,
    SYS_rename,
    SYS_mkdir,
    SYS_rmdir,
    SYS_mknod,
    SYS_link,
    SYS_symlink,
    SYS_chmod,
    SYS_chown,
    SYS_lchown,
    SYS_creat,
#endif
};

constexpr uint32_t kWriteFlags = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;

#if defined(__x86_64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr uint32_t kArchitecture = 0;  // no filter
#endif

class CallFilter {
 public:
  void load(size_t offset) { add(BPF_LD | BPF_W | BPF_ABS, static_cast<uint32_t>(offset)); }
  void answer(uint32_t action) { add(BPF_RET | BPF_K, action); }
  void kill_unless_architecture(uint32_t architecture) {
    program_.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0));
    answer(SECCOMP_RET_KILL_PROCESS);
  }
  void forbid(int call) {
    program_.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(call), 0, 1));
    answer(kDenied);
  }
  // The call with any of `flags` in its argument. The number of the call is loaded before and after.
  void forbid_flags(int call, size_t argument, uint32_t flags) {
    program_.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(call), 0, 4));
    load(offsetof(struct seccomp_data, args) + argument * sizeof(uint64_t));  // the low half
    program_.push_back(BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, flags, 0, 1));
    answer(kDenied);
    load(offsetof(struct seccomp_data, nr));
  }
  void install() {
    const struct sock_fprog program = {static_cast<unsigned short>(program_.size()), program_.data()};
    ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
  }

 private:
  static constexpr uint32_t kDenied = SECCOMP_RET_ERRNO | (EPERM & SECCOMP_RET_DATA);
  void add(int code, uint32_t value) { program_.push_back(BPF_STMT(static_cast<uint16_t>(code), value)); }
  std::vector<struct sock_filter> program_;
};

void forbid_calls() {
  if (kArchitecture == 0) return;
  CallFilter filter;
  filter.load(offsetof(struct seccomp_data, arch));
  filter.kill_unless_architecture(kArchitecture);
  filter.load(offsetof(struct seccomp_data, nr));
  for (const int call : kForbidden) filter.forbid(call);
#ifdef SYS_open
  filter.forbid_flags(SYS_open, 1, kWriteFlags);
#endif
  filter.forbid_flags(SYS_openat, 2, kWriteFlags);
  filter.answer(SECCOMP_RET_ALLOW);
  filter.install();
}

}  // namespace

void enter_sandbox(const SandboxLimits& limits) {
  if (!kHasShadowMemory) limit(RLIMIT_AS, limits.address_space, "address space");
  limit(RLIMIT_NOFILE, limits.open_files, "open files");
  limit(RLIMIT_FSIZE, 0, "size of files");
  limit(RLIMIT_CORE, 0, "core files");
  // Core files that a program receives know no limit.
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
  forbid_writing();
  forbid_calls();
}

}  // namespace checkpointfs::state
