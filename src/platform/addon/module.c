#include "addon.h"
#include <errno.h>

arguments read_arguments(napi_env env, napi_callback_info info) {
  arguments given = {.env = env};
  size_t count = ARGUMENTS_MAX;
  // Those that were not given become undefined.
  napi_get_cb_info(env, info, &count, given.values, NULL, NULL);
  return given;
}

int64_t integer_of(const arguments *given, int index) {
  int64_t value = 0;
  napi_get_value_int64(given->env, given->values[index], &value);
  return value;
}

char *bytes_of(const arguments *given, int index, size_t *byte_length) {
  void *bytes = NULL;
  *byte_length = 0;
  bool is_buffer = false;
  napi_is_arraybuffer(given->env, given->values[index], &is_buffer);
  if (is_buffer) napi_get_arraybuffer_info(given->env, given->values[index], &bytes, byte_length);
  return bytes;
}

char *first_bytes_of(const arguments *given, int index, size_t *byte_length) {
  size_t room;
  char *bytes = bytes_of(given, 0, &room);
  *byte_length = (size_t)integer_of(given, index);
  return *byte_length == 0 || *byte_length > room ? NULL : bytes;
}

napi_value number(napi_env env, double value) {
  napi_value result = NULL;
  napi_create_double(env, value, &result);
  return result;
}

napi_value outcome(napi_env env, int status) {
  return number(env, status == -1 ? -errno : 0);
}

void add_function(napi_env env, napi_value exports, const char *name, napi_callback function) {
  napi_value value;
  if (napi_create_function(env, name, NAPI_AUTO_LENGTH, function, NULL, &value) != napi_ok) return;
  napi_set_named_property(env, exports, name, value);
}

napi_threadsafe_function callable_from_threads(napi_env env, const char *name, napi_value callback) {
  napi_value title;
  napi_threadsafe_function result;
  if (napi_create_string_utf8(env, name, NAPI_AUTO_LENGTH, &title) != napi_ok) return NULL;
  if (napi_create_threadsafe_function(env, callback, NULL, title, 0, 1, NULL, NULL, NULL, NULL, &result) != napi_ok) {
    return NULL;
  }
  napi_unref_threadsafe_function(env, result);
  return result;
}

// The main thread and every worker come here, each with an environment of its own.
NAPI_MODULE_INIT(/* napi_env env, napi_value exports */) {
  export_windows(env, exports);
  export_clear(env, exports);
  export_guard(env, exports);
#ifdef __linux__
  export_files(env, exports);
  export_bell(env, exports);
#endif
  return exports;
}
