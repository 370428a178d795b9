/** What tests with files and real processes share: rooms, children and waits, each with a limit and an end. */
import { execFileSync, fork, type ChildProcess } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

// A campaign that ends tests in the middle gives them a place that it removes itself.
const MEMORY = process.env['HOTSEG_TEST_MEMORY'] ?? '/dev/shm'

/** A fresh directory of this user's; the caller removes it. `inMemory` asks for one on /dev/shm where there is one. */
export function makeTemporaryDirectory({ inMemory = false } = {}): string {
  const root = inMemory && fs.existsSync(MEMORY) ? MEMORY : tmpdir()
  return fs.mkdtempSync(join(root, 'hotseg-test-'))
}

/** Mounts a file system of 8 MB at a directory. @returns false where this user may not: then its tests are skipped, and the report shows it */
export function mountSmall(directory: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,mode=700', 'hotseg-test', directory], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** The counterpart of {@link mountSmall}, also while files there are open. */
export function unmountSmall(directory: string): void {
  execFileSync('umount', ['-l', directory], { stdio: 'ignore' })
}

/** What a process maps, as the kernel tells. */
export function mapsOf(pid: number): string {
  return fs.readFileSync(`/proc/${pid}/maps`, 'utf8')
}

/** The code a promise is rejected with. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => 'resolved',
    (error: unknown) => (error as { code: unknown }).code,
  )
}

/** Polls until the condition holds; throws after `limitMs`. */
export async function waitUntil(condition: () => boolean | Promise<boolean>, limitMs = 20_000): Promise<void> {
  const end = Date.now() + limitMs
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`condition did not hold within ${limitMs} ms: ${condition.toString()}`)
    await sleep(5)
  }
}

/** A child process that answers one message at a time. */
export class Child {
  readonly process: ChildProcess
  readonly #output: string[] = []

  /**
   * @param script - name of a file in test/process/children
   * @param uid - the user it runs as, for tests run by root
   * @param wrapper - a program and its arguments that ends up as Node with the arguments behind them
   */
  constructor(script: string, args: readonly string[] = [], uid?: number, wrapper?: readonly string[]) {
    this.process = fork(join(import.meta.dirname, 'children', script), args, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
      ...(uid === undefined ? {} : { uid, gid: uid }),
      ...(wrapper === undefined ? {} : { execPath: wrapper[0]!, execArgv: [...wrapper.slice(1), process.execPath] }),
    })
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.#output.push(chunk.toString()))
    }
  }

  get pid(): number {
    return this.process.pid!
  }

  get output(): string {
    return this.#output.join('')
  }

  /** Sends a request and waits for its answer; an `error` in it is thrown. */
  async ask(request: Record<string, unknown>, limitMs = 60_000): Promise<any> {
    const answer = this.next(limitMs)
    this.process.send(request)
    return await answer
  }

  /** The next message of the child. */
  async next(limitMs = 60_000): Promise<any> {
    return await new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer)
        this.process.off('message', onMessage)
        this.process.off('exit', onExit)
      }
      const onMessage = (message: any): void => {
        done()
        resolve(message)
      }
      const onExit = (code: number | null, signal: string | null): void => {
        done()
        reject(new Error(`child ended, code=${String(code)}, signal=${String(signal)}\n${this.output}`))
      }
      const timer = setTimeout(() => {
        done()
        reject(new Error(`child said nothing for ${limitMs} ms\n${this.output}`))
      }, limitMs)
      this.process.on('message', onMessage)
      this.process.on('exit', onExit)
    })
  }

  /** Kills the child for good and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return
    const gone = new Promise((resolve) => this.process.once('exit', resolve))
    this.process.kill('SIGCONT')
    this.process.kill('SIGKILL')
    await gone
  }
}
