import { CorruptionError, FormatError, VersionError } from '../errors/errors.js'
import { END_OFFSET_ADDRESS } from '../heap/heap-layout.js'
import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { crc32 } from '../platform/crc32.js'
import { randomBytes16 } from '../platform/random.js'
import {
  CAPACITY_ADDRESS,
  CREATED_AT_ADDRESS,
  DATA_CRC_ADDRESS,
  DYNAMIC_CRC_ADDRESS,
  FORMAT_VERSION,
  FORMAT_VERSION_ADDRESS,
  HEADER_BYTES,
  HEADER_BYTES_ADDRESS,
  IDENTITY_ADDRESS,
  MAGIC,
  MAGIC_ADDRESS,
  PREAMBLE_BYTES,
  PREAMBLE_CRC_ADDRESS,
  REQUIRED_FEATURES_ADDRESS,
  STATE_ADDRESS,
  STATE_PRIVATE,
  STATE_SEALED,
  STATIC_CRC_ADDRESS,
} from './header-layout.js'

/** Writes the header of a new segment into zeroed memory. */
export function writeHeader(memory: Memory, capacity: number): void {
  MAGIC.forEach((byte, i) => memory.setU8(MAGIC_ADDRESS + i, byte))
  memory.setU32(FORMAT_VERSION_ADDRESS, FORMAT_VERSION)
  memory.setU32(HEADER_BYTES_ADDRESS, HEADER_BYTES)
  memory.setU32(PREAMBLE_CRC_ADDRESS, crc32(memory.bytes(0, PREAMBLE_CRC_ADDRESS)))
  writeIdentity(memory, capacity)
  memory.setU32(STATE_ADDRESS, STATE_PRIVATE)
}

/** Makes the segment a new one: of its own identity, created now. */
export function writeIdentity(memory: Memory, capacity: number): void {
  memory.setBytes(IDENTITY_ADDRESS, randomBytes16())
  memory.setF64(CREATED_AT_ADDRESS, Date.now())
  memory.setF64(CAPACITY_ADDRESS, capacity)
  memory.setU32(STATIC_CRC_ADDRESS, crc32(memory.bytes(PREAMBLE_BYTES, STATIC_CRC_ADDRESS - PREAMBLE_BYTES)))
}

/** Sets the state and the checksums that go with it. */
export function markSealed(memory: Memory): void {
  memory.setU32(STATE_ADDRESS, STATE_SEALED)
  memory.setU32(DATA_CRC_ADDRESS, dataChecksum(memory))
  memory.setU32(DYNAMIC_CRC_ADDRESS, dynamicChecksum(memory))
}

/** Undoes `markSealed`. */
export function markPrivate(memory: Memory): void {
  memory.setU32(STATE_ADDRESS, STATE_PRIVATE)
  memory.setU32(DATA_CRC_ADDRESS, 0)
  memory.setU32(DYNAMIC_CRC_ADDRESS, 0)
}

/**
 * Checks the header of a sealed segment. Constant time.
 *
 * @param origin - what messages call the bytes: a path
 * @throws FormatError, VersionError, CorruptionError
 */
export function validateHeader(memory: Memory, byteLength: number, origin: string): void {
  const refuse = (what: string): never => {
    throw new FormatError(`cannot open segment: ${what}, ${origin}. It may be another file, or cut off.`)
  }
  if (byteLength < PREAMBLE_BYTES) refuse(`it has ${byteLength} bytes, which is too few`)
  if (MAGIC.some((byte, i) => memory.u8[MAGIC_ADDRESS + i] !== byte)) refuse('it does not begin like one')
  if (crc32(memory.bytes(0, PREAMBLE_CRC_ADDRESS)) !== memory.word(PREAMBLE_CRC_ADDRESS))
    refuse('its first bytes are damaged')
  const version = memory.word(FORMAT_VERSION_ADDRESS)
  if (version !== FORMAT_VERSION)
    refuseVersion(`formatVersion=${version}, supported=${FORMAT_VERSION}`, version, origin)
  const features = memory.word(REQUIRED_FEATURES_ADDRESS)
  if (features !== 0) refuseVersion(`requiredFeatures=${features}, known=0`, features, origin)
  if (memory.word(HEADER_BYTES_ADDRESS) !== HEADER_BYTES) refuse('its header has another length')
  if (byteLength < HEADER_BYTES) refuse(`it has ${byteLength} bytes, which is too few`)
  const staticBytes = memory.bytes(PREAMBLE_BYTES, STATIC_CRC_ADDRESS - PREAMBLE_BYTES)
  if (crc32(staticBytes) !== memory.word(STATIC_CRC_ADDRESS)) refuseDamage('its static header', origin)
  if (memory.word(STATE_ADDRESS) !== STATE_SEALED) refuse('it was not sealed')
  if (dynamicChecksum(memory) !== memory.word(DYNAMIC_CRC_ADDRESS)) refuseDamage('its dynamic header', origin)
  const expected = memory.word(END_OFFSET_ADDRESS) * GRANULE_BYTES
  if (byteLength !== expected) refuse(`it has ${byteLength} bytes and should have ${expected}`)
}

/** Compares the checksum of the heap. O(bytes). @throws CorruptionError */
export function validateData(memory: Memory, origin: string): void {
  const actual = dataChecksum(memory)
  const expected = memory.word(DATA_CRC_ADDRESS)
  if (actual === expected) return
  throw new CorruptionError(
    `segment is damaged: checksum=${actual}, expected=${expected}, ${origin}. Take another copy.`,
    {
      expected,
      actual,
    },
  )
}

/** Identity as hexadecimal digits. */
export function identityOf(memory: Memory): string {
  return Array.from(memory.copyOut(IDENTITY_ADDRESS, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function dataChecksum(memory: Memory): number {
  const end = memory.word(END_OFFSET_ADDRESS) * GRANULE_BYTES
  return crc32(memory.bytes(HEADER_BYTES, end - HEADER_BYTES))
}

function dynamicChecksum(memory: Memory): number {
  return crc32(memory.bytes(STATE_ADDRESS, DYNAMIC_CRC_ADDRESS - STATE_ADDRESS))
}

function refuseVersion(what: string, actual: number, origin: string): never {
  throw new VersionError(`cannot open segment: ${what}, ${origin}. Rebuild it, or upgrade hotseg.`, { actual })
}

function refuseDamage(what: string, origin: string): never {
  throw new CorruptionError(`cannot open segment: ${what} is damaged, ${origin}. Take another copy.`)
}
