import { execFileSync } from 'node:child_process'
import { constants } from 'node:buffer'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Clearing } from '../../src/mapping/clearing.js'
import { detach, settleDetach } from '../../src/mapping/detach.js'
import { FileMapping } from '../../src/mapping/file-mapping.js'
import { BufferMapping } from '../../src/mapping/buffer-mapping.js'
import { findAddon } from '../../src/platform/load-addon.js'
import { loadMmapIo } from '../../src/mapping/load-mmap-io.js'
import type { MapperName } from '../../src/mapping/mapper.js'
import { Slices } from '../../src/mapping/slices.js'
import { makeTemporaryDirectory, mapsOf, waitUntil } from '../process/harness.js'
import { isMapperAvailable, MAPPER_NAMES } from './mappers.js'

let directory: string
let path: string

beforeEach(() => {
  directory = makeTemporaryDirectory()
  path = join(directory, 'file')
})

afterEach(() => {
  fs.rmSync(directory, { recursive: true, force: true })
})

const open = (target = path): FileMapping => FileMapping.open(target, { action: 'open segment' })

const descriptors = (): string[] =>
  fs.readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [fs.readlinkSync(`/proc/self/fd/${fd}`)]
    } catch {
      return []
    }
  })

describe('FileMapping', () => {
  test('shows the bytes of the file, also after it was unlinked', () => {
    fs.writeFileSync(path, 'hello', { mode: 0o600 })
    const mapping = open()
    fs.unlinkSync(path)
    expect(Buffer.from(mapping.buffer, mapping.byteOffset, mapping.byteLength).toString()).toBe('hello')
    mapping.close()
  })

  test('close detaches at once and unmaps a turn later, with nothing left to the garbage collector', async () => {
    fs.writeFileSync(path, Buffer.alloc(1 << 20, 7))
    const mapping = open()
    const view = new Uint8Array(mapping.buffer)
    expect(mapsOf(process.pid)).toContain(path)
    mapping.close()
    mapping.close()
    expect(mapping.closed).toBe(true)
    expect(view.length).toBe(0)
    expect(view[0]).toBeUndefined()
    await nextTurn()
    await nextTurn()
    expect(mapsOf(process.pid)).not.toContain(path)
  })

  test('a kept descriptor is closed after the mapping went', async () => {
    fs.writeFileSync(path, Buffer.alloc(4096))
    const kept = FileMapping.open(path, { action: 'open segment', keepsDescriptor: true })
    expect(descriptors()).toContain(path)
    kept.close()
    await waitUntil(() => !descriptors().includes(path))
    const plain = open()
    expect(descriptors()).not.toContain(path)
    plain.close()
  })

  test('the caller of a buffer keeps it', () => {
    const bytes = new Uint8Array([1, 2, 3, 4])
    const mapping = new BufferMapping(bytes.subarray(1, 3))
    expect([mapping.byteOffset, mapping.byteLength]).toEqual([1, 2])
    mapping.close()
    expect(bytes[1]).toBe(2)
  })
})

describe.each(MAPPER_NAMES)('letting go gently, by %s', (mapping) => {
  const PAGE = 4096
  const write = (name: string, byte: number, byteLength: number): string => {
    fs.writeFileSync(join(directory, name), Buffer.alloc(byteLength, byte))
    return join(directory, name)
  }
  const openKept = (target: string): FileMapping =>
    FileMapping.open(target, { action: 'open segment', mapping, keepsDescriptor: true })
  /** Each page must be there, and hold this byte alone. */
  const expectAll = (bytes: Uint8Array, byte: number): void => {
    for (let i = 0; i < bytes.length; i += PAGE) if (bytes[i] !== byte) expect([i, bytes[i]]).toEqual([i, byte])
  }
  const runNow = (step: () => void): void => {
    step()
  }

  test.skipIf(!isMapperAvailable(mapping))('closes now, and has let go of all when it says so', async () => {
    write('file', 7, 5 << 20)
    const kept = openKept(path)
    expectAll(kept.bytes(), 7)
    let steps = 0
    const gone = kept.closeGently((step) => {
      steps++
      step()
    })
    expect(kept.closed).toBe(true)
    kept.close()
    await kept.closeGently(runNow)
    await gone
    await waitUntil(() => !mapsOf(process.pid).includes(path))
    expect(steps).toBeGreaterThan(1)
    kept.closeAtOnce()
    await waitUntil(() => !descriptors().includes(path))
    if (mapping === 'mmap-io') {
      expect(kept.buffer.byteLength).toBe(0)
      return
    }
    // It lies in the window that is used for the next one, or for the one after that.
    const next = [1, 2].map(() => openKept(path))
    expect(next.map(({ buffer }) => buffer)).toContain(kept.buffer)
    for (const each of next) each.close()
  })

  test.skipIf(!isMapperAvailable(mapping))('is over at once if need be', async () => {
    write('file', 7, 64 << 20)
    const mapped = openKept(path)
    expectAll(mapped.bytes(), 7)
    let isGone = false
    const gone = mapped.closeGently(runNow).then(() => {
      isGone = true
    })
    await nextTurn()
    expect(isGone).toBe(false)
    mapped.closeAtOnce()
    mapped.closeAtOnce()
    await nextTurn()
    await nextTurn()
    expect(isGone).toBe(true)
    expect(mapsOf(process.pid)).not.toContain(path)
    await gone
  })

  test.skipIf(!isMapperAvailable(mapping))('what is mapped meanwhile and afterwards is not touched', async () => {
    const opened: FileMapping[] = []
    const going: Promise<void>[] = []
    for (let byte = 1; byte <= 24; byte++) {
      opened.push(openKept(write(`file ${byte}`, byte, 6 << 20)))
      if (byte % 2 === 0) going.push(opened.shift()!.closeGently(runNow))
      for (const mapped of opened) expectAll(mapped.bytes(), mapped.bytes()[0]!)
      if (byte % 8 === 0) await going.shift()
    }
    await Promise.all(going)
    expect(opened.map((mapped) => mapped.bytes()[0])).toEqual(Array.from({ length: 12 }, (_, i) => i + 13))
    for (const mapped of opened) {
      expectAll(mapped.bytes(), mapped.bytes()[0]!)
      mapped.close()
    }
  })
})

test.skipIf(findAddon() === undefined)('a clearing leaves nothing of the file to be unmapped', async () => {
  fs.writeFileSync(path, Buffer.alloc(3 << 20, 7))
  const mapped = open()
  const clearing = Clearing.begin(findAddon()!, mapped.buffer, mapped.byteLength, (step) => step())
  await clearing!.done
  expect(mapsOf(process.pid)).not.toContain(path)
  expect(mapped.bytes().some((byte) => byte !== 0)).toBe(false)
  mapped.close()
})

test('slices that cannot be given back are left', async () => {
  let calls = 0
  const slices = new Slices(
    10 << 20,
    (step) => step(),
    () => {
      if (++calls === 3) throw new Error('mine')
    },
  )
  await slices.done
  expect(calls).toBe(3)
})

describe('what is not a file to map is refused at once', () => {
  const codeOf = (target: string, mapping?: MapperName): unknown => {
    try {
      FileMapping.open(target, { action: 'open segment', mapping }).close()
      return 'opened'
    } catch (error) {
      return (error as { code: unknown }).code
    }
  }

  test('missing, empty, directory, FIFO, device, loop of links', () => {
    expect(codeOf(path)).toBe('ERR_HOTSEG_FILE_ERROR')
    fs.writeFileSync(path, '')
    expect(codeOf(path)).toBe('ERR_HOTSEG_FORMAT_ERROR')
    expect(codeOf(directory)).toBe('ERR_HOTSEG_FILE_ERROR')
    expect(codeOf('/dev/zero')).toBe('ERR_HOTSEG_FILE_ERROR')
    const fifo = join(directory, 'fifo')
    execFileSync('mkfifo', [fifo])
    expect(codeOf(fifo)).toBe('ERR_HOTSEG_FILE_ERROR')
    const loop = join(directory, 'loop')
    fs.symlinkSync(loop, loop)
    expect(codeOf(loop)).toBe('ERR_HOTSEG_FILE_ERROR')
  })

  test('errors of the system keep errno, syscall, path and cause', () => {
    expect(() => open()).toThrow(
      expect.objectContaining({ errno: -2, syscall: 'stat', path, cause: expect.objectContaining({ code: 'ENOENT' }) }),
    )
  })

  test('writable by everybody', () => {
    fs.writeFileSync(path, 'x')
    fs.chmodSync(path, 0o666)
    expect(codeOf(path)).toBe('ERR_HOTSEG_FILE_ERROR')
  })

  test.skipIf(process.geteuid?.() !== 0)('of a stranger, unless the directory is his', () => {
    fs.writeFileSync(path, 'x', { mode: 0o600 })
    fs.chownSync(path, 12345, 12345)
    expect(() => open()).toThrow(/another user, owner=12345/)
    fs.chownSync(directory, 12345, 12345)
    expect(codeOf(path)).toBe('opened')
  })

  test('above what the mapping, or this Node, can show', () => {
    fs.writeFileSync(path, 'x')
    fs.truncateSync(path, 2 ** 31)
    expect(codeOf(path, 'mmap-io')).toBe('ERR_HOTSEG_UNSUPPORTED_ERROR')
    fs.truncateSync(path, 2 ** 32 + 4096)
    expect(codeOf(path, 'mmap-io')).toBe('ERR_HOTSEG_UNSUPPORTED_ERROR')
    const isShown = constants.MAX_LENGTH > 2 ** 32
    if (findAddon() !== undefined) expect(codeOf(path)).toBe(isShown ? 'opened' : 'ERR_HOTSEG_UNSUPPORTED_ERROR')
  })
})

describe('loadMmapIo says what to type', () => {
  // Modules are looked at afresh: the first success is kept for the thread.
  const messageFor = async (error: Error): Promise<string> => {
    const { vi } = await import('vitest')
    vi.resetModules()
    const fresh = await import('../../src/mapping/load-mmap-io.js')
    try {
      fresh.loadMmapIo(() => {
        throw error
      })
      return 'loaded'
    } catch (thrown) {
      return (thrown as Error).message
    }
  }

  test('when it is missing', async () => {
    const missing = Object.assign(new Error("Cannot find module 'mmap-io'\nRequire stack:"), {
      code: 'MODULE_NOT_FOUND',
    })
    expect(await messageFor(missing)).toMatch(/not installed.*CXXFLAGS=-std=gnu\+\+20 npm install "mmap-io@npm:/)
  })

  test('when it was not built, or for another Node', async () => {
    const unbuilt = Object.assign(new Error("Cannot find module '/x/binding/mmap_io.node'"), {
      code: 'MODULE_NOT_FOUND',
    })
    expect(await messageFor(unbuilt)).toMatch(/not built for this Node.*npm rebuild mmap-io/)
    const other = Object.assign(new Error('was compiled against a different'), { code: 'ERR_DLOPEN_FAILED' })
    expect(await messageFor(other)).toMatch(/npm rebuild mmap-io/)
  })

  test('and gives the package otherwise', () => {
    expect(loadMmapIo().PROT_READ).toBe(1)
  })
})

test('detaching takes the memory from every view', () => {
  settleDetach()
  const buffer = new ArrayBuffer(16)
  const words = new Uint32Array(buffer)
  detach(buffer)
  expect(buffer.byteLength).toBe(0)
  expect(words.length).toBe(0)
  expect(() => Atomics.load(words, 0)).toThrow(Error)
})
