/**
 * Waiting until another process rings the first word of a mapped page, by the kernel's futex: on a thread of its own, since a
 * wait in libuv's pool would take a thread from files and names of hosts. The word is compared by the kernel alone, so a page that
 * is lost is an error and no signal.
 *
 * Invariants
 * 1. The thread uses `tell` in the phase TELLING only. Whoever ends a wait brings it to ENDED first, and then lets go of `tell`.
 * 2. A wait is ended before its page is unmapped and before its environment is torn down; what the thread does afterwards, for
 *    `SLICE_SECONDS` at most, concerns nobody: an address where nothing is any more, or something else, is an error or no wake.
 */
#include "addon.h"

#ifdef __linux__
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SLICE_SECONDS 1
#define WORD_BYTES 4

enum { WAITING, TELLING, ENDED };

typedef struct {
  char *word;
  uint32_t seen;
  _Atomic int phase;
  /** The thread and the handle. */
  _Atomic int owners;
  /** NULL when it has been let go. */
  napi_threadsafe_function tell;
} waiter;

static void drop(waiter *each) {
  if (atomic_fetch_sub(&each->owners, 1) == 1) free(each);
}

static int change_phase(waiter *each, int from, int to) {
  return atomic_compare_exchange_strong(&each->phase, &from, to);
}

static void *wait_for_change(void *data) {
  waiter *each = data;
  const struct timespec slice = {.tv_sec = SLICE_SECONDS};
  long status;
  do status = syscall(SYS_futex, each->word, FUTEX_WAIT, each->seen, &slice, NULL, 0);
  while (status == -1 && (errno == ETIMEDOUT || errno == EINTR) && atomic_load(&each->phase) == WAITING);
  const int is_rung = status == 0 || errno == EAGAIN;
  if (is_rung && change_phase(each, WAITING, TELLING)) {
    napi_call_threadsafe_function(each->tell, NULL, napi_tsfn_nonblocking);
    atomic_store(&each->phase, ENDED);
  }
  drop(each);
  return NULL;
}

static void end(waiter *each) {
  if (change_phase(each, WAITING, ENDED)) return;
  // Between these two the thread does not wait for anything.
  while (atomic_load(&each->phase) == TELLING) continue;
}

// Invariant 2: the environment lets go of `tell` itself, right after this.
static void end_with_environment(void *data) {
  waiter *each = data;
  end(each);
  each->tell = NULL;
}

static void end_and_release(napi_env env, waiter *each) {
  if (each->tell == NULL) return;
  end(each);
  napi_remove_env_cleanup_hook(env, end_with_environment, each);
  napi_release_threadsafe_function(each->tell, napi_tsfn_abort);
  each->tell = NULL;
}

static void forget(napi_env env, void *data, void *hint) {
  (void)hint;
  end_and_release(env, data);
  drop(data);
}

static int start(napi_env env, waiter *each, napi_value callback) {
  each->tell = callable_from_threads(env, "hotseg.bell", callback);
  if (each->tell == NULL) return ENOMEM;
  // Hooks run in the opposite order: before the one of `tell`.
  napi_add_env_cleanup_hook(env, end_with_environment, each);
  pthread_t thread;
  atomic_fetch_add(&each->owners, 1);
  const int status = pthread_create(&thread, NULL, wait_for_change, each);
  if (status == 0) pthread_detach(thread);
  else drop(each);
  return status;
}

/**
 * `wait(buffer, seen, callback)`: calls back once, when the first word of the buffer is not `seen` or has been rung; not at all when it
 * cannot be read. Gives a handle for `stop`, or the number of an error. A handle that is collected stops, too.
 */
static napi_value wait_for_ring(napi_env env, napi_callback_info info) {
  const arguments given = read_arguments(env, info);
  size_t room;
  char *word = bytes_of(&given, 0, &room);
  if (room < WORD_BYTES) return number(env, -EINVAL);
  waiter *each = calloc(1, sizeof(waiter));
  if (each == NULL) return number(env, -ENOMEM);
  each->word = word;
  each->seen = (uint32_t)integer_of(&given, 1);
  each->owners = 1;
  napi_value handle;
  if (napi_create_external(env, each, forget, NULL, &handle) != napi_ok) {
    free(each);
    return number(env, -ENOMEM);
  }
  const int status = start(env, each, given.values[2]);
  if (status == 0) return handle;
  end_and_release(env, each);
  return number(env, -status);
}

/** `stop(handle)`: no call comes from it any more; to be called before the page is unmapped. */
static napi_value stop(napi_env env, napi_callback_info info) {
  const arguments given = read_arguments(env, info);
  void *each = NULL;
  if (napi_get_value_external(env, given.values[0], &each) != napi_ok) return number(env, -EINVAL);
  end_and_release(env, each);
  return number(env, 0);
}

/** `ring(fd)`: wakes all who wait for the first word of a file, in whatever process. */
static napi_value ring(napi_env env, napi_callback_info info) {
  const arguments given = read_arguments(env, info);
  void *word = mmap(NULL, WORD_BYTES, PROT_READ, MAP_SHARED, (int)integer_of(&given, 0), 0);
  if (word == MAP_FAILED) return outcome(env, -1);
  const napi_value result = outcome(env, (int)syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, NULL, NULL, 0));
  munmap(word, WORD_BYTES);
  return result;
}

void export_bell(napi_env env, napi_value exports) {
  add_function(env, exports, "wait", wait_for_ring);
  add_function(env, exports, "stop", stop);
  add_function(env, exports, "ring", ring);
}
#endif
