/**
 * What mmap-io and Node lack, as functions of Node-API version 8, so that one binary serves all versions of Node. Nothing
 * here throws: what a system call refuses is its error number, negative, and the callers in TypeScript make an error of it.
 *
 * Of the C library only what glibc and musl share under the same names is used, and the binary names neither (docs/releasing.md).
 */
#ifndef HOTSEG_ADDON_H
#define HOTSEG_ADDON_H

#define NAPI_VERSION 8
#include <node_api.h>
#include <stddef.h>
#include <stdint.h>

#define ARGUMENTS_MAX 4

typedef struct {
  napi_env env;
  napi_value values[ARGUMENTS_MAX];
} arguments;

arguments read_arguments(napi_env env, napi_callback_info info);
/** Integers up to 2^53 pass as they are: sizes and addresses in files exceed 32 bits. */
int64_t integer_of(const arguments *given, int index);
/** The first byte of an ArrayBuffer and how many there are; NULL and 0 for anything else, and once it is detached. */
char *bytes_of(const arguments *given, int index, size_t *byte_length);
/** The first bytes of the ArrayBuffer that is given first: as many as the argument at `index` says, NULL when it has not so many, or none. */
char *first_bytes_of(const arguments *given, int index, size_t *byte_length);
napi_value number(napi_env env, double value);
/** 0, or the negative `errno` when a call gave -1. */
napi_value outcome(napi_env env, int status);
void add_function(napi_env env, napi_value exports, const char *name, napi_callback function);
/** What other threads call so that the function `callback` is called in the thread of `env`; NULL on failure. The process need not live on for it. */
napi_threadsafe_function callable_from_threads(napi_env env, const char *name, napi_value callback);

/** Zeros that take no memory, where this is laid; MAP_FIXED among the flags puts them over what is there. */
void *lay_zeros(void *address, size_t byte_length, int flags);

void export_windows(napi_env env, napi_value exports);
void export_clear(napi_env env, napi_value exports);
void export_guard(napi_env env, napi_value exports);
#ifdef __linux__
void export_files(napi_env env, napi_value exports);
void export_bell(napi_env env, napi_value exports);
#endif

#endif
