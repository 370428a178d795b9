import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const manifest = JSON.parse(fs.readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>
  readonly bin: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>
}

const addon = join(ROOT, 'prebuilds', `${process.platform}-${process.arch}`, 'hotseg.node')
// The tests of an installed package have no repository around them to pack.
const isRepository = fs.existsSync(join(ROOT, 'src'))

/** The paths of the files that would be published. */
function packed(): string[] {
  const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [{ files }] = JSON.parse(output) as [{ files: readonly { path: string }[] }]
  return files.map(({ path }) => path)
}

describe.skipIf(!isRepository)('the package', () => {
  const files = isRepository ? packed() : []

  test('has what users need, and nothing else', () => {
    const rooms = new Set(files.map((path) => path.split('/')[0]))
    const expected = ['CHANGELOG.md', 'LICENSE', 'README.md', 'dist', 'docs', 'package.json']
    if (fs.existsSync(addon)) expected.push('prebuilds')
    expect([...rooms].sort()).toEqual(expected.sort())
    expect(files.filter((path) => path.startsWith('dist/') && !/\.(?:js|d\.ts)$/.test(path))).toEqual([])
  })

  test('has every file that its manifest names', () => {
    const named = [
      ...Object.values(manifest.bin),
      ...Object.values(manifest.exports).flatMap((entry) =>
        typeof entry === 'string' ? [entry] : Object.values(entry),
      ),
    ]
    expect(named.length).toBeGreaterThan(8)
    for (const path of named) expect(files).toContain(path.replace(/^\.\//, ''))
  })

  test('runs nothing when it is installed', () => {
    // npm builds by itself where there is a binding.gyp.
    expect(files.filter((path) => path.endsWith('.gyp'))).toEqual([])
    for (const name of ['preinstall', 'install', 'postinstall', 'preprepare', 'prepare', 'postprepare']) {
      expect(manifest.scripts).not.toHaveProperty(name)
    }
  })

  test.skipIf(!fs.existsSync(addon))('has the addon for this platform', () => {
    expect(files).toContain(`prebuilds/${process.platform}-${process.arch}/hotseg.node`)
  })
})

const hasReadelf = ((): boolean => {
  try {
    execFileSync('readelf', ['--version'], { stdio: 'ignore' })
    return process.platform === 'linux' && fs.existsSync(addon)
  } catch {
    return false
  }
})()

describe.skipIf(!hasReadelf)('the addon', () => {
  const readelf = (...options: string[]): string => execFileSync('readelf', [...options, addon], { encoding: 'utf8' })

  test('names no C library, so that it loads beside any', () => {
    expect(readelf('--dynamic')).not.toContain('(NEEDED)')
    // A symbol of a version would tie it to glibc.
    expect(readelf('--dyn-syms', '--wide')).not.toMatch(/@GLIBC/)
  })

  test('is never unloaded: a signal handler is in it', () => {
    expect(readelf('--dynamic')).toContain('NODELETE')
  })

  test('takes from the process only what glibc and musl both have, and Node-API', () => {
    const needed = readelf('--dyn-syms', '--wide')
      .split('\n')
      .filter((line) => line.includes(' UND '))
      .map((line) => line.trim().split(/\s+/).at(-1)!)
      .filter((name) => name !== 'UND' && !name.startsWith('napi_'))
    expect(needed.sort()).toEqual([
      '__errno_location',
      'calloc',
      'fallocate',
      'flock',
      'free',
      'madvise',
      'mmap',
      'munmap',
      'nanosleep',
      'pthread_create',
      'pthread_detach',
      'pthread_join',
      'raise',
      'sigaction',
      'sigemptyset',
      'syscall',
    ])
  })
})
