/** What vectors, arrays and all else with a list of elements have in common. */
import fc from 'fast-check'
import { wrongs } from './scalars.js'
import type { Drawing, Miss, TypeModel } from './type-model.js'

/** Values that are no list of elements. */
export const NO_ITERABLES = wrongs(null, undefined, 'text', 3, {})

/** Lists of values of a type, empty ones and now and then long ones. */
export function listsOf(element: TypeModel, drawing: Drawing, usual: number): fc.Arbitrary<unknown[]> {
  const values = element.draw(drawing)
  if (values === undefined) return fc.constant([])
  return fc.array(values, { maxLength: usual })
}

/** Lists in which one element has one thing wrong. @param most - how many good ones there are besides */
export function listsWithOneWrong(
  element: TypeModel,
  drawing: Drawing,
  least: number,
  most: number,
): fc.Arbitrary<Miss> | undefined {
  const good = element.draw(drawing)
  const bad = element.drawWrong(drawing)
  if (good === undefined || bad === undefined) return undefined
  return fc
    .tuple(fc.array(good, { minLength: least, maxLength: most }), bad, fc.nat(most))
    .map(([list, { value, path }, pick]) => {
      const at = pick % (list.length + 1)
      return { value: list.toSpliced(at, 0, value), path: [at, ...path] }
    })
}

/** Several kinds of misses, of which some may not be there. */
export function anyMiss(...kinds: readonly (fc.Arbitrary<Miss> | undefined)[]): fc.Arbitrary<Miss> {
  return fc.oneof(...kinds.filter((kind) => kind !== undefined))
}

/** Entries of a map. */
export function drawPairs(
  key: TypeModel,
  value: TypeModel,
  drawing: Drawing,
): fc.Arbitrary<[key: unknown, value: unknown]> | undefined {
  const [keys, values] = [key.draw(drawing), value.draw(drawing)]
  return keys && values && fc.tuple(keys, values)
}

/** Values of a map with one thing wrong, in a key, in a value, or an entry that is no pair. */
export function drawWrongPairs(key: TypeModel, value: TypeModel, drawing: Drawing): fc.Arbitrary<Miss> {
  const pairs = drawPairs(key, value, drawing)
  if (pairs === undefined) return NO_ITERABLES
  const inKey = key.drawWrong(drawing)
  const inValue = value.drawWrong(drawing)
  const wrongKeys =
    inKey && fc.tuple(inKey, pairs).map(([miss, [, v]]) => ({ value: [miss.value, v], path: ['key', ...miss.path] }))
  const wrongValues =
    inValue &&
    fc.tuple(pairs, inValue).map(([[k], miss]) => ({ value: [k, miss.value], path: ['value', ...miss.path] }))
  const entries = anyMiss(wrongKeys, wrongValues, wrongValues, wrongs(null, 3))
  const among = fc
    .tuple(fc.array(pairs, { maxLength: 2 }), entries)
    .map(([good, { value: bad, path }]): Miss => ({ value: [...good, bad], path: [good.length, ...path] }))
  return anyMiss(NO_ITERABLES, among, among, among)
}

/** Values of a set with one thing wrong. */
export function listsWithOneWrongKey(key: TypeModel, drawing: Drawing): fc.Arbitrary<Miss> {
  const [keys, wrong] = [key.draw(drawing), key.drawWrong(drawing)]
  if (keys === undefined || wrong === undefined) return NO_ITERABLES
  const among = fc
    .tuple(fc.array(keys, { maxLength: 2 }), wrong)
    .map(([good, { value, path }]): Miss => ({ value: [...good, value], path: [good.length, 'key', ...path] }))
  return anyMiss(NO_ITERABLES, among, among)
}

/** The elements of a plain value, each under its position. */
export function elementPieces(
  model: TypeModel,
  value: unknown,
): ReadonlyMap<string, { model: TypeModel; value: unknown }> {
  return new Map(Array.from(value as Iterable<unknown>, (each, i) => [`[${i}]`, { model, value: each }]))
}
