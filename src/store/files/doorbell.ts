/**
 * `DOORBELL`: a page whose first word a publisher changes right after each switch. Readers map it and compare that word
 * at each access, which costs nanoseconds; with the addon, those that are idle are woken through the kernel's futex on
 * that word. It is a hint: what is current stands in `CURRENT`, and a bell that was not rung only makes readers wait for their slow timer.
 *
 * It is written by write(2), not through a mapping: both show the same page on a local file system, and a full disk
 * is then an error instead of a SIGBUS. The page is written in full when it is made, and the file never gets shorter.
 */
import * as fs from 'node:fs'
import { join } from 'node:path'
import { FileMapping } from '../../mapping/file-mapping.js'
import type { MapperName } from '../../mapping/mapper.js'
import { attempt } from '../../platform/file-errors.js'
import { createFile, openRegularFile, removeFile, writeFully } from '../../platform/files.js'
import { findAddon } from '../../platform/load-addon.js'
import { setPermissions, type Permissions } from '../../platform/permissions.js'
import { DOORBELL_NAME, temporaryPath } from './store-layout.js'

const DOORBELL_BYTES = 4096

/** A page nobody rings, for readers who have none: before the first publish, and where mappings are not coherent. */
const SILENCE = new Uint32Array(1)

const ACTION = 'open doorbell'

/** A reader's view of the doorbell. */
export class Doorbell {
  /** `word[0]`, to be read by `Atomics.load` only. */
  word: Uint32Array = SILENCE
  readonly #path: string
  readonly #forced: MapperName | undefined
  #mapping: FileMapping | undefined
  #wait: object | undefined

  /** Silent until {@link Doorbell.renew}. */
  constructor(directory: string, mapping?: MapperName) {
    this.#path = join(directory, DOORBELL_NAME)
    this.#forced = mapping
  }

  /** Whether there is a page that publishers ring. */
  get isMapped(): boolean {
    return this.#mapping !== undefined
  }

  /** Maps the page that lies there now, if it is not the one already mapped. One that cannot be used is left alone. */
  renew(): void {
    const stats = fs.lstatSync(this.#path, { bigint: true, throwIfNoEntry: false })
    const isUsable = stats?.isFile() === true && Number(stats.size) === DOORBELL_BYTES
    const identity = isUsable ? `${stats.dev}:${stats.ino}` : undefined
    if (identity === this.#mapping?.identity) return
    this.close()
    if (!isUsable) return
    let mapping: FileMapping
    try {
      mapping = FileMapping.open(this.#path, { action: ACTION, follow: false, mapping: this.#forced })
    } catch {
      return
    }
    if (mapping.byteLength === DOORBELL_BYTES) {
      this.#mapping = mapping
      this.word = new Uint32Array(mapping.buffer, 0, 1)
    } else {
      mapping.close()
    }
  }

  /**
   * Has `onRing` called once, on a later turn, when the bell is rung after its word was `heard`; as long as that is awaited, further calls
   * do nothing. Where there is no page or no addon, it is never called.
   */
  listen(heard: number, onRing: () => void): void {
    if (this.#wait !== undefined || this.#mapping === undefined) return
    const wait = findAddon()?.wait?.(this.#mapping.buffer, heard, () => {
      this.#stopListening()
      onRing()
    })
    // A thread that could not be made is not needed: the timer is there.
    if (typeof wait === 'object') this.#wait = wait
  }

  #stopListening(): void {
    if (this.#wait !== undefined) findAddon()?.stop?.(this.#wait)
    this.#wait = undefined
  }

  /** Lets the page go. */
  close(): void {
    this.#stopListening()
    this.word = SILENCE
    this.#mapping?.close()
    this.#mapping = undefined
  }
}

/**
 * Tells mapped readers that `CURRENT` changed. Only for the holder of the publisher's lock.
 *
 * @throws FileError or OutOfSpaceError when the page cannot be written; readers then find out by their timer
 */
export function ringDoorbell(directory: string, sequence: number): void {
  const path = join(directory, DOORBELL_NAME)
  const { fd } = openRegularFile(path, { action: 'ring doorbell', write: true, follow: false })
  try {
    writeWord(fd, sequence, path, 'ring doorbell')
  } finally {
    fs.closeSync(fd)
  }
}

/**
 * Makes the doorbell if there is none or it is not one of ours, and brings its word and its permissions up to date: the last publisher
 * may have died between the switch and the ringing. Only for the holder of the publisher's lock.
 *
 * @param fence - called right before a new page gets its name; what it throws prevents that
 */
export function repairDoorbell(directory: string, sequence: number, permissions: Permissions, fence: () => void): void {
  const path = join(directory, DOORBELL_NAME)
  if (bringUpToDate(path, sequence, permissions)) return
  const page = new Uint8Array(DOORBELL_BYTES)
  new Uint32Array(page.buffer)[0] = sequence
  const temporary = temporaryPath(directory)
  const action = 'make doorbell'
  try {
    const fd = createFile(temporary, permissions, action)
    try {
      writeFully(fd, page, temporary, action)
    } finally {
      fs.closeSync(fd)
    }
    fence()
    attempt(action, path, () => {
      fs.renameSync(temporary, path)
    })
  } catch (error) {
    removeFile(temporary, action)
    throw error
  }
}

// A page that readers may have mapped is kept; what is at its path and is not one is replaced.
function bringUpToDate(path: string, sequence: number, permissions: Permissions): boolean {
  const action = 'repair doorbell'
  let fd: number
  try {
    const file = openRegularFile(path, { action, write: true, follow: false })
    fd = file.fd
    if (file.byteLength !== DOORBELL_BYTES) {
      fs.closeSync(fd)
      return false
    }
  } catch {
    return false
  }
  try {
    return attempt(action, path, () => {
      const { mode, gid } = fs.fstatSync(fd)
      if ((mode & 0o7777) !== permissions.mode || gid !== (permissions.groupId ?? gid)) setPermissions(fd, permissions)
      const word = new Uint32Array(1)
      fs.readSync(fd, word, 0, 4, 0)
      if (word[0] !== sequence >>> 0) writeWord(fd, sequence, path, action)
      return true
    })
  } finally {
    fs.closeSync(fd)
  }
}

// Matches the Atomics.load in Store.current. A reader that sees half of the word sees a change all the same.
function writeWord(fd: number, sequence: number, path: string, action: string): void {
  writeFully(fd, new Uint8Array(Uint32Array.of(sequence).buffer), path, action)
  findAddon()?.ring?.(fd)
}
