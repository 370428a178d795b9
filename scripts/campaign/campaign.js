import { readdirSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Store } from 'hotseg'
import { Child } from './child.js'
import { leftoversIn } from './leftovers.js'
import { isPrivate, makeStoreDirectory } from './private-namespace.js'
import { Random } from './random.js'
import { checkAll, fill, nextGeneration, schema } from './values.js'

/** Whoever does not get the lock, or does not answer, within this time is stuck. */
const STUCK_MS = 30_000
/** No round takes as long; a hung campaign ends itself. */
const WATCHDOG_MS = 120_000
const RETAIN = 2
/** Besides the retained ones the current version, and the newest when the current one is pinned. */
const KEPT = RETAIN + 2
const COMPLAINTS_MAX = 10
const LINE_EVERY = 100
const SPARES = { publisher: 3, reader: 1 }

/** A campaign of kills; see publish.js. */
export class Campaign {
  #options
  #random
  #directory
  #children = new Set()
  #spares = []
  #complaints = []
  #serials = new Map()
  #pauses = 0
  #paused = new Set()
  #counts = { published: 0, derived: 0, rolledBack: 0, pinned: 0, unpinned: 0, collected: 0, checks: 0, stops: 0 }
  #killed = { publisher: 0, reader: 0 }
  #leftBehind = 0
  #stuck = 0

  /** @param {{ kills: number, seed: number, publishers: number, readers: number }} options */
  constructor(options) {
    this.#options = options
    this.#random = new Random(options.seed)
  }

  /** @returns {Promise<number>} the exit status */
  async run() {
    const { kills, seed } = this.#options
    console.log(`seed ${seed}${isPrivate ? '' : '; without namespaces of its own'}`)
    this.#directory = makeStoreDirectory()
    process.on('exit', () => this.#clear())
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130))
    const watchdog = setTimeout(() => {
      console.error(
        `nothing happens for ${WATCHDOG_MS} ms: ${[...this.#children].map(({ name, state }) => `${name} ${state}`)}`,
      )
      process.exit(1)
    }, WATCHDOG_MS)
    await this.#publish()
    await this.#populate()
    const begin = performance.now()
    let reported = 0
    while (this.#kills < kills && this.#stuck === 0 && this.#complaints.length < COMPLAINTS_MAX) {
      await this.#round()
      watchdog.refresh()
      for (; this.#kills >= reported + LINE_EVERY; reported += LINE_EVERY) console.log(this.#summary(begin))
    }
    const summary = this.#summary(begin)
    await this.#finish()
    clearTimeout(watchdog)
    for (const complaint of this.#complaints.slice(0, COMPLAINTS_MAX)) console.log(complaint)
    console.log(`${summary}; ${this.#verdict()}`)
    return this.#complaints.length === 0 ? 0 : 1
  }

  get #kills() {
    return this.#killed.publisher + this.#killed.reader
  }

  #summary(begin) {
    const { published, derived, rolledBack, pinned, unpinned, collected, checks, stops } = this.#counts
    const seconds = (performance.now() - begin) / 1000
    return (
      `${this.#kills} kills in ${seconds.toFixed(1)} s (${(this.#kills / seconds).toFixed(1)} a second): ` +
      `${this.#killed.publisher} of publishers, ${this.#killed.reader} of readers, ${stops} stopped for a while; ` +
      `${published} published, ${derived} derived, ${rolledBack} rolled back, ` +
      `${pinned} pinned, ${unpinned} unpinned, ${collected} times gc, ${checks} answers checked`
    )
  }

  #verdict() {
    const wrong = this.#complaints.length - this.#stuck - this.#leftBehind
    return `${wrong} wrong, ${this.#stuck} stuck, ${this.#leftBehind} left behind`
  }

  #complain(text) {
    this.#complaints.push(text)
  }

  #start(role) {
    const child = this.#spares.find((spare) => spare.role === role) ?? this.#load(role)
    this.#spares.splice(this.#spares.indexOf(child), 1)
    const seed = this.#random.below(2 ** 32)
    child.begin({ directory: this.#directory, seed, retain: RETAIN, limitMs: STUCK_MS })
    this.#children.add(child)
  }

  // Loading the library takes most of the time of a process; it is done ahead.
  #load(role) {
    const child = new Child(role, (message, from) => this.#hear(message, from))
    this.#spares.push(child)
    return child
  }

  #hear(message, child) {
    switch (message.type) {
      case 'complaint':
        this.#complain(`${child.name}: ${message.text}`)
        break
      case 'done':
        this.#counts[message.what]++
        break
      case 'paused':
        if (message.number === this.#pauses) this.#paused.add(child)
        break
      case 'checked':
        this.#counts.checks += message.checks
        for (const [generation, serial] of message.serials) this.#compare(child, generation, serial)
        break
    }
  }

  // A number belongs to one publication, whoever looks and whenever.
  #compare(child, generation, serial) {
    const known = this.#serials.get(generation) ?? serial
    this.#serials.set(generation, known)
    if (known !== serial) this.#complain(`${child.name}: version ${generation} is by ${serial}, and was by ${known}`)
  }

  #all(role) {
    return [...this.#children].filter((child) => child.role === role && child.isAlive)
  }

  // Replaces who was killed, and waits until one of each kind is at work.
  async #populate() {
    for (const child of this.#children) {
      if (child.state === 'lost') this.#complain(`${child.name} ended by itself: ${child.end}\n${child.output}`)
      if (!child.isAlive) this.#children.delete(child)
    }
    for (const [role, wanted] of [
      ['publisher', this.#options.publishers],
      ['reader', this.#options.readers],
    ]) {
      for (let count = this.#all(role).length; count < wanted; count++) this.#start(role)
      const loaded = this.#spares.filter((spare) => spare.role === role).length
      for (let count = loaded; count < SPARES[role]; count++) this.#load(role)
      await this.#until(`no ${role} is ready`, () => this.#all(role).some(({ state }) => state === 'ready'))
    }
  }

  async #until(complaint, condition) {
    const end = performance.now() + STUCK_MS
    while (!condition()) {
      if ([...this.#children].some(({ state }) => state === 'lost')) return
      if (performance.now() > end) {
        this.#stuck++
        this.#complain(`${complaint} after ${STUCK_MS} ms`)
        return
      }
      await sleep(1)
    }
  }

  async #round() {
    const random = this.#random
    await sleep(random.below(25))
    const stopped = random.chance(0.4) ? [random.pick([...this.#children])] : []
    for (const child of stopped) {
      if (child.isAlive) child.stop()
      this.#counts.stops++
    }
    if (stopped.length > 0) await sleep(random.below(40))
    await this.#kill(this.#victims())
    // Half of the time who was stopped goes on before the next publication, else after it has waited for a moment.
    if (random.chance(0.5)) await sleep(random.below(20))
    for (const child of stopped) if (child.isAlive) child.proceed()
    if (random.chance(0.5)) await this.#publish()
    await this.#inspect()
    await this.#populate()
  }

  // Mostly one, now and then two, or all publishers, so that whoever opens the store next is the one that has to clear up.
  #victims() {
    const random = this.#random
    const alive = [...this.#children].filter(({ isAlive }) => isAlive)
    const share = random.next()
    if (share < 0.15) return this.#all('publisher')
    const role = share < 0.45 ? 'reader' : 'publisher'
    const first = random.pick(this.#all(role)) ?? random.pick(alive)
    return random.chance(0.15) ? [...new Set([first, random.pick(alive)])] : [first]
  }

  async #kill(victims) {
    const left = this.#options.kills - this.#kills
    await Promise.all(
      victims.slice(0, left).map(async (victim) => {
        this.#killed[victim.role]++
        await victim.kill()
      }),
    )
  }

  // As a process that has nothing to do with the others would.
  async #publish() {
    const store = await Store.open(this.#directory, { schema, create: true, retain: RETAIN })
    const made = { serial: this.#random.below(2 ** 32), count: 200, generation: 0 }
    try {
      await store.publish(
        (draft) => {
          made.generation = nextGeneration(this.#directory)
          fill(draft, made)
        },
        { timeoutMs: STUCK_MS },
      )
      this.#counts.published++
    } catch (error) {
      if (error.code === 'ERR_HOTSEG_PUBLISH_CONFLICT_ERROR') this.#stuck++
      this.#complain(`publish: ${error.stack}`)
    } finally {
      await store.close()
    }
  }

  // While nobody publishes, the directory holds what it should after one has opened the store.
  async #inspect() {
    const number = ++this.#pauses
    this.#paused.clear()
    for (const child of this.#all('publisher')) child.send({ type: 'pause', number })
    await this.#until('a publisher does not come to its end', () =>
      this.#all('publisher').every((child) => this.#paused.has(child)),
    )
    const store = await Store.open(this.#directory, { schema, create: true, retain: RETAIN })
    const readersMax = [...this.#children].filter(({ isAlive }) => isAlive).length + 1
    const leftovers = leftoversIn(store, KEPT, readersMax)
    const wrong = checkAll(store.current)
    await store.close()
    for (const name of leftovers) {
      this.#leftBehind++
      this.#complain(`left behind: ${name}`)
    }
    if (wrong !== undefined) this.#complain(`after the kill: ${wrong}`)
    for (const child of this.#all('publisher')) child.send({ type: 'resume' })
  }

  async #finish() {
    await Promise.all(this.#spares.map((child) => child.kill()))
    const ends = await Promise.all([...this.#children].filter(({ isAlive }) => isAlive).map((child) => child.finish()))
    for (const { code, signal } of ends) {
      if (code !== 0) this.#complain(`a process did not end well: code=${code}, signal=${signal}`)
    }
    const store = await Store.open(this.#directory, { schema, create: true, retain: RETAIN })
    const leftovers = leftoversIn(store, KEPT, 1)
    await store.close()
    this.#clear()
    if (isPrivate) leftovers.push(...readdirSync('/dev/shm').map((name) => `/dev/shm/${name}`))
    for (const name of leftovers) {
      this.#leftBehind++
      this.#complain(`left behind at the end: ${name}`)
    }
  }

  #clear() {
    for (const child of [...this.#children, ...this.#spares]) child.process.kill('SIGKILL')
    rmSync(this.#directory, { recursive: true, force: true })
  }
}
