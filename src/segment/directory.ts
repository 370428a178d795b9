/**
 * Which objects a segment has, and of which types.
 *
 * ```
 * entry block       | objectOffset | descriptionOffset | nameOffset |       nameOffset 0: unnamed
 * description block | next | references | textOffset |
 * ```
 */
import { CorruptionError } from '../errors/errors.js'
import type { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { makeHashTable, type HashTable } from '../structures/hash-table.js'
import { KeyPolicy } from '../structures/key-policy.js'
import { allocateText, readText } from '../structures/text.js'
import type { CheckWalk } from '../types/layout.js'
import { StringLayout } from '../types/text-layout.js'
import { ANONYMOUS_ROOT_ADDRESS, DESCRIPTIONS_ROOT_ADDRESS, NAMES_ROOT_ADDRESS } from './header-layout.js'

const ENTRY_BYTES = 12
const OBJECT = 0
const DESCRIPTION = 4
const NAME = 8

const DESCRIPTION_BYTES = 12
const NEXT = 0
const REFERENCES = 4
const TEXT = 8

/** An object and where it is. */
export interface Entry {
  /** Offset of the entry block. */
  readonly entry: number
  /** Offset of the object. */
  readonly object: number
  /** Offset of the description block. */
  readonly description: number
  /** `undefined` for an unnamed object. */
  readonly name: string | undefined
}

const byName = new KeyPolicy([{ kind: 'string', byteOffset: NAME, isDescending: false }])
const byObject = new KeyPolicy([{ kind: 'u32', byteOffset: OBJECT, isDescending: false }])
const texts = new StringLayout()

/** The objects of one segment. */
export class Directory {
  readonly #memory: Memory
  readonly #names: HashTable
  readonly #unnamed: HashTable

  /** @param memory - of the segment */
  constructor(memory: Memory) {
    this.#memory = memory
    this.#names = makeHashTable(memory, byName, -1)
    this.#unnamed = makeHashTable(memory, byObject, -1)
  }

  /** The object of a name. */
  find(name: string): Entry | undefined {
    const entry = this.#names.find(this.#memory.word(NAMES_ROOT_ADDRESS), name)
    return entry === 0 ? undefined : this.#read(entry)
  }

  /** The unnamed object at an offset. */
  findUnnamed(object: number): Entry | undefined {
    const entry = this.#unnamed.find(this.#memory.word(ANONYMOUS_ROOT_ADDRESS), object)
    return entry === 0 ? undefined : this.#read(entry)
  }

  #read(entry: number): Entry {
    const memory = this.#memory
    const address = entry * GRANULE_BYTES
    const nameOffset = memory.word(address + NAME)
    return {
      entry,
      object: memory.word(address + OBJECT),
      description: memory.word(address + DESCRIPTION),
      name: nameOffset === 0 ? undefined : readText(memory, nameOffset),
    }
  }

  /** The text of a description block. */
  textOf(description: number): string {
    return readText(this.#memory, this.#memory.word(description * GRANULE_BYTES + TEXT))
  }

  /** All objects, named ones first, in no promised order. */
  entries(): Entry[] {
    const memory = this.#memory
    const entries: Entry[] = []
    for (const [table, root] of [
      [this.#names, NAMES_ROOT_ADDRESS],
      [this.#unnamed, ANONYMOUS_ROOT_ADDRESS],
    ] as const) {
      const cursor = table.cursor(memory.word(root))
      for (let entry = cursor.next(); entry !== 0; entry = cursor.next()) entries.push(this.#read(entry))
    }
    return entries
  }

  /** Enters an object; inside a scope that frees what was allocated when this throws. @throws OutOfSpaceError */
  add(heap: Heap, name: string | undefined, object: number, text: string): void {
    const memory = this.#memory
    const nameOffset = name === undefined ? 0 : allocateText(heap, name)
    const entry = heap.allocateZeroed(ENTRY_BYTES)
    const table = name === undefined ? this.#unnamed : this.#names
    const root = name === undefined ? ANONYMOUS_ROOT_ADDRESS : NAMES_ROOT_ADDRESS
    const present = memory.word(root)
    const header = present === 0 ? table.create(heap) : present
    table.reserve(heap, header)
    const description = this.#describe(heap, text)
    const address = entry * GRANULE_BYTES
    memory.setU32(address + OBJECT, object)
    memory.setU32(address + DESCRIPTION, description)
    memory.setU32(address + NAME, nameOffset)
    memory.setU32(root, header)
    table.link(heap, header, name ?? object, entry)
  }

  // The same text is kept once.
  #describe(heap: Heap, text: string): number {
    const memory = this.#memory
    const first = memory.word(DESCRIPTIONS_ROOT_ADDRESS)
    for (const block of this.#descriptions()) {
      if (this.textOf(block) !== text) continue
      const address = block * GRANULE_BYTES + REFERENCES
      memory.setU32(address, memory.word(address) + 1)
      return block
    }
    const textBlock = allocateText(heap, text)
    const block = heap.allocateZeroed(DESCRIPTION_BYTES)
    memory.setU32(block * GRANULE_BYTES + NEXT, first)
    memory.setU32(block * GRANULE_BYTES + REFERENCES, 1)
    memory.setU32(block * GRANULE_BYTES + TEXT, textBlock)
    memory.setU32(DESCRIPTIONS_ROOT_ADDRESS, block)
    return block
  }

  *#descriptions(): Generator<number, void> {
    const memory = this.#memory
    let left = memory.byteLength / GRANULE_BYTES
    for (
      let block = memory.word(DESCRIPTIONS_ROOT_ADDRESS);
      block !== 0;
      block = memory.word(block * GRANULE_BYTES + NEXT)
    ) {
      if (left-- <= 0)
        throw new CorruptionError('segment is damaged: the list of descriptions does not end. Run verify.')
      yield block
    }
  }

  /** Takes an object out; the object itself is the caller's. Inside a scope, so that nothing is freed too early. */
  remove(heap: Heap, { entry, object, description, name }: Entry): void {
    const memory = this.#memory
    if (name === undefined) this.#unnamed.unlink(heap, memory.word(ANONYMOUS_ROOT_ADDRESS), object, entry)
    else {
      this.#names.unlink(heap, memory.word(NAMES_ROOT_ADDRESS), name, entry)
      texts.release(heap, entry * GRANULE_BYTES + NAME)
    }
    heap.free(entry)
    const address = description * GRANULE_BYTES
    const references = memory.word(address + REFERENCES) - 1
    memory.setU32(address + REFERENCES, references)
    if (references > 0) return
    let before = DESCRIPTIONS_ROOT_ADDRESS
    for (const block of this.#descriptions()) {
      if (block === description) break
      before = block * GRANULE_BYTES + NEXT
    }
    memory.setU32(before, memory.word(address + NEXT))
    texts.release(heap, address + TEXT)
    heap.free(description)
  }

  /** Checks the blocks of the directory itself, not those of the objects. @throws CorruptionError */
  check(walk: CheckWalk): void {
    const memory = this.#memory
    const claim = (block: number): void => walk.claim(block)
    const uses = new Map<number, number>()
    const visit = (entry: number): void => {
      walk.claim(entry)
      texts.check(memory, entry * GRANULE_BYTES + NAME, walk)
      const description = memory.word(entry * GRANULE_BYTES + DESCRIPTION)
      uses.set(description, (uses.get(description) ?? 0) + 1)
    }
    this.#names.check(memory.word(NAMES_ROOT_ADDRESS), claim, visit)
    this.#unnamed.check(memory.word(ANONYMOUS_ROOT_ADDRESS), claim, visit)
    for (const block of this.#descriptions()) {
      walk.claim(block)
      texts.check(memory, block * GRANULE_BYTES + TEXT, walk)
      if (memory.word(block * GRANULE_BYTES + REFERENCES) !== uses.get(block))
        damaged('a description is used by others', block)
      uses.delete(block)
    }
    for (const block of uses.keys()) damaged('an object has no description', block)
  }
}

function damaged(what: string, offset: number): never {
  const byteOffset = offset * GRANULE_BYTES
  throw new CorruptionError(`directory of objects is damaged: ${what}, offset=${byteOffset}`, { offset: byteOffset })
}
