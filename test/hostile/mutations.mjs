// Damage to a sealed segment that its checksums do not show: they are made right again afterwards.
import { crc32 } from 'node:zlib'

const HEADER_BYTES = 4096
const ROOT_ADDRESSES = [276, 284]

/** A generator of unsigned 32-bit numbers, the same for the same seed. */
export function randomFrom(seed) {
  // Neighbouring seeds must not give similar numbers: scrambled first (the finalizer of MurmurHash3).
  let x = seed | 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  x = (x ^ (x >>> 16)) | 0 || 1
  return () => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return x >>> 0
  }
}

/** Makes all four checksums right, whatever the bytes are. */
export function fixChecksums(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  view.setUint32(60, crc32(bytes.subarray(0, 60)), true)
  view.setUint32(252, crc32(bytes.subarray(64, 252)), true)
  view.setUint32(288, crc32(bytes.subarray(HEADER_BYTES)), true)
  view.setUint32(4092, crc32(bytes.subarray(256, 4092)), true)
  return bytes
}

/** What there is to damage in a segment: its blocks, and those near the roots by their distance from them. */
export class Target {
  constructor(bytes) {
    this.bytes = bytes
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.blocks = []
    const granulesAt = new Map()
    for (let position = HEADER_BYTES; position < bytes.length;) {
      const size = view.getUint32(position + 4, true)
      const granules = size >>> 4
      const offset = position / 8 + 1
      this.blocks.push({ offset, granules })
      if ((size & 1) === 0) granulesAt.set(offset, granules)
      position += granules * 8
    }
    // Offsets found in the roots, in the blocks these lead to, and so on: tables of objects, entries, objects, headers, nodes.
    const seen = new Set()
    let level = ROOT_ADDRESSES.map((address) => view.getUint32(address, true)).filter((offset) =>
      granulesAt.has(offset),
    )
    this.levels = []
    while (level.length > 0) {
      for (const offset of level) seen.add(offset)
      this.levels.push(level.map((offset) => ({ offset, granules: granulesAt.get(offset) })))
      const next = new Set()
      for (const offset of level) {
        for (let at = offset * 8; at < (offset - 1 + granulesAt.get(offset)) * 8; at += 4) {
          const word = view.getUint32(at, true)
          if (granulesAt.has(word) && !seen.has(word)) next.add(word)
        }
      }
      level = [...next]
    }
    this.descriptions = this.blocks.filter(
      ({ offset }) =>
        Buffer.from(bytes.buffer, bytes.byteOffset + offset * 8 + 4, 10).toString('latin1') === '{"types":[',
    )
  }

  /** A damaged copy, and what was done to it. */
  damage(seed) {
    const random = randomFrom(seed)
    const pick = (list) => list[random() % list.length]
    const bytes = this.bytes.slice()
    const view = new DataView(bytes.buffer)
    const done = []
    const block = () => pick(random() % 3 === 0 ? this.blocks : pick(this.levels))
    const addressIn = ({ offset, granules }) => {
      const words = (granules - 1) * 2
      // Headers of structures stand first; now and then the header of the block itself.
      const kind = random() % 8
      if (kind === 0) return offset * 8 - 4 * (1 + (random() % 2))
      return offset * 8 + 4 * (random() % (kind < 5 ? Math.min(words, 8) : words))
    }
    const setWord = (address, value) => {
      done.push(`word ${address}: ${view.getUint32(address, true)} -> ${value >>> 0}`)
      view.setUint32(address, value >>> 0, true)
    }
    const wordFor = (address, { offset, granules }) => {
      const old = view.getUint32(address, true)
      const other = pick(this.blocks)
      switch (random() % 12) {
        case 0:
          return 0
        case 1:
          return 0xffffffff
        case 2:
          return random()
        case 3:
          return old + 1
        case 4:
          return old - 1
        case 5:
          return other.offset
        case 6:
          return other.offset + (random() % other.granules)
        case 7:
          return offset
        case 8:
          return offset + (random() % granules)
        case 9:
          return pick([1, 2, 3, 4, 7, 8, 31, 32, 33, 255, 511, 512, 513, 0x7fffffff, 0x80000000, 0x20000000])
        case 10:
          return bytes.length / 8 - (random() % 3)
        default:
          return old ^ (1 << (random() % 32))
      }
    }
    const actions = [
      () => {
        const where = block()
        const address = addressIn(where)
        setWord(address, wordFor(address, where))
      },
      () => {
        const where = block()
        const address = addressIn(where)
        setWord(address, wordFor(address, where))
      },
      () => {
        const [a, b] = [addressIn(block()), addressIn(block())]
        const [x, y] = [view.getUint32(a, true), view.getUint32(b, true)]
        setWord(a, y)
        setWord(b, x)
      },
      () => {
        const where = block()
        const [a, b] = [addressIn(where), addressIn(where)]
        const [x, y] = [view.getUint32(a, true), view.getUint32(b, true)]
        setWord(a, y)
        setWord(b, x)
      },
      () => {
        const address = HEADER_BYTES + (random() % (bytes.length - HEADER_BYTES))
        done.push(`byte ${address}`)
        bytes[address] = random() % 3 === 0 ? bytes[address] ^ (1 << (random() % 8)) : random()
      },
      () => {
        const address = random() % 2 === 0 ? 256 + 4 * (random() % 9) : 4 * (16 + (random() % 1007))
        setWord(address, wordFor(address, pick(this.blocks)))
      },
      () => {
        // A digit of a description: another byte offset, length or type.
        const { offset, granules } = pick(this.descriptions)
        const start = offset * 8 + 4
        const digits = []
        for (let at = start; at < (offset - 1 + granules) * 8; at++)
          if (bytes[at] >= 48 && bytes[at] <= 57) digits.push(at)
        if (digits.length === 0) return
        const at = pick(digits)
        done.push(`digit ${at}`)
        bytes[at] = 48 + (random() % 10)
      },
    ]
    for (let count = pick([1, 1, 1, 2, 3, 8]); count > 0; count--) pick(actions)()
    return { bytes: fixChecksums(bytes), done }
  }
}
