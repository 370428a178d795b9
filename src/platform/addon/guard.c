/**
 * The guard: reading a mapped page that its file no longer has, because the file was cut off or the disk under a hole in it
 * is full, is SIGBUS, and kills. The handler here lays zeros under such a read in ranges that were registered, and over all
 * the rest of the range: so whoever reads anything there from then on reads zero, and can know by that. Faults
 * elsewhere go to whoever handled them before.
 *
 * Invariants
 * 1. The handler takes no lock and calls mmap, sigaction and raise only, as system calls that may interrupt anything.
 * 2. `start` is written last when a slot is filled and first when it is emptied, so that what the handler sees is whole.
 * 3. A thread registers ranges and empties them before it unmaps them; only the same thread reads in them.
 */
#include "addon.h"
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>

#define SLOTS 4096

typedef struct {
  /** Which registration holds the slot, 0 for none. */
  _Atomic uint64_t holder;
  _Atomic uintptr_t start;
  uintptr_t end;
} slot;

static slot slots[SLOTS];
/** One more than the last slot that was ever used. */
static _Atomic int used;
static _Atomic uint64_t registrations;
static _Atomic int installed;
static struct sigaction previous;

static int save(uintptr_t address) {
  const int count = atomic_load(&used);
  for (int i = 0; i < count; i++) {
    const uintptr_t start = atomic_load(&slots[i].start);
    if (start == 0 || address < start || address >= slots[i].end) continue;
    const size_t byte_length = slots[i].end - start;
    return lay_zeros((void *)start, byte_length, MAP_FIXED) != MAP_FAILED;
  }
  return 0;
}

static void handle(int number, siginfo_t *info, void *context) {
  const int cause = errno;
  if (info->si_code <= 0 || !save((uintptr_t)info->si_addr)) {
    if ((previous.sa_flags & SA_SIGINFO) != 0) {
      previous.sa_sigaction(number, info, context);
    } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
      previous.sa_handler(number);
    } else {
      sigaction(number, &previous, NULL);
      raise(number);
    }
  }
  errno = cause;
}

static int install(void) {
  int expected = 0;
  if (!atomic_compare_exchange_strong(&installed, &expected, 1)) return 0;
  struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
  action.sa_sigaction = handle;
  sigemptyset(&action.sa_mask);
  if (sigaction(SIGBUS, &action, &previous) == 0) return 0;
  atomic_store(&installed, 0);
  return -1;
}

static void release(uint64_t registration) {
  slot *held = &slots[registration % SLOTS];
  if (atomic_load(&held->holder) != registration) return;
  atomic_store(&held->start, 0);
  atomic_store(&held->holder, 0);
}

static void forget(napi_env env, void *registration, void *hint) {
  (void)env;
  (void)hint;
  release((uint64_t)(uintptr_t)registration);
}

/**
 * `guard(buffer, byteLength)`: registers the first bytes of a mapped buffer. Gives a handle for `unguard`, or the number of an
 * error; the range is registered until then, or until the handle is collected or the thread ends.
 */
static napi_value guard(napi_env env, napi_callback_info info) {
  const arguments given = read_arguments(env, info);
  size_t byte_length;
  char *bytes = first_bytes_of(&given, 1, &byte_length);
  if (bytes == NULL) return number(env, -EINVAL);
  if (install() != 0) return outcome(env, -1);
  const uint64_t serial = atomic_fetch_add(&registrations, 1) + 1;
  for (int i = 0; i < SLOTS; i++) {
    uint64_t nobody = 0;
    const uint64_t registration = serial * SLOTS + (uint64_t)i;
    if (!atomic_compare_exchange_strong(&slots[i].holder, &nobody, registration)) continue;
    slots[i].end = (uintptr_t)bytes + byte_length;
    int last = atomic_load(&used);
    while (last <= i && !atomic_compare_exchange_weak(&used, &last, i + 1)) continue;
    napi_value handle;
    if (napi_create_external(env, (void *)(uintptr_t)registration, forget, NULL, &handle) != napi_ok) {
      release(registration);
      return number(env, -ENOMEM);
    }
    atomic_store(&slots[i].start, (uintptr_t)bytes);
    return handle;
  }
  return number(env, -ENOSPC);
}

/** `unguard(handle)`: to be called before the range is unmapped. */
static napi_value unguard(napi_env env, napi_callback_info info) {
  const arguments given = read_arguments(env, info);
  void *registration = NULL;
  if (napi_get_value_external(env, given.values[0], &registration) != napi_ok) return number(env, -EINVAL);
  release((uint64_t)(uintptr_t)registration);
  return number(env, 0);
}

void export_guard(napi_env env, napi_value exports) {
  add_function(env, exports, "guard", guard);
  add_function(env, exports, "unguard", unguard);
}
