// Plants each fault of test/mutants/faults.json in a copy of the project and runs the tests that must catch it. Names of
// faults, or parts of them, on the command line choose some. Ends with status 1 when a fault survives.
import { spawn } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const LEFT_OUT = new Set(['node_modules', '.git', 'dist', 'build', 'coverage'])

// A fault may make a test hang. Far above what the slowest test file takes; without a fault all of them run.
const LIMIT_MS = 600_000
const CONTROL_LIMIT_MS = 3_600_000

const chosen = process.argv.slice(2)
const faults = JSON.parse(readFileSync(join(ROOT, 'test/mutants/faults.json'), 'utf8')).filter(
  ({ name }) => chosen.length === 0 || chosen.some((part) => name.includes(part)),
)
const copy = mkdtempSync(join(tmpdir(), 'hotseg-mutants-'))
// Tests that are ended in the middle leave their files behind: here, where they go with the rest.
const memory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'hotseg-mutants-'))
let running

/** Runs a script in the copy. Gives whether it succeeded, its output, and whether it had to be ended. */
function run(script, args = [], limitMs = LIMIT_MS) {
  return new Promise((resolve) => {
    const output = []
    // A group of its own, so that what a test has started ends with it.
    running = spawn(process.execPath, [join(copy, script), ...args], {
      cwd: copy,
      env: { ...process.env, HOTSEG_TEST_MEMORY: memory, TMPDIR: memory },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [running.stdout, running.stderr]) stream.on('data', (chunk) => output.push(chunk))
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      endGroup()
    }, limitMs)
    running.on('close', (status) => {
      clearTimeout(timer)
      endGroup()
      running = undefined
      resolve({ isRight: status === 0, isLate, output: Buffer.concat(output).toString() })
    })
  })
}

function endGroup() {
  try {
    process.kill(-running.pid, 'SIGKILL')
  } catch {
    // All of it has ended.
  }
}

function clear() {
  for (const folder of [copy, memory]) rmSync(folder, { recursive: true, force: true })
}

async function build() {
  const compiled = await run('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.build.json', '--noCheck'])
  return compiled.isRight ? run('scripts/build-addon.js') : compiled
}

const test = (files, limitMs) => run('node_modules/vitest/vitest.mjs', ['run', '--bail=1', ...files], limitMs)

async function plant({ file, text, replacement, tests }) {
  const path = join(copy, file)
  const original = readFileSync(path, 'utf8')
  writeFileSync(
    path,
    original.replace(text, () => replacement),
  )
  try {
    const built = await build()
    if (!built.isRight) throw new Error(`the fault does not compile:\n${built.output}`)
    const { isRight, isLate, output } = await test(tests)
    if (!isRight && /No test files found/.test(output)) throw new Error(output)
    return isRight ? 'SURVIVED' : isLate ? 'hung    ' : 'caught  '
  } finally {
    writeFileSync(path, original)
  }
}

async function campaign() {
  cpSync(ROOT, copy, { recursive: true, filter: (source) => !LEFT_OUT.has(basename(source)) })
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  // Some tests run children as another user.
  for (const folder of [copy, memory]) chmodSync(folder, 0o755)
  // Without a fault all of them must pass, or their failing says nothing.
  const built = await build()
  if (!built.isRight) throw new Error(`it does not compile without a fault:\n${built.output}`)
  const control = await test([...new Set(faults.flatMap(({ tests }) => tests))], CONTROL_LIMIT_MS)
  if (!control.isRight) {
    throw new Error(`the tests ${control.isLate ? 'hang' : 'fail'} without a fault:\n${control.output}`)
  }
  let survivors = 0
  for (const fault of faults) {
    const start = performance.now()
    const verdict = await plant(fault)
    if (verdict === 'SURVIVED') survivors++
    const seconds = ((performance.now() - start) / 1000).toFixed(1).padStart(6)
    console.log(`${verdict} ${seconds} s  ${fault.name}`)
  }
  console.log(`${faults.length} faults, ${faults.length - survivors} caught, ${survivors} survived`)
  return survivors
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    if (running !== undefined) endGroup()
    clear()
    process.exit(130)
  })
}

try {
  process.exitCode = (await campaign()) === 0 && faults.length > 0 ? 0 : 1
} finally {
  clear()
}
