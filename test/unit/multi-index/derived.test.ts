import { describe, expect, test } from 'vitest'
import * as h from '../../../src/core.js'
import { Heap } from '../../../src/heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../../../src/memory/memory.js'
import type { View } from '../../../src/types/view.js'

const { computed, desc, hashedNonUnique, hashedUnique, multiIndex, orderedNonUnique, orderedUnique, predicate, whole } =
  h

const CAPACITY = 1 << 20

const City = h.struct({ id: h.u32, name: h.string, size: h.withDefault(h.f64, 7) })
type City = h.Input<typeof City>
const initial = (compute?: (row: { name: string }) => string) => computed('initial', 1, h.string, compute)
const big = (test?: (row: { size: number }) => boolean) => predicate('big', 1, test)
const Cities = multiIndex(City, {
  big: orderedUnique('size', { where: big(({ size }) => size > 10) }),
  id: hashedUnique('id'),
  initial: orderedNonUnique(initial(({ name }) => name.slice(0, 1))),
})
const ROWS: City[] = [
  { id: 1, name: 'Ulm', size: 5 },
  { id: 2, name: 'Bonn', size: 50 },
  { id: 3, name: 'Berlin', size: 500 },
  { id: 4, name: 'Uelzen' },
]

function make<T extends h.Type>(type: T, rows?: h.Input<T>): { segment: h.Segment; table: h.Opened<T> } {
  const segment = h.Segment.inMemory({ capacity: CAPACITY })
  return { segment, table: segment.construct('table', type, rows) }
}

function memoryOf(view: object): Memory {
  return (view as View)['hotseg.at'].memory
}

function bytesOf(view: object): Buffer {
  const memory = memoryOf(view)
  return Buffer.from(memory.bytes(0, Heap.of(memory).endOffset * GRANULE_BYTES))
}

function loose(value: unknown): (...args: unknown[]) => unknown {
  return value as (...args: unknown[]) => unknown
}

const names = (rows: Iterable<{ readonly name: string }>): string[] => Array.from(rows, ({ name }) => name)

describe('computed and predicate', () => {
  test('refuse what they cannot be made of', () => {
    const refused = (call: () => unknown, message: RegExp): void => {
      expect(call).toThrow(h.InvalidOptionError)
      expect(call).toThrow(message)
    }
    for (const name of ['', undefined, 5]) refused(() => loose(computed)(name, 1, h.u8), /no name/)
    for (const version of [-1, 1.5, 2 ** 31, '1', undefined]) {
      refused(() => loose(predicate)('x', version), /no version: name="x"/)
    }
    refused(() => loose(computed)('x', 1, h.u8, 'row.name'), /no function: name="x"/)
    refused(() => loose(computed)('x', 1, h.vector(h.u8)), /computed "x" cannot be a key: type=vector/)
    refused(() => loose(computed)('x', 1, 'u8'), /computed "x" is not a type/)
    refused(() => loose(hashedUnique)(desc(initial())), /no order/)
    refused(() => loose(orderedUnique)([initial(), initial()]), /twice: key=computed\("initial"\)/)
    refused(() => loose(orderedUnique)([whole, desc(whole)]), /twice: key=whole/)
    refused(() => loose(orderedUnique)(desc(desc('id'))), /not a field name/)
    refused(() => loose(orderedUnique)('id', { where: () => true }), /no predicate/)
    refused(() => loose(orderedUnique)('id', { if: big() }), /unknown options/)
    refused(() => loose(multiIndex)(h.struct({ a: h.vector(h.u8) }), { a: loose(hashedUnique)(whole) }), /cannot be a/)
    const twoVersions = { a: hashedUnique(initial()), b: hashedUnique(computed('initial', 2, h.string)) }
    refused(() => multiIndex(City, twoVersions), /two versions of one function: name="initial", versions=1 and 2/)
    const twoTypes = { a: hashedUnique(initial()), b: hashedUnique(computed('initial', 1, h.u8)) }
    refused(() => multiIndex(City, twoTypes), /two types of one computed key: name="initial", types=u8 and string/)
    const partial = multiIndex(City, { big: orderedUnique('size', { where: big(() => true) }) })
    refused(() => make(partial), /partial indexes only/)
  })

  test('may share a name: one is a key, the other decides', () => {
    const { table } = make(
      multiIndex(City, {
        id: hashedUnique('id'),
        both: orderedUnique(
          computed('both', 1, h.f64, ({ size }) => -size),
          {
            where: predicate('both', 2, ({ id }) => id > 1),
          },
        ),
      }),
      ROWS,
    )
    expect(names(table.by.both)).toEqual(['Berlin', 'Bonn', 'Uelzen'])
    table.checkInvariants()
  })

  test('get a plain copy of the row, as toObject gives it, each function one of its own', () => {
    const Node = h.struct({ n: h.u32 })
    const Row = h.struct({
      id: h.u32,
      flag: h.bool,
      ratio: h.f32,
      sort: h.enumeration('a', 'b'),
      raw: h.bytes,
      at: h.withDefault(h.struct({ x: h.u8, y: h.withDefault(h.u8, 9) }), { x: 1 }),
      note: h.optional(h.string),
      pair: h.array(h.i8, 2),
      words: h.vector(h.optional(h.string)),
      map: h.orderedMap(h.string, h.f64),
      set: h.hashSet(h.u16),
      rows: h.multiIndex(Node, { n: orderedUnique('n') }),
      node: h.offsetPtr(Node),
      own: h.uniquePtr(h.string),
    })
    const seen: Record<string, h.Infer<typeof Row>[]> = { first: [], second: [] }
    const see =
      (name: string) =>
      (row: h.Infer<typeof Row>): number => {
        seen[name]!.push(structuredClone({ ...row, node: undefined }))
        expect(row.node?.n).toBe(row.id === 1 ? 5 : undefined)
        // What one function does to its copy nobody sees.
        row.raw.fill(7)
        row.words.push('pushed')
        row.map.clear()
        row.at.x = 99
        row.id = 1000
        return 1
      }
    const { segment, table } = make(
      multiIndex(Row, {
        id: hashedUnique('id'),
        first: hashedNonUnique(computed('first', 1, h.u8, see('first'))),
        second: orderedNonUnique(computed('second', 1, h.u8, see('second'))),
      }),
    )
    const row: h.Input<typeof Row> = {
      id: 1,
      flag: true,
      ratio: 0.1,
      sort: 'b',
      raw: Uint8Array.of(1, 2),
      pair: [-1, 1],
      words: ['x', undefined],
      map: [
        ['b', 1],
        ['a', NaN],
        ['b', 2],
      ],
      set: [3, 1, 3],
      rows: [{ n: 2 }, { n: 1 }],
      node: segment.make(Node, { n: 5 }),
      own: 'o',
    }
    const view = table.insert(row).row
    table.modify(view, { flag: false })
    table.replace(view, { ...row, id: 2, node: undefined })
    const stored = { ...view.toObject(), node: undefined }
    expect(stored).toMatchObject({ at: { x: 1, y: 9 }, words: ['x', undefined], raw: Uint8Array.of(1, 2), id: 2 })
    for (const rows of Object.values(seen)) {
      expect(rows).toEqual([{ ...stored, id: 1 }, { ...stored, id: 1, flag: false }, stored])
    }
    expect([...seen['first']![0]!.map]).toEqual([...stored.map])
    segment.verify()
  })

  test('give values that are checked; a wrong one changes nothing', () => {
    let value: unknown = 'x'
    let answer: unknown = true
    const { segment, table } = make(
      multiIndex(City, {
        id: hashedUnique('id'),
        key: orderedNonUnique(computed('key', 1, h.string, () => value as string)),
        some: orderedNonUnique('id', { where: predicate('some', 1, () => answer as boolean) }),
      }),
      ROWS.slice(0, 1),
    )
    const row = table.by.id.get(1)!
    const before = bytesOf(table)
    const refused = (call: () => unknown, path: string): void => {
      expect(call).toThrow(expect.objectContaining({ code: 'ERR_HOTSEG_INVALID_VALUE_ERROR', path }))
      expect(bytesOf(table).equals(before)).toBe(true)
    }
    for (const wrong of [5, undefined, null, Promise.resolve('x')]) {
      value = wrong
      refused(() => table.insert(ROWS[1]!), 'key')
      refused(() => table.modify(row, { size: 1 }), 'key')
      refused(() => table.replace(row, ROWS[1]!), 'key')
      refused(() => segment.construct('other', (table as unknown as View)['hotseg.layout'].type, ROWS), '[0].key')
    }
    value = 'x'
    for (const wrong of [1, undefined, 'true', Promise.resolve(true)]) {
      answer = wrong
      refused(() => table.insert(ROWS[1]!), 'some')
      refused(() => table.modify(row, { size: 1 }), 'some')
    }
    segment.verify()
  })

  test('that throw change nothing, also when a table is made with rows', () => {
    const Failing = multiIndex(City, {
      id: hashedUnique('id'),
      key: orderedNonUnique(
        computed('key', 1, h.string, ({ name }) => {
          if (name === 'Berlin') throw new RangeError('Berlin')
          return name
        }),
      ),
    })
    const { segment, table } = make(Failing, ROWS.slice(0, 2))
    const before = bytesOf(table)
    expect(() => table.insert(ROWS[2]!)).toThrow(RangeError)
    expect(() => table.modify(table.by.id.get(1)!, { name: 'Berlin' })).toThrow(RangeError)
    expect(() => table.replace(table.by.id.get(1)!, ROWS[2]!)).toThrow(RangeError)
    expect(() => segment.construct('other', Failing, ROWS)).toThrow(RangeError)
    expect(bytesOf(table).equals(before)).toBe(true)
  })

  test('that call back into the table leave it whole', () => {
    let again: ((row: City) => void) | undefined
    const { segment, table } = make(
      multiIndex(City, {
        id: hashedUnique('id'),
        key: orderedNonUnique(
          computed('key', 1, h.string, (row) => {
            const work = again
            again = undefined
            work?.(row)
            return `${row.name} ${row.size}`
          }),
        ),
      }),
      ROWS,
    )
    again = () => table.insert({ id: 9, name: 'Inner', size: 1 })
    expect(table.insert({ id: 9, name: 'Outer', size: 1 })).toMatchObject({ inserted: false, index: 'id' })
    expect(table.by.id.get(9)?.name).toBe('Inner')
    again = () => table.by.id.delete(9)
    expect(table.insert({ id: 9, name: 'Outer', size: 1 }).inserted).toBe(true)
    again = () => table.clear()
    expect(table.insert({ id: 9, name: 'Outer', size: 1 }).inserted).toBe(true)
    expect(names(table)).toEqual(['Outer'])
    const row = table.by.id.get(9)!
    // What was read of the row before the function ran may be old.
    again = () => table.modify(row, { name: 'Inner' })
    expect(() => table.modify(row, { size: 2 })).toThrow(h.InvalidOptionError)
    expect(row.toObject()).toEqual({ id: 9, name: 'Inner', size: 1 })
    expect(table.by.key.get('Inner 1')?.id).toBe(9)
    again = () => table.erase(row)
    expect(() => table.modify(row, { size: 2 })).toThrow(h.HotsegError)
    expect(() => table.replace(row, ROWS[0]!)).toThrow(h.StaleViewError)
    table.checkInvariants()
    segment.verify()
    const { row: last } = table.insert({ id: 10, name: 'Last', size: 1 })
    again = () => segment.close()
    expect(() => table.modify(last, { size: 2 })).toThrow(h.ClosedError)
    expect(() => table.insert(ROWS[0]!)).toThrow(h.ClosedError)
  })
})

describe('a table without its functions', () => {
  const Reader = multiIndex(City, {
    big: orderedUnique('size', { where: big() }),
    id: hashedUnique('id'),
    initial: orderedNonUnique(initial()),
  })

  test('is read, and not changed', () => {
    const { segment } = make(Cities, ROWS)
    const table = segment.find('table', Reader)!
    expect(names(table.by.big)).toEqual(['Bonn', 'Berlin'])
    expect(names(table.by.initial.equalRange('U'))).toEqual(['Ulm', 'Uelzen'])
    const row = table.by.id.get(1)!
    const before = bytesOf(table)
    for (const change of [
      () => table.insert({ id: 9, name: 'x' }),
      () => table.modify(row, { name: 'x' }),
      () => table.modify(row, {}),
      () => table.replace(row, { id: 9, name: 'x' }),
      () => table.erase(row),
      () => table.by.id.delete(1),
      () => table.by.big.delete(50),
      () => table.clear(),
      () => table.reserve(100),
    ]) {
      expect(change).toThrow(h.InvalidOptionError)
      expect(change).toThrow(/cannot be changed without its functions: missing="initial"/)
    }
    expect(() => segment.construct('other', Reader, ROWS)).toThrow(h.InvalidOptionError)
    expect(bytesOf(table).equals(before)).toBe(true)
    expect(segment.destroy('table')).toBe(true)
    segment.verify()
  })

  test('may lack indexes, also all that have every row', () => {
    const { segment } = make(Cities, ROWS)
    segment.seal()
    const read = <T extends h.Type>(type: T): h.ReadonlyOpened<T> =>
      h.Segment.fromBuffer(segment.toArrayBuffer()).find('table', type)
    const some = read(multiIndex(City, { big: orderedUnique('size', { where: big() }) }))
    expect(names(some.by.big)).toEqual(['Bonn', 'Berlin'])
    expect(some.size).toBe(4)
    expect(names(some).sort()).toEqual(['Berlin', 'Bonn', 'Uelzen', 'Ulm'])
    expect(some.toObject()).toHaveLength(4)
    some.checkInvariants()
    const fewer = h.struct({ id: h.u32, more: h.withDefault(h.string, 'none') })
    const initials = read(multiIndex(fewer, { initial: orderedNonUnique(computed('initial', 1, h.string)) }))
    expect(Array.from(initials.by.initial.range({ gte: 'C' }), ({ id, more }) => [id, more])).toEqual([
      [1, 'none'],
      [4, 'none'],
    ])
    initials.checkInvariants()
  })

  test('has the versions of its writer', () => {
    const { segment } = make(Cities, ROWS)
    segment.seal()
    const sealed = h.Segment.fromBuffer(segment.toArrayBuffer())
    const mismatch = (type: h.Type, message: RegExp): void => {
      expect(() => sealed.find('table', type)).toThrow(h.SchemaMismatchError)
      expect(() => sealed.find('table', type)).toThrow(message)
    }
    const index = (indexes: Parameters<typeof multiIndex<typeof City, never>>[1]): h.Type => multiIndex(City, indexes)
    mismatch(index({ initial: orderedNonUnique(computed('initial', 2, h.string)) } as never), /index "initial".*, 2\)/)
    mismatch(index({ initial: orderedNonUnique(computed('first', 1, h.string)) } as never), /computed\('first', 1\)/)
    mismatch(index({ initial: orderedNonUnique(desc(initial())) } as never), /desc\(computed/)
    mismatch(index({ initial: orderedNonUnique(computed('initial', 1, h.bytes)) } as never), /bytes/)
    mismatch(index({ big: orderedUnique('size', { where: predicate('big', 2) }) } as never), /predicate\('big', 2\)/)
    mismatch(index({ big: orderedUnique('size', { where: predicate('huge', 1) }) } as never), /predicate\('huge', 1\)/)
    mismatch(index({ big: orderedUnique('size') } as never), /index "big"/)
    mismatch(index({ id: hashedUnique('id', { where: big() }) } as never), /index "id"/)
    mismatch(index({ id: hashedUnique(whole) } as never), /whole/)
  })
})

describe('a partial index', () => {
  test('is unique among its rows; a change that is refused changes no byte', () => {
    const { table } = make(Cities, ROWS)
    expect(table.insert({ id: 5, name: 'x', size: 5 }).inserted).toBe(true)
    const before = bytesOf(table)
    expect(table.insert({ id: 6, name: 'x', size: 50 })).toMatchObject({ inserted: false, index: 'big' })
    expect(table.modify(table.by.id.get(1)!, { size: 500 })).toMatchObject({ modified: false, index: 'big' })
    expect(table.replace(table.by.id.get(1)!, { ...ROWS[1]!, id: 7 })).toMatchObject({ modified: false, index: 'big' })
    expect(bytesOf(table).equals(before)).toBe(true)
  })

  test('is entered and left by modify and replace; rows stay where they are', () => {
    const { segment, table } = make(Cities, ROWS)
    const row = table.by.id.get(1)!
    const { address } = (row as unknown as View)['hotseg.at']
    table.modify(row, { size: 60 })
    expect(names(table.by.big)).toEqual(['Bonn', 'Ulm', 'Berlin'])
    table.modify(row, { size: 600 })
    expect(names(table.by.big)).toEqual(['Bonn', 'Berlin', 'Ulm'])
    table.modify(row, { name: 'Aalen' })
    expect(names(table.by.big)).toEqual(['Bonn', 'Berlin', 'Aalen'])
    expect(table.by.initial.first()?.id).toBe(1)
    table.replace(row, { id: 1, name: 'Ulm' })
    expect(names(table.by.big)).toEqual(['Bonn', 'Berlin'])
    expect(table.by.big.size).toBe(2)
    expect((table.by.id.get(1) as unknown as View)['hotseg.at'].address).toBe(address)
    segment.verify()
    expect(table.by.big.delete(7)).toBe(false)
    expect(table.by.big.delete(50)).toBe(true)
    expect(table.size).toBe(3)
    segment.verify()
  })

  test('is kept when a row moves to another table', () => {
    const { segment, table } = make(Cities, ROWS)
    const other = segment.construct('other', Cities)
    for (const id of [2, 1]) expect(table.moveTo(table.by.id.get(id)!, other).moved).toBe(true)
    expect([names(table.by.big), names(other.by.big)]).toEqual([['Berlin'], ['Bonn']])
    expect(names(other.by.initial)).toEqual(['Bonn', 'Ulm'])
    segment.verify()
  })

  test.each([[[1]], [[2]], [[1, 2]]])('whose predicate is said to have answered otherwise for %j is damage', (ids) => {
    const { segment, table } = make(Cities, ROWS)
    for (const id of ids) {
      const { memory, address } = (table.by.id.get(id) as unknown as View)['hotseg.at']
      // A row of 16 bytes, no links; the initial; the answer of the predicate.
      const answer = address + 16 + 4
      expect(memory.u8[answer]).toBe(id === 2 ? 1 : 0)
      memory.setU8(answer, id === 2 ? 0 : 1)
    }
    expect(() => table.checkInvariants()).toThrow(h.CorruptionError)
    expect(() => segment.verify()).toThrow(h.CorruptionError)
  })
})
