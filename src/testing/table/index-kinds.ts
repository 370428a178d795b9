import { InvalidOptionError } from '../../errors/errors.js'
import type { IndexKind } from '../../multi-index/index-definition.js'
import type { IndexSpec } from '../../types/index-spec.js'
import type { ModelOf } from '../type-model.js'
import type { IndexModel } from './index-model.js'
import { HashedIndexModel, OrderedIndexModel } from './keyed-index.js'
import { RandomAccessIndexModel, SequencedIndexModel } from './positional-index.js'
import { RankedIndexModel } from './ranked-index.js'
import type { Table } from './table.js'

type IndexModelClass = new (table: Table, name: string, spec: IndexSpec, modelOf: ModelOf) => IndexModel<never>

/** Kind by kind of index, what it should show. */
const MODELS: Readonly<Record<IndexKind, IndexModelClass>> = {
  hashedUnique: HashedIndexModel,
  hashedNonUnique: HashedIndexModel,
  orderedUnique: OrderedIndexModel,
  orderedNonUnique: OrderedIndexModel,
  rankedUnique: RankedIndexModel,
  rankedNonUnique: RankedIndexModel,
  sequenced: SequencedIndexModel,
  randomAccess: RandomAccessIndexModel,
}

/** The model of an index. @throws InvalidOptionError for a kind that has none */
export function makeIndexModel(table: Table, name: string, spec: IndexSpec, modelOf: ModelOf): IndexModel {
  const { kind } = spec
  if (!Object.hasOwn(MODELS, kind))
    throw new InvalidOptionError(`no model for indexes of this kind: kind=${kind}, index=${name}.`, { actual: kind })
  return new MODELS[kind as IndexKind](table, name, spec, modelOf)
}
