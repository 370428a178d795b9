/**
 * Taking the pages of a mapped buffer away on a thread of its own. That waits until all processors have forgotten them, which takes
 * milliseconds where one of them is virtual and asleep; the thread with the event loop should not stand still for that.
 *
 * Invariants
 * 1. Each clearing is finished, which joins its thread, before its buffer is unmapped and before its environment is torn down.
 * 2. The thread touches nothing but its clearing and its buffer, and calls `tell` once, at its end.
 */
#include "addon.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

/** A slice and the pause after it: other threads of the process that need pages, or a processor, wait for no more than that. */
#define SLICE_BYTES ((size_t)1 << 20)
#define PAUSE_NANOSECONDS 1000000
/** Above this many slices they are larger, so that the end comes within half a second. */
#define SLICES_MAX 200

typedef struct {
  char *bytes;
  size_t byte_length;
  int status;
  _Atomic int hurries;
  pthread_t thread;
  /** NULL when the clearing is finished. */
  napi_threadsafe_function tell;
} clearing;

static void *clear_in_slices(void *data) {
  clearing *each = data;
  const size_t rounds = each->byte_length / SLICE_BYTES / SLICES_MAX + 1;
  const size_t slice = rounds * SLICE_BYTES;
  const struct timespec pause = {.tv_nsec = PAUSE_NANOSECONDS};
  for (size_t done = 0; done < each->byte_length && !atomic_load(&each->hurries); done += slice) {
    const size_t rest = each->byte_length - done;
    // Locked pages stay until the end.
    madvise(each->bytes + done, rest < slice ? rest : slice, MADV_DONTNEED);
    nanosleep(&pause, NULL);
  }
  each->status = lay_zeros(each->bytes, each->byte_length, MAP_FIXED) == MAP_FAILED ? -errno : 0;
  napi_call_threadsafe_function(each->tell, NULL, napi_tsfn_nonblocking);
  return NULL;
}

static void join(void *data) {
  clearing *each = data;
  atomic_store(&each->hurries, 1);
  pthread_join(each->thread, NULL);
  each->tell = NULL;
}

static int finish_now(napi_env env, clearing *each) {
  if (each->tell == NULL) return each->status;
  const napi_threadsafe_function tell = each->tell;
  join(each);
  napi_remove_env_cleanup_hook(env, join, each);
  napi_release_threadsafe_function(tell, napi_tsfn_abort);
  return each->status;
}

static void forget(napi_env env, void *data, void *hint) {
  (void)hint;
  finish_now(env, data);
  free(data);
}

static int start(napi_env env, clearing *each, napi_value callback) {
  const napi_threadsafe_function tell = callable_from_threads(env, "hotseg.clear", callback);
  if (tell == NULL) return ENOMEM;
  each->tell = tell;
  const int status = pthread_create(&each->thread, NULL, clear_in_slices, each);
  if (status == 0) {
    // Hooks run in the opposite order: before the one of `tell`.
    napi_add_env_cleanup_hook(env, join, each);
  } else {
    each->tell = NULL;
    napi_release_threadsafe_function(tell, napi_tsfn_abort);
  }
  return status;
}

/**
 * `clear(buffer, byteLength, callback)`: puts zeros that take no memory in the place of a file, beside other work, and calls back; `finish` must
 * follow. Gives a handle for that, or the number of an error, and then nothing was begun.
 */
static napi_value clear(napi_env env, napi_callback_info info) {
  const arguments given = read_arguments(env, info);
  size_t byte_length;
  char *bytes = first_bytes_of(&given, 1, &byte_length);
  if (bytes == NULL) return number(env, -EINVAL);
  clearing *each = calloc(1, sizeof(clearing));
  if (each == NULL) return number(env, -ENOMEM);
  each->bytes = bytes;
  each->byte_length = byte_length;
  napi_value handle;
  if (napi_create_external(env, each, forget, NULL, &handle) != napi_ok) {
    free(each);
    return number(env, -ENOMEM);
  }
  const int status = start(env, each, given.values[2]);
  return status == 0 ? handle : number(env, -status);
}

/** `finish(handle)`: waits for the end of a clearing, which takes no more pauses; it calls back no more. 0, or the number of an error. */
static napi_value finish(napi_env env, napi_callback_info info) {
  const arguments given = read_arguments(env, info);
  void *each = NULL;
  if (napi_get_value_external(env, given.values[0], &each) != napi_ok) return number(env, -EINVAL);
  return number(env, finish_now(env, each));
}

void export_clear(napi_env env, napi_value exports) {
  add_function(env, exports, "clear", clear);
  add_function(env, exports, "finish", finish);
}
