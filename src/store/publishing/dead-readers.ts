import { join } from 'node:path'
import { currentOwner, parseOwner, type OwnerToken } from '../../platform/identity.js'
import { byteLengthOf, namesIn, tryToRemove } from '../files/leftovers.js'
import { READERS_NAME } from '../files/store-layout.js'
import { isDead } from './lock-holder.js'

/** A reader's file, and what is known of the reader. */
export interface ReaderFile {
  readonly path: string
  readonly byteLength: number
  /** The reader as its file's name gives it; undefined when the name is not one of ours. */
  readonly owner: string | undefined
  /** Nothing is known of a reader in another pid namespace or on another machine. */
  readonly state: 'dead' | 'alive' | 'unknown'
}

/** The files of readers, by their names alone: what is in them is believed by nobody. @throws FileError when `readers/` cannot be read */
export function findReaderFiles(directory: string): ReaderFile[] {
  const readers = join(directory, READERS_NAME)
  return namesIn(readers).map((name) => {
    const path = join(readers, name)
    const owner = ownerOfName(name)
    return { path, byteLength: byteLengthOf(path), owner: owner?.text, state: stateOf(owner?.token, directory) }
  })
}

/** Removes the files of readers that are dead beyond doubt; anybody who may can do so. @throws FileError when `readers/` cannot be read */
export function clearDeadReaders(directory: string): void {
  for (const { path, state } of findReaderFiles(directory)) if (state === 'dead') tryToRemove(path)
}

// The owner's token, a dot, and 32 random hexadecimal digits.
function ownerOfName(name: string): { readonly text: string; readonly token: OwnerToken } | undefined {
  const text = /^(.+)\.[0-9a-f]{32}$/.exec(name)?.[1] ?? ''
  const token = parseOwner(text)
  return token === undefined ? undefined : { text, token }
}

function stateOf(owner: OwnerToken | undefined, directory: string): ReaderFile['state'] {
  if (owner === undefined) return 'unknown'
  if (isDead(owner, directory)) return 'dead'
  const me = currentOwner()
  const isKnown = owner.bootId === me.bootId && owner.pidNamespace === me.pidNamespace && me.pidNamespace !== '0'
  return isKnown ? 'alive' : 'unknown'
}
