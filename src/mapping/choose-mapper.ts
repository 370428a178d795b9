import { InvalidOptionError, UnsupportedError } from '../errors/errors.js'
import { addonMapper } from './addon-mapper.js'
import type { Mapper, MapperName } from './mapper.js'
import { mmapIoMapper } from './mmap-io-mapper.js'

const MAKERS: Readonly<Record<MapperName, () => Mapper>> = { 'mmap-io': mmapIoMapper, addon: addonMapper }

/** In the order in which they are asked. */
const NAMES = Object.keys(MAKERS) as MapperName[]

/** Those that were asked for, or why there are none: looking for a package that is missing takes many system calls. */
const known = new Map<MapperName, Mapper | Error>()

/** Whether a value a user gave names a mapper. */
export function isMapperName(value: unknown): value is MapperName {
  return Object.hasOwn(MAKERS, value as string)
}

/**
 * What maps a file: mmap-io where it is installed and the file is not too large for it, else the addon. `forced`, or else
 * `HOTSEG_MAPPING` in the environment, names the one that must.
 *
 * @throws UnsupportedError that says for each why it cannot; InvalidOptionError when there is none of the name
 */
export function chooseMapper(path: string, byteLength: number, forced?: MapperName): Mapper {
  const reasons: string[] = []
  const causes: unknown[] = []
  for (const name of namesToAsk(forced)) {
    try {
      const mapper = mapperOf(name)
      if (byteLength <= mapper.limit) return mapper
      reasons.push(`limit=${mapper.limit} for ${name}`)
    } catch (error) {
      reasons.push((error as Error).message.replace(/\.$/, ''))
      causes.push(error)
    }
  }
  throw new UnsupportedError(
    `cannot map file: bytes=${byteLength}, node=${process.version}, path=${path}; ${reasons.join('; ')}. ` +
      (causes.length === 0
        ? 'Split the data, or use a later Node.'
        : 'Install one of them, or read the file yourself.'),
    { path, actual: byteLength, cause: causes[0] },
  )
}

function namesToAsk(forced: MapperName | undefined): readonly MapperName[] {
  const name = forced ?? process.env['HOTSEG_MAPPING']
  if (name === undefined || name === '') return NAMES
  if (isMapperName(name)) return [name]
  throw new InvalidOptionError(`no such mapping: HOTSEG_MAPPING=${name}. Use ${NAMES.join(' or ')}.`, { actual: name })
}

function mapperOf(name: MapperName): Mapper {
  let mapper = known.get(name)
  if (mapper === undefined) {
    try {
      mapper = MAKERS[name]()
    } catch (error) {
      mapper = error as Error
    }
    known.set(name, mapper)
  }
  if (mapper instanceof Error) throw mapper
  return mapper
}
