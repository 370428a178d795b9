import * as fs from 'node:fs'
import { join, relative } from 'node:path'

/** The names of a directory and below, and which file each is. */
type Names = Map<string, number>

type Operation =
  | { readonly kind: 'create'; readonly name: string; readonly file: number }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string; readonly file: number }
  | { readonly kind: 'unlink'; readonly name: string }
  | { readonly kind: 'write'; readonly file: number; readonly bytes: Uint8Array; readonly position: number }
  | { readonly kind: 'sync'; readonly file: number }
  | { readonly kind: 'sync-names'; readonly folder: string }

interface Content {
  /** What is on the disk for certain. */
  readonly synced: Uint8Array
  /** What was written. */
  readonly written: Uint8Array
  readonly isSynced: boolean
}

/** What may have become of a file that was written and not synced. */
const FATES: readonly ((content: Content) => Uint8Array)[] = [
  ({ written }) => written,
  ({ synced }) => synced,
  ({ written }) => written.slice(0, written.length >> 1),
  ({ written }) => new Uint8Array(written.length),
  ({ written }) => {
    const flipped = written.slice()
    if (flipped.length > 0) flipped[flipped.length >> 1]! ^= 1
    return flipped
  },
]

/** Records what is done to the files of a store, and gives the states in which a power cut may leave them. Not the lock's, nor readers'. */
export class Disk {
  readonly #directory: string
  readonly #first: Names = new Map()
  readonly #contents: Uint8Array[] = []
  readonly #operations: Operation[] = []
  readonly #now: Names
  readonly #open = new Map<number, number | string>()

  /** What lies in the directory now is taken to be on the disk. */
  constructor(directory: string) {
    this.#directory = directory
    for (const name of fs.readdirSync(directory, { recursive: true }) as string[]) {
      if (!isOurs(name) || fs.statSync(join(directory, name)).isDirectory()) continue
      this.#first.set(name, this.#contents.push(Uint8Array.from(fs.readFileSync(join(directory, name)))) - 1)
    }
    this.#now = new Map(this.#first)
  }

  /** The number of operations. */
  get length(): number {
    return this.#operations.length
  }

  /** The last of so many operations. */
  describe(count: number): string {
    const last = this.#operations[count - 1]
    return last === undefined
      ? 'none'
      : Object.values(last)
          .filter((part) => typeof part !== 'object')
          .join(' ')
  }

  opened(path: string, fd: number, isNew: boolean): void {
    const name = relative(this.#directory, path)
    this.#open.delete(fd)
    if (name.startsWith('..') || !isOurs(name)) return
    if (isNew) {
      const file = this.#contents.push(new Uint8Array(0)) - 1
      this.#now.set(name, file)
      this.#operations.push({ kind: 'create', name, file })
    }
    this.#open.set(fd, this.#now.get(name) ?? name)
  }

  written(fd: number, bytes: Uint8Array, position: number): void {
    const file = this.#open.get(fd)
    if (typeof file === 'number') this.#operations.push({ kind: 'write', file, bytes, position })
  }

  synced(fd: number): void {
    const file = this.#open.get(fd)
    if (typeof file === 'number') this.#operations.push({ kind: 'sync', file })
    else if (file !== undefined) this.#operations.push({ kind: 'sync-names', folder: file })
  }

  renamed(fromPath: string, toPath: string): void {
    const [from, to] = [relative(this.#directory, fromPath), relative(this.#directory, toPath)]
    const file = this.#now.get(from)
    if (file === undefined) return
    if (!isOurs(to)) {
      this.unlinked(fromPath)
      return
    }
    this.#now.delete(from)
    this.#now.set(to, file)
    this.#operations.push({ kind: 'rename', from, to, file })
  }

  unlinked(path: string): void {
    const name = relative(this.#directory, path)
    if (this.#now.delete(name)) this.#operations.push({ kind: 'unlink', name })
  }

  /** The states after so many operations: names that were not synced are there or not, all or one by one; files are in all their fates. */
  *statesAfter(count: number): Generator<Map<string, Uint8Array>> {
    const operations = this.#operations.slice(0, count)
    const contents = this.#contentsAfter(operations)
    const changes = operations.filter(({ kind }) => kind === 'create' || kind === 'rename' || kind === 'unlink')
    const isPending = (change: Operation): boolean =>
      !operations
        .slice(operations.indexOf(change))
        .some((later) => later.kind === 'sync-names' && later.folder === folderOf(change))
    const pending = changes.filter(isPending)
    for (const missing of [
      [],
      pending,
      ...pending.map((one) => [one]),
      ...pending.map((one) => pending.filter((other) => other !== one)),
    ]) {
      const names = new Map(this.#first)
      for (const change of changes) if (!missing.includes(change)) apply(names, change)
      const doubtful = [...names.values()].filter((file) => !contents[file]!.isSynced)
      for (const fate of doubtful.length === 0 ? FATES.slice(0, 1) : FATES) {
        yield new Map(
          [...names].map(([name, file]) => {
            const content = contents[file]!
            return [name, content.isSynced ? content.synced : fate(content)]
          }),
        )
      }
    }
  }

  #contentsAfter(operations: readonly Operation[]): Content[] {
    const contents = this.#contents.map((bytes): Content => ({ synced: bytes, written: bytes, isSynced: true }))
    for (const operation of operations) {
      if (operation.kind === 'write') {
        const { synced, written } = contents[operation.file]!
        const end = operation.position + operation.bytes.length
        const longer = new Uint8Array(Math.max(written.length, end))
        longer.set(written)
        longer.set(operation.bytes, operation.position)
        contents[operation.file] = { synced, written: longer, isSynced: false }
      } else if (operation.kind === 'sync') {
        const { written } = contents[operation.file]!
        contents[operation.file] = { synced: written, written, isSynced: true }
      }
    }
    return contents
  }
}

function isOurs(name: string): boolean {
  return !/^(LOCK|readers)/.test(name)
}

// A rename is one step, which is certain when the folder it leads to is synced.
function folderOf(change: Operation): string {
  const name =
    change.kind === 'rename' ? change.to : change.kind === 'create' || change.kind === 'unlink' ? change.name : ''
  return name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : ''
}

function apply(names: Names, change: Operation): void {
  if (change.kind === 'create') names.set(change.name, change.file)
  else if (change.kind === 'unlink') names.delete(change.name)
  else if (change.kind === 'rename') {
    names.delete(change.from)
    names.set(change.to, change.file)
  }
}
