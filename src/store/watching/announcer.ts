import * as fs from 'node:fs'
import { join } from 'node:path'
import { createFile, writeFully } from '../../platform/files.js'
import { currentOwner } from '../../platform/identity.js'
import { makeDirectory, refuseLinkedDirectory, type PermissionOptions } from '../../platform/permissions.js'
import { permissionsIn } from '../files/store-permissions.js'
import { READERS_NAME } from '../files/store-layout.js'
import { formatAnnouncement, readerName, temporaryName, type Announcement } from './reader-info.js'

/** The file is written no more often than this. */
const ANNOUNCE_INTERVAL_MS = 100

const ACTION = 'announce reader'

/**
 * Keeps a file in `readers/` that says what this store reads, replaced by rename. Nothing depends on it: where it cannot be
 * written, the store is not listed, and that is all.
 */
export class Announcer {
  /** Name of the file. */
  readonly name = readerName(currentOwner())
  readonly #directory: string
  readonly #permissions: PermissionOptions
  readonly #folder: string
  readonly #describe: () => Announcement
  #writtenAt = -Infinity
  #timer: NodeJS.Timeout | undefined
  #isOpen = false

  /** Writes nothing yet. @param describe - what to say */
  constructor(directory: string, permissions: PermissionOptions, describe: () => Announcement) {
    this.#directory = directory
    this.#permissions = permissions
    this.#folder = join(directory, READERS_NAME)
    this.#describe = describe
  }

  /** Writes the file for the first time, at once. */
  open(): void {
    this.#isOpen = true
    this.#write()
  }

  /** Says that there is something new to say; it is written soon. */
  changed(): void {
    if (!this.#isOpen || this.#timer !== undefined) return
    const waitMs = Math.max(0, this.#writtenAt + ANNOUNCE_INTERVAL_MS - performance.now())
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#write()
    }, waitMs).unref()
  }

  /** Removes the file. */
  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    clearTimeout(this.#timer)
    this.#remove(this.name)
  }

  #write(): void {
    this.#writtenAt = performance.now()
    const temporary = temporaryName(this.name)
    try {
      this.#replace(temporary)
    } catch {
      // No file is better than one that was true once.
      this.#remove(temporary)
      this.#remove(this.name)
    }
  }

  #replace(temporary: string): void {
    const path = join(this.#folder, temporary)
    const permissions = permissionsIn(this.#directory, this.#permissions)
    makeDirectory(this.#folder, permissions.directory, ACTION)
    refuseLinkedDirectory(this.#folder, ACTION)
    const fd = createFile(path, permissions.current, ACTION)
    try {
      writeFully(fd, Buffer.from(formatAnnouncement(this.#describe())), path, ACTION)
    } finally {
      fs.closeSync(fd)
    }
    fs.renameSync(path, join(this.#folder, this.name))
  }

  #remove(name: string): void {
    try {
      fs.unlinkSync(join(this.#folder, name))
    } catch {
      // It is not there, or may not be removed.
    }
  }
}
