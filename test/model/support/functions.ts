import type { Type } from '../../../src/core.js'
import { same } from './check.js'
import { membersOf } from './members.js'
import { textOf } from './plain.js'

/** What goes wrong in a function: it throws, or gives what is no value of its type. */
export type Fault = 'throws' | 'wrong'

/** What a function throws when it is told to. */
export class Thrown extends Error {}

/** The functions of a table: they tell what they were called with, and fail when they are told to. */
export class Functions {
  private readonly calls: [name: string, row: unknown][] = []
  private readonly names = new Set<string>()
  private fault: Fault | undefined
  private callsLeft = 0

  /** Makes a function one of these. */
  watch<Row, Value>(name: string, compute: (row: Row) => Value): (row: Row) => Value {
    this.names.add(name)
    return (row) => {
      this.calls.push([name, row])
      const fails = this.fault !== undefined && this.callsLeft-- === 0
      if (fails && this.fault === 'throws') throw new Thrown(name)
      // No type has a symbol among its values.
      return fails ? (Symbol(name) as unknown as Value) : compute(row)
    }
  }

  /** How many functions there are. */
  get count(): number {
    return this.names.size
  }

  /** Does something in which every function must be called once, with a row that reads as `value`. */
  calledOnce<R>(type: Type, value: () => unknown, work: () => R): R {
    this.calls.length = 0
    const result = work()
    same(this.calls.map(([name]) => name).sort().join(), [...this.names].sort().join(), 'functions called') // prettier-ignore
    for (const [name, row] of this.calls) same(textOf(type, row), textOf(type, value()), `row that ${name} was given`)
    return result
  }

  /** Does something in which one of the functions fails. */
  failing<R>(fault: Fault, callsBefore: number, work: () => R): R {
    this.fault = fault
    this.callsLeft = callsBefore
    try {
      return work()
    } finally {
      this.fault = undefined
    }
  }
}

/** A row as functions see it: with its defaults. */
export function filled(type: Type, value: unknown): unknown {
  const { kind, fields, value: inner, default: fallback } = membersOf(type)
  if (kind === 'withDefault') return filled(inner, value === undefined ? fallback : value)
  if (kind !== 'struct') return value
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, filled(field, (value as Record<string, unknown>)[name])]),
  )
}
