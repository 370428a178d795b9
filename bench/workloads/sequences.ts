import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { deque, Segment, struct, u32, vector, type ReadonlyView } from 'hotseg'
import { AGAIN, ARRAY, collectGarbage, OURS, ratio, TYPED_ARRAY } from '../context.js'
import type { Context, Findings, Result } from '../context.js'
import { measure } from '../measure.js'
import { Random } from '../random.js'

const Point = struct({ x: u32, y: u32, value: u32 })
const schema = { numbers: vector(u32), ring: deque(u32), points: vector(Point), pointRing: deque(Point) }

type PlainPoint = Readonly<Record<'x' | 'y' | 'value', number>>

const VALUE_LIMIT = 1000

/** A typed array behind an object, as every container over foreign bytes must have it. */
class NumbersView {
  readonly #bytes: { readonly u32: Uint32Array }

  constructor(numbers: readonly number[]) {
    this.#bytes = { u32: Uint32Array.from(numbers) }
  }

  get length(): number {
    return this.#bytes.u32.length
  }

  at(index: number): number | undefined {
    return this.#bytes.u32[index]
  }
}

// Each loop is a function of its own: a user's call site sees one kind of container.

function atOfVector(numbers: ReadonlyView<typeof schema.numbers>): number {
  let sum = 0
  for (let index = 0; index < numbers.length; index++) sum += numbers.at(index)!
  return sum
}

function atOfDeque(numbers: ReadonlyView<typeof schema.ring>): number {
  let sum = 0
  for (let index = 0; index < numbers.length; index++) sum += numbers.at(index)!
  return sum
}

function atOfTypedArray(numbers: NumbersView): number {
  let sum = 0
  for (let index = 0; index < numbers.length; index++) sum += numbers.at(index)!
  return sum
}

function forOfVector(points: ReadonlyView<typeof schema.points>): number {
  let sum = 0
  for (const point of points) sum += point.value
  return sum
}

function forOfDeque(points: ReadonlyView<typeof schema.pointRing>): number {
  let sum = 0
  for (const point of points) sum += point.value
  return sum
}

function forOfArray(points: readonly PlainPoint[]): number {
  let sum = 0
  for (const point of points) sum += point.value
  return sum
}

function forEachOfVector(points: ReadonlyView<typeof schema.points>): number {
  let sum = 0
  points.forEach((point) => {
    sum += point.value
  })
  return sum
}

function forEachOfDeque(points: ReadonlyView<typeof schema.pointRing>): number {
  let sum = 0
  points.forEach((point) => {
    sum += point.value
  })
  return sum
}

function forEachOfArray(points: readonly PlainPoint[]): number {
  let sum = 0
  points.forEach((point) => {
    sum += point.value
  })
  return sum
}

/** Elements one after the other: by position, by `for of` and by `forEach`. */
export function sequences(context: Context): Findings {
  const random = new Random(12)
  const numbers = Array.from({ length: context.rows }, () => random.below(VALUE_LIMIT))
  const sum = numbers.reduce((total, number) => total + number, 0)
  const objects = numbers.map((value, x): PlainPoint => ({ x, y: x >>> 1, value }))
  const path = join(context.directory, 'sequences.hotseg')
  const built = Segment.create(path, { capacity: '2 GiB' })
  built.construct('numbers', schema.numbers, numbers)
  built.construct('ring', schema.ring, numbers)
  built.construct('points', schema.points, objects)
  built.construct('pointRing', schema.pointRing, objects)
  built.seal()
  built.close()
  using segment = Segment.open(path)
  rmSync(path)
  const plain = new NumbersView(numbers)
  collectGarbage()

  const compare = (id: string, title: string, ours: () => number, rival: string, plainly: () => number): Result => {
    const systems = [
      { name: OURS, run: ours },
      { name: rival, run: plainly },
      { name: AGAIN, run: ours },
    ]
    return { id, title, timings: measure(systems, numbers.length, sum, context.plan) }
  }
  const vectorOfNumbers = segment.find('numbers', schema.numbers)!
  const dequeOfNumbers = segment.find('ring', schema.ring)!
  const points = segment.find('points', schema.points)!
  const pointRing = segment.find('pointRing', schema.pointRing)!
  const typedArray = (): number => atOfTypedArray(plain)
  const forOf = (): number => forOfArray(objects)
  const forEach = (): number => forEachOfArray(objects)
  const results = [
    compare('vectorAt', 'vector of numbers, `at`', () => atOfVector(vectorOfNumbers), TYPED_ARRAY, typedArray),
    compare('dequeAt', 'deque of numbers, `at`', () => atOfDeque(dequeOfNumbers), TYPED_ARRAY, typedArray),
    compare('vectorForOf', 'vector of structs, `for of`', () => forOfVector(points), ARRAY, forOf),
    compare('dequeForOf', 'deque of structs, `for of`', () => forOfDeque(pointRing), ARRAY, forOf),
    compare('vectorForEach', 'vector of structs, `forEach`', () => forEachOfVector(points), ARRAY, forEach),
    compare('dequeForEach', 'deque of structs, `forEach`', () => forEachOfDeque(pointRing), ARRAY, forEach),
  ]
  return {
    results,
    acceptance: results.map(({ id, title, timings }) => {
      const rival = id.endsWith('At') ? TYPED_ARRAY : ARRAY
      return {
        title: `${title}: times the time of the ${rival}`,
        actual: ratio(timings, OURS, rival),
        comparison: 'at most',
        limit: 2,
      }
    }),
  }
}
