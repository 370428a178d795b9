/**
 * A second reader of segments, written from docs/format.md alone: it shares no code and no constant with src. What it
 * reads differently from hotseg, the page or the code has wrong.
 */

const GRANULE = 8
const HEAP_START = 4096

/** A type as a description gives it: the name of a scalar, or members by `kind`. */
type Reference = string | number
interface Description {
  readonly kind: string
  readonly byteLength: number
  readonly alignment: number
  readonly fields: readonly [string, Reference, number][]
  readonly element: Reference
  readonly length: number
  readonly values: readonly string[]
  readonly value: Reference
  readonly alternatives: readonly [string, Reference][]
  readonly key: Reference
  readonly target: Reference
  readonly row: Reference
  readonly computed?: readonly [string, number, Reference][]
  readonly predicates?: readonly [string, number][]
  readonly indexes: readonly [string, string, readonly [string | number, boolean][], number?][]
}

interface Shape {
  readonly bytes: number
  readonly alignment: number
}

/** A pointer as it stands in the segment. */
export interface Pointer {
  readonly offset: number
  readonly serial: number
}

/** A block of the heap. */
export interface Block {
  /** Of the payload, in granules. */
  readonly offset: number
  readonly granules: number
  readonly serial: number
  readonly isFree: boolean
  readonly previousIsFree: boolean
  readonly isUnnamed: boolean
}

/** A named object. */
export interface NamedObject {
  readonly name: string
  /** The text of the description. */
  readonly text: string
  readonly offset: number
  readonly value: unknown
}

/** Reads a segment's bytes as the page says. */
export class FormatReader {
  readonly view: DataView
  /** The shared pointers that were read so far. */
  readonly shared: Pointer[] = []

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** The word at byte `address`. */
  word(address: number): number {
    return this.view.getUint32(address, true)
  }

  /** Word `index` of the payload at `offset`. */
  at(offset: number, index: number): number {
    return this.word(offset * GRANULE + index * 4)
  }

  /** All blocks from the start of the heap to the end of the segment. */
  blocks(): Block[] {
    const blocks: Block[] = []
    const end = this.word(260)
    for (let position = HEAP_START / GRANULE; position < end;) {
      const serial = this.word(position * GRANULE)
      const size = this.word(position * GRANULE + 4)
      const granules = size >>> 4
      blocks.push({
        offset: position + 1,
        granules,
        serial,
        isFree: (size & 1) !== 0,
        previousIsFree: (size & 2) !== 0,
        isUnnamed: (size & 8) !== 0,
      })
      if (granules === 0) throw new Error(`a block of no length at granule ${position}`)
      position += granules
    }
    return blocks
  }

  /** The free lists: for each that is not empty, its row, column and blocks. */
  freeLists(): { row: number; column: number; blocks: number[] }[] {
    const lists = []
    for (let row = 0; row < 32; row++) {
      for (let column = 0; column < 16; column++) {
        const blocks: number[] = []
        for (
          let block = this.word(768 + (row * 16 + column) * 4);
          block !== 0;
          block = this.word((block - 1) * GRANULE)
        ) {
          blocks.push(block)
        }
        const isMarked = (this.word(516 + row * 4) & (1 << column)) !== 0
        if (isMarked !== blocks.length > 0) throw new Error(`bit of list ${row}, ${column} is wrong`)
        if (blocks.length > 0) lists.push({ row, column, blocks })
      }
      const isMarked = (this.word(512) & (1 << row)) !== 0
      if (isMarked !== (this.word(516 + row * 4) !== 0)) throw new Error(`bit of row ${row} is wrong`)
    }
    return lists
  }

  /** The elements of the hash table whose header block is at `offset`, as (hash, offset) pairs, each where it may stand. */
  hashTable(offset: number): { hash: number; offset: number }[] {
    if (offset === 0) return []
    const table = this.at(offset, 1)
    const keys = this.at(offset, 4)
    const elements = []
    const log2 = this.at(offset, 2)
    const slots = table === 0 ? 0 : 2 ** log2
    for (let slot = 0; slot < slots; slot++) {
      const element = { hash: this.at(table, slot * 2), offset: this.at(table, slot * 2 + 1) }
      if (element.offset === 0) continue
      elements.push(element)
      // Linear probing without tombstones: no free slot between where it belongs and where it is.
      for (let home = element.hash >>> (32 - log2); home !== slot; home = (home + 1) % slots) {
        if (this.at(table, home * 2 + 1) === 0) throw new Error(`slot ${slot} cannot be reached`)
      }
    }
    if (elements.length !== keys) throw new Error(`hash table has keys=${keys}, found=${elements.length}`)
    if (elements.length > (slots * 5) / 8) throw new Error(`hash table is too full: ${elements.length} of ${slots}`)
    return elements
  }

  /** The entries of the B+tree whose header block is at `offset`, in order. */
  tree(offset: number, isRanked = false): { high: number; low: number; offset: number }[] {
    if (offset === 0) return []
    const [count, root, height, , capacity, firstLeaf, lastLeaf] = Array.from({ length: 7 }, (_, i) =>
      this.at(offset, i),
    )
    const N = capacity!
    const entry = (node: number, index: number): { high: number; low: number; offset: number } => ({
      offset: this.at(node, 4 + index),
      high: this.at(node, 4 + N + index),
      low: this.at(node, 4 + 2 * N + index),
    })
    const leaves: number[] = []
    // Gives the number of elements below.
    const walk = (node: number, level: number, least: number | undefined): number => {
      const length = this.at(node, 0)
      if (this.at(node, 1) !== level) throw new Error('a node has another level than its height')
      if (least !== undefined && entry(node, 0).offset !== least && level === 0) {
        throw new Error('an entry of an inner node is not the least below it')
      }
      if (level === 0) {
        leaves.push(node)
        return length
      }
      let elements = 0
      for (let index = 0; index < length; index++) {
        const isOnLeftEdge = index === 0 && least === undefined
        const child = this.at(node, 4 + 3 * N + index)
        const below = walk(child, level - 1, isOnLeftEdge ? undefined : entry(node, index).offset)
        if (isRanked && this.at(node, 4 + 4 * N + index) !== below)
          throw new Error('a node counts others than are below it')
        elements += below
      }
      return elements
    }
    if (height! > 0) walk(root!, height! - 1, undefined)
    if ((leaves[0] ?? 0) !== firstLeaf || (leaves.at(-1) ?? 0) !== lastLeaf)
      throw new Error('first or last leaf is wrong')
    leaves.forEach((leaf, index) => {
      if (this.at(leaf, 2) !== (leaves[index + 1] ?? 0)) throw new Error('a leaf has another next')
      if (this.at(leaf, 3) !== (leaves[index - 1] ?? 0)) throw new Error('a leaf has another previous')
    })
    const entries = leaves.flatMap((leaf) => Array.from({ length: this.at(leaf, 0) }, (_, index) => entry(leaf, index)))
    if (entries.length !== count) throw new Error(`tree has count=${count!}, found=${entries.length}`)
    return entries
  }

  /** The text of the block at `offset`. */
  text(offset: number): string {
    if (offset === 0) return ''
    const head = this.at(offset, 0)
    const length = head >>> 1
    const start = offset * GRANULE + 4
    const isWide = (head & 1) === 1
    let text = ''
    for (let index = 0; index < length; index++) {
      const unit = isWide ? this.view.getUint16(start + index * 2, true) : this.view.getUint8(start + index)
      text += String.fromCharCode(unit)
    }
    for (let end = start + length * (isWide ? 2 : 1); end % 4 !== 0; end++) {
      if (this.bytes[end] !== 0) throw new Error('the padding of a text is not zero')
    }
    return text
  }

  /** The bytes of the block at `offset`. */
  blob(offset: number): Uint8Array {
    if (offset === 0) return new Uint8Array(0)
    return this.bytes.slice(offset * GRANULE + 4, offset * GRANULE + 4 + this.at(offset, 0))
  }

  /** The named objects with their values; those in maps and sets in the order of the tables. */
  objects(): NamedObject[] {
    return this.hashTable(this.word(276)).map(({ offset: entry }) => {
      const text = this.descriptionText(this.at(entry, 1))
      const { types } = JSON.parse(text) as { types: (Description | string)[] }
      const offset = this.at(entry, 0)
      const value = new Values(this, types).read(0, offset * GRANULE)
      return { name: this.text(this.at(entry, 2)), text, offset, value }
    })
  }

  /** The objects without a name, in the order of the heap, with what the last granule of each says. */
  unnamed(): { offset: number; owners: number; description: number; value: unknown }[] {
    return this.blocks()
      .filter(({ isUnnamed }) => isUnnamed)
      .map(({ offset, granules }) => {
        const tail = (granules - 1) * 2 - 2
        const description = this.at(offset, tail + 1)
        const { types } = JSON.parse(this.descriptionText(description)) as { types: (Description | string)[] }
        const value = new Values(this, types).read(0, offset * GRANULE)
        return { offset, owners: this.at(offset, tail), description, value }
      })
  }

  /** Offsets of the descriptions, in the order of their list. */
  descriptions(): number[] {
    const offsets = []
    for (let offset = this.word(284); offset !== 0; offset = this.at(offset, 0)) offsets.push(offset)
    return offsets
  }

  /** The text of the description at `offset`. */
  descriptionText(offset: number): string {
    return this.text(this.at(offset, 2))
  }
}

const SCALARS: Readonly<Record<string, Shape>> = {
  bool: { bytes: 1, alignment: 1 },
  u8: { bytes: 1, alignment: 1 },
  i8: { bytes: 1, alignment: 1 },
  u16: { bytes: 2, alignment: 2 },
  i16: { bytes: 2, alignment: 2 },
  u32: { bytes: 4, alignment: 4 },
  i32: { bytes: 4, alignment: 4 },
  f32: { bytes: 4, alignment: 4 },
  f64: { bytes: 8, alignment: 8 },
  u64: { bytes: 8, alignment: 8 },
  i64: { bytes: 8, alignment: 8 },
  string: { bytes: 4, alignment: 4 },
  bytes: { bytes: 4, alignment: 4 },
}

const up = (bytes: number, alignment: number): number => Math.ceil(bytes / alignment) * alignment

const WORDS_IN_ROW: Readonly<Record<string, number>> = { hashedNonUnique: 2, sequenced: 3, randomAccess: 1 }

class Values {
  constructor(
    private readonly reader: FormatReader,
    private readonly types: readonly (Description | string)[],
  ) {}

  private resolve(reference: Reference): Description {
    if (typeof reference === 'string') return { kind: reference } as Description
    const found = this.types[reference]
    if (found === undefined) throw new Error(`no type ${reference}`)
    return typeof found === 'string' ? ({ kind: found } as unknown as Description) : found
  }

  shape(reference: Reference): Shape {
    const type = this.resolve(reference)
    switch (type.kind) {
      case 'struct':
        return { bytes: type.byteLength, alignment: type.alignment }
      case 'array': {
        const { alignment } = this.shape(type.element)
        return { bytes: this.stride(type.element) * type.length, alignment }
      }
      case 'enumeration':
        return type.values.length > 256 ? { bytes: 2, alignment: 2 } : { bytes: 1, alignment: 1 }
      case 'optional': {
        const { bytes, alignment } = this.shape(type.value)
        return { bytes: bytes + 1, alignment }
      }
      case 'variant': {
        const shapes = type.alternatives.map(([, alternative]) => this.shape(alternative))
        return {
          bytes: Math.max(...shapes.map(({ bytes }) => bytes)) + 1,
          alignment: Math.max(...shapes.map(({ alignment }) => alignment)),
        }
      }
      case 'offsetPtr':
      case 'weakPtr':
      case 'sharedPtr':
        return { bytes: 8, alignment: 4 }
      default:
        return SCALARS[type.kind] ?? { bytes: 4, alignment: 4 }
    }
  }

  private stride(reference: Reference): number {
    const { bytes, alignment } = this.shape(reference)
    return up(bytes, alignment)
  }

  read(reference: Reference, address: number): unknown {
    const { view } = this.reader
    const type = this.resolve(reference)
    if (address % this.shape(reference).alignment !== 0) throw new Error(`a ${type.kind} at ${address} is not aligned`)
    switch (type.kind) {
      case 'bool':
        return view.getUint8(address) === 1
      case 'u8':
        return view.getUint8(address)
      case 'i8':
        return view.getInt8(address)
      case 'u16':
        return view.getUint16(address, true)
      case 'i16':
        return view.getInt16(address, true)
      case 'u32':
        return view.getUint32(address, true)
      case 'i32':
        return view.getInt32(address, true)
      case 'f32':
        return view.getFloat32(address, true)
      case 'f64':
        return view.getFloat64(address, true)
      case 'u64':
        return view.getBigUint64(address, true)
      case 'i64':
        return view.getBigInt64(address, true)
      case 'string':
        return this.reader.text(this.reader.word(address))
      case 'bytes':
        return this.reader.blob(this.reader.word(address))
      case 'enumeration':
        return type.values[type.values.length > 256 ? view.getUint16(address, true) : view.getUint8(address)]
      case 'struct':
        return Object.fromEntries(
          type.fields.map(([name, field, offset]) => [name, this.read(field, address + offset)]),
        )
      case 'array':
        return Array.from({ length: type.length }, (_, i) =>
          this.read(type.element, address + i * this.stride(type.element)),
        )
      case 'optional': {
        const isThere = view.getUint8(address + this.shape(type.value).bytes) === 1
        return isThere ? this.read(type.value, address) : undefined
      }
      case 'variant': {
        const last = address + this.shape(reference).bytes - 1
        const [name, alternative] = type.alternatives[view.getUint8(last)]!
        for (let end = address + this.shape(alternative).bytes; end < last; end++) {
          if (view.getUint8(end) !== 0) throw new Error('a variant has something behind its value')
        }
        return { kind: name, value: this.read(alternative, address) }
      }
      case 'offsetPtr':
      case 'weakPtr':
        return this.pointer(address)
      case 'sharedPtr': {
        const pointer = this.pointer(address)
        if (pointer.offset !== 0) this.reader.shared.push(pointer)
        return pointer
      }
      case 'uniquePtr': {
        const offset = this.reader.word(address)
        return offset === 0 ? undefined : this.read(type.target, offset * GRANULE)
      }
      default:
        return this.container(type, this.reader.word(address))
    }
  }

  private pointer(address: number): Pointer {
    return { offset: this.reader.word(address), serial: this.reader.word(address + 4) }
  }

  private container(type: Description, offset: number): unknown {
    const { reader } = this
    const isSet = !('value' in type)
    switch (type.kind) {
      case 'list': {
        const values: unknown[] = []
        const links = up(this.shape(type.element).bytes, 4)
        const count = offset === 0 ? 0 : reader.at(offset, 0)
        let previous = 0
        for (let node = offset === 0 ? 0 : reader.at(offset, 2); node !== 0 && values.length <= count;) {
          const at = node * GRANULE + links
          if (reader.word(at + 4) !== previous) throw new Error('a node is wrong about the way back')
          if (reader.word(at + 8) !== reader.word(offset * GRANULE - 8)) throw new Error('a node is of another list')
          values.push(this.read(type.element, node * GRANULE))
          previous = node
          node = reader.word(at)
        }
        if (values.length !== count) throw new Error('a list has another length')
        if (offset !== 0 && reader.at(offset, 3) !== previous) throw new Error('a list ends elsewhere')
        return values
      }
      case 'deque': {
        const length = offset === 0 ? 0 : reader.at(offset, 0)
        const stride = this.stride(type.element)
        return Array.from({ length }, (_, i) => {
          const slot = (reader.at(offset, 2) + i) % reader.at(offset, 1)
          return this.read(type.element, offset * GRANULE + 16 + slot * stride)
        })
      }
      case 'vector': {
        const length = offset === 0 ? 0 : reader.at(offset, 0)
        const stride = this.stride(type.element)
        return Array.from({ length }, (_, i) => this.read(type.element, offset * GRANULE + 8 + i * stride))
      }
      case 'hashMap':
      case 'hashSet':
        return this.keyed(type, isSet, reader.hashTable(offset))
      case 'hashMultimap':
      case 'hashMultiset': {
        const keyBytes = this.keyAt(type, isSet, 0) + this.shape(type.key).bytes
        const nodes = reader.hashTable(offset).flatMap((slot) => this.ring(slot.offset, up(keyBytes, 4)))
        const count = offset === 0 ? 0 : reader.at(offset, 0)
        if (nodes.length !== count) throw new Error(`hash table has count=${count}, found=${nodes.length}`)
        return this.keyed(
          type,
          isSet,
          nodes.map((node) => ({ offset: node })),
        )
      }
      case 'flatMap':
      case 'flatSet':
        return this.keyed(type, isSet, this.sortedArray(type, isSet, offset))
      case 'orderedMap':
      case 'orderedMultimap':
      case 'orderedSet':
      case 'orderedMultiset': {
        const entries = reader.tree(offset)
        const prefixes = entries.map(({ offset: node }) =>
          this.prefix([{ type: type.key, at: this.keyAt(type, isSet, node) }]),
        )
        entries.forEach(({ high, low }, index) => {
          if (prefixes[index]![0] !== high || prefixes[index]![1] !== low)
            throw new Error('an entry has another prefix')
        })
        return this.keyed(type, isSet, entries)
      }
      case 'multiIndex':
        return this.table(type, offset)
      default:
        throw new Error(`no such kind: ${type.kind}`)
    }
  }

  /** The elements of the sorted array whose header block is at `offset`, at granules as nodes are. */
  private sortedArray(type: Description, isSet: boolean, offset: number): { offset: number }[] {
    const array = offset === 0 ? 0 : this.reader.at(offset, 0)
    const [length, capacity] = array === 0 ? [0, 0] : [this.reader.at(array, 0), this.reader.at(array, 1)]
    if (length > capacity) throw new Error('a sorted array has more elements than room')
    const stride = up(this.keyAt(type, isSet, 0) + this.shape(type.key).bytes, GRANULE) / GRANULE
    return Array.from({ length }, (_, index) => ({ offset: array + 1 + index * stride }))
  }

  private keyAt(type: Description, isSet: boolean, node: number): number {
    const { alignment } = this.shape(type.key)
    return node * GRANULE + (isSet ? 0 : up(this.shape(type.value).bytes, alignment))
  }

  private keyed(type: Description, isSet: boolean, entries: readonly { offset: number }[]): unknown {
    const key = (node: number): unknown => this.read(type.key, this.keyAt(type, isSet, node))
    const isMulti = type.kind.includes('Multi')
    if (isSet) {
      const keys = entries.map(({ offset }) => key(offset))
      return isMulti ? keys : new Set(keys)
    }
    const pairs = entries.map(({ offset }): [unknown, unknown] => [
      key(offset),
      this.read(type.value, offset * GRANULE),
    ])
    return isMulti ? pairs : new Map(pairs)
  }

  // Rows by index: each index must lead to the same rows.
  private table(type: Description, offset: number): Record<string, unknown[]> {
    const { reader } = this
    if (offset !== 0 && reader.at(offset, 1) !== type.indexes.length) throw new Error('another number of indexes')
    // Words of the indexes behind the row, in the order of the indexes.
    let link = up(this.shape(type.row).bytes, 4)
    const rowsByIndex = type.indexes.map(([name, kind, parts], index): [string, number[]] => {
      const header = offset === 0 ? 0 : reader.at(offset, 2 + index)
      const rows = this.rowsOf(type, kind, parts, header, link)
      link += 4 * (WORDS_IN_ROW[kind] ?? 0)
      const count = header === 0 ? 0 : reader.at(header, 0)
      if (rows.length !== count) throw new Error(`index ${name} has count=${count}, found=${rows.length}`)
      return [name, rows]
    })
    this.checkMembers(type, rowsByIndex)
    return Object.fromEntries(
      rowsByIndex.map(([name, rows]) => [name, rows.map((row) => this.read(type.row, row * GRANULE))]),
    )
  }

  /** Whether each index has the rows that its predicate has taken, or all. */
  private checkMembers(type: Description, rowsByIndex: readonly [string, number[]][]): void {
    const all = rowsByIndex[type.indexes.findIndex(([, , , where]) => where === undefined)]![1]
    const { answers } = this.placesOf(type)
    type.indexes.forEach(([name, , , where], index) => {
      const wanted = all.filter((row) => {
        const answer = where === undefined ? 1 : this.reader.bytes[row * GRANULE + answers + where]!
        if (answer > 1) throw new Error('the answer of a predicate is neither 0 nor 1')
        return answer === 1
      })
      const [found, expected] = [rowsByIndex[index]![1], wanted].map((rows) => [...rows].sort((a, b) => a - b).join())
      if (found !== expected) throw new Error(`index ${name} has other rows than it should`)
    })
  }

  /** Byte offsets of the computed keys in a row block, and of the first answer of a predicate. */
  private placesOf(type: Description): { computed: number[]; answers: number } {
    let end = up(this.shape(type.row).bytes, 4)
    for (const [, kind] of type.indexes) end += 4 * (WORDS_IN_ROW[kind] ?? 0)
    const computed = (type.computed ?? []).map(([, , reference]) => {
      const { bytes, alignment } = this.shape(reference)
      const place = up(end, alignment)
      end = place + bytes
      return place
    })
    return { computed, answers: end }
  }

  private rowsOf(
    type: Description,
    kind: string,
    parts: readonly [string | number, boolean][],
    header: number,
    link: number,
  ): number[] {
    const { reader } = this
    switch (kind) {
      case 'hashedUnique':
        return reader.hashTable(header).map(({ offset }) => offset)
      case 'hashedNonUnique':
        return reader.hashTable(header).flatMap(({ offset }) => this.ring(offset, link))
      case 'sequenced':
        return this.chain(header, link)
      case 'randomAccess':
        return this.array(header, link)
      default:
        return this.ordered(type, parts, reader.tree(header, kind.startsWith('ranked')))
    }
  }

  private chain(header: number, link: number): number[] {
    const { reader } = this
    const rows: number[] = []
    let previous = 0
    for (let row = header === 0 ? 0 : reader.at(header, 2); row !== 0 && rows.length < 1e6;) {
      const at = row * GRANULE + link
      if (reader.word(at + 4) !== previous) throw new Error('a chain is wrong about its way back')
      if (reader.word(at + 8) !== reader.word((header - 1) * GRANULE)) throw new Error('a row is of another chain')
      rows.push(row)
      previous = row
      row = reader.word(at)
    }
    if (header !== 0 && reader.at(header, 3) !== previous) throw new Error('the last row of a chain is another one')
    return rows
  }

  private array(header: number, link: number): number[] {
    const { reader } = this
    if (header === 0) return []
    const [count, , array, capacity] = Array.from({ length: 4 }, (_, i) => reader.at(header, i))
    if (count! > capacity! || (array === 0) !== (capacity === 0)) throw new Error('an array of offsets has no room')
    return Array.from({ length: count! }, (_, position) => {
      const row = reader.at(array!, position)
      if (reader.word(row * GRANULE + link) !== position) throw new Error('a row has another position')
      return row
    })
  }

  private ring(first: number, link: number): number[] {
    const rows: number[] = []
    let row = first
    do {
      rows.push(row)
      const next = this.reader.word(row * GRANULE + link)
      if (this.reader.word(next * GRANULE + link + 4) !== row) throw new Error('a ring is wrong about its way back')
      row = next
    } while (row !== first && rows.length < 1e6)
    return rows
  }

  private ordered(
    type: Description,
    parts: readonly [string | number, boolean][],
    entries: readonly { high: number; low: number; offset: number }[],
  ): number[] {
    for (const { high, low, offset } of entries) {
      const prefix = this.prefix(
        parts.map(([source, descending]) => ({ ...this.part(type, source, offset * GRANULE), descending })),
      )
      if (prefix[0] !== high || prefix[1] !== low) throw new Error('an entry has another prefix')
    }
    return entries.map(({ offset }) => offset)
  }

  private part(type: Description, source: string | number, address: number): { type: Reference; at: number } {
    if (typeof source === 'number') {
      return { type: type.computed![source]![2], at: address + this.placesOf(type).computed[source]! }
    }
    return source === '' ? { type: type.row, at: address } : this.field(type.row, source, address)
  }

  private field(reference: Reference, path: string, address: number): { type: Reference; at: number } {
    let type = reference
    let at = address
    for (const name of path.split('.')) {
      const field = this.resolve(type).fields.find(([other]) => other === name)
      if (field === undefined) throw new Error(`no field ${path}`)
      type = field[1]
      at += field[2]
    }
    return { type, at }
  }

  /** The first 8 bytes of the order-preserving encoding, as two words. */
  private prefix(parts: readonly { type: Reference; at: number; descending?: boolean }[]): [number, number] {
    const bytes = new Uint8Array(8)
    const encoded = parts.flatMap(({ type, at, descending }) => {
      const part = this.encode(type, at)
      return descending === true ? part.map((byte) => 255 - byte) : part
    })
    bytes.set(encoded.slice(0, 8))
    const view = new DataView(bytes.buffer)
    return [view.getUint32(0), view.getUint32(4)]
  }

  private encode(reference: Reference, at: number): number[] {
    const type = this.resolve(reference)
    const value = this.read(reference, at)
    const { bytes } = this.shape(reference)
    const bigEndian = (number: bigint, count: number): number[] =>
      Array.from({ length: count }, (_, index) => Number((number >> BigInt(8 * (count - 1 - index))) & 255n))
    switch (type.kind) {
      case 'struct':
        return type.fields.flatMap(([, field, offset]) => this.encode(field, at + offset))
      case 'array':
        return Array.from({ length: type.length }, (_, i) =>
          this.encode(type.element, at + i * this.stride(type.element)),
        ).flat()
      case 'bool':
        return [value === true ? 1 : 0]
      case 'enumeration':
        return bigEndian(BigInt(type.values.indexOf(value as string)), bytes)
      case 'u8':
      case 'u16':
      case 'u32':
      case 'u64':
        return bigEndian(BigInt(value as number), bytes)
      case 'i8':
      case 'i16':
      case 'i32':
      case 'i64':
        return bigEndian(BigInt(value as number) + (1n << BigInt(8 * bytes - 1)), bytes)
      case 'f32':
      case 'f64':
        return bigEndian(orderedBits(value as number), 8)
      case 'string':
        return [...Array.from({ length: (value as string).length }, (_, i) => (value as string).charCodeAt(i))]
          .flatMap((unit) => (unit < 254 ? [unit + 1] : [255, unit >>> 8, unit & 255]))
          .concat(0)
      case 'bytes':
        return [...(value as Uint8Array)].flatMap((byte) => (byte < 254 ? [byte + 1] : [255, byte])).concat(0)
      default:
        throw new Error(`${type.kind} is no part of a key`)
    }
  }
}

function orderedBits(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value === 0 ? 0 : value)
  const bits = view.getBigUint64(0)
  return bits >> 63n === 0n ? bits | (1n << 63n) : ~bits & (2n ** 64n - 1n)
}
