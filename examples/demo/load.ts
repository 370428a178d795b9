/**
 * The load: open loop, at a fixed rate. A request is due at its time whether or not earlier ones were answered, and its
 * latency counts from then; so a stall is not hidden by requests that were not sent during it.
 */
import { Client } from 'undici'
import { sharedNow } from './kernel.js'
import type { LoadRequest, LoadResult } from './messages.js'
import { complaintAbout, makeRequests, Numbers, type Request } from './requests.js'

const ANSWER_LIMIT_MS = 10_000
const COMPLAINTS_MAX = 5
const RECORDS_MAX = 1 << 20

interface Due {
  readonly request: Request
  readonly at: number
}

/** A connection, and the edition it saw last: a worker never goes back to an older one. */
interface Connection {
  readonly client: Client
  edition: number
}

class Load {
  readonly #requests = makeRequests()
  readonly #random = new Numbers(5)
  readonly #due = new Float64Array(RECORDS_MAX)
  readonly #latencyMs = new Float64Array(RECORDS_MAX)
  readonly #edition = new Uint32Array(RECORDS_MAX)
  readonly #idle: Connection[] = []
  readonly #waiting: Due[] = []
  readonly #complaints: string[] = []
  #sent = 0
  #recorded = 0
  #failed = 0
  #torn = 0
  #timer: NodeJS.Timeout | undefined
  #start = 0
  #outstanding = 0

  start({ port, rate, connections }: LoadRequest): void {
    for (let count = 0; count < connections; count++) {
      const client = new Client(`http://127.0.0.1:${port}`, {
        pipelining: 1,
        headersTimeout: ANSWER_LIMIT_MS,
        bodyTimeout: ANSWER_LIMIT_MS,
        connect: { timeout: ANSWER_LIMIT_MS },
      })
      this.#idle.push({ client, edition: 0 })
    }
    this.#start = sharedNow()
    this.#tick(1000 / rate)
  }

  #tick(intervalMs: number): void {
    const now = sharedNow()
    for (; this.#start + this.#sent * intervalMs <= now; this.#sent++) {
      const request = this.#requests[this.#random.below(this.#requests.length)]!
      this.#waiting.push({ request, at: this.#start + this.#sent * intervalMs })
      this.#outstanding++
    }
    this.#dispatch()
    this.#timer = setTimeout(() => {
      this.#tick(intervalMs)
    }, 1)
  }

  // The connection that has been idle longest comes first, so that all of them, and with them all workers, get the same share.
  #dispatch(): void {
    while (this.#waiting.length > 0 && this.#idle.length > 0)
      void this.#send(this.#waiting.shift()!, this.#idle.shift()!)
  }

  async #send({ request, at }: Due, connection: Connection): Promise<void> {
    try {
      const { statusCode, body } = await connection.client.request({ path: request.path, method: 'GET' })
      const text = await body.text()
      const index = this.#record(at, sharedNow() - at)
      if (statusCode === 200) this.#edition[index] = this.#check(request, text, connection)
      else this.#fail(`${request.path}: status ${statusCode}, ${text}`)
    } catch (error) {
      this.#record(at, sharedNow() - at)
      this.#fail(`${request.path}: ${String(error)}`)
    } finally {
      this.#outstanding--
      this.#idle.push(connection)
      this.#dispatch()
    }
  }

  #record(due: number, latencyMs: number): number {
    if (this.#recorded === RECORDS_MAX) throw new Error('too many requests to record')
    this.#due[this.#recorded] = due
    this.#latencyMs[this.#recorded] = latencyMs
    return this.#recorded++
  }

  #check(request: Request, text: string, connection: Connection): number {
    const { edition } = JSON.parse(text) as { edition: number }
    const complaint =
      edition < connection.edition
        ? `${request.path}: edition ${edition} after ${connection.edition}`
        : complaintAbout(request, text)
    connection.edition = edition
    if (complaint !== undefined) {
      this.#torn++
      this.#complain(complaint)
    }
    return edition
  }

  #fail(complaint: string): void {
    this.#failed++
    this.#complain(complaint)
  }

  #complain(complaint: string): void {
    if (this.#complaints.length < COMPLAINTS_MAX) this.#complaints.push(complaint)
  }

  /** Sends no more, and waits for the answers that are due; each has its limit. */
  async stop(): Promise<LoadResult> {
    clearTimeout(this.#timer)
    const end = sharedNow() + 2 * ANSWER_LIMIT_MS
    while (this.#outstanding > 0 && sharedNow() < end) await new Promise((resolve) => setTimeout(resolve, 10))
    return {
      type: 'result',
      due: this.#due.slice(0, this.#recorded),
      latencyMs: this.#latencyMs.slice(0, this.#recorded),
      edition: this.#edition.slice(0, this.#recorded),
      failed: this.#failed + this.#outstanding,
      torn: this.#torn,
      complaints: this.#complaints,
    }
  }
}

const load = new Load()

process.on('message', (message: LoadRequest | { readonly type: 'stop' }) => {
  if (message.type === 'start') load.start(message)
  else void load.stop().then((result) => process.send?.(result))
})
process.on('disconnect', () => process.exit())
process.send?.({ type: 'ready' })
