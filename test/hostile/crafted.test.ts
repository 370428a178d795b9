/** Damage with intent, which chance hardly hits: whatever links blocks leads in a circle, back to itself, or to one place many times. */
import { expect, test } from 'vitest'
import * as hotseg from '../../src/index.js'
import { fill, typesOf } from '../everything/everything.mjs'
import { FormatReader } from '../format/reader.js'
import { fixChecksums } from './mutations.mjs'
import { sourceOf, useDamaged } from './use-damaged.js'

const types = typesOf(hotseg)
const everything = sourceOf((segment) => fill(segment, types))

// A tree of structs 16 deep, with 8 children each, of which only the first has children itself.
const deep = sourceOf((segment) => {
  const leaf: object = { name: 'leaf', children: [], byName: [] }
  let node = leaf
  for (let depth = 0; depth < 16; depth++) {
    node = { name: `${depth}`, children: [node, ...new Array<object>(7).fill(leaf)], byName: [] }
  }
  segment.construct('tree', types['tree'], node)
})

/** A copy of a segment that is damaged word by word. */
class Victim {
  readonly bytes: Uint8Array
  readonly reader: FormatReader

  constructor(source: Uint8Array) {
    this.bytes = source.slice()
    this.reader = new FormatReader(this.bytes)
  }

  /** Offset of a named object. */
  object(name: string): number {
    return this.reader.objects().find((object) => object.name === name)!.offset
  }

  /** Offset of the header block of a named container. */
  header(name: string): number {
    return this.at(this.object(name), 0)
  }

  /** Offset of the header block of an index of the table. */
  index(position: number): number {
    return this.at(this.header('cities'), 2 + position)
  }

  /** Word `index` of the payload at `offset`. */
  at(offset: number, index: number): number {
    return this.reader.at(offset, index)
  }

  set(offset: number, index: number, value: number): void {
    this.reader.view.setUint32(offset * 8 + index * 4, value, true)
  }

  /** The first row of a chain, its header, and the word in the row where its links begin. */
  chained(position: number): { row: number; header: number; word: number } {
    const header = this.index(position)
    const row = this.at(header, 2)
    const words = this.reader.blocks().find(({ offset }) => offset === row)!.granules * 2 - 2
    const serial = this.reader.word((header - 1) * 8)
    for (let word = 2; word < words; word++) if (this.at(row, word) === serial) return { row, header, word: word - 2 }
    throw new Error('no chain found')
  }

  /** Where the last granule of an unnamed object's block is. */
  tail(object: number): number {
    const { granules } = this.reader.blocks().find(({ offset }) => offset === object)!
    return object + granules - 2
  }

  /** The word of a chained object in which the pointer to the next is. */
  get nextWord(): number {
    const { text } = this.reader.objects().find(({ name }) => name === 'owners')!
    const { types } = JSON.parse(text) as { types: { fields?: [string, unknown, number][] }[] }
    const struct = types.find(({ fields }) => fields?.some(([name]) => name === 'back'))!
    return struct.fields!.find(([name]) => name === 'next')![2] / 4
  }

  /** The word of a branch in which a field is. */
  branchWord(wanted: string): number {
    const { text } = this.reader.objects().find(({ name }) => name === 'branch')!
    const [{ fields }] = (JSON.parse(text) as { types: [{ fields: [string, unknown, number][] }] }).types
    return fields.find(([name]) => name === wanted)![2] / 4
  }

  /** Leaves of the tree with that header block, first to last. */
  leaves(header: number): number[] {
    const leaves = []
    for (let leaf = this.at(header, 5); leaf !== 0; leaf = this.at(leaf, 2)) leaves.push(leaf)
    return leaves
  }

  /** Words within a struct of the recursive type: where its two containers are. */
  get places(): { children: number; byName: number; stride: number } {
    const { text } = this.reader.objects().find(({ name }) => name === 'tree')!
    const [{ fields, byteLength }] = (JSON.parse(text) as { types: [{ fields: any[]; byteLength: number }] }).types
    const place = (wanted: string): number => fields.find(([name]) => name === wanted)[2] / 4
    return { children: place('children'), byName: place('byName'), stride: byteLength / 4 }
  }
}

type Damage = (victim: Victim) => void

const N = 4
const CHILDREN = 4 + 3 * N
const BELOW = 4 + 4 * N

const damages: Readonly<Record<string, Damage>> = {
  'inner nodes that lead to themselves, 32 high': (v) => {
    const header = v.header('byNumber')
    const root = v.at(header, 1)
    for (let child = 0; child < v.at(root, 0); child++) v.set(root, CHILDREN + child, root)
    v.set(header, 2, 32)
  },
  'a root that is its only child': (v) => {
    const header = v.header('byNumber')
    const root = v.at(header, 1)
    v.set(root, 0, 1)
    v.set(root, CHILDREN, root)
  },
  'a tree 2^32 - 1 high': (v) => v.set(v.header('ordered'), 2, 0xffffffff),
  'nodes of 4096 entries': (v) => v.set(v.header('ordered'), 4, 4096),
  'a leaf whose next is itself': (v) => {
    const leaf = v.leaves(v.header('byNumber'))[2]!
    v.set(leaf, 2, leaf)
  },
  'a leaf whose previous is itself': (v) => {
    const leaf = v.leaves(v.header('byNumber'))[2]!
    v.set(leaf, 3, leaf)
  },
  'leaves in a circle': (v) => {
    const leaves = v.leaves(v.index(1))
    v.set(leaves.at(-1)!, 2, leaves[0]!)
    v.set(leaves[0]!, 3, leaves.at(-1)!)
  },
  'leaves in a circle that misses the last': (v) => {
    const leaves = v.leaves(v.index(2))
    v.set(leaves[3]!, 2, leaves[1]!)
  },
  'empty leaves in a circle': (v) => {
    const leaves = v.leaves(v.index(1))
    for (const leaf of leaves) v.set(leaf, 0, 0)
    v.set(leaves.at(-1)!, 2, leaves[0]!)
  },
  'a ranked node that counts too many below it': (v) => {
    const root = v.at(v.index(7), 1)
    v.set(root, BELOW, v.at(root, BELOW) + 1)
  },
  'a ranked node that counts too few below it': (v) => {
    const root = v.at(v.index(8), 1)
    v.set(root, BELOW + 1, v.at(root, BELOW + 1) - 1)
  },
  'a ranked node that counts nothing below it': (v) => {
    const root = v.at(v.index(7), 1)
    for (let child = 0; child < v.at(root, 0); child++) v.set(root, BELOW + child, 0)
  },
  'a ranked node that counts 2^32 - 1 below each child': (v) => {
    const root = v.at(v.index(8), 1)
    for (let child = 0; child < v.at(root, 0); child++) v.set(root, BELOW + child, 0xffffffff)
  },
  'ranked nodes that lead to themselves, 32 high': (v) => {
    const header = v.index(7)
    const root = v.at(header, 1)
    for (let child = 0; child < v.at(root, 0); child++) v.set(root, CHILDREN + child, root)
    v.set(header, 2, 32)
  },
  'a ranked index that is only ordered': (v) => v.set(v.header('cities'), 2 + 7, v.index(2)),
  'rows with equal keys in a ring that leads past its first': (v) => {
    const [slot] = v.reader.hashTable(v.index(3))
    const rowWords = v.reader.blocks().find(({ offset }) => offset === slot!.offset)!.granules * 2 - 2
    // The links are two of the last words of a row: the pair whose first leads to a row that leads back.
    for (let word = rowWords - 2; word > 0; word--) {
      const next = v.at(slot!.offset, word)
      if (next > 512 && next * 8 < v.bytes.length && v.at(next, word + 1) === slot!.offset) {
        v.set(v.at(next, word), word, next)
        return
      }
    }
    throw new Error('no ring found')
  },
  'equal keys of a multimap in a ring that leads past its first': (v) => {
    const [slot] = v.reader.hashTable(v.header('occurrences'))
    // A value and a key of four bytes each, then the links.
    const next = v.at(slot!.offset, 2)
    v.set(v.at(next, 2), 2, next)
  },
  'equal keys of a multiset in one ring with others': (v) => {
    const [first, second] = v.reader.hashTable(v.header('bags'))
    v.set(first!.offset, 1, second!.offset)
    v.set(second!.offset, 2, first!.offset)
  },
  'a sorted array of 2^32 - 1 elements': (v) => v.set(v.at(v.header('primes'), 0), 0, 0xffffffff),
  'a sorted array of as many elements as fit behind it': (v) => {
    const array = v.at(v.header('primes'), 0)
    v.set(array, 0, Math.floor(v.bytes.length / 8) - array - 1)
  },
  'a sorted array with more room than its block has': (v) => v.set(v.at(v.header('codes'), 0), 1, 0x7fffffff),
  'a sorted array at the end of the segment': (v) => v.set(v.header('codes'), 0, v.bytes.length / 8 - 1),
  'a sorted array that is another one': (v) => v.set(v.header('codes'), 0, v.at(v.header('squares'), 0)),
  'a sorted array out of order': (v) => {
    const array = v.at(v.header('primes'), 0)
    v.set(array, 2, 11)
  },
  'a multimap that counts 2^32 - 1 entries': (v) => v.set(v.header('occurrences'), 0, 0xffffffff),
  'a hash table without a free slot': (v) => {
    const header = v.header('words')
    const [table, slots] = [v.at(header, 1), 2 ** v.at(header, 2)]
    const [element] = v.reader.hashTable(header)
    for (let slot = 0; slot < slots; slot++) {
      if (v.at(table, slot * 2 + 1) !== 0) continue
      v.set(table, slot * 2, element!.hash)
      v.set(table, slot * 2 + 1, element!.offset)
    }
  },
  'a hash table that says it is empty': (v) => v.set(v.header('words'), 4, 0),
  'a hash table that says it is full': (v) => v.set(v.header('words'), 4, 0xffffffff),
  'a hash table of 2^28 slots': (v) => v.set(v.header('words'), 2, 28),
  'a hash table of 2^31 slots': (v) => v.set(v.header('names'), 2, 31),
  'a hash table at the end of the segment': (v) => v.set(v.header('words'), 1, v.bytes.length / 8 - 1),
  'a table of names that is its own element': (v) => {
    const names = v.reader.word(276)
    v.set(v.at(names, 1), 1, names)
  },
  'descriptions in a circle': (v) => {
    const descriptions = v.reader.descriptions()
    v.set(descriptions.at(-1)!, 0, descriptions[0]!)
  },
  'free blocks in a circle': (v) => {
    const [list] = v.reader.freeLists()
    v.set(list!.blocks.at(-1)! - 1, 0, list!.blocks[0]!)
  },
  'a vector that is an element of itself': (v) => {
    const { children } = v.places
    const header = v.at(v.object('tree'), children)
    v.set(header, 2 + children, header)
  },
  'a map that is a value of itself': (v) => {
    const { byName } = v.places
    const header = v.at(v.object('tree'), byName)
    const [element] = v.reader.hashTable(header)
    v.set(element!.offset, byName, header)
  },
  'a vector of 2^32 - 1 elements': (v) => v.set(v.header('flags'), 0, 0xffffffff),
  'a vector of as many elements as there are bytes': (v) =>
    v.set(v.header('flags'), 0, v.bytes.length - v.header('flags') * 8 - 8),
  'a deque of 2^32 - 1 elements': (v) => v.set(v.header('ring'), 0, 0xffffffff),
  'a deque whose head is outside': (v) => v.set(v.header('ring'), 2, 0x7fffffff),
  'a deque of 2^31 slots': (v) => v.set(v.header('ring'), 1, 0x80000000),
  'a deque of slots that are no power of two': (v) => v.set(v.header('rings'), 1, 63),
  'a text of 2^31 units': (v) => v.set(v.at(v.object('title'), 0), 0, 0xffffffff),
  'a text up to the end of the segment': (v) => {
    const text = v.at(v.object('title'), 0)
    v.set(text, 0, (v.bytes.length - text * 8 - 4) * 2)
  },
  'bytes of 2^32 - 1': (v) => v.set(v.at(v.object('blob'), 0), 0, 0xffffffff),
  'an index that is another index': (v) => v.set(v.header('cities'), 3, v.index(2)),
  'a hashed index that is an ordered one': (v) => v.set(v.header('cities'), 2, v.index(1)),
  'an ordered index that is a hashed one': (v) => v.set(v.header('cities'), 3, v.index(0)),
  'a chain whose row is before itself': (v) => {
    const { row, word } = v.chained(5)
    v.set(row, word, row)
    v.set(row, word + 1, row)
  },
  'a chain in a circle': (v) => {
    const { row, word, header } = v.chained(5)
    v.set(v.at(header, 3), word, row)
    v.set(row, word + 1, v.at(header, 3))
  },
  'a chain whose way back misses a row': (v) => {
    const { row, word } = v.chained(5)
    v.set(v.at(v.at(row, word), word), word + 1, row)
  },
  'a chain that ends early': (v) => {
    const { row, word } = v.chained(5)
    v.set(v.at(row, word), word, 0)
  },
  'a chain with a row of nobody': (v) => {
    const { row, word } = v.chained(5)
    v.set(row, word + 2, 0)
  },
  'a chain that counts 2^32 - 1 rows': (v) => v.set(v.index(5), 0, 0xffffffff),
  'a chain that begins with its header': (v) => v.set(v.index(5), 2, v.index(5)),
  'an array of 2^32 - 1 rows': (v) => v.set(v.index(6), 0, 0xffffffff),
  'an array with room for 2^32 - 1 rows': (v) => v.set(v.index(6), 3, 0xffffffff),
  'an array at the end of the segment': (v) => v.set(v.index(6), 2, v.bytes.length / 8 - 1),
  'an array that is its header': (v) => v.set(v.index(6), 2, v.index(6)),
  'an array of one row': (v) => {
    const [header, array] = [v.index(6), v.at(v.index(6), 2)]
    for (let position = 0; position < v.at(header, 0); position++) v.set(array, position, v.at(array, 0))
  },
  'an array of nothing': (v) => v.set(v.at(v.index(6), 2), 4, 0),
  'a chain that is an array': (v) => v.set(v.header('cities'), 2 + 5, v.index(6)),
  'an array that is a chain': (v) => v.set(v.header('cities'), 2 + 6, v.index(5)),
  'a block that nobody owns': (v) => v.set(v.object('title'), 0, 0),
  'a shared pointer that nobody counted': (v) => {
    const header = v.header('owners')
    v.set(header, 2 + 2 * 2, v.at(header, 2))
    v.set(header, 2 + 2 * 2 + 1, v.at(header, 3))
  },
  'a shared pointer that was counted and is gone': (v) => {
    const header = v.header('owners')
    v.set(header, 2, 0)
    v.set(header, 3, 0)
  },
  'a shared pointer to a named object': (v) => v.set(v.header('owners'), 2, v.object('link')),
  'a shared pointer to an object of another type': (v) => {
    const [link] = v.reader.unnamed().filter(({ owners }) => owners === 0)
    const header = v.header('owners')
    v.set(header, 2, link!.offset)
    v.set(header, 3, v.reader.blocks().find(({ offset }) => offset === link!.offset)!.serial)
  },
  'a shared pointer to a block that is not there any more': (v) => {
    const header = v.header('owners')
    v.set(header, 3, v.at(header, 3) + 1)
  },
  'objects that own each other and nobody knows of': (v) => {
    // The first owns the second; now the second owns the first, too, which counts that, and the vector leads elsewhere.
    const header = v.header('owners')
    const [first, second] = [v.at(header, 2), v.at(header, 4)]
    const next = v.nextWord
    v.set(second, next, first)
    v.set(second, next + 1, v.at(header, 3))
  },
  'an object that 2^32 - 1 pointers own': (v) => v.set(v.tail(v.at(v.header('owners'), 2)), 0, 0xffffffff),
  'an object that nobody owns, with owners': (v) => v.set(v.tail(v.at(v.header('owners'), 2)), 0, 0),
  'an unnamed object whose description is another block': (v) =>
    v.set(v.tail(v.at(v.header('owners'), 2)), 1, v.object('title')),
  'a count of unnamed objects that is wrong': (v) => v.reader.view.setUint32(280, 6, true),
  'no unnamed objects, says the header': (v) => v.reader.view.setUint32(280, 0, true),
  'a value alone in its block that is its own': (v) => {
    const branch = v.object('branch')
    const left = v.branchWord('left')
    v.set(v.at(branch, left), left, v.at(branch, left))
  },
  'a value alone in its block with two owners': (v) => {
    const branch = v.object('branch')
    v.set(branch, v.branchWord('right'), v.at(branch, v.branchWord('left')))
  },
  'a table that counts 2^32 - 1 rows': (v) => v.set(v.header('cities'), 0, 0xffffffff),
}

const crafted = Object.entries(damages).map(([name, damage]): [string, Uint8Array] => {
  const victim = new Victim(everything)
  damage(victim)
  return [name, fixChecksums(victim.bytes)]
})

// Each of 16 levels is reached from all 8 elements of the one above: 2^48 ways, and no circle.
crafted.push([
  'one vector in many places, level by level',
  ((): Uint8Array => {
    const victim = new Victim(deep)
    const { children, stride } = victim.places
    for (let header = victim.at(victim.object('tree'), children); header !== 0;) {
      const next = victim.at(header, 2 + children)
      for (let element = 1; element < 8; element++) victim.set(header, 2 + element * stride + children, next)
      header = next
    }
    return fixChecksums(victim.bytes)
  })(),
])

test.each([
  ['reading', false],
  ['writing', true],
])(
  '%s what is damaged with intent ends, with errors of hotseg or answers, and verify finds all of it',
  async (_, isWritten) => {
    const run = {
      source: everything,
      crafted: crafted.map(([, bytes]) => bytes),
      from: 0,
      to: crafted.length,
      isWritten,
    }
    const { findings, unnoticed } = await useDamaged(run, (number) => crafted[number]![0])
    expect(findings).toEqual([])
    if (!isWritten) expect(unnoticed.map((number) => crafted[number]![0])).toEqual([])
  },
)
