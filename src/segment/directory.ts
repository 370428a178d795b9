/**
 * Which objects a segment has, and of which types.
 *
 * ```
 * entry block       | objectOffset | descriptionOffset | nameOffset |       of a named object
 * unnamed object    | value ...                          | owners | descriptionOffset |       in the last granule of the block
 * description block | next | references | textOffset |
 * ```
 */
import { CorruptionError } from '../errors/errors.js'
import { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { makeHashTable } from '../structures/hash-lookup.js'
import type { HashTable } from '../structures/hash-table.js'
import { KeyPolicy } from '../structures/key-policy.js'
import { allocateText, readText } from '../structures/text.js'
import type { CheckWalk } from '../types/layout.js'
import { StringLayout } from '../types/text-layout.js'
import { DESCRIPTIONS_ROOT_ADDRESS, NAMES_ROOT_ADDRESS, UNNAMED_COUNT_ADDRESS } from './header-layout.js'

const ENTRY_BYTES = 12
const OBJECT = 0
const DESCRIPTION = 4
const NAME = 8

const TAIL_BYTES = 8

const DESCRIPTION_BYTES = 12
const NEXT = 0
const REFERENCES = 4
const TEXT = 8

/** An object and where it is. */
export interface Entry {
  /** Offset of the entry block; 0 for an unnamed object. */
  readonly entry: number
  /** Offset of the object. */
  readonly object: number
  /** Offset of the description block. */
  readonly description: number
  /** `undefined` for an unnamed object. */
  readonly name: string | undefined
}

const byName = new KeyPolicy([{ kind: 'string', byteOffset: NAME, isDescending: false }])
const texts = new StringLayout()
const directories = new WeakMap<Memory, Directory>()

/** The objects of one segment. */
export class Directory {
  readonly #memory: Memory
  readonly #names: HashTable
  /** Texts of description blocks met so far, with the serial that the block had. */
  readonly #texts = new Map<number, { readonly serial: number; readonly text: string }>()

  private constructor(memory: Memory) {
    this.#memory = memory
    this.#names = makeHashTable(memory, byName, -1)
  }

  /** The directory of a memory, the same one each time. */
  static of(memory: Memory): Directory {
    let directory = directories.get(memory)
    if (directory === undefined) {
      directory = new Directory(memory)
      directories.set(memory, directory)
    }
    return directory
  }

  /** The object of a name. */
  find(name: string): Entry | undefined {
    const entry = this.#names.find(this.#memory.word(NAMES_ROOT_ADDRESS), name)
    return entry === 0 ? undefined : this.#read(entry)
  }

  /** The unnamed object at an offset. */
  findUnnamed(object: number): Entry | undefined {
    const { heap } = this
    if (!heap.isUnnamed(object)) return undefined
    return { entry: 0, object, description: this.#memory.word(tailOf(heap, object) + 4), name: undefined }
  }

  /** How many shared pointers own the unnamed object at an offset. */
  ownersOf(object: number): number {
    return this.#memory.word(tailOf(this.heap, object))
  }

  private get heap(): Heap {
    return Heap.of(this.#memory)
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
    const memory = this.#memory
    const serial = memory.word((description - 1) * GRANULE_BYTES)
    const known = this.#texts.get(description)
    if (known?.serial === serial) return known.text
    const text = readText(memory, memory.word(description * GRANULE_BYTES + TEXT))
    this.#texts.set(description, { serial, text })
    return text
  }

  /** All objects, named ones first, in no promised order. */
  entries(): Entry[] {
    const entries: Entry[] = []
    const cursor = this.#names.cursor(this.#memory.word(NAMES_ROOT_ADDRESS))
    for (let entry = cursor.next(); entry !== 0; entry = cursor.next()) entries.push(this.#read(entry))
    // Found by a walk through the heap, so only where there are any.
    if (this.#memory.word(UNNAMED_COUNT_ADDRESS) > 0) {
      for (const object of this.heap.unnamedBlocks()) entries.push(this.findUnnamed(object)!)
    }
    return entries
  }

  /** Makes an unnamed object that nobody owns; its zeroed value is the caller's to write. Inside a scope. @throws OutOfSpaceError */
  makeUnnamed(heap: Heap, byteLength: number, text: string): number {
    const memory = this.#memory
    const object = heap.allocateZeroed(Math.ceil(byteLength / GRANULE_BYTES) * GRANULE_BYTES + TAIL_BYTES)
    memory.setU32(tailOf(heap, object) + 4, this.#describe(heap, text))
    heap.markUnnamed(object, true)
    heap.change(UNNAMED_COUNT_ADDRESS, memory.word(UNNAMED_COUNT_ADDRESS) + 1)
    return object
  }

  /**
   * Counts one more shared pointer that owns an unnamed object, or one fewer. Inside a scope.
   *
   * @returns how many there are now
   * @throws CorruptionError when no object is there, or the count says that nobody owned it
   */
  countOwner(heap: Heap, object: number, change: 1 | -1): number {
    if (!heap.isUnnamed(object)) damaged('a shared pointer leads to no object', object)
    const tail = tailOf(heap, object)
    const owners = this.#memory.word(tail) + change
    if (owners < 0) damaged('an object has more owners than it counts', object)
    heap.change(tail, owners)
    return owners
  }

  /** Enters a named object; inside a scope that frees what was allocated when this throws. @throws OutOfSpaceError */
  add(heap: Heap, name: string, object: number, text: string): void {
    const memory = this.#memory
    const nameOffset = allocateText(heap, name)
    const entry = heap.allocateZeroed(ENTRY_BYTES)
    const table = this.#names
    const present = memory.word(NAMES_ROOT_ADDRESS)
    const header = present === 0 ? table.create(heap) : present
    table.reserve(heap, header)
    const description = this.#describe(heap, text)
    const address = entry * GRANULE_BYTES
    memory.setU32(address + OBJECT, object)
    memory.setU32(address + DESCRIPTION, description)
    memory.setU32(address + NAME, nameOffset)
    memory.setU32(NAMES_ROOT_ADDRESS, header)
    table.link(heap, header, name, entry)
  }

  // The same text is kept once.
  #describe(heap: Heap, text: string): number {
    const memory = this.#memory
    const first = memory.word(DESCRIPTIONS_ROOT_ADDRESS)
    for (const block of this.#descriptions()) {
      if (this.textOf(block) !== text) continue
      const address = block * GRANULE_BYTES + REFERENCES
      heap.change(address, memory.word(address) + 1)
      return block
    }
    const textBlock = allocateText(heap, text)
    const block = heap.allocateZeroed(DESCRIPTION_BYTES)
    memory.setU32(block * GRANULE_BYTES + NEXT, first)
    memory.setU32(block * GRANULE_BYTES + REFERENCES, 1)
    memory.setU32(block * GRANULE_BYTES + TEXT, textBlock)
    heap.change(DESCRIPTIONS_ROOT_ADDRESS, block)
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
    if (name === undefined) {
      heap.markUnnamed(object, false)
      heap.change(UNNAMED_COUNT_ADDRESS, memory.word(UNNAMED_COUNT_ADDRESS) - 1)
    } else {
      this.#names.unlink(heap, memory.word(NAMES_ROOT_ADDRESS), name, entry)
      texts.release(heap, entry * GRANULE_BYTES + NAME)
      heap.free(entry)
    }
    this.#forget(heap, description)
  }

  #forget(heap: Heap, description: number): void {
    const memory = this.#memory
    const address = description * GRANULE_BYTES
    const references = memory.word(address + REFERENCES) - 1
    heap.change(address + REFERENCES, references)
    if (references > 0) return
    let before = DESCRIPTIONS_ROOT_ADDRESS
    for (const block of this.#descriptions()) {
      if (block === description) break
      before = block * GRANULE_BYTES + NEXT
    }
    heap.change(before, memory.word(address + NEXT))
    texts.release(heap, address + TEXT)
    heap.free(description)
  }

  /** Checks the blocks of the directory itself, not those of the objects. @throws CorruptionError */
  check(walk: CheckWalk): void {
    const memory = this.#memory
    const claim = (block: number): void => walk.claim(block)
    const uses = new Map<number, number>()
    const use = (description: number): unknown => uses.set(description, (uses.get(description) ?? 0) + 1)
    const visit = (entry: number): void => {
      walk.claim(entry)
      texts.check(memory, entry * GRANULE_BYTES + NAME, walk)
      use(memory.word(entry * GRANULE_BYTES + DESCRIPTION))
    }
    this.#names.check(memory.word(NAMES_ROOT_ADDRESS), claim, visit)
    const unnamed = this.heap.unnamedBlocks()
    if (unnamed.length !== memory.word(UNNAMED_COUNT_ADDRESS)) damaged('the count of unnamed objects is wrong', 0)
    for (const object of unnamed) use(memory.word(tailOf(this.heap, object) + 4))
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

/** Byte address of what the last granule of an unnamed object's block says. */
function tailOf(heap: Heap, object: number): number {
  return object * GRANULE_BYTES + heap.payloadBytes(object) - TAIL_BYTES
}

function damaged(what: string, offset: number): never {
  const byteOffset = offset * GRANULE_BYTES
  throw new CorruptionError(`directory of objects is damaged: ${what}, offset=${byteOffset}`, { offset: byteOffset })
}
