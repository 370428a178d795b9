/** Runs the examples as a user does: compiled, as processes of their own, asked over HTTP. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { join } from 'node:path'
import ts from 'typescript'
import { waitUntil } from '../process/harness.js'

const ROOT = join(import.meta.dirname, '../..')

// Not the directory of whoever else compiles the examples at the same time; below it, `hotseg` is this package.
const BUILD = join(ROOT, `examples/build/test-${process.pid}`)

/** Compiles the services; they import the built package by its name, which `npm test` builds first. `npm run check` looks at their types. */
export function buildServices(): void {
  const { module, target } = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 }
  const sources = join(ROOT, 'examples/services')
  mkdirSync(join(BUILD, 'services'), { recursive: true })
  for (const name of readdirSync(sources)) {
    const { outputText } = ts.transpileModule(readFileSync(join(sources, name), 'utf8'), {
      fileName: join(sources, name),
      compilerOptions: { module, target, verbatimModuleSyntax: true },
    })
    writeFileSync(join(BUILD, 'services', name.replace(/\.ts$/, '.js')), outputText)
  }
}

/** Removes what was compiled. */
export function removeServices(): void {
  rmSync(BUILD, { recursive: true, force: true })
}

/** Where a compiled example lies. */
export function exampleAt(name: string): string {
  return join(BUILD, name)
}

/** One of the examples, running. */
export class Service {
  readonly process: ChildProcess
  #output = ''

  constructor(name: string, args: readonly string[], command: readonly string[] = [process.execPath]) {
    const [executable = '', ...before] = command
    this.process = spawn(executable, [...before, exampleAt(name), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()))
    }
  }

  get output(): string {
    return this.#output
  }

  /** Waits for a line, and gives what its groups match. */
  async line(pattern: RegExp, limitMs = 30_000): Promise<string[]> {
    try {
      await waitUntil(() => pattern.test(this.#output) || this.process.exitCode !== null, limitMs)
    } catch {
      throw new Error(`no line ${String(pattern)} within ${limitMs} ms\n${this.#output}`)
    }
    const match = pattern.exec(this.#output)
    if (match === null) throw new Error(`ended without the line ${String(pattern)}\n${this.#output}`)
    return match.slice(1)
  }

  /** The port it listens on. */
  async port(): Promise<number> {
    return Number((await this.line(/listening on (\d+)/))[0])
  }

  /** Asks it to end, and gives its status; `signal` when something else than SIGTERM is to be sent. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals | null> {
    this.process.kill(signal)
    return await this.gone()
  }

  async gone(): Promise<number | NodeJS.Signals | null> {
    await waitUntil(() => this.process.exitCode !== null || this.process.signalCode !== null)
    return this.process.exitCode ?? this.process.signalCode
  }
}

/** What one request was answered. */
export interface Answer {
  readonly edition: number
  readonly cents: readonly number[]
  readonly process: number
}

/** How to ask. */
export interface AskOptions {
  readonly agent?: Agent
  /** For as many prices that several editions are published until the answer is complete. */
  readonly isLong?: boolean
}

/** The service waits between two of them, so three take some milliseconds, and 400 more than the life of an edition here. */
const ARTICLES = [3, 700, 41]
const MANY_ARTICLES = Array.from({ length: 400 }, (_, index) => index)

/** Asks for some prices; throws when the answer is not of one edition from beginning to end. */
export async function ask(port: number, { agent, isLong = false }: AskOptions = {}): Promise<Answer> {
  const articles = isLong ? MANY_ARTICLES : ARTICLES
  const query = articles.map((index) => `article=article-${index}`).join('&')
  const body = await new Promise<string>((resolve, reject) => {
    const request = get({ port, path: `/?${query}`, timeout: 20_000, ...(agent && { agent }) }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => (text += chunk.toString()))
      response.on('error', reject)
      response.on('end', () => {
        if (response.statusCode === 200) resolve(text)
        else reject(new Error(`status ${response.statusCode ?? 0}: ${text}`))
      })
    })
    request.on('timeout', () => request.destroy(new Error('no answer')))
    request.on('error', reject)
  })
  const answer = JSON.parse(body) as Answer
  const expected = articles.map((index) => 100 * index + answer.edition)
  if (JSON.stringify(answer.cents) !== JSON.stringify(expected)) throw new Error(`not of one edition: ${body}`)
  return answer
}

/** What to ask, and on what. */
export interface LoadOptions {
  readonly connections: number
  readonly keepAlive: boolean
  /** Whether some requests take longer than an edition is current. */
  readonly isLong?: boolean
}

/** Asks on several connections at once until `isOver`, and tells what came back. */
export async function load(
  port: number,
  { connections, keepAlive, isLong = false }: LoadOptions,
  isOver: (answers: readonly Answer[]) => boolean,
): Promise<{ readonly answers: readonly Answer[]; readonly failures: readonly string[] }> {
  const answers: Answer[] = []
  const failures: string[] = []
  const end = Date.now() + 120_000
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const agent = new Agent({ keepAlive, maxSockets: 1 })
      while (!isOver(answers) && failures.length < 20 && Date.now() < end) {
        try {
          answers.push(await ask(port, { agent, isLong: isLong && answers.length % 20 === 0 }))
        } catch (error) {
          failures.push(String(error))
        }
      }
      agent.destroy()
    }),
  )
  return { answers, failures }
}

/** The editions that were seen, each once. */
export function editionsOf(answers: readonly Answer[]): number[] {
  return [...new Set(answers.map(({ edition }) => edition))].sort((a, b) => a - b)
}
