import fc from 'fast-check'
import type { IndexSpec } from '../../types/index-spec.js'
import { same } from '../check.js'
import type { ModelOf } from '../type-model.js'
import { pickFrom } from '../scenario.js'
import { boundOf, foreignPicks, optionsOf, rangePlans, sliceOf, type RangePlan } from '../ranges.js'
import { IndexKey } from './index-key.js'
import { IndexModel } from './index-model.js'
import type { AnyKeyedIndex, RowView } from './live.js'
import type { RowPlan, Table, TableRow } from './table.js'

/** A question to an index by key. */
export interface KeyedQuestion {
  readonly what: string
  readonly from: RowPlan
  readonly to: RowPlan
  /** For `getMany`. */
  readonly rows: readonly RowPlan[]
  /** How many leading parts of the key are given, modulo what the key has. */
  readonly parts: number
  /** How much of the last string is given as a prefix. */
  readonly cut: number
  readonly plan: RangePlan
  /** Whether the last part is one that no row has. */
  readonly foreign: number | undefined
}

/** Deletes the rows with a key. */
interface KeyedAct {
  readonly what: 'delete'
  readonly row: RowPlan
}

/** An index by key, hashed or ordered. */
abstract class KeyedIndexModel extends IndexModel<AnyKeyedIndex, KeyedQuestion, KeyedAct> {
  override readonly isUnique: boolean
  readonly key: IndexKey

  readonly #isIn: (value: unknown) => boolean

  constructor(table: Table, name: string, { kind, key, where }: IndexSpec, modelOf: ModelOf) {
    super(table, name)
    this.isUnique = kind.endsWith('edUnique')
    this.key = new IndexKey(table.row, key, modelOf)
    const test = where?.test
    this.#isIn = test === undefined ? () => true : (value) => test(table.row.normal(value) as never) === true
  }

  override dependsOn(field: string): boolean {
    return this.key.parts.some((part) => part.field === undefined || part.field === field)
  }

  /** The rows in the index, in the order of insertion: those that a partial index wants. */
  protected get rows(): readonly TableRow[] {
    return this.table.rows.filter(({ value }) => this.#isIn(value))
  }

  override has(row: TableRow): boolean {
    return this.#isIn(row.value)
  }

  /** What the index can be asked. */
  protected get questions(): readonly string[] {
    return ['get', 'has', 'count', 'equalRange', 'getMany']
  }

  override clashes(value: object): readonly TableRow[] {
    return this.isUnique && this.#isIn(value) ? this.matching(this.key.of(value)) : []
  }

  /** The rows with a key, in the order of insertion. */
  protected matching(key: readonly unknown[]): readonly TableRow[] {
    return this.rows.filter((row) => this.key.compare(this.key.of(row.value), key) === 0)
  }

  override agree(live: AnyKeyedIndex): void {
    const { name, table } = this
    same(live.size, this.rows.length, `size of ${name}`)
    this.agreeInOrder(live)
    for (const [key, rows] of this.#groups()) {
      const input = this.key.input(key)
      table.sameRow(live.get(input), rows[0], `get of ${name}`)
      same(live.count(input), rows.length, `count of ${name}`)
      table.sameRows(live.equalRange(input), rows, `equal keys of ${name}`)
    }
  }

  /** Throws unless iterating gives the rows as it should. */
  protected abstract agreeInOrder(live: AnyKeyedIndex): void

  /** Each key that there is, with its rows in the order of insertion. */
  #groups(): Iterable<readonly [key: readonly unknown[], rows: TableRow[]]> {
    const groups = new Map<string, readonly [readonly unknown[], TableRow[]]>()
    for (const row of this.rows) {
      const key = this.key.of(row.value)
      const text = this.key.text(key)
      const group = groups.get(text)
      if (group === undefined) groups.set(text, [key, [row]])
      else group[1].push(row)
    }
    return groups.values()
  }

  override viewOf(live: AnyKeyedIndex, row: TableRow): RowView {
    const key = this.key.input(this.key.of(row.value))
    for (const view of live.equalRange(key)) if (this.table.rowOf(view) === row) return view
    throw new Error(`row ${row.number} is not found in ${this.name}`)
  }

  override drawQuestion(rows: fc.Arbitrary<RowPlan>): fc.Arbitrary<KeyedQuestion> {
    return fc.record(
      {
        what: fc.constantFrom(...this.questions),
        from: rows,
        to: rows,
        rows: fc.array(rows, { maxLength: 3 }),
        parts: fc.nat(3),
        cut: fc.nat(4),
        plan: rangePlans,
        foreign: foreignPicks,
      },
      { noNullPrototype: true },
    )
  }

  override drawAct(rows: fc.Arbitrary<RowPlan>): fc.Arbitrary<KeyedAct> {
    return fc.record({ what: fc.constant('delete' as const), row: rows }, { noNullPrototype: true })
  }

  override act(live: AnyKeyedIndex, { row }: KeyedAct): void {
    const key = this.key.of(this.table.planned(row))
    const doomed = this.matching(key)
    const deleted = live.delete(this.key.input(key))
    same(deleted, this.isUnique ? doomed.length === 1 : doomed.length, 'what delete returns')
    for (const each of doomed) this.table.erase(each)
  }

  override ask(live: AnyKeyedIndex, question: KeyedQuestion): void {
    const { table, key } = this
    const { what } = question
    const label = `${what} of ${this.name}`
    if (what === 'getMany') {
      const few = question.rows.map((row) => key.of(table.planned(row)))
      const keys = Array.from({ length: question.cut * 20 + 1 }, () => few).flat()
      const found = live.getMany(keys.map((each) => key.input(each)))
      same(
        found.map((view) => table.numberOf(view)).join(),
        keys.map((each) => this.matching(each)[0]?.number).join(),
        label,
      )
      return
    }
    const from = key.of(table.planned(question.from))
    const leading = this.leading(from, question)
    const input = key.input(leading)
    switch (what) {
      case 'get':
        if (leading.length === from.length) table.sameRow(live.get(input), this.matching(leading)[0], label)
        return
      case 'has':
        same(live.has(input), this.matching(leading).length > 0, label)
        return
      case 'count':
        same(live.count(input), this.matching(leading).length, label)
        return
      case 'equalRange':
        this.ranges(live.equalRange(input), this.matching(leading), label)
    }
  }

  /** The parts of a key that are given, of which the last may be one that no row has. */
  protected leading(key: readonly unknown[], { foreign }: KeyedQuestion): readonly unknown[] {
    const end = key.length - 1
    return key.with(end, boundOf(this.key.parts[end]!.model.type, key[end], foreign))
  }

  protected ranges(range: ReturnType<AnyKeyedIndex['range']>, expected: readonly TableRow[], label: string): void {
    this.table.sameRows(range, expected, label)
    this.table.sameRows(range.toArray(), expected, `${label}, second time`)
  }
}

/** `hashedUnique` and `hashedNonUnique`. */
export class HashedIndexModel extends KeyedIndexModel {
  protected override agreeInOrder(live: AnyKeyedIndex): void {
    const numbers = Array.from(live, (view) => this.table.rowOf(view).number).sort((a, b) => a - b)
    same(numbers.join(), this.rows.map(({ number }) => number).join(), `rows of ${this.name}`)
  }
}

/** `orderedUnique` and `orderedNonUnique`. */
export class OrderedIndexModel extends KeyedIndexModel {
  protected override get questions(): readonly string[] {
    return [...super.questions, 'range', 'range', 'range', 'from', 'prefix', 'lowerBound', 'upperBound', 'ends']
  }

  /** The rows in the order of the keys; equal keys in the order of insertion. */
  protected sorted(): readonly TableRow[] {
    const keyed = this.rows.map((row) => ({ row, key: this.key.of(row.value) }))
    return keyed.sort((a, b) => this.key.compare(a.key, b.key)).map(({ row }) => row)
  }

  protected override agreeInOrder(live: AnyKeyedIndex): void {
    this.table.sameRows(live, this.sorted(), `order of ${this.name}`)
  }

  protected override matching(key: readonly unknown[]): readonly TableRow[] {
    const found = super.matching(key)
    return key.length === this.key.parts.length ? found : this.sorted().filter((row) => found.includes(row))
  }

  protected override leading(key: readonly unknown[], question: KeyedQuestion): readonly unknown[] {
    return super.leading(key.slice(0, (question.parts % key.length) + 1), question)
  }

  override ask(live: AnyKeyedIndex, question: KeyedQuestion): void {
    super.ask(live, question)
    const { table, key } = this
    const { what, cut, plan } = question
    const label = `${what} of ${this.name}`
    const [from, to] = [question.from, question.to].map((row) => key.of(table.planned(row)))
    const leading = this.leading(from!, question)
    const input = key.input(leading)
    const sorted = this.sorted()
    const order = ({ value }: TableRow, bound: unknown): number => key.compare(key.of(value), bound as unknown[])
    switch (what) {
      case 'range': {
        const upper = to!.slice(0, (cut % to!.length) + 1)
        const expected = sliceOf(sorted, plan, leading, upper, order)
        this.ranges(live.range(optionsOf(plan, input, key.input(upper))), expected, label)
        return
      }
      case 'from': {
        if (sorted.length === 0) return
        const start = pickFrom(sorted, plan.from)
        const at = sorted.indexOf(start)
        const open: RangePlan = { ...plan, [plan.reverse ? 'upper' : 'lower']: 'none', limit: undefined }
        const rest = plan.reverse ? sorted.slice(0, at + 1) : sorted.slice(at)
        const expected = sliceOf(rest, open, leading, leading, order).slice(0, plan.limit)
        const options = { ...optionsOf({ ...open, limit: plan.limit }, input, input), from: this.viewOf(live, start) }
        this.ranges(live.range(options), expected, label)
        return
      }
      case 'prefix': {
        const last = leading.length - 1
        const text = leading[last]
        if (key.parts[last]!.model.type.kind !== 'string' || typeof text !== 'string') return
        const start = text.slice(0, cut)
        const open: RangePlan = { ...plan, lower: 'none', upper: 'none' }
        const inside = sorted.filter(({ value }) => {
          const own = key.of(value)
          return key.compare(own, leading.slice(0, last)) === 0 && (own[last] as string).startsWith(start)
        })
        const prefix = key.input([...leading.slice(0, last), start])
        const expected = sliceOf(inside, open, from, to, order)
        this.ranges(live.range({ ...optionsOf(open, from, to), prefix }), expected, label)
        return
      }
      case 'lowerBound': {
        const expected = sorted.find((row) => order(row, leading) >= 0)
        table.sameRow(live.lowerBound(input), expected, label)
        return
      }
      case 'upperBound': {
        const expected = sorted.find((row) => order(row, leading) > 0)
        table.sameRow(live.upperBound(input), expected, label)
        return
      }
      case 'ends':
        table.sameRow(live.first(), sorted[0], `first of ${this.name}`)
        table.sameRow(live.last(), sorted.at(-1), `last of ${this.name}`)
    }
  }
}
