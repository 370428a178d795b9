import { fork } from 'node:child_process'
import { join } from 'node:path'

/** A process of a campaign. It speaks by messages, and ends when its parent does. */
export class Child {
  /** `'spare'` until it is told to begin, `'starting'`, `'ready'`, `'ended'`, or `'lost'` when it ended though nobody ended it. */
  state = 'spare'
  #output = []
  #isStopped = false
  #isMeantToEnd = false
  #gone

  /**
   * @param {string} role - name of the script beside this one
   * @param {(message: any, child: Child) => void} onMessage
   */
  constructor(role, onMessage) {
    this.role = role
    this.process = fork(join(import.meta.dirname, `${role}.js`), [], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on('data', (chunk) => this.#output.push(chunk.toString()))
    }
    this.process.on('message', (message) => {
      if (message.type === 'ready') this.state = 'ready'
      onMessage(message, this)
    })
    // A message may be under way to a child that has just been killed.
    this.process.on('error', () => undefined)
    this.#gone = new Promise((resolve) => {
      this.process.on('exit', (code, signal) => {
        this.state = this.#isMeantToEnd ? 'ended' : 'lost'
        this.end = `code=${code}, signal=${signal}`
        resolve({ code, signal })
      })
    })
  }

  get name() {
    return `${this.role} ${this.process.pid}`
  }

  get output() {
    return this.#output.join('')
  }

  get isAlive() {
    return this.state === 'starting' || this.state === 'ready'
  }

  /** Tells it to begin; until then it only has loaded what it needs, which takes longer than all the rest. */
  begin(options) {
    this.state = 'starting'
    this.send({ type: 'begin', options })
  }

  send(message) {
    if (this.process.connected) this.process.send(message, () => undefined)
  }

  stop() {
    this.#isStopped = this.process.kill('SIGSTOP')
  }

  proceed() {
    if (this.#isStopped) this.process.kill('SIGCONT')
    this.#isStopped = false
  }

  /** Kills it, also while it is stopped, and waits until it is gone. */
  async kill() {
    this.#isMeantToEnd = true
    this.process.kill('SIGKILL')
    await this.#gone
  }

  /** Tells it to end, and gives how it did. */
  async finish() {
    this.#isMeantToEnd = true
    this.proceed()
    this.send({ type: 'end' })
    return await this.#gone
  }
}
