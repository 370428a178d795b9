/**
 * Windows: reserved ranges of addresses, each behind one ArrayBuffer for as long as the thread lives, into which files are
 * laid one after another. So a new version makes no buffer and detaches none, and the engine neither counts nor collects.
 * Where no file lies there are pages of zeros that take no memory: nothing in a window can ever be a fault.
 */
#include "addon.h"
#include <errno.h>
#include <sys/mman.h>

#ifndef MAP_NORESERVE
#define MAP_NORESERVE 0
#endif
#ifndef MAP_LOCKED
#define MAP_LOCKED 0
#endif

void *lay_zeros(void *address, size_t byte_length, int flags) {
  return mmap(address, byte_length, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
}

static void let_go(napi_env env, void *address, void *byte_length) {
  (void)env;
  munmap(address, (uintptr_t)byte_length);
}

/** `reserve(byteLength)`: a window, or the number of an error. */
static napi_value reserve(napi_env env, napi_callback_info info) {
  const arguments given = read_arguments(env, info);
  const size_t byte_length = (size_t)integer_of(&given, 0);
  void *address = lay_zeros(NULL, byte_length, 0);
  if (address == MAP_FAILED) return outcome(env, -1);
  napi_value window;
  if (napi_create_external_arraybuffer(env, address, byte_length, let_go, (void *)byte_length, &window) == napi_ok) {
    return window;
  }
  // Engines with a cage for all memory, such as Electron's, take no buffers from outside.
  munmap(address, byte_length);
  return number(env, -ENOTSUP);
}

/** `map(window, fd, byteLength, isLocked)`: lays a file over the first bytes of a window, to be read. */
static napi_value map(napi_env env, napi_callback_info info) {
  const arguments given = read_arguments(env, info);
  size_t byte_length;
  char *window = first_bytes_of(&given, 2, &byte_length);
  if (window == NULL) return number(env, -EINVAL);
  const int flags = MAP_SHARED | MAP_FIXED | (integer_of(&given, 3) != 0 ? MAP_LOCKED : 0);
  if (mmap(window, byte_length, PROT_READ, flags, (int)integer_of(&given, 1), 0) != MAP_FAILED) return number(env, 0);
  const int cause = errno;
  // Older kernels may have taken away what was there before they refused.
  lay_zeros(window, byte_length, MAP_FIXED);
  return number(env, -cause);
}

/** `unmap(window, byteLength)`: takes the file away; there are zeros again. */
static napi_value unmap(napi_env env, napi_callback_info info) {
  const arguments given = read_arguments(env, info);
  size_t byte_length;
  char *window = first_bytes_of(&given, 1, &byte_length);
  if (window == NULL) return number(env, -EINVAL);
  return outcome(env, lay_zeros(window, byte_length, MAP_FIXED) == MAP_FAILED ? -1 : 0);
}

/** `advise(buffer, start, byteLength, advice)`: madvise on a part of any mapped buffer. */
static napi_value advise(napi_env env, napi_callback_info info) {
  const arguments given = read_arguments(env, info);
  size_t room;
  char *bytes = bytes_of(&given, 0, &room);
  const size_t start = (size_t)integer_of(&given, 1);
  const size_t byte_length = (size_t)integer_of(&given, 2);
  if (start > room || byte_length > room - start) return number(env, -EINVAL);
  return outcome(env, madvise(bytes + start, byte_length, (int)integer_of(&given, 3)));
}

void export_windows(napi_env env, napi_value exports) {
  add_function(env, exports, "reserve", reserve);
  add_function(env, exports, "map", map);
  add_function(env, exports, "unmap", unmap);
  add_function(env, exports, "advise", advise);
}
