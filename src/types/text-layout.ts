import { CorruptionError } from '../errors/errors.js'
import { Heap } from '../heap/heap.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import type { PartValue } from '../structures/key-policy.js'
import { allocateBytes, allocateText, isLatin1, readBytes, readText } from '../structures/text.js'
import { SIMPLE } from './description.js'
import type { KeyLeaf } from './key-codec.js'
import { Layout, refuseValue, type CheckWalk, type ValuePath, type Walk } from './layout.js'

/** What strings and bytes have in common: four bytes with the offset of a block, 0 when empty. */
abstract class BlobLayout extends Layout implements KeyLeaf {
  abstract override readonly kind: 'string' | 'bytes'
  abstract readonly partKind: 'string' | 'bytes'
  readonly isPlain = false

  constructor() {
    super(SIMPLE.string)
  }

  override release(heap: Heap, address: number): void {
    const offset = heap.memory.word(address)
    if (offset !== 0) heap.free(offset)
  }

  toPart(prepared: unknown): PartValue {
    return prepared as PartValue
  }

  lookup(value: unknown, path: ValuePath, depth: number): PartValue | undefined {
    return this.prepare(value, path, depth) as PartValue
  }

  nearest(value: unknown, path: ValuePath, depth: number): { part: PartValue; side: 0 } {
    return { part: this.prepare(value, path, depth) as PartValue, side: 0 }
  }

  /** Bytes of the block of a value of `head`, the first word of it. */
  protected abstract blockBytes(head: number): number

  override check(memory: Memory, address: number, walk: CheckWalk): void {
    const offset = memory.word(address)
    if (offset === 0) return
    walk.claim(offset)
    const head = memory.word(offset * GRANULE_BYTES)
    const byteLength = this.blockBytes(head)
    const room = Heap.of(memory).payloadBytes(offset)
    if (byteLength > room || byteLength <= 4) this.damaged(offset, 'its length is impossible')
    const padding = memory.bytes(offset * GRANULE_BYTES + byteLength, (4 - (byteLength % 4)) % 4)
    if (padding.some((byte) => byte !== 0)) this.damaged(offset, 'bytes behind its end are not zero')
  }

  protected damaged(offset: number, what: string): never {
    const byteOffset = offset * GRANULE_BYTES
    throw new CorruptionError(`${this.kind} is damaged: ${what}, offset=${byteOffset}`, { offset: byteOffset })
  }
}

/** Strings as V8 holds them: one byte a unit where all fit, else two. */
export class StringLayout extends BlobLayout {
  readonly kind = 'string'
  readonly partKind = 'string'

  override read(memory: Memory, address: number): string {
    const offset = memory.u32[address / 4]
    if (offset === undefined) throw memory.fault(address)
    return readText(memory, offset)
  }

  override prepare(value: unknown, path: ValuePath, depth: number): string {
    return typeof value === 'string' ? value : refuseValue(path, depth, 'a string', value)
  }

  override prepareEmpty(): string {
    return ''
  }

  override toPlain(prepared: unknown): unknown {
    return prepared
  }

  override init(heap: Heap, address: number, prepared: unknown): void {
    const offset = allocateText(heap, prepared as string)
    heap.memory.setU32(address, offset)
  }

  override toValue(memory: Memory, address: number, walk: Walk): string {
    const text = this.read(memory, address)
    walk.spend(text.length)
    return text
  }

  protected override blockBytes(head: number): number {
    return 4 + (head >>> 1) * ((head & 1) + 1)
  }

  override check(memory: Memory, address: number, walk: CheckWalk): void {
    super.check(memory, address, walk)
    const offset = memory.word(address)
    // Two bytes a unit only where it must be: else equal strings would differ.
    if (offset !== 0 && (memory.word(offset * GRANULE_BYTES) & 1) !== 0 && isLatin1(readText(memory, offset))) {
      this.damaged(offset, 'it is wider than it must be')
    }
  }
}

/** Bytes, copied in and out. */
export class BytesLayout extends BlobLayout {
  readonly kind = 'bytes'
  readonly partKind = 'bytes'

  override read(memory: Memory, address: number): Uint8Array<ArrayBuffer> {
    const offset = memory.u32[address / 4]
    if (offset === undefined) throw memory.fault(address)
    return readBytes(memory, offset)
  }

  override prepare(value: unknown, path: ValuePath, depth: number): Uint8Array {
    return value instanceof Uint8Array ? Uint8Array.from(value) : refuseValue(path, depth, 'a Uint8Array', value)
  }

  override prepareEmpty(): Uint8Array {
    return new Uint8Array(0)
  }

  override toPlain(prepared: unknown): unknown {
    return Uint8Array.from(prepared as Uint8Array)
  }

  override init(heap: Heap, address: number, prepared: unknown): void {
    const offset = allocateBytes(heap, prepared as Uint8Array)
    heap.memory.setU32(address, offset)
  }

  override toValue(memory: Memory, address: number, walk: Walk): Uint8Array {
    const bytes = this.read(memory, address)
    walk.spend(bytes.length)
    return bytes
  }

  override toJson(memory: Memory, address: number, walk: Walk): string {
    return toBase64(this.toValue(memory, address, walk))
  }

  protected override blockBytes(head: number): number {
    return 4 + head
  }
}

const CHUNK_BYTES = 8192

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK_BYTES))
  }
  return btoa(binary)
}
