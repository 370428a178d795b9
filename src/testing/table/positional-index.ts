import fc from 'fast-check'
import type { LazyRange } from '../../containers/range.js'
import type { PositionOptions } from '../../multi-index/positional-live.js'
import { errorOf, same, throwsError } from '../check.js'
import { pickFrom, picks } from '../scenario.js'
import { IndexModel } from './index-model.js'
import type { RowView } from './live.js'
import { inserted } from './table-changes.js'
import type { RowPlan, TableRow } from './table.js'

/** A sequenced or random access index of any multi-index. */
interface AnyPositionalIndex extends Iterable<RowView> {
  readonly size: number
  first(): RowView | undefined
  last(): RowView | undefined
  range(options?: PositionOptions<RowView>): LazyRange<RowView>
  pushFront(row: object): object
  pushBack(row: object): object
  insertBefore(before: RowView, row: object): object
  popFront(): unknown
  popBack(): unknown
  relocate(rows: RowView | Iterable<RowView>, before?: RowView): void
  sort(compare: (a: RowView, b: RowView) => number): void
  reverse(): void
  rearrange(rows: Iterable<RowView>): void
  removeIf(predicate: (row: RowView) => boolean): number
  unique(equal: (kept: RowView, row: RowView) => boolean): number
  eraseRange(options: PositionOptions<RowView>): number
}

/** As it, with rows found by their position. */
interface AnyRandomAccessIndex extends AnyPositionalIndex {
  readonly length: number
  at(index: number): RowView | undefined
  indexOf(row: RowView): number
  insert(index: number, row: object): object
  erase(index: number, count?: number): void
}

/** A part of the order. */
interface PositionalQuestion {
  readonly what: 'range'
  readonly from: number | undefined
  readonly reverse: boolean
  readonly limit: number | undefined
}

const ACTS = [
  ...([
    'pushFront',
    'pushBack',
    'insertBefore',
    'popFront',
    'popBack',
    'relocate',
    'relocate',
    'relocate many',
  ] as const),
  ...(['sort', 'reverse', 'rearrange', 'removeIf', 'unique', 'eraseRange', 'rearrange some', 'disturb'] as const),
] as const
const RANDOM_ACCESS_ACTS = ['insert', 'erase'] as const

/** A change of the order, or of the rows through it. */
interface PositionalAct {
  readonly what: (typeof ACTS)[number] | (typeof RANDOM_ACCESS_ACTS)[number]
  readonly row: RowPlan
  /** Places of rows. */
  readonly at: number
  readonly to: number | undefined
  readonly part: PositionalQuestion
  readonly disturbed: (typeof DISTURBED)[number]
  readonly how: (typeof HOW)[number]
}

const DISTURBED = ['sort', 'removeIf', 'unique', 'relocate', 'rearrange'] as const
/** What a function of the user's does instead of answering. */
const HOW = ['throw', 'erase', 'answer'] as const

/** An index with an order of its own, in which rows are appended when they are inserted. */
export class SequencedIndexModel<Live extends AnyPositionalIndex = AnyPositionalIndex> extends IndexModel<
  Live,
  PositionalQuestion,
  PositionalAct
> {
  protected order: TableRow[] = []

  override inserted(row: TableRow): void {
    this.order.push(row)
  }

  override erased(row: TableRow): void {
    this.order = this.order.filter((each) => each !== row)
  }

  override agree(live: Live): void {
    const { name, table, order } = this
    same(live.size, order.length, `size of ${name}`)
    table.sameRows(live, order, `order of ${name}`)
    table.sameRow(live.first(), order[0], `first of ${name}`)
    table.sameRow(live.last(), order.at(-1), `last of ${name}`)
  }

  override viewOf(live: Live, row: TableRow): RowView {
    for (const view of live) if (this.table.rowOf(view) === row) return view
    throw new Error(`row ${row.number} is not found in ${this.name}`)
  }

  override drawQuestion(): fc.Arbitrary<PositionalQuestion> {
    return fc.record(
      {
        what: fc.constant('range' as const),
        from: fc.option(picks, { nil: undefined }),
        reverse: fc.boolean(),
        limit: fc.option(fc.nat(5), { nil: undefined }),
      },
      { noNullPrototype: true },
    )
  }

  override ask(live: Live, question: PositionalQuestion): void {
    const range = live.range(this.#options(live, question))
    this.table.sameRows(range, this.#part(question), `range of ${this.name}`)
    this.table.sameRows(range.toArray(), this.#part(question), `range of ${this.name}, second time`)
  }

  #options(live: Live, { from, reverse, limit }: PositionalQuestion): PositionOptions<RowView> {
    const { order } = this
    return {
      from: from === undefined || order.length === 0 ? undefined : this.viewOf(live, pickFrom(order, from)),
      reverse,
      limit,
    }
  }

  #part({ from, reverse, limit }: PositionalQuestion): TableRow[] {
    const { order } = this
    const at = from === undefined || order.length === 0 ? undefined : from % order.length
    const part = reverse ? order.slice(0, at === undefined ? undefined : at + 1).reverse() : order.slice(at ?? 0)
    return part.slice(0, limit)
  }

  protected get acts(): readonly PositionalAct['what'][] {
    return ACTS
  }

  override drawAct(rows: fc.Arbitrary<RowPlan>): fc.Arbitrary<PositionalAct> {
    return fc.record(
      {
        what: fc.constantFrom(...this.acts),
        row: rows,
        at: picks,
        to: fc.option(picks, { nil: undefined }),
        part: this.drawQuestion(),
        disturbed: fc.constantFrom(...DISTURBED),
        how: fc.constantFrom(...HOW),
      },
      { noNullPrototype: true },
    )
  }

  override act(live: Live, act: PositionalAct): void {
    const { what, row: plan, at, to, part } = act
    const { table, order } = this
    const value = table.planned(plan)
    const viewAt = (place: number): RowView => this.viewOf(live, order[place]!)
    if (what === 'pushFront') this.#insertAt(0, value, live.pushFront(value))
    if (what === 'pushBack') this.#insertAt(order.length, value, live.pushBack(value))
    if (what === 'reverse') {
      live.reverse()
      order.reverse()
    }
    if (what === 'eraseRange') {
      const doomed = this.#part(part)
      same(live.eraseRange(this.#options(live, part)), doomed.length, 'what eraseRange returns')
      for (const row of doomed) table.erase(row)
    }
    if (order.length === 0) {
      if (what === 'popFront') same(live.popFront(), undefined, 'what popFront of no rows returns')
      if (what === 'popBack') same(live.popBack(), undefined, 'what popBack of no rows returns')
      return
    }
    const place = at % order.length
    switch (what) {
      case 'insertBefore':
        this.#insertAt(place, value, live.insertBefore(viewAt(place), value))
        return
      case 'popFront':
        this.#popped(order[0]!, live.popFront())
        return
      case 'popBack':
        this.#popped(order.at(-1)!, live.popBack())
        return
      case 'relocate':
        this.#relocate(live, [order[place]!], to)
        return
      case 'relocate many':
        this.#relocate(live, this.#part(part), to)
        return
      case 'sort': {
        const rank = (row: TableRow): number => (row.number * 7 + at) % 5
        live.sort((a, b) => rank(table.rowOf(a)) - rank(table.rowOf(b)))
        order.sort((a, b) => rank(a) - rank(b))
        return
      }
      case 'rearrange': {
        const turned = [...order.slice(place), ...order.slice(0, place)]
        live.rearrange(turned.map((row) => this.viewOf(live, row)))
        this.order = turned
        return
      }
      case 'rearrange some':
        throwsError('InvalidValueError', () => live.rearrange([...live].slice(1)), 'rearranging without one')
        throwsError('InvalidValueError', () => live.rearrange([...live, live.first()!]), 'rearranging with one twice')
        return
      case 'disturb':
        this.#disturb(live, act)
        return
      case 'removeIf': {
        const isDoomed = ({ number }: TableRow): boolean => (number + at) % 4 === 0
        const doomed = order.filter(isDoomed)
        same(
          live.removeIf((view) => isDoomed(table.rowOf(view))),
          doomed.length,
          'what removeIf returns',
        )
        for (const row of doomed) table.erase(row)
        return
      }
      case 'unique': {
        const group = ({ number }: TableRow): number => Math.floor((number + at) / 2)
        const doomed: TableRow[] = []
        let kept: TableRow | undefined
        for (const row of order) {
          if (kept !== undefined && group(kept) === group(row)) doomed.push(row)
          else kept = row
        }
        const count = live.unique((a, b) => group(table.rowOf(a)) === group(table.rowOf(b)))
        same(count, doomed.length, 'what unique returns')
        for (const row of doomed) table.erase(row)
      }
    }
  }

  /** Functions of the user's that throw, answer what makes no sense, or change the table: then nothing else changes. */
  #disturb(live: Live, { disturbed, how, at }: PositionalAct): void {
    const { order } = this
    const takesViews = disturbed === 'relocate' || disturbed === 'rearrange'
    if (order.length < 2 || (takesViews && how === 'answer')) return
    const failure = new Error('on purpose')
    let calls = 0
    const answer = disturbed === 'sort' ? 0 : false
    const act = (): unknown => {
      if (calls++ !== at % (order.length - 1)) return answer
      if (how === 'throw') throw failure
      if (how === 'answer') return Promise.resolve(true)
      this.#popped(order.at(-1)!, live.popBack())
      return answer
    }
    function* views(): Generator<RowView> {
      for (const view of live.range().toArray()) {
        yield view
        act()
      }
    }
    const run = (): unknown => (takesViews ? live[disturbed](views()) : live[disturbed](act as () => never))
    if (how === 'throw') same(errorOf(run), failure, `error of ${disturbed}`)
    else throwsError(how === 'erase' ? 'StaleViewError' : 'InvalidValueError', run, disturbed)
  }

  /** Compares what an insertion gave, and has the new row where it should be. */
  protected insertedAt(place: number, value: Parameters<typeof inserted>[1], result: object): void {
    const row = inserted(this.table, value, result)
    if (row === undefined) return
    this.erased(row)
    this.order.splice(place, 0, row)
  }

  #insertAt(place: number, value: Parameters<typeof inserted>[1], result: object): void {
    this.insertedAt(place, value, result)
  }

  #popped(row: TableRow, value: unknown): void {
    same(this.table.row.text(value), this.table.row.text(row.value), 'what was popped')
    this.table.erase(row)
  }

  /** Moves rows, in the order given, before the one at a place. */
  #relocate(live: Live, rows: readonly TableRow[], to: number | undefined): void {
    const { order } = this
    const before = to === undefined ? undefined : pickFrom(order, to)
    const views = rows.map((row) => this.viewOf(live, row))
    const target = before && this.viewOf(live, before)
    live.relocate(views.length === 1 ? views[0]! : views, target)
    // When the row they come before is one of them, they come to where it stands: before the next that is not.
    const stays = (row: TableRow): boolean => !rows.includes(row)
    const next = before === undefined ? undefined : order.slice(order.indexOf(before)).find(stays)
    const rest = order.filter(stays)
    rest.splice(next === undefined ? rest.length : rest.indexOf(next), 0, ...rows)
    this.order = rest
  }
}

/** As it, with rows found by their position. */
export class RandomAccessIndexModel extends SequencedIndexModel<AnyRandomAccessIndex> {
  protected override get acts(): readonly PositionalAct['what'][] {
    return [...ACTS, ...RANDOM_ACCESS_ACTS]
  }

  override agree(live: AnyRandomAccessIndex): void {
    super.agree(live)
    const { table, order, name } = this
    same(live.length, order.length, `length of ${name}`)
    table.sameRow(live.at(order.length), undefined, `row behind the last of ${name}`)
    for (const [at, row] of order.entries()) {
      const view = live.at(at % 2 === 0 ? at : at - order.length)
      table.sameRow(view, row, `row ${at} of ${name}`)
      same(live.indexOf(view!), at, `position of row ${at} of ${name}`)
    }
  }

  override viewOf(live: AnyRandomAccessIndex, row: TableRow): RowView {
    return live.at(this.order.indexOf(row)) ?? super.viewOf(live, row)
  }

  override act(live: AnyRandomAccessIndex, act: PositionalAct): void {
    const { length } = this.order
    const { what, at, to } = act
    if (what === 'insert') {
      const place = at % (length + 1)
      const value = this.table.planned(act.row)
      const index = to !== undefined && place < length ? place - length : place
      this.insertedAt(place, value, live.insert(index, value))
    } else if (what === 'erase') {
      if (length === 0) return
      const place = at % length
      const count = Math.min((to ?? 0) % 3, length - place)
      if (to === undefined) live.erase(place - length)
      else live.erase(place, count)
      for (const row of this.order.slice(place, place + (to === undefined ? 1 : count))) this.table.erase(row)
    } else super.act(live, act)
  }
}
