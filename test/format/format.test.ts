import { beforeAll, describe, expect, test } from 'vitest'
import * as everyName from '../../src/core.js'
import { Segment } from '../../src/core.js'
import * as heapLayout from '../../src/heap/heap-layout.js'
import * as headerLayout from '../../src/segment/header-layout.js'
import { crc32InJavaScript } from '../../src/platform/crc32.js'
import { contentsOf, fill, typesOf, type Types } from '../everything/everything.mjs'
import { FormatReader, type Block, type NamedObject, type Pointer } from './reader.js'
import { pageOf, tablesOf } from './tables.js'

const page = pageOf('format.md')

interface Field {
  readonly name: string
  readonly byte: number
  readonly bytes: number
  readonly meaning: string
}

const fieldsUnder = (heading: RegExp): Field[] =>
  tablesOf('format.md')
    .filter((table) => heading.test(table.heading) && table.columns[0] === 'field')
    .flatMap(({ rows }) =>
      rows.map((row) => ({
        name: row['field']!,
        byte: Number(row['byte']),
        bytes: Number(row['bytes']),
        meaning: row['meaning']!,
      })),
    )

const preamble = fieldsUnder(/^Preamble/)
const staticHeader = fieldsUnder(/^Static header/)
const dynamicHeader = fieldsUnder(/^Dynamic header/)
const fields = [...preamble, ...staticHeader, ...dynamicHeader]
const layout: Readonly<Record<string, unknown>> = { ...heapLayout, ...headerLayout }

let types: Types
let segment: Segment
let bytes: Uint8Array
let reader: FormatReader

beforeAll(() => {
  types = typesOf(everyName)
  segment = fill(Segment.inMemory({ capacity: '4 MiB' }), types)
  segment.seal()
  bytes = new Uint8Array(segment.toArrayBuffer())
  reader = new FormatReader(bytes)
})

const field = (name: string): Field => {
  const found = fields.find((other) => other.name === name)
  if (found === undefined) throw new Error(`the page has no field ${name}`)
  return found
}
const word = (name: string): number => reader.word(field(name).byte)

describe('the header', () => {
  test.each([
    ['preamble', preamble, 0, 64],
    ['static header', staticHeader, 64, 256],
    ['dynamic header', dynamicHeader, 256, 4096],
  ])('the fields of the %s follow one another without gaps', (_, rows, start, end) => {
    let position = start
    for (const { name, byte, bytes: length } of rows) {
      expect(byte, name).toBe(position)
      expect(length, name).toBeGreaterThan(0)
      position += length
    }
    expect(position).toBe(end)
  })

  test('every address in the code is that of the page, and every field but reserved ones has one', () => {
    const addresses = Object.entries(layout).filter(([name]) => name.endsWith('_ADDRESS'))
    for (const [name, address] of addresses) expect(address, name).toBe(field(name.replace(/_ADDRESS$/, '')).byte)
    const inCode = new Set(addresses.map(([name]) => name.replace(/_ADDRESS$/, '')))
    const missing = fields.map(({ name }) => name).filter((name) => !inCode.has(name) && !name.endsWith('_RESERVED'))
    expect(missing).toEqual([])
  })

  test('a sealed segment bears the values of the page', () => {
    const magic = field('MAGIC')
    const expected = /`([0-9A-F ]+)`/.exec(magic.meaning)![1]!
    const hex = [...bytes.subarray(magic.byte, magic.byte + magic.bytes)].map((b) => b.toString(16).padStart(2, '0'))
    expect(hex.join(' ').toUpperCase()).toBe(expected)
    for (const name of ['FORMAT_VERSION', 'HEADER_BYTES']) expect(word(name), name).toBe(Number(field(name).meaning))
    expect(word('REQUIRED_FEATURES')).toBe(0)
    expect(word('OPTIONAL_FEATURES')).toBe(0)
    const createdAt = reader.view.getFloat64(field('CREATED_AT').byte, true)
    expect(Math.abs(Date.now() - createdAt)).toBeLessThan(3_600_000)
    expect(reader.view.getFloat64(field('CAPACITY').byte, true)).toBe(4 * 2 ** 20)
    expect(word('END_OFFSET') * 8).toBe(bytes.length)
    for (const { name, byte, bytes: length } of fields) {
      if (name.endsWith('_RESERVED')) expect(bytes.subarray(byte, byte + length), name).toEqual(new Uint8Array(length))
    }
  })

  test('the state is the number of the page', () => {
    const numbers = Object.fromEntries(
      [...field('STATE').meaning.matchAll(/(\d) (\w+)/g)].map(([, number, name]) => [name, Number(number)]),
    )
    expect(numbers).toEqual({ private: 1, shared: 2, sealed: 3 })
    expect(word('STATE')).toBe(numbers['sealed'])
    for (const [name, number] of Object.entries(numbers)) {
      const constant = layout[`STATE_${name.toUpperCase()}`]
      if (constant !== undefined) expect(constant, name).toBe(number)
    }
  })

  test('the checksums cover what the page says', () => {
    const covered = (name: string): [number, number] => {
      const range = /bytes (\d+) to (\d+)/.exec(field(name).meaning)!
      return [Number(range[1]), Number(range[2]) + 1]
    }
    for (const name of ['PREAMBLE_CRC', 'STATIC_CRC', 'DYNAMIC_CRC']) {
      expect(word(name), name).toBe(crc32InJavaScript(bytes.subarray(...covered(name))))
    }
    expect(word('DATA_CRC')).toBe(crc32InJavaScript(bytes.subarray(word('HEADER_BYTES'))))
  })

  test('the same calls give the same bytes but for identity, time and the checksum over them', () => {
    const again = fill(Segment.inMemory({ capacity: '4 MiB' }), types)
    again.seal()
    const other = new Uint8Array(again.toArrayBuffer())
    const differing = ['IDENTITY', 'CREATED_AT', 'STATIC_CRC'].map(field)
    const clear = (from: Uint8Array): Buffer => {
      const copy = Buffer.from(from)
      for (const { byte, bytes: length } of differing) copy.fill(0, byte, byte + length)
      return copy
    }
    expect(clear(other).equals(clear(bytes))).toBe(true)
    expect(Buffer.from(other).equals(Buffer.from(bytes))).toBe(false)
  })
})

describe('the heap', () => {
  let blocks: Block[]
  beforeAll(() => (blocks = reader.blocks()))

  test('the constants are those of the page', () => {
    const number = (pattern: RegExp): number => Number(pattern.exec(page)![1])
    expect(heapLayout.HEAP_START_BYTES).toBe(number(/from byte (\d+) to `END_OFFSET`/))
    expect(heapLayout.LEAST_BLOCK_GRANULES).toBe(number(/least block is (\d+) granules/))
    expect([heapLayout.ROW_COUNT, heapLayout.COLUMN_COUNT]).toEqual(
      /(\d+) rows of (\d+) offsets/.exec(field('FREE_LISTS').meaning)!.slice(1).map(Number),
    )
    expect(heapLayout.FREE).toBe(2 ** number(/bit (\d) \*\*FREE\*\*/))
    expect(heapLayout.PREVIOUS_FREE).toBe(2 ** number(/bit (\d) \*\*PREVIOUS_FREE\*\*/))
    expect(heapLayout.KEYED).toBe(2 ** number(/bit (\d) \*\*KEYED\*\*/))
    expect(heapLayout.UNNAMED).toBe(2 ** number(/bit (\d) \*\*UNNAMED\*\*/))
    expect(heapLayout.SIZE_UNIT).toBe(number(/header included, times (\d+)/))
    expect(heapLayout.BLOCK_HEADER_BYTES).toBe(8)
    const factor = BigInt(/`n \* (0x[0-9A-F]+) mod 2\^32`/.exec(page)![1]!)
    for (const n of [1, 2, 77, 0xffffffff]) {
      expect(heapLayout.serialOf(n)).toBe(Number((BigInt(n) * factor) % 2n ** 32n))
      expect(heapLayout.countOf(heapLayout.serialOf(n))).toBe(n)
    }
  })

  test('size classes are those of the page', () => {
    for (const granules of [2, 3, 15, 16, 17, 31, 32, 33, 1000, 65535, 65536, 2 ** 28]) {
      const log2 = Math.floor(Math.log2(granules))
      const column = granules < 16 ? granules : Math.floor(granules / 2 ** (log2 - 4)) % 16
      expect(heapLayout.listOf(granules)).toBe((granules < 16 ? 0 : log2 - 3) * 16 + column)
    }
  })

  test('blocks fill it without gaps and know whether the one before is free', () => {
    expect(blocks.length).toBeGreaterThan(100)
    expect(blocks.some(({ isFree }) => isFree)).toBe(true)
    const last = blocks.at(-1)!
    expect(last.offset - 1 + last.granules).toBe(word('END_OFFSET'))
    expect(last.isFree).toBe(false)
    blocks.forEach((block, index) => {
      expect(block.granules).toBeGreaterThanOrEqual(2)
      expect(block.previousIsFree).toBe(index > 0 && blocks[index - 1]!.isFree)
      if (block.isFree) expect(block.previousIsFree).toBe(false)
    })
    const used = blocks.filter(({ isFree }) => !isFree)
    expect(used.length).toBe(word('BLOCK_COUNT'))
    expect(used.reduce((sum, { granules }) => sum + granules, 0)).toBe(word('USED_GRANULES'))
  })

  test('serials are numbers that were handed out, each once', () => {
    const counts = blocks.filter(({ isFree }) => !isFree).map(({ serial }) => heapLayout.countOf(serial))
    expect(new Set(counts).size).toBe(counts.length)
    expect(Math.max(...counts)).toBeLessThanOrEqual(word('SERIAL_COUNT'))
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(1)
  })

  test('free blocks are in the list of their size, with their length in the last word', () => {
    const free = new Map(blocks.filter(({ isFree }) => isFree).map((block) => [block.offset, block.granules]))
    const listed = reader.freeLists()
    for (const list of listed) {
      let previous = 0
      for (const offset of list.blocks) {
        const granules = free.get(offset)!
        expect(heapLayout.listOf(granules)).toBe(list.row * 16 + list.column)
        expect(reader.at(offset, 0), 'previous').toBe(previous)
        expect(reader.word((offset - 1 + granules) * 8 - 4), 'last word').toBe(granules)
        previous = offset
      }
    }
    expect(listed.flatMap((list) => list.blocks).sort()).toEqual([...free.keys()].sort())
  })
})

describe('objects', () => {
  let objects: Map<string, NamedObject>
  beforeAll(() => (objects = new Map(reader.objects().map((object) => [object.name, object]))))

  test('are found by the page alone, under their names', () => {
    expect([...objects.keys()].sort()).toEqual(Object.keys(types).sort())
    expect(reader.unnamed()).toHaveLength(5)
    expect(word('UNNAMED_COUNT')).toBe(5)
  })

  test('a reader made from the page alone reads the same values', () => {
    for (const [name, { value }] of objects) {
      const type = types[name]
      // Rows of each index, where hotseg gives those of the first; pointers are looked at below.
      if (type.kind === 'multiIndex' || ['head', 'link', 'scalars', 'owners', 'observer'].includes(name)) continue
      expect(value, name).toEqual(segment.find(name, type)!.toObject())
    }
  })

  test.each(['cities', 'marks'])('the rows of every index of %s are those of the table, in its order', (table) => {
    const { by } = segment.find<any>(table, types[table])
    const byIndex = objects.get(table)!.value as Record<string, unknown[]>
    expect(Object.keys(byIndex)).toEqual(Object.keys(by))
    for (const [name, rows] of Object.entries(byIndex)) {
      expect(rows.length, name).toBeGreaterThan(0)
      expect(rows, name).toEqual([...by[name]].map((row: any): unknown => row.toObject()))
    }
  })

  test('a pointer is the offset of its target and the serial of that block', () => {
    const { value } = objects.get('head') as { value: any }
    const target = reader.blocks().find(({ offset }) => offset === value.offset)!
    expect(target.serial).toBe(value.serial)
    const link = objects.get('link')!
    expect((link.value as any).next).toEqual(value)
    const scalars = objects.get('scalars')!.value as any
    expect(scalars.r.offset).toBe(link.offset)
    const expected: object = segment.find('scalars', types['scalars'])!.toObject()
    expect({ ...scalars, r: undefined }).toEqual({ ...expected, r: undefined })
  })

  test('an unnamed object counts the shared pointers that lead to it, in the last granule of its block', () => {
    const again = new FormatReader(bytes)
    const named = new Map(again.objects().map(({ name, value }) => [name, value]))
    const unnamed = again.unnamed()
    const serials = new Map(again.blocks().map(({ offset, serial }) => [offset, serial]))
    for (const { offset, owners } of unnamed) {
      const leading = again.shared.filter((pointer) => pointer.offset === offset)
      expect(leading).toHaveLength(owners)
      for (const { serial } of leading) expect(serial).toBe(serials.get(offset))
    }
    expect(unnamed.map(({ owners }) => owners).sort()).toEqual([0, 1, 1, 1, 3])
    expect(again.shared).toHaveLength(6)
    interface Chained {
      readonly name: string
      readonly next: Pointer
      readonly back: Pointer
    }
    const [first, second, none, last] = named.get('owners') as Pointer[]
    const valueAt = ({ offset }: Pointer): Chained =>
      unnamed.find((object) => object.offset === offset)?.value as Chained
    expect(none).toEqual({ offset: 0, serial: 0 })
    expect([first, second, last].map((pointer) => valueAt(pointer!).name)).toEqual(['one', 'two', 'four'])
    expect(valueAt(first!).next).toEqual(second)
    expect(named.get('observer')).toEqual(valueAt(second!).next)
    expect(valueAt(valueAt(second!).next).back).toEqual(second)
  })

  test('the fields of a struct are laid out by descending alignment, then in order of declaration', () => {
    const { types: described } = JSON.parse(objects.get('scalars')!.text)
    const { fields: laidOut, byteLength, alignment } = described[0]
    const order = [...laidOut].sort((a, b) => a[2] - b[2]).map(([name]): unknown => name)
    expect(order.join(' ')).toBe('h i j t e f g m n r s c d l o q flag a b k p')
    expect(alignment).toBe(8)
    expect(byteLength).toBeLessThanOrEqual(112)
  })

  test('the fingerprint is the FNV-1a hash of the description', () => {
    const fnv = (text: string): string => {
      let hash = 0xcbf29ce484222325n
      for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) % 2n ** 64n
      return hash.toString(16).padStart(16, '0')
    }
    for (const { name, fingerprint } of segment.objects() as { name?: string; fingerprint: string }[]) {
      if (name !== undefined) expect(fingerprint).toBe(fnv(objects.get(name)!.text))
    }
  })

  test('a description counts the objects that use it', () => {
    const uses = [
      ...reader.hashTable(word('NAMES_ROOT')).map(({ offset }) => reader.at(offset, 1)),
      ...reader.unnamed().map(({ description }) => description),
    ]
    const descriptions = reader.descriptions()
    expect(new Set(descriptions.map((offset) => reader.descriptionText(offset))).size).toBe(descriptions.length)
    for (const description of descriptions) {
      expect(reader.at(description, 1)).toBe(uses.filter((used) => used === description).length)
    }
  })
})

describe('values', () => {
  const rows = tablesOf('format.md').find(({ heading, columns }) => heading === 'Values' && columns[0] === 'type')!.rows

  // One field of the type behind one byte: the description says where it was put and how long the struct is.
  const shapeOf = (type: any): { bytes: number; alignment: number } => {
    const { struct, u8 } = everyName
    const made = Segment.inMemory()
    const Pair = struct({ value: type, last: u8 } as any) as any
    made.construct('pair', Pair)
    made.seal()
    const [object] = new FormatReader(new Uint8Array(made.toArrayBuffer())).objects()
    made.close()
    const described = JSON.parse(object!.text).types[0]
    const last = described.fields.find(([name]: [string]) => name === 'last')[2]
    return { bytes: last, alignment: described.alignment }
  }

  test('take the bytes and the alignment of the page', () => {
    const t = everyName as any
    const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `n${index}`)
    const one: Record<string, any[]> = {
      enumeration: [],
      struct: [],
      array: [],
      optional: [],
      variant: [],
      containers: [
        t.vector(t.u8),
        t.deque(t.f64),
        t.list(t.u8),
        t.hashMap(t.u8, t.u8),
        t.orderedSet(t.u8),
        types['cities'],
      ],
      offsetPtr: [t.offsetPtr(t.u8)],
      weakPtr: [t.weakPtr(t.u8)],
      sharedPtr: [t.sharedPtr(t.u8)],
      uniquePtr: [t.uniquePtr(t.u8)],
    }
    for (const row of rows) {
      for (const name of row['type']!.split(/,? /)) {
        for (const type of one[name] ?? [t[name]]) {
          // A struct is aligned to 4 at least, so that is what a smaller alignment shows.
          expect(shapeOf(type), name).toEqual({
            bytes: Number(row['bytes']),
            alignment: Math.max(4, Number(row['alignment'])),
          })
        }
      }
    }
    expect(shapeOf(t.enumeration(...names(256))).bytes).toBe(1)
    expect(shapeOf(t.enumeration(...names(257))).bytes).toBe(2)
    expect(shapeOf(t.optional(t.f64)).bytes).toBe(9)
    expect(shapeOf(t.optional(t.u8)).bytes).toBe(2)
    expect(shapeOf(t.array(t.optional(t.u16), 3)).bytes).toBe(12)
    expect(shapeOf(t.variant({ a: t.u8, b: t.f64, c: t.array(t.u16, 6) }))).toEqual({ bytes: 13, alignment: 8 })
    expect(shapeOf(t.variant({ a: t.bool })).bytes).toBe(2)
    expect(shapeOf(t.withDefault(t.u16, 1)).bytes).toBe(2)
    expect(shapeOf(t.struct({ a: t.u8 }))).toEqual({ bytes: 4, alignment: 4 })
  })
})

test('a copy of the segment reads the same', () => {
  const copy = Segment.fromBuffer(bytes)
  expect(contentsOf(copy, types)).toBe(contentsOf(segment, types))
})
