/** What open files can do that Node does not offer. */
#include "addon.h"

#ifdef __linux__
#include <fcntl.h>
#include <sys/file.h>

/** `allocate(fd, byteLength)`: takes every block of a file, so that a full disk is an error now and not while it is written. */
static napi_value allocate(napi_env env, napi_callback_info info) {
  const arguments given = read_arguments(env, info);
  // Not posix_fallocate: where the file system cannot, glibc would write every block, and the caller does that anyway.
  return outcome(env, fallocate((int)integer_of(&given, 0), 0, 0, (off_t)integer_of(&given, 1)));
}

/** `lock(fd, isShared)`: takes the lock of an open file if nobody has it, and never waits; it goes with the last descriptor. */
static napi_value lock(napi_env env, napi_callback_info info) {
  const arguments given = read_arguments(env, info);
  const int operation = integer_of(&given, 1) != 0 ? LOCK_SH : LOCK_EX;
  return outcome(env, flock((int)integer_of(&given, 0), operation | LOCK_NB));
}

void export_files(napi_env env, napi_value exports) {
  add_function(env, exports, "allocate", allocate);
  add_function(env, exports, "lock", lock);
}
#endif
