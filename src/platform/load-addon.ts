import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { UnsupportedError } from '../errors/errors.js'

/**
 * The functions of the addon in `addon/`. Those that give a number give 0 or more when all went well, and the negative number of the
 * system's error otherwise.
 */
export interface Addon {
  reserve(byteLength: number): ArrayBuffer | number
  map(window: ArrayBuffer, fd: number, byteLength: number, isLocked: number): number
  unmap(window: ArrayBuffer, byteLength: number): number
  clear(buffer: ArrayBuffer, byteLength: number, onCleared: () => void): object | number
  finish(handle: object): number
  advise(buffer: ArrayBuffer, start: number, byteLength: number, advice: number): number
  guard(buffer: ArrayBuffer, byteLength: number): object | number
  unguard(handle: object): number
  // Of Linux alone:
  allocate?(fd: number, byteLength: number): number
  lock?(fd: number, isShared: number): number
  wait?(page: ArrayBuffer, seen: number, onRing: () => void): object | number
  stop?(handle: object): number
  ring?(fd: number): number
}

interface Loaded {
  readonly addon?: Addon
  readonly failure?: Error
}

let loaded: Loaded | undefined

/**
 * The addon for this platform, from the folder `prebuilds` of the package.
 *
 * @throws UnsupportedError that says why there is none, at each call
 */
export function loadAddon(): Addon {
  const { addon, failure } = (loaded ??= load())
  if (addon !== undefined) return addon
  const platform = `${process.platform}-${process.arch}`
  throw new UnsupportedError(
    `cannot load the addon: ${failure!.message}, platform=${platform}, node=${process.version}.`,
    {
      actual: platform,
      cause: failure,
    },
  )
}

/** The addon, or nothing where it cannot be loaded. */
export function findAddon(): Addon | undefined {
  loaded ??= load()
  return loaded.addon
}

function load(): Loaded {
  try {
    if (process.env['HOTSEG_ADDON'] === 'off') throw new Error('HOTSEG_ADDON=off forbids it')
    const path = fileURLToPath(
      new URL(`../../prebuilds/${process.platform}-${process.arch}/hotseg.node`, import.meta.url),
    )
    return { addon: createRequire(import.meta.url)(path) as Addon }
  } catch (error) {
    const { message } = error as Error
    const isMissing = (error as { code?: unknown }).code === 'MODULE_NOT_FOUND'
    const reason = 'it was not built; in a clone, install a C compiler and type: npm run build'
    return {
      failure: isMissing ? new Error(reason, { cause: error }) : new Error(message.split('\n')[0], { cause: error }),
    }
  }
}
