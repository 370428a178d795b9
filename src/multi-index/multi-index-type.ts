import { InvalidOptionError } from '../errors/errors.js'
import { describe } from '../types/describe.js'
import { derivedOf, isComputed, isWhole, partsOf, type IndexSpecs } from '../types/index-spec.js'
import { isKeyType, refuseKey } from '../types/key-type.js'
import { isType, makeType, quote, requireType } from '../types/make-type.js'
import { isIndexName } from '../types/names.js'
import { typeText } from '../types/type-from.js'
import type { AnyStructType } from '../types/struct-views.js'
import type { Infer, Input, Type, TypeInfo } from '../types/type.js'
import type { Index, IndexDefinition, IndexKind } from './index-definition.js'
import type { KeyOf, KeySpecs } from './key-parts.js'
import type { MultiIndex, ReadonlyMultiIndex } from './multi-index-live.js'

/** Rows of a struct type, found by several indexes. `Indexes` maps their names to `Index<kind, key>`. */
export interface MultiIndexType<R extends AnyStructType, Indexes extends object> extends Type {
  readonly kind: 'multiIndex'
  readonly row: R
  readonly indexes: Indexes
  readonly '~': MultiIndexInfo<R, Indexes>
}

/** What the compiler knows about a multi-index. */
export interface MultiIndexInfo<R extends AnyStructType, Indexes extends object> extends TypeInfo {
  readonly value: Infer<R>[]
  readonly input: object & Iterable<Input<R>>
  readonly view: MultiIndex<R, Indexes>
  readonly readonlyView: ReadonlyMultiIndex<R, Indexes>
  readonly opened: MultiIndex<R, Indexes>
  readonly readonlyOpened: ReadonlyMultiIndex<R, Indexes>
  readonly key: false
  readonly assignable: false
}

/** What the indexes of rows of a type must be. */
export type IndexDefinitions<R extends AnyStructType> = Readonly<
  Record<string, IndexDefinition<IndexKind, KeySpecs<R>['ordered'], R, Infer<R>>>
>

/** The same index without the row, which would be repeated in every message and declaration. */
export type IndexOf<Definition> = Definition extends Index<infer K, infer Spec> ? Index<K, KeyOf<Spec>> : never

/**
 * Rows of a struct type, found by several indexes. A row never moves, and inserting, changing or erasing it keeps all
 * indexes in step.
 *
 * @param row - a struct
 * @param indexes - at least one, each under the name it has in `by`; where rows are inserted, at least one that is not partial
 * @throws InvalidOptionError when there is none, or a key is not a field of the row or cannot be a key, or one name stands
 * for two versions or types of what is computed
 */
export function multiIndex<R extends AnyStructType, const Definitions extends IndexDefinitions<R>>(
  row: R,
  indexes: Definitions,
): MultiIndexType<R, { -readonly [N in keyof Definitions]: IndexOf<Definitions[N]> }> {
  const given: unknown = row
  requireType(given, 'row of multiIndex')
  if (given.kind !== 'struct')
    throw new InvalidOptionError(`row of multiIndex is not a struct: type=${given.kind}.`, { actual: given.kind })
  const definitions: unknown = indexes
  if (typeof definitions !== 'object' || definitions === null)
    throw new InvalidOptionError(`multiIndex takes an object of indexes: value=${quote(definitions)}.`)
  const names = Object.keys(indexes)
  if (names.length === 0)
    throw new InvalidOptionError('multiIndex has no index, so no row could be found. Give it one.')
  for (const name of names) {
    if (!isIndexName(name))
      throw new InvalidOptionError(`multiIndex cannot have an index of this name: name=${quote(name)}.`, {
        actual: name,
      })
    checkIndex(row, name, indexes[name])
  }
  requireOneType(indexes)
  return makeType<MultiIndexType<R, { -readonly [N in keyof Definitions]: IndexOf<Definitions[N]> }>>({
    kind: 'multiIndex',
    row,
    indexes: Object.freeze<object>({ ...indexes }) as { -readonly [N in keyof Definitions]: IndexOf<Definitions[N]> },
  })
}

function checkIndex(row: AnyStructType, name: string, index: Index<IndexKind, unknown> | undefined): void {
  if (typeof index !== 'object' || !('kind' in index) || !('key' in index))
    throw new InvalidOptionError(
      `index of multiIndex is not one: name=${quote(name)}. Use hashedUnique('id') or the like.`,
    )
  for (const { source } of partsOf(index.key)) {
    if (isComputed(source)) continue
    const path = isWhole(source) ? 'whole' : source
    const type = isWhole(source) ? row : typeAt(row, source)
    if (type === 'missing')
      throw new InvalidOptionError(
        `index names a field that the row does not have: index=${quote(name)}, key=${quote(path)}.`,
        { path, actual: path },
      )
    if (isType(type) && isKeyType(type) === false) refuseKey(type.kind, `index=${quote(name)}, key=${quote(path)}:`)
  }
}

/** Refuses indexes that mean two things by one name. @throws InvalidOptionError */
function requireOneType(indexes: IndexSpecs): void {
  const { computed } = derivedOf(indexes)
  for (const { source } of Object.values(indexes).flatMap(({ key }) => partsOf(key))) {
    if (!isComputed(source)) continue
    const type = computed.get(source.computed)?.type
    if (type === undefined || type === source.type || describe(type) === describe(source.type)) continue
    throw new InvalidOptionError(
      `indexes name two types of one computed key: name=${quote(source.computed)}, types=${typeText(type)} and ${typeText(source.type)}. Use one.`,
      { actual: source.computed },
    )
  }
}

/** The type of a nested field; `undefined` when a getter would have to be called to know. */
function typeAt(row: AnyStructType, path: string): Type | 'missing' | undefined {
  let type: Type = row
  for (const name of path.split('.')) {
    while (type.kind === 'withDefault' && 'value' in type && isType(type.value)) type = type.value
    if (type.kind !== 'struct' || !('fields' in type)) return 'missing'
    const descriptor = Object.getOwnPropertyDescriptor(type.fields, name)
    if (descriptor === undefined) return 'missing'
    if (!isType(descriptor.value)) return undefined
    type = descriptor.value
  }
  return type
}
