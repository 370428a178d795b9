/** What users may rely on in indexes with an order of their own, by name; `positional.test.ts` has the random commands. */
import { describe, expect, test } from 'vitest'
import * as t from '../../src/t.js'
import { Segment } from '../../src/index.js'

const Track = t.struct({ id: t.u32, title: t.string })
const Tracks = t.multiIndex(Track, {
  queue: t.sequenced(),
  slot: t.randomAccess(),
  id: t.hashedUnique('id'),
  title: t.orderedNonUnique('title'),
})

const coded = (code: string): unknown => expect.objectContaining({ code: `ERR_HOTSEG_${code}` })
const wrongValue = coded('INVALID_VALUE_ERROR')
const wrongOption = coded('INVALID_OPTION_ERROR')
const stale = coded('STALE_VIEW_ERROR')
const loose = (call: unknown): ((...given: unknown[]) => unknown) => call as (...given: unknown[]) => unknown

function make(...titles: string[]) {
  const segment = Segment.inMemory({ capacity: '1 MiB' })
  const tracks = segment.construct(
    'tracks',
    Tracks,
    titles.map((title, id) => ({ id, title })),
  )
  const { queue, slot, id, title } = tracks.by
  const text = (rows: Iterable<{ readonly title: string }>): string => Array.from(rows, (row) => row.title).join('')
  const row = (name: string) => title.get(name)!
  return { segment, tracks, queue, slot, id, title, text, row }
}

describe('an order', () => {
  test('is its own: what is done to one index leaves the others as they are', () => {
    const { queue, slot, title, text, row, tracks } = make('a', 'b', 'c', 'd')
    queue.reverse()
    slot.relocate(row('a'))
    expect([text(queue), text(slot), text(title), text(tracks)]).toEqual(['dcba', 'bcda', 'abcd', 'dcba'])
    queue.insertBefore(row('c'), { id: 9, title: 'x' })
    expect([text(queue), text(slot)]).toEqual(['dxcba', 'bcdax'])
    slot.insert(-1, { id: 10, title: 'y' })
    expect([text(queue), text(slot)]).toEqual(['dxcbay', 'bcdayx'])
  })

  test('is what a table is built from, copied out in, and keeps when it is sealed', () => {
    const { segment, tracks, queue } = make('a', 'b', 'c')
    queue.reverse()
    expect(tracks.toObject().map(({ title }) => title)).toEqual(['c', 'b', 'a'])
    const copy = segment.construct('copy', Tracks, tracks.toObject())
    segment.seal()
    expect(copy.toObject()).toEqual(tracks.toObject())
    expect(copy.by.slot.at(0)?.title).toBe('c')
  })

  test('takes runs of any index to any place, also to one of their own', () => {
    const { queue, slot, title, text, row } = make('a', 'b', 'c', 'd', 'e')
    queue.relocate(queue.range({ from: row('d') }), row('b'))
    expect(text(queue)).toBe('adebc')
    queue.relocate(title.range({ gte: 'c', reverse: true }))
    expect(text(queue)).toBe('abedc')
    for (const index of [queue, slot]) {
      index.rearrange(title)
      index.relocate(row('b'), row('b'))
      expect(text(index)).toBe('abcde')
      index.relocate([row('d'), row('b')], row('b'))
      expect(text(index)).toBe('adbce')
      index.relocate([])
      expect(text(index)).toBe('adbce')
    }
  })

  test('sorts as Array does: equal rows keep their order', () => {
    const { queue, slot, text } = make('b1', 'a1', 'b2', 'a2', 'c1')
    for (const index of [queue, slot]) {
      index.sort((a, b) => a.title.charCodeAt(0) - b.title.charCodeAt(0))
      expect(text(index)).toBe('a1a2b1b2c1')
    }
  })

  test('refuses rows that are none, or given twice, or not all', () => {
    const { segment, tracks, queue, slot, text, row } = make('a', 'b', 'c')
    const others = segment.construct('others', Tracks, [{ id: 1, title: 'z' }])
    const other = others.by.queue.first()!
    const gone = tracks.insert({ id: 7, title: 'q' }).row
    tracks.erase(gone)
    for (const index of [queue, slot]) {
      const { relocate, rearrange } = { relocate: index.relocate.bind(index), rearrange: index.rearrange.bind(index) }
      for (const wrong of [other, 'abc', 5, undefined, {}, [row('a'), 'b'], [row('a'), row('a')]])
        expect(() => loose(relocate)(wrong)).toThrow(wrongValue)
      expect(() => relocate(gone)).toThrow(stale)
      expect(() => relocate(row('a'), gone)).toThrow(stale)
      expect(() => relocate(row('a'), other)).toThrow(wrongValue)
      for (const wrong of [[], [row('a'), row('b')], [row('a'), row('b'), row('b')], [...index, row('c')], others])
        expect(() => rearrange(wrong)).toThrow(wrongValue)
      expect(() => index.insertBefore(other, { id: 9, title: 'x' })).toThrow(wrongValue)
      expect(() => index.insertBefore(gone, { id: 9, title: 'x' })).toThrow(stale)
      expect(() => index.range({ from: other })).toThrow(wrongValue)
      expect(() => index.range({ from: gone })).toThrow(stale)
      expect(() => loose(index.range.bind(index))({ gte: 1 })).toThrow(wrongOption)
      expect(() => loose(index.eraseRange.bind(index))()).toThrow(wrongOption)
      for (const name of ['sort', 'removeIf', 'unique'] as const)
        expect(() => loose(index[name].bind(index))('title')).toThrow(wrongValue)
      expect(text(index)).toBe('abc')
    }
    expect(() => slot.indexOf(other)).toThrow(wrongValue)
    expect(() => slot.indexOf(gone)).toThrow(stale)
    segment.verify()
  })

  test('refuses positions that are none', () => {
    const { slot, text } = make('a', 'b', 'c')
    for (const index of [3, -4, 0.5, NaN]) expect(() => slot.erase(index)).toThrow(wrongValue)
    for (const count of [-1, 3, 0.5]) expect(() => slot.erase(1, count)).toThrow(wrongOption)
    for (const index of [4, -4, 1.5]) expect(() => slot.insert(index, { id: 9, title: 'x' })).toThrow(wrongValue)
    expect([slot.at(3), slot.at(-4)]).toEqual([undefined, undefined])
    slot.erase(3, 0)
    expect(text(slot)).toBe('abc')
  })

  test('of an empty table is empty, whatever is done to it', () => {
    const { segment, tracks, queue, slot } = make()
    for (const index of [queue, slot]) {
      index.reverse()
      index.sort(() => 0)
      index.rearrange([])
      index.relocate([])
      expect([index.first(), index.last(), index.popFront(), index.popBack()]).toEqual(Array(4).fill(undefined))
      expect([index.removeIf(() => true), index.unique(() => true), index.eraseRange({}), index.size]).toEqual([
        0, 0, 0, 0,
      ])
    }
    expect([tracks.eraseIf(() => true), slot.at(0), slot.length]).toEqual([0, undefined, 0])
    segment.verify()
  })

  test('tells the row in the way of one that is inserted anywhere', () => {
    const { queue, slot, text, row } = make('a', 'b')
    const same = { id: 1, title: 'x' }
    for (const result of [
      queue.pushFront(same),
      queue.insertBefore(row('a'), same),
      slot.insert(0, same),
      slot.pushBack(same),
    ]) {
      expect(result).toMatchObject({ inserted: false, index: 'id' })
      expect(result.row.title).toBe('b')
    }
    expect([text(queue), text(slot)]).toEqual(['ab', 'ab'])
  })
})

describe('code of the user that runs in between', () => {
  test('may take away what the call is about: then the call is refused as a whole', () => {
    const { segment, tracks, queue, slot, text, row } = make('a', 'b', 'c', 'd')
    const b = row('b')
    const erasing = {
      id: 9,
      get title() {
        tracks.erase(b)
        return 'x'
      },
    }
    expect(() => queue.insertBefore(b, erasing)).toThrow(stale)
    expect([text(queue), text(slot)]).toEqual(['acd', 'acd'])
    const shrinking = {
      id: 9,
      get title() {
        slot.erase(0, 2)
        return 'x'
      },
    }
    expect(() => slot.insert(3, shrinking)).toThrow(wrongValue)
    expect([text(queue), text(slot)]).toEqual(['d', 'd'])
    segment.verify()
  })

  test('may add rows: they are where they were put', () => {
    const { segment, queue, slot, text } = make('a', 'b')
    const adding = {
      id: 9,
      get title() {
        queue.pushFront({ id: 8, title: 'y' })
        return 'x'
      },
    }
    queue.pushFront(adding)
    expect([text(queue), text(slot)]).toEqual(['xyab', 'abyx'])
    segment.verify()
  })

  test('may seal or close the segment: then nothing is written', () => {
    const sealed = make('b', 'a')
    expect(() =>
      sealed.queue.sort((a, b) => {
        sealed.segment.seal()
        return a.id - b.id
      }),
    ).toThrow(coded('READ_ONLY_ERROR'))
    expect(() =>
      sealed.slot.removeIf(() => {
        sealed.segment.close()
        return true
      }),
    ).toThrow(coded('READ_ONLY_ERROR'))
    for (const name of ['relocate', 'rearrange'] as const) {
      const { segment, queue } = make('a', 'b')
      const closing = function* () {
        yield* queue.range().toArray()
        segment.close()
      }
      expect(() => queue[name](closing())).toThrow(coded('CLOSED_ERROR'))
    }
    const { segment, slot } = make('a', 'b')
    expect(() =>
      slot.unique(() => {
        segment.close()
        return true
      }),
    ).toThrow(coded('CLOSED_ERROR'))
  })
})

describe('a view found through one index', () => {
  test('is where ranges of the others begin', () => {
    const { queue, slot, title, id, text, row } = make('c', 'a', 'd', 'b')
    expect(text(queue.range({ from: id.get(1) }))).toBe('adb')
    expect(text(slot.range({ from: title.get('d'), reverse: true, limit: 2 }))).toBe('da')
    expect(text(title.range({ from: slot.at(3) }))).toBe('bcd')
    expect(text(title.range({ from: queue.first(), reverse: true }))).toBe('cba')
    expect(text(title.range({ from: row('b'), lt: 'd' }))).toBe('bc')
    expect(text(title.range({ from: row('c'), gt: 'a', reverse: true }))).toBe('cb')
    expect(text(title.range({ from: row('c'), lt: 'b' }))).toBe('')
    expect(text(title.range({ from: row('b'), gt: 'b', reverse: true }))).toBe('')
    const wrong = [{ gt: 'a' }, { gte: 'a' }, { lt: 'a', reverse: true }, { prefix: 'a' }]
    for (const options of wrong) expect(() => title.range({ from: row('a'), ...options })).toThrow(wrongOption)
    expect(title.eraseRange({ from: row('c') })).toBe(2)
    expect(text(queue)).toBe('ab')
  })

  test('is refused where it is in no order, or in another table', () => {
    const { segment, tracks, title, row } = make('a', 'b')
    const others = segment.construct('others', Tracks, [{ id: 1, title: 'z' }])
    expect(() => title.range({ from: others.by.title.first() })).toThrow(wrongValue)
    const gone = row('b')
    const range = title.range({ from: gone })
    tracks.erase(gone)
    expect(() => [...range]).toThrow(stale)
    expect(() => title.range({ from: gone })).toThrow(stale)
    const far = t.predicate('far', 1, (each: { readonly id: number }) => each.id > 5)
    const partial = segment.construct(
      'partial',
      t.multiIndex(Track, { id: t.orderedUnique('id'), far: t.orderedNonUnique('title', { where: far }) }),
      [
        { id: 1, title: 'near' },
        { id: 9, title: 'far' },
      ],
    )
    expect(() => partial.by.far.range({ from: partial.by.id.get(1) })).toThrow(wrongValue)
    expect(partial.by.far.range({ from: partial.by.id.get(9) }).toArray()).toHaveLength(1)
    const map = segment.construct('map', t.orderedMap(t.u8, t.u8))
    expect(() => loose(map.range.bind(map))({ from: 1 })).toThrow(wrongOption)
  })
})

describe('a row that is moved to another table', () => {
  const Links = t.vector(t.offsetPtr(Track))

  test('stays where it is: views of it and pointers to it go on', () => {
    const { segment, tracks, queue, row, text } = make('a', 'b', 'c')
    const archive = segment.construct('archive', Tracks)
    const b = row('b')
    const links = segment.construct('links', Links, [b])
    const moved = tracks.moveTo(b, archive)
    expect(moved).toMatchObject({ moved: true })
    expect([text(queue), text(archive), b.title, moved.row.title, links.at(0)?.title]).toEqual([
      'ac',
      'b',
      'b',
      'b',
      'b',
    ])
    expect(() => tracks.erase(b)).toThrow(wrongValue)
    archive.modify(b, { title: 'B' })
    expect([links.at(0)?.title, archive.by.title.has('B'), tracks.by.title.has('b')]).toEqual(['B', true, false])
    archive.erase(b)
    expect(() => b.title).toThrow(stale)
    segment.verify()
  })

  test('is refused when another is in its way there, and where it cannot go', () => {
    const { segment, tracks, row, text, queue } = make('a', 'b')
    const full = segment.construct('full', Tracks, [{ id: 1, title: 'in the way' }])
    const refused = tracks.moveTo(row('b'), full)
    expect(refused).toMatchObject({ moved: false, index: 'id' })
    expect(refused.row.title).toBe('in the way')
    const elsewhere = make().tracks
    const unlike = segment.construct('unlike', t.multiIndex(Track, { queue: t.sequenced() }))
    for (const wrong of [elsewhere, unlike, queue, segment.construct('list', Links), {}, undefined])
      expect(() => loose(tracks.moveTo.bind(tracks))(row('a'), wrong)).toThrow(wrongValue)
    expect(() => full.moveTo(row('a'), tracks)).toThrow(wrongValue)
    expect(text(queue)).toBe('ab')
    segment.verify()
  })

  test('stays in its table where the other one finds no room', () => {
    let refusals = 0
    for (let capacity = 6000; capacity < 9000; capacity += 8) {
      using segment = Segment.inMemory({ capacity })
      const [tracks, other] = ['tracks', 'other'].map((name) => segment.construct(name, Tracks)) as [
        ReturnType<typeof make>['tracks'],
        ReturnType<typeof make>['tracks'],
      ]
      try {
        for (let id = 0; ; id++) tracks.insert({ id, title: `title ${id}` })
      } catch (error) {
        expect(error).toEqual(coded('OUT_OF_SPACE_ERROR'))
      }
      const before = tracks.toObject()
      try {
        const row = tracks.by.queue.first()
        if (row !== undefined) tracks.moveTo(row, other)
      } catch (error) {
        expect(error).toEqual(coded('OUT_OF_SPACE_ERROR'))
        expect([tracks.toObject(), other.size]).toEqual([before, 0])
        refusals++
      }
      segment.verify()
    }
    expect(refusals).toBeGreaterThan(0)
  })

  test('takes its place among equal keys by its age', () => {
    const { segment, tracks, id } = make('x', 'x', 'x')
    const other = segment.construct('other', Tracks, [{ id: 7, title: 'x' }])
    other.moveTo(other.by.id.get(7)!, tracks)
    tracks.moveTo(id.get(0)!, other)
    tracks.insert({ id: 8, title: 'x' })
    other.moveTo(other.by.id.get(0)!, tracks)
    expect(Array.from(tracks.by.title.equalRange('x'), (each) => each.id)).toEqual([0, 1, 2, 7, 8])
    expect(Array.from(tracks.by.queue, (each) => each.id)).toEqual([1, 2, 7, 8, 0])
  })
})
