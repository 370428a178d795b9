import { chooseMapper } from '../../src/mapping/choose-mapper.js'
import type { MapperName } from '../../src/mapping/mapper.js'

export const MAPPER_NAMES: readonly MapperName[] = ['mmap-io', 'addon']

/** Without a compiler one of them may be missing, and the report shows what was skipped. */
export function isMapperAvailable(name: MapperName): boolean {
  try {
    chooseMapper('any', 1, name)
    return true
  } catch {
    return false
  }
}
