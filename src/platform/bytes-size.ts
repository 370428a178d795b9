import { InvalidOptionError } from '../errors/errors.js'

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

/**
 * A number of bytes from what users write: a whole number, or a string such as `'64 MiB'` or `'1.5GB'` (KiB, MiB, GiB,
 * TiB count in 1024s; kB, MB, GB, TB in 1000s; case does not matter). A fraction of a byte is cut off.
 *
 * @param option - name of the option, for the message
 * @throws InvalidOptionError when it is not a size, is negative, or is above 2^53 - 1
 */
export function parseBytes(value: number | string, option: string): number {
  const bytes = typeof value === 'string' ? fromString(value) : value
  if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0) {
    throw new InvalidOptionError(
      `not a size: ${option}=${JSON.stringify(value)}. Give whole bytes, or a string such as '64 MiB'.`,
      { path: option, actual: value },
    )
  }
  return bytes
}

function fromString(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(text)
  const unit = UNITS[(match?.[2] ?? '').toLowerCase()]
  return match === null || unit === undefined ? NaN : Math.floor(Number(match[1]) * unit)
}
