import { expect, test } from 'vitest'
import { hashMap, hashedUnique, multiIndex, Segment, string, struct, u32 } from '../../../src/index.js'
import { KeyPolicy } from '../../../src/structures/key-policy.js'

// Different strings whose 32-bit hashes are equal: among 300,000 there are about ten pairs.
const collisions = ((): [string, string][] => {
  const policy = new KeyPolicy([{ kind: 'string', byteOffset: 0, isDescending: false }])
  const byHash = new Map<number, string>()
  const pairs: [string, string][] = []
  for (let index = 0; index < 300_000; index++) {
    const text = `key ${index * 7919}`
    const hash = policy.hash(text)
    const other = byHash.get(hash)
    if (other === undefined) byHash.set(hash, text)
    else pairs.push([other, text])
  }
  return pairs
})()

test('there are strings with equal hashes', () => {
  expect(collisions.length).toBeGreaterThan(0)
})

test('keys with equal hashes are told apart, one by one and in a batch', () => {
  const segment = Segment.inMemory()
  const map = segment.construct('map', hashMap(string, u32))
  for (const [a, b] of collisions) {
    map.set(a, 1)
    expect(map.get(b)).toBeUndefined()
    expect(map.has(b)).toBe(false)
    expect(map.delete(b)).toBe(false)
    expect(map.getMany([b, a])).toEqual([undefined, 1])
    map.set(b, 2)
    expect(map.getMany([a, b])).toEqual([1, 2])
    map.checkInvariants()
    expect(map.delete(a)).toBe(true)
    expect([map.get(a), map.get(b)]).toEqual([undefined, 2])
    map.checkInvariants()
  }
  expect(map.size).toBe(collisions.length)
  segment.close()
})

test('in a unique index they are not in each other’s way', () => {
  const segment = Segment.inMemory()
  const rows = segment.construct('rows', multiIndex(struct({ name: string }), { name: hashedUnique('name') }))
  for (const [a, b] of collisions) {
    expect(rows.insert({ name: a }).inserted).toBe(true)
    expect(rows.insert({ name: b }).inserted).toBe(true)
    expect(rows.by.name.delete(a)).toBe(true)
    expect(rows.by.name.get(b)?.name).toBe(b)
  }
  rows.checkInvariants()
  segment.close()
})
