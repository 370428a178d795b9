/** What maps and sets have in common: keys. */
import fc from 'fast-check'
import { errorOf, same, throwsError } from './check.js'
import type { KeyedModel } from './keyed-model.js'
import { INPUTS, type Drawing, type TypeModel } from './type-model.js'
import { plainOf } from './views.js'

/** Pools of keys for commands to choose from, so that they meet the same keys again. */
export function poolsOf(key: TypeModel, most: number): fc.Arbitrary<unknown[]> {
  return fc.array(key.draw(INPUTS)!, { minLength: Math.ceil(most / 40), maxLength: most, size: 'max' })
}

/** Entries of a container that holds each key once; an input may say one twice. */
export function drawEntries<E>(
  key: TypeModel,
  entries: fc.Arbitrary<E>,
  keyOf: (entry: E) => unknown,
  { isPlain }: Drawing,
): fc.Arbitrary<E[]> {
  if (!isPlain) return fc.array(entries, { maxLength: 3 })
  return fc.uniqueArray(entries, { maxLength: 4, selector: (entry) => key.keyText(keyOf(entry)) })
}

/** The texts of keys: those of an ordered container in its order, others in any fixed order. */
export function inOrder(isOrdered: boolean, key: TypeModel, keys: ReadonlyMap<string, unknown>): string[] {
  if (!isOrdered) return [...keys.keys()].sort()
  return [...keys].sort(([, a], [, b]) => key.compare(a, b)).map(([text]) => text)
}

/** A container that can be asked for a key. */
interface Keyed {
  has(key: unknown): boolean
  get(key: unknown): unknown
  delete(key: unknown): boolean | number
}

/** A key that cannot be there is not found, or refused when it is of another JavaScript type. */
export function notFound(live: Keyed, key: unknown): void {
  if (errorOf(() => live.has(key)) !== undefined) {
    throwsError('InvalidValueError', () => live.has(key), 'has of a wrong key')
    throwsError('InvalidValueError', () => live.get(key), 'get of a wrong key')
    throwsError('InvalidValueError', () => live.delete(key), 'delete of a wrong key')
    return
  }
  same(live.has(key), false, 'has of a wrong key')
  same(live.get(key), undefined, 'get of a wrong key')
  same(Number(live.delete(key)), 0, 'delete of a wrong key')
}

/** The keys as iteration gives them; in any fixed order for hashed containers. */
export function keysText(keys: Iterable<unknown>, model: KeyedModel, ordered: boolean): string {
  const texts = Array.from(keys, (key) => model.key.keyText(plainOf(key)))
  return (ordered ? texts : texts.sort()).join()
}

/** The keys as iteration should give them. */
export function modelKeys(model: KeyedModel, ordered: boolean): unknown[] {
  return (ordered ? model.sorted() : model.all()).map(({ key }) => key)
}
