#include "addon.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

/** `allocate(fd, byteLength)`: takes every block of a file, so that a full disk is an error now and not later. */
static napi_value allocate(napi_env env, napi_callback_info info) {
#ifdef __linux__
  const arguments given = read_arguments(env, info);
  // Not posix_fallocate: where the file system cannot, glibc would write every block instead, and the caller writes them anyway.
  return outcome(env, fallocate((int)integer_of(&given, 0), 0, 0, (off_t)integer_of(&given, 1)));
#else
  (void)info;
  return number(env, -ENOTSUP);
#endif
}

/** `flock(fd, operation)`: never waits. */
static napi_value lock(napi_env env, napi_callback_info info) {
  const arguments given = read_arguments(env, info);
  return outcome(env, flock((int)integer_of(&given, 0), (int)integer_of(&given, 1) | LOCK_NB));
}

void export_files(napi_env env, napi_value exports) {
  add_function(env, exports, "allocate", allocate);
  add_function(env, exports, "flock", lock);
}
