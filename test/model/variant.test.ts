import { describe, expect, test } from 'vitest'
import { inspect } from 'node:util'
import * as t from '../../src/t.js'
import { Segment, type View } from '../../src/index.js'
import { FormatReader } from '../format/reader.js'
import { fixChecksums } from '../hostile/mutations.mjs'
import { testMet, testModel } from './support/run.js'
import { Thing } from './support/value-types.js'

const RUNS = 125

const Json = t.variant({
  none: t.optional(t.bool),
  number: t.f64,
  text: t.string,
  get list() {
    return t.vector(Json)
  },
  get object() {
    return t.orderedMap(t.string, Json)
  },
  get only() {
    return t.uniquePtr(Json)
  },
})
const Plain = t.variant({
  small: t.u8,
  large: t.struct({ a: t.f64, b: t.array(t.u16, 3) }),
  mood: t.enumeration('a', 'b'),
})
const Nested = t.variant({
  inner: t.variant({ name: t.struct({ text: t.string, at: t.struct({ x: t.f64 }) }), words: t.vector(t.string) }),
  maybe: t.optional(t.struct({ n: t.u32, more: t.optional(t.struct({ text: t.string })) })),
  raw: t.bytes,
  thing: Thing,
})

const types = {
  'a variant of plain values': Plain,
  'a variant of variants and optionals': Nested,
  'a variant that contains itself': Json,
  'a variant of pointers': t.variant({
    seen: t.offsetPtr(Thing),
    owned: t.sharedPtr(t.struct({ n: t.u32, name: t.string })),
    only: t.uniquePtr(t.vector(t.string)),
    weak: t.weakPtr(Thing),
  }),
  'a struct of variants': t.struct({ id: t.u8, a: Nested, b: Plain, c: t.optional(Nested) }),
  'an array of variants': t.array(Nested, 3),
  'a vector of variants': t.vector(Nested),
  'a map of variants': t.hashMap(t.string, Json),
}

for (const [name, type] of Object.entries(types)) {
  testModel(`${name} reads as it was written last`, RUNS, type, { sameBytes: name.includes('plain') })
}

testMet(1000, ['coalescings'])

const stale = { name: 'StaleViewError' }
const invalid = (path: string): Error => expect.objectContaining({ name: 'InvalidValueError', path }) as Error
const inMemory = (): Segment => Segment.inMemory({ capacity: '1 MiB' })
const Inner = t.struct({ n: t.u32, words: t.vector(t.string) })
const Answer = t.variant({ text: t.string, code: t.u32, inner: Inner })

/** The value of a view that is known to be of an alternative. */
function valueOf<V extends { readonly kind: string; readonly value: unknown }, K extends V['kind']>(
  view: V,
  kind: K,
): Extract<V, { readonly kind: K }>['value'] {
  expect(view.kind).toBe(kind)
  return view.value
}

describe('a variant', () => {
  test('made without a value is the first alternative, empty', () => {
    using segment = inMemory()
    expect(segment.construct('answer', Answer).toObject()).toEqual({ kind: 'text', value: '' })
    expect(segment.construct('all', t.array(t.variant({ inner: Inner, text: t.string }), 1)).toObject()).toEqual([
      { kind: 'inner', value: { n: 0, words: [] } },
    ])
  })

  test('is copied, printed and put into JSON as kind and value', () => {
    using segment = inMemory()
    const Big = t.variant({ big: t.u64, raw: t.bytes })
    const big = segment.construct('big', Big, { kind: 'big', value: 2n ** 60n })
    const raw = segment.construct('raw', Big, { kind: 'raw', value: Uint8Array.of(1, 2) })
    expect(big.toObject()).toEqual({ kind: 'big', value: 2n ** 60n })
    expect(JSON.stringify([big, raw])).toBe(
      '[{"kind":"big","value":"1152921504606846976"},{"kind":"raw","value":"AQI="}]',
    )
    expect(inspect(raw)).toBe(inspect({ kind: 'raw', value: Uint8Array.of(1, 2) }))
    big.checkInvariants()
  })

  test('is written by the assign of its struct, by set of a vector and a map, and from other views', () => {
    using segment = inMemory()
    const holder = segment.construct('holder', t.struct({ id: t.u8, answer: Answer }), {
      id: 1,
      answer: { kind: 'code', value: 5 },
    })
    const list = segment.construct('list', t.vector(Answer), [holder.answer, { kind: 'text', value: 'a' }])
    holder.assign({ answer: { kind: 'inner', value: { n: 1, words: ['a'] } } })
    list.set(1, holder.answer)
    const map = segment.construct('map', t.hashMap(t.string, Answer), [['a', list.at(1)!]])
    map.set('b', list.at(0)!)
    expect(list.toObject()).toEqual([
      { kind: 'code', value: 5 },
      { kind: 'inner', value: { n: 1, words: ['a'] } },
    ])
    expect([...map.values()].map((view) => view.kind).sort()).toEqual(['code', 'inner'])
    expect(() => list.push({ ...list.at(0)! })).toThrow(/A view was spread/)
    segment.verify()
  })

  test('refuses wrong values by their path and changes nothing', () => {
    using segment = inMemory()
    const answer = segment.construct('answer', Answer, { kind: 'inner', value: { n: 1, words: ['a'] } })
    const before = answer.toObject()
    const assign = (value: unknown) => () => answer.assign(value as never)
    expect(assign({ kind: 'none', value: 1 })).toThrow(invalid('kind'))
    expect(assign({ value: 1 })).toThrow(/expected=one of "text", "code", "inner", actual=undefined/)
    expect(assign({ kind: 'code', value: 'five' })).toThrow(invalid('value'))
    expect(assign({ kind: 'inner', value: { n: 1, words: ['a', 5] } })).toThrow(invalid('value.words[1]'))
    expect(assign(null)).toThrow(invalid('value'))
    const list = segment.construct('list', t.vector(t.struct({ answer: Answer })))
    expect(() => list.push({ answer: { kind: 'code', value: -1 } })).toThrow(invalid('[0].answer.value'))
    expect(answer.toObject()).toEqual(before)
    segment.verify()
  })

  test('in a row is read-only, and so is what is in it', () => {
    using segment = inMemory()
    const Row = t.struct({ id: t.u8, answer: Answer })
    const rows = segment.construct('rows', t.multiIndex(Row, { id: t.hashedUnique('id') }), [
      { id: 1, answer: { kind: 'inner', value: { n: 1, words: [] } } },
    ])
    const answer = rows.by.id.get(1)!.answer as View<typeof Answer>
    const inner = valueOf(answer, 'inner')
    for (const write of [
      () => answer.assign({ kind: 'code', value: 1 }),
      () => (inner.n = 5),
      () => inner.words.push(''),
    ])
      expect(write).toThrow(expect.objectContaining({ name: 'ReadOnlyError' }))
    rows.modify(rows.by.id.get(1)!, { answer: { kind: 'code', value: 1 } })
    expect(answer.toObject()).toEqual({ kind: 'code', value: 1 })
    expect(() => inner.n).toThrow(expect.objectContaining(stale))
    segment.verify()
  })

  test('contains itself through containers and pointers, but not by value', () => {
    using segment = inMemory()
    const Self = t.variant({
      n: t.u8,
      get self() {
        return Self
      },
    } as never)
    const Mutual = t.variant({
      get more() {
        return t.struct({ a: t.optional(Mutual as never) } as never)
      },
    } as never)
    for (const type of [Self, Mutual])
      expect(() => segment.construct('self', type)).toThrow(
        expect.objectContaining({
          name: 'InvalidOptionError',
          message: expect.stringContaining('contains itself by value'),
        }),
      )
    const json = segment.construct('json', Json, {
      kind: 'only',
      value: { kind: 'list', value: [{ kind: 'object', value: [['a', { kind: 'text', value: 'deep' }]] }] },
    })
    const only = valueOf(json, 'only')!
    json.assign(only)
    expect(json.kind).toBe('list')
    expect(() => only.kind).toThrow(expect.objectContaining(stale))
    segment.verify()
  })
})

test('nothing of a larger alternative is left behind a smaller one', () => {
  using segment = inMemory()
  const plain = segment.construct('plain', t.variant({ small: t.u8, large: t.array(t.u8, 9) }))
  plain.assign({ kind: 'large', value: [1, 2, 3, 4, 5, 6, 7, 8, 9] })
  plain.assign({ kind: 'small', value: 255 })
  segment.seal()
  // Looks behind the value, too.
  const [object] = new FormatReader(new Uint8Array(segment.toArrayBuffer())).objects()
  expect(object?.value).toEqual({ kind: 'small', value: 255 })
})

describe('a view of what is in a variant', () => {
  test('is stale once the variant is of another alternative, however it was written', () => {
    using segment = inMemory()
    const Holder = t.struct({ id: t.u8, answer: Answer })
    const holder = segment.construct('holder', Holder, { id: 1, answer: { kind: 'inner', value: { n: 1, words: [] } } })
    for (const write of [
      () => holder.answer.assign({ kind: 'code', value: 5 }),
      () => holder.assign({ answer: { kind: 'text', value: 'a' } }),
    ]) {
      holder.answer.assign({ kind: 'inner', value: { n: 1, words: ['a'] } })
      const inner = valueOf(holder.answer, 'inner')
      const { words } = inner
      write()
      const after = holder.toObject()
      for (const use of [
        () => inner.n,
        () => inner.toObject(),
        () => (inner.n = 7),
        () => inner.assign({ n: 7 }),
        () => words.length,
        () => words.push('b'),
      ])
        expect(use).toThrow(expect.objectContaining(stale))
      expect(holder.toObject()).toEqual(after)
    }
  })

  test('shows the new value when the variant stays of its alternative', () => {
    using segment = inMemory()
    const answer = segment.construct('answer', Answer, { kind: 'inner', value: { n: 1, words: [] } })
    const inner = valueOf(answer, 'inner')
    answer.assign({ kind: 'inner', value: { n: 2, words: ['a'] } })
    expect(inner.toObject()).toEqual({ n: 2, words: ['a'] })
  })

  test('of plain values alone is stale, too', () => {
    using segment = inMemory()
    const Shape = t.variant({ point: t.struct({ x: t.u32 }), raw: t.array(t.u8, 8) })
    const shape = segment.construct('shape', Shape, { kind: 'point', value: { x: 1 } })
    const point = valueOf(shape, 'point')
    expect(point.x).toBe(1)
    shape.assign({ kind: 'raw', value: [1, 2, 3, 4, 5, 6, 7, 8] })
    expect(() => point.x).toThrow(expect.objectContaining(stale))
    const raw = valueOf(shape, 'raw')
    shape.assign({ kind: 'point', value: { x: 2 } })
    expect(() => raw.at(0)).toThrow(expect.objectContaining(stale))
    expect(() => raw.set(0, 9)).toThrow(expect.objectContaining(stale))
    expect(shape.toObject()).toEqual({ kind: 'point', value: { x: 2 } })
  })

  test('two deep is stale when the outer one changes, whatever stands where the inner one said what it is', () => {
    using segment = inMemory()
    const Point = t.struct({ x: t.u32 })
    const InnerVariant = t.variant({ other: t.u8, point: Point })
    // The byte after the struct is 1 in both: once as what the inner variant is, once as a number.
    const Outer = t.variant({ inner: InnerVariant, maybe: t.optional(Point), raw: t.array(t.u8, 8) })
    const outer = segment.construct('outer', Outer)
    const raw = { kind: 'raw', value: [1, 1, 1, 1, 1, 1, 1, 1] } as const
    outer.assign({ kind: 'inner', value: { kind: 'point', value: { x: 1 } } })
    const point = valueOf(valueOf(outer, 'inner'), 'point')
    outer.assign(raw)
    expect(() => point.x).toThrow(expect.objectContaining(stale))
    expect(() => (point.x = 7)).toThrow(expect.objectContaining(stale))
    outer.assign({ kind: 'maybe', value: { x: 1 } })
    const maybe = valueOf(outer, 'maybe')!
    outer.assign(raw)
    expect(() => maybe.x).toThrow(expect.objectContaining(stale))
    expect(outer.toObject()).toEqual(raw)
    const optional = segment.construct('optional', t.optional(InnerVariant), { kind: 'point', value: { x: 1 } })
    const inOptional = valueOf(optional.value!, 'point')
    const variant = optional.value!
    optional.value = undefined
    expect(() => inOptional.x).toThrow(expect.objectContaining(stale))
    expect(() => variant.kind).toThrow(expect.objectContaining(stale))
  })

  test('in an array in a variant is stale, too', () => {
    using segment = inMemory()
    const Many = t.variant({ inners: t.array(t.optional(t.struct({ x: t.u8 })), 2), text: t.string })
    const many = segment.construct('many', Many, { kind: 'inners', value: [{ x: 1 }, undefined] })
    const inners = valueOf(many, 'inners')
    const first = inners.at(0)!
    many.assign({ kind: 'text', value: 'x'.repeat(300) })
    for (const use of [() => inners.at(0), () => inners.length, () => first.x, () => (first.x = 1)])
      expect(use).toThrow(expect.objectContaining(stale))
    expect(many.toObject()).toEqual({ kind: 'text', value: 'x'.repeat(300) })
  })

  test('is nothing to point at, nor is that of an optional; the variant itself is', () => {
    using segment = inMemory()
    const answer = segment.construct('answer', Answer, { kind: 'inner', value: { n: 1, words: [] } })
    const maybe = segment.construct('maybe', t.optional(Inner), { n: 1, words: [] })
    const pointer = segment.construct('pointer', t.offsetPtr(Inner))
    for (const part of [valueOf(answer, 'inner'), maybe.value!])
      expect(() => (pointer.value = part)).toThrow(/which may become another one/)
    const whole = segment.construct('whole', t.offsetPtr(Answer), answer)
    answer.assign({ kind: 'code', value: 4 })
    expect(whole.value?.toObject()).toEqual({ kind: 'code', value: 4 })
    segment.verify()
  })

  test('of what a pointer in a variant led to stays good, also when that leads back to the whole', () => {
    using segment = inMemory()
    const Node = t.struct({
      name: t.string,
      get next() {
        return t.variant({
          get node() {
            return t.offsetPtr(Node)
          },
          none: t.optional(t.u8),
        })
      },
    })
    const node = segment.construct('node', Node, { name: 'self', next: { kind: 'none', value: undefined } })
    node.assign({ next: { kind: 'node', value: node } })
    const self = valueOf(node.next, 'node')!
    node.assign({ next: { kind: 'none', value: 7 } })
    expect(self.name).toBe('self')
    const maybe = segment.construct('maybe', t.optional(t.offsetPtr(Node)), node)
    const read = maybe.value!
    maybe.value = undefined
    expect(read.name).toBe('self')
  })
})

describe('a variant of a neighbouring schema', () => {
  const sealedWith = (type: typeof Answer): Segment => {
    const segment = inMemory()
    segment.construct('answers', t.vector(type), [
      { kind: 'code', value: 5 },
      { kind: 'inner', value: { n: 1, words: ['a'] } },
    ])
    segment.seal()
    return segment
  }

  test('is read by one that knows more alternatives, or the same in another order', () => {
    using segment = sealedWith(Answer)
    const More = t.variant({ added: t.f64, inner: Inner, text: t.string, code: t.u32 })
    const answers = segment.find('answers', t.vector(More))!
    expect(answers.toObject()).toEqual([
      { kind: 'code', value: 5 },
      { kind: 'inner', value: { n: 1, words: ['a'] } },
    ])
    expect(answers.at(1)!.kind).toBe('inner')
  })

  test('is not read by one that lacks an alternative or has another type there', () => {
    using segment = sealedWith(Answer)
    for (const type of [
      t.variant({ text: t.string, code: t.u32 }),
      t.variant({ text: t.string, code: t.u16, inner: Inner }),
      t.variant({ text: t.string, code: t.u32, inner: t.struct({ n: t.u32, words: t.vector(t.u8) }) }),
    ])
      expect(() => segment.find('answers', t.vector(type as never))).toThrow(
        expect.objectContaining({ name: 'SchemaMismatchError' }),
      )
  })

  test('is not written by one that knows more alternatives', () => {
    using segment = inMemory()
    segment.construct('answer', Answer, { kind: 'code', value: 5 })
    const More = t.variant({ text: t.string, code: t.u32, inner: Inner, added: t.f64 })
    expect(() => segment.find('answer', More)).toThrow(expect.objectContaining({ name: 'SchemaMismatchError' }))
    const Turned = t.variant({ inner: Inner, code: t.u32, text: t.string })
    const turned = segment.find('answer', Turned)!
    turned.assign({ kind: 'inner', value: { n: 1, words: [] } })
    expect(segment.find('answer', Answer)!.kind).toBe('inner')
    expect(segment.objects()[0]!.type).toBe(
      'variant({ text: string, code: u32, inner: struct({ n: u32, words: vector(string) }) })',
    )
  })
})

test('a byte that names no alternative is CorruptionError, not an answer', () => {
  using segment = inMemory()
  segment.construct('plain', t.vector(t.variant({ a: t.u32, b: t.u32, c: t.u32 })), [{ kind: 'c', value: 0x01020304 }])
  segment.seal()
  const bytes = new Uint8Array(segment.toArrayBuffer())
  const at = bytes.findIndex((byte, i) => byte === 4 && bytes[i + 1] === 3 && bytes[i + 2] === 2 && bytes[i + 3] === 1)
  expect(bytes[at + 4]).toBe(2)
  bytes[at + 4] = 3
  using damaged = Segment.fromBuffer(fixChecksums(bytes))
  const view = damaged.find('plain', t.vector(t.variant({ a: t.u32, b: t.u32, c: t.u32 })))!
  for (const use of [
    () => view.at(0)!.kind,
    () => view.at(0)!.value,
    () => view.toObject(),
    () => view.toJSON(),
    () => view.checkInvariants(),
    () => damaged.verify(),
  ])
    expect(use).toThrow(expect.objectContaining({ name: 'CorruptionError' }))
})
