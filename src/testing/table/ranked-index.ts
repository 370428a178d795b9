import { same } from '../check.js'
import { optionsOf } from '../ranges.js'
import { OrderedIndexModel, type KeyedQuestion } from './keyed-index.js'
import type { AnyRankedIndex } from './live.js'
import type { TableRow } from './table.js'

/** `rankedUnique` and `rankedNonUnique`. */
export class RankedIndexModel extends OrderedIndexModel {
  protected override get questions(): readonly string[] {
    return [...super.questions, 'ranks of bounds', 'rank of range', 'slice']
  }

  protected override agreeInOrder(live: AnyRankedIndex): void {
    super.agreeInOrder(live)
    this.sorted().forEach((row, position) => {
      const view = live.nth(position)
      this.table.sameRow(view, row, `row ${position} of ${this.name}`)
      same(live.rank(view!), position, `position of row ${row.number} in ${this.name}`)
    })
  }

  override ask(live: AnyRankedIndex, question: KeyedQuestion): void {
    super.ask(live, question)
    const { table, key, name } = this
    const { what, cut, parts, plan } = question
    const leading = this.leading(key.of(table.planned(question.from)), question)
    const input = key.input(leading)
    const sorted = this.sorted()
    const before = (isBefore: (order: number) => boolean): number =>
      sorted.filter(({ value }) => isBefore(key.compare(key.of(value), leading))).length
    const lower = before((order) => order < 0)
    switch (what) {
      case 'ranks of bounds': {
        const upper = before((order) => order <= 0)
        same(live.lowerBoundRank(input), lower, `lowerBoundRank of ${name}`)
        same(live.upperBoundRank(input), upper, `upperBoundRank of ${name}`)
        same(live.equalRangeRank(input).join(), [lower, upper].join(), `equalRangeRank of ${name}`)
        same(live.findRank(input), lower < upper ? lower : undefined, `findRank of ${name}`)
        return
      }
      case 'rank of range': {
        const to = key.of(table.planned(question.to))
        const upper = key.input(to.slice(0, (cut % to.length) + 1))
        const options = optionsOf({ ...plan, reverse: false, limit: undefined }, input, upper)
        const [first, end] = live.rangeRank(options)
        table.sameRows(live.range(options), sorted.slice(first, end), `${what} of ${name}`)
        if (first > end || end > sorted.length) throw new Error(`${what} of ${name}: ${first} to ${end}`)
        return
      }
      case 'slice':
        this.#slices(live, sorted, lower - cut, parts % 2 === 0 ? undefined : lower + parts)
    }
  }

  #slices(live: AnyRankedIndex, sorted: readonly TableRow[], first: number, end: number | undefined): void {
    this.ranges(live.slice(first, end), sorted.slice(first, end), `slice of ${this.name}`)
    this.ranges(live.slice(), sorted, `slice of all of ${this.name}`)
    for (const position of [first, -1 - first, sorted.length]) {
      this.table.sameRow(live.nth(position), sorted.at(position), `nth of ${this.name}`)
    }
  }
}
