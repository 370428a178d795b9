/**
 * Waiting until another process changes a word of a mapped page, by the kernel's futex: on a thread of its own, since a
 * wait on a thread of libuv's pool would take one from files and names of hosts. The word is never read here; the kernel
 * compares it, and gives an error where it cannot be read.
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

#define STACK_BYTES (256 << 10)
#define WORD_BYTES 4

typedef struct {
  char *word;
  uint32_t seen;
  _Atomic int stopped;
  /** The thread, the function it calls, and the handle. */
  _Atomic int owners;
  napi_threadsafe_function tell;
} wait_state;

static long futex(void *word, int operation, uint32_t value, const struct timespec *timeout) {
  return syscall(SYS_futex, word, operation, value, timeout, NULL, 0);
}

static void drop(wait_state *state) {
  if (atomic_fetch_sub(&state->owners, 1) == 1) free(state);
}

static void *wait_for_change(void *data) {
  wait_state *state = data;
  // A wake that comes between looking at `stopped` and waiting is missed, and costs one such second.
  const struct timespec limit = {.tv_sec = 1};
  int is_changed = 0;
  while (!atomic_load(&state->stopped)) {
    if (futex(state->word, FUTEX_WAIT, state->seen, &limit) == 0) is_changed = 1;
    else if (errno == EAGAIN) is_changed = 1;
    else if (errno == ETIMEDOUT || errno == EINTR) continue;
    break;
  }
  if (is_changed && !atomic_load(&state->stopped)) napi_call_threadsafe_function(state->tell, NULL, napi_tsfn_nonblocking);
  napi_release_threadsafe_function(state->tell, napi_tsfn_release);
  drop(state);
  return NULL;
}

static void end(napi_env env, void *data, void *hint) {
  (void)env;
  (void)hint;
  wait_state *state = data;
  atomic_store(&state->stopped, 1);
  drop(state);
}

static napi_value name_of_waits(napi_env env) {
  napi_value name = NULL;
  napi_create_string_utf8(env, "hotseg.bell", NAPI_AUTO_LENGTH, &name);
  return name;
}

/**
 * `wait(buffer, seen, callback)`: calls back once when the first word of the buffer is not `seen` any more, or was rung; a wait
 * that cannot go on ends without. Gives a handle for `stop`, or the number of an error. The process need not wait for it.
 */
static napi_value wait_for_ring(napi_env env, napi_callback_info info) {
  const arguments given = read_arguments(env, info);
  size_t room;
  char *word = bytes_of(&given, 0, &room);
  if (room < WORD_BYTES) return number(env, -EINVAL);
  wait_state *state = calloc(1, sizeof(wait_state));
  if (state == NULL) return number(env, -ENOMEM);
  state->word = word;
  state->seen = (uint32_t)integer_of(&given, 1);
  state->owners = 2;
  napi_value handle;
  if (napi_create_threadsafe_function(env, given.values[2], NULL, name_of_waits(env), 0, 1, state, end, NULL, NULL,
                                      &state->tell) != napi_ok) {
    free(state);
    return number(env, -ENOMEM);
  }
  napi_unref_threadsafe_function(env, state->tell);
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, STACK_BYTES);
  int status = ENOMEM;
  // The handle owns the state too, until it is collected.
  atomic_fetch_add(&state->owners, 1);
  if (napi_create_external(env, state, end, NULL, &handle) != napi_ok) drop(state);
  else status = pthread_create(&thread, &attributes, wait_for_change, state);
  pthread_attr_destroy(&attributes);
  if (status == 0) return handle;
  napi_release_threadsafe_function(state->tell, napi_tsfn_release);
  drop(state);
  return number(env, -status);
}

/** `stop(handle)`: ends a wait; to be called before the page is unmapped. Others who wait for the page wake up and look. */
static napi_value stop(napi_env env, napi_callback_info info) {
  const arguments given = read_arguments(env, info);
  void *data = NULL;
  if (napi_get_value_external(env, given.values[0], &data) != napi_ok) return number(env, -EINVAL);
  wait_state *state = data;
  atomic_store(&state->stopped, 1);
  futex(state->word, FUTEX_WAKE, INT_MAX, NULL);
  return number(env, 0);
}

/** `ring(fd)`: wakes all who wait for the first word of a file, in whatever process. */
static napi_value ring(napi_env env, napi_callback_info info) {
  const arguments given = read_arguments(env, info);
  void *page = mmap(NULL, WORD_BYTES, PROT_READ, MAP_SHARED, (int)integer_of(&given, 0), 0);
  if (page == MAP_FAILED) return outcome(env, -1);
  const long woken = futex(page, FUTEX_WAKE, INT_MAX, NULL);
  const int cause = errno;
  munmap(page, WORD_BYTES);
  return number(env, woken == -1 ? -cause : 0);
}

void export_bell(napi_env env, napi_value exports) {
  add_function(env, exports, "wait", wait_for_ring);
  add_function(env, exports, "stop", stop);
  add_function(env, exports, "ring", ring);
}

#else

void export_bell(napi_env env, napi_value exports) {
  (void)env;
  (void)exports;
}

#endif
