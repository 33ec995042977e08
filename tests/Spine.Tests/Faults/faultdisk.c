/* A disk that can be told to fail, and that remembers what was not synced: preloaded into a silo by the fault tests.
 *
 * FAULT_DIR      directory whose files are watched (no trailing slash)
 * FAULT_CONTROL  file of one struct control, mapped and shared with the test
 * FAULT_JOURNAL  optional: every change is appended here in order, for a power cut to be made of (DiskJournal.cs reads it)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct control {
  int32_t sync_errno;  /* fails fsync and fdatasync */
  int32_t write_errno; /* fails writes, truncations, reservations and creations */
  int32_t sync_micros; /* how long a sync takes at least */
  int32_t reserved;
  int64_t syncs;
  int64_t failed_syncs;
  int64_t failed_writes;
};

enum { OPENED = 1, CREATED = 2, WRITTEN = 3, TRUNCATED = 4, SYNCED = 5, RENAMED = 6, UNLINKED = 7, DIR_SYNCED = 8 };

#define REAL(ret, name, args) static ret(*real_##name) args
REAL(int, open, (const char *, int, ...));
REAL(int, openat, (int, const char *, int, ...));
REAL(ssize_t, write, (int, const void *, size_t));
REAL(ssize_t, pwrite, (int, const void *, size_t, off_t));
REAL(ssize_t, pwritev, (int, const struct iovec *, int, off_t));
REAL(int, ftruncate, (int, off_t));
REAL(int, posix_fallocate, (int, off_t, off_t));
REAL(int, fsync, (int));
REAL(int, fdatasync, (int));
REAL(int, rename, (const char *, const char *));
REAL(int, unlink, (const char *));

static struct control nothing, *control = &nothing;
static char watched[PATH_MAX];
static size_t watched_length;
static int journal = -1;
static uint64_t sequence;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void start(void) {
#define FIND(name) *(void **)&real_##name = dlsym(RTLD_NEXT, #name)
  FIND(open); FIND(openat); FIND(write); FIND(pwrite); FIND(pwritev); FIND(ftruncate);
  FIND(posix_fallocate); FIND(fsync); FIND(fdatasync); FIND(rename); FIND(unlink);
  const char *dir = getenv("FAULT_DIR"), *file = getenv("FAULT_CONTROL"), *record = getenv("FAULT_JOURNAL");
  if (!dir) return;
  snprintf(watched, sizeof watched, "%s", dir);
  if (file) {
    int fd = real_open(file, O_RDWR | O_CLOEXEC);
    void *page = fd < 0 ? MAP_FAILED : mmap(0, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (page != MAP_FAILED) control = page;
    if (fd >= 0) close(fd);
  }
  if (record) journal = real_open(record, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  watched_length = strlen(watched);
}

static int is_watched(const char *path) {
  return watched_length && !strncmp(path, watched, watched_length) && (path[watched_length] == '/' || !path[watched_length])
    && !(strlen(path) > 4 && !strcmp(path + strlen(path) - 4, "-shm"));
}

static int path_of(int fd, char *path) {
  char link[40];
  if (!watched_length || fd < 0) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, PATH_MAX - 1);
  if (n <= 0) return 0;
  path[n] = 0;
  return is_watched(path);
}

/* Under the gate. The header is fixed, so that a reader needs no knowledge of the types. */
static void record(int type, uint64_t inode, uint64_t number, const char *path, const void *data, size_t size) {
  if (journal < 0) return;
  struct __attribute__((packed)) { uint8_t type; uint64_t inode, number; uint32_t path, data; } head =
    { type, inode, number, path ? strlen(path) : 0, size };
  struct iovec parts[3] = { { &head, sizeof head }, { (void *)path, head.path }, { (void *)data, size } };
  syscall(SYS_writev, journal, parts, 3);
  sequence++;
}

static uint64_t inode_of(int fd) { struct stat s; return fstat(fd, &s) ? 0 : s.st_ino; }

static int fails_write(void) {
  if (!control->write_errno) return 0;
  __atomic_add_fetch(&control->failed_writes, 1, __ATOMIC_SEQ_CST);
  errno = control->write_errno;
  return 1;
}

static int open_watched(int dirfd, const char *path, int flags, mode_t mode) {
  char whole[PATH_MAX];
  if (path[0] == '/') snprintf(whole, sizeof whole, "%s", path);
  else if (!getcwd(whole, sizeof whole) || strlen(whole) + strlen(path) + 2 > sizeof whole) whole[0] = 0;
  else { strcat(whole, "/"); strcat(whole, path); }
  if (!is_watched(whole) || (flags & O_DIRECTORY)) return real_openat(dirfd, path, flags, mode);
  pthread_mutex_lock(&gate);
  int existed = !access(whole, F_OK), fd = -1;
  if ((existed && !(flags & O_TRUNC)) || !(flags & O_CREAT) || !fails_write()) fd = real_openat(dirfd, path, flags, mode);
  int saved = errno;
  struct stat s;
  if (fd >= 0 && !fstat(fd, &s) && S_ISREG(s.st_mode)) {
    record(existed ? OPENED : CREATED, s.st_ino, 0, whole, 0, 0);
    if (existed && (flags & O_TRUNC)) record(TRUNCATED, s.st_ino, 0, 0, 0, 0);
  }
  pthread_mutex_unlock(&gate);
  errno = saved;
  return fd;
}

#define MODE mode_t mode = 0; if (flags & (O_CREAT | O_TMPFILE)) { va_list a; va_start(a, flags); mode = va_arg(a, mode_t); va_end(a); }
int open(const char *path, int flags, ...) { MODE return open_watched(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE return open_watched(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int dirfd, const char *path, int flags, ...) { MODE return open_watched(dirfd, path, flags, mode); }
int openat64(int dirfd, const char *path, int flags, ...) { MODE return open_watched(dirfd, path, flags | O_LARGEFILE, mode); }

static ssize_t write_watched(int fd, const void *data, size_t size, off_t offset) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return offset < 0 ? real_write(fd, data, size) : real_pwrite(fd, data, size, offset);
  pthread_mutex_lock(&gate);
  ssize_t done = -1;
  if (!fails_write()) {
    off_t at = offset >= 0 ? offset : lseek(fd, 0, SEEK_CUR);
    done = offset < 0 ? real_write(fd, data, size) : real_pwrite(fd, data, size, offset);
    int saved = errno;
    if (done > 0) record(WRITTEN, inode_of(fd), at, 0, data, done);
    errno = saved;
  }
  pthread_mutex_unlock(&gate);
  return done;
}

ssize_t write(int fd, const void *data, size_t size) { return write_watched(fd, data, size, -1); }
ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) { return write_watched(fd, data, size, offset); }
ssize_t pwrite64(int fd, const void *data, size_t size, off_t offset) { return write_watched(fd, data, size, offset); }

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return real_pwritev(fd, parts, count, offset);
  ssize_t total = 0;
  for (int i = 0; i < count; i++) {
    ssize_t done = write_watched(fd, parts[i].iov_base, parts[i].iov_len, offset + total);
    if (done < 0) return total ? total : -1;
    total += done;
    if ((size_t)done < parts[i].iov_len) break;
  }
  return total;
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t offset) { return pwritev(fd, parts, count, offset); }

int ftruncate(int fd, off_t length) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return real_ftruncate(fd, length);
  pthread_mutex_lock(&gate);
  int result = -1;
  if (!fails_write() && !(result = real_ftruncate(fd, length))) record(TRUNCATED, inode_of(fd), length, 0, 0, 0);
  pthread_mutex_unlock(&gate);
  return result;
}
int ftruncate64(int fd, off_t length) { return ftruncate(fd, length); }

int posix_fallocate(int fd, off_t offset, off_t length) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return real_posix_fallocate(fd, offset, length);
  pthread_mutex_lock(&gate);
  struct stat s;
  int result = fails_write() ? errno : real_posix_fallocate(fd, offset, length);
  if (!result && !fstat(fd, &s)) record(TRUNCATED, s.st_ino, s.st_size, 0, 0, 0);
  pthread_mutex_unlock(&gate);
  return result;
}
int posix_fallocate64(int fd, off_t offset, off_t length) { return posix_fallocate(fd, offset, length); }

static int sync_watched(int fd, int (*real)(int)) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return real(fd);
  pthread_mutex_lock(&gate);
  uint64_t begun = sequence;
  pthread_mutex_unlock(&gate);
  if (control->sync_micros) usleep(control->sync_micros);
  __atomic_add_fetch(&control->syncs, 1, __ATOMIC_SEQ_CST);
  if (control->sync_errno) {
    __atomic_add_fetch(&control->failed_syncs, 1, __ATOMIC_SEQ_CST);
    errno = control->sync_errno;
    return -1;
  }
  /* With a journal the journal decides what survives: the disk below need not be waited for. */
  int result = journal < 0 ? real(fd) : 0;
  if (!result) {
    struct stat s;
    pthread_mutex_lock(&gate);
    if (!fstat(fd, &s)) record(S_ISDIR(s.st_mode) ? DIR_SYNCED : SYNCED, s.st_ino, begun, path, 0, 0);
    pthread_mutex_unlock(&gate);
  }
  return result;
}
int fsync(int fd) { return sync_watched(fd, real_fsync); }
int fdatasync(int fd) { return sync_watched(fd, real_fdatasync); }

int rename(const char *from, const char *to) {
  if (!is_watched(from)) return real_rename(from, to);
  pthread_mutex_lock(&gate);
  int result = -1;
  if (!fails_write() && !(result = real_rename(from, to))) record(RENAMED, 0, 0, from, to, strlen(to));
  pthread_mutex_unlock(&gate);
  return result;
}

int unlink(const char *path) {
  if (!is_watched(path)) return real_unlink(path);
  pthread_mutex_lock(&gate);
  int result = real_unlink(path);
  if (!result) record(UNLINKED, 0, 0, path, 0, 0);
  pthread_mutex_unlock(&gate);
  return result;
}
