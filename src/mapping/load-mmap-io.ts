import { createRequire } from 'node:module'
import { UnsupportedError } from '../errors/errors.js'
import { systemCode } from '../platform/file-errors.js'

/** What hotseg uses of the package mmap-io. */
export interface MmapIo {
  map(byteLength: number, protection: number, flags: number, fd: number, offset: number): Buffer
  advise(buffer: Buffer, offset: number, byteLength: number, advice: number): void
  readonly PROT_READ: number
  readonly MAP_SHARED: number
}

const PACKAGE = '"mmap-io@npm:@riaskov/mmap-io@~1.4.3"'

let loaded: MmapIo | undefined

/**
 * The package mmap-io, loaded at the first call: importing hotseg must not need it.
 *
 * @throws UnsupportedError that says what to type, when it is missing, was not built, or was built for another Node
 */
export function loadMmapIo(require: (id: string) => unknown = createRequire(import.meta.url)): MmapIo {
  if (loaded !== undefined) return loaded
  if (process.platform !== 'linux' && process.platform !== 'darwin') {
    throw new UnsupportedError(
      `cannot map files: platform=${process.platform}, supported=linux, darwin. ` +
        'Read the file yourself and use Segment.fromBuffer.',
      { actual: process.platform },
    )
  }
  let found: unknown
  try {
    found = require('mmap-io')
  } catch (error) {
    throw new UnsupportedError(whatToType(error), { cause: error })
  }
  loaded = (found as { default?: MmapIo }).default ?? (found as MmapIo)
  return loaded
}

function whatToType(error: unknown): string {
  const node = `node=${process.version}`
  const { message } = error as Error
  if (systemCode(error) === 'MODULE_NOT_FOUND' && /^Cannot find (module|package) 'mmap-io'/.test(message)) {
    return `cannot map files: the package mmap-io is not installed, ${node}. Type: CXXFLAGS=-std=gnu++20 npm install ${PACKAGE}`
  }
  return (
    `cannot map files: mmap-io is installed but was not built for this Node, ${node}, cause=${message.split('\n')[0] ?? ''}. ` +
    'Type: CXXFLAGS=-std=gnu++20 npm rebuild mmap-io' +
    ' (npm 12 and later run its build only after: npm install-scripts approve @riaskov/mmap-io)'
  )
}
