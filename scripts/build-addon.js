/**
 * Compiles the addon in `src/platform/addon/` into `prebuilds/<platform>/hotseg.node`.
 *
 *     node scripts/build-addon.js [linux-x64 | linux-arm64 | darwin-x64 | darwin-arm64] [--must]
 *
 * `CC` names the compiler, also one for another platform. Without a compiler the rest of hotseg works through mmap-io: that is said, and
 * is an error with `--must` only. On Linux the binary needs no C library by name, so that one serves glibc and musl.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const SOURCES = join(ROOT, 'src/platform/addon')
const FLAGS = ['-std=gnu11', '-D_GNU_SOURCE', '-O2', '-fPIC', '-fvisibility=hidden', '-Wall', '-Wextra', '-Werror']
const LINKING = {
  // Never unloaded: a signal handler is in it, and workers that end would take it away.
  linux: ['-shared', '-nostdlib', '-fno-stack-protector', '-Wl,-z,nodelete,-z,relro,-z,now,--gc-sections', '-s'],
  darwin: ['-bundle', '-undefined', 'dynamic_lookup'],
}

/** Atomic operations in place, where GCC would call its own library for them. */
const FOR_PROCESSOR = { 'linux-arm64': ['-mno-outline-atomics'] }

const given = process.argv.slice(2)
const isRequired = given.includes('--must')
const platform = given.find((word) => !word.startsWith('-')) ?? `${process.platform}-${process.arch}`
const linking = LINKING[platform.split('-')[0]]

if (linking === undefined) give(`the addon is not made for ${platform}`)
else compile(linking)

function compile(linking) {
  const folder = join(ROOT, 'prebuilds', platform)
  mkdirSync(folder, { recursive: true })
  const target = join(folder, 'hotseg.node')
  // Processes may have the old one mapped: it is replaced, not written.
  const temporary = `${target}.${process.pid}`
  const sources = readdirSync(SOURCES).filter((name) => name.endsWith('.c'))
  const compiler = process.env.CC ?? 'cc'
  const { error, status, stderr } = spawnSync(
    compiler,
    [
      ...FLAGS,
      ...(FOR_PROCESSOR[platform] ?? []),
      '-I',
      join(ROOT, 'node_modules/node-api-headers/include'),
      ...sources.map((name) => join(SOURCES, name)),
      '-o',
      temporary,
      ...linking,
    ],
    { encoding: 'utf8' },
  )
  if (error === undefined && status === 0) {
    renameSync(temporary, target)
    return
  }
  rmSync(temporary, { force: true })
  // One of other sources would be worse than none.
  rmSync(target, { force: true })
  if (error?.code === 'ENOENT') give(`there is no C compiler (${compiler})`)
  else {
    console.error(error?.message ?? stderr)
    process.exitCode = 1
  }
}

function give(reason) {
  console.warn(
    `hotseg: ${reason}, so the addon was not built. Files are mapped by mmap-io alone: below 2 GiB, without the guard over files that shrink.`,
  )
  if (isRequired) process.exitCode = 1
}
