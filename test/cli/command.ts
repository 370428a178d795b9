/** Runs the built command as a user does. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'vitest'

export const MAIN = join(import.meta.dirname, '../../dist/cli/main.js')
const LIMIT_MS = 60_000

/** Where schema modules of tests import types from: the hotseg that the command is. */
export const HOTSEG = pathToFileURL(join(import.meta.dirname, '../../dist/index.js')).href

export interface Ended {
  readonly status: number | null
  readonly out: string
  readonly err: string
}

/** How to run the command. */
export interface RunOptions {
  readonly input?: string | Uint8Array
  readonly nodeOptions?: readonly string[]
}

/** Runs the command with arguments. */
export function hotsegWith({ input, nodeOptions = [] }: RunOptions, ...args: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeOptions, MAIN, ...args], {
    encoding: 'utf8',
    timeout: LIMIT_MS,
    maxBuffer: 1 << 28,
    ...(input === undefined ? {} : { input }),
  })
  return { status, out: stdout, err: stderr }
}

export const hotseg = (...args: string[]): Ended => hotsegWith({}, ...args)

/** Runs it with `--json`, and parses the one line it gives. */
export function hotsegJson(...args: string[]): { status: number | null; data: any } {
  const { status, out, err } = hotseg(...args, '--json')
  expect(err).toBe('')
  expect(out.trimEnd()).not.toContain('\n')
  return { status, data: JSON.parse(out) }
}

/** Runs the same built command in this process, which is faster: for tables of many cases. */
export async function inProcess(...args: string[]): Promise<Ended> {
  const { run } = (await import(pathToFileURL(join(import.meta.dirname, '../../dist/cli/program.js')).href)) as {
    run: (args: readonly string[], output: object) => Promise<number>
  }
  let [out, err] = ['', '']
  const status = await run(args, {
    out: (text: string) => (out += `${text}\n`),
    err: (text: string) => (err += text),
    terminal: undefined,
  })
  return { status, out, err }
}
