import { Heap } from '../../../src/heap/heap.js'
import { GRANULE_BYTES } from '../../../src/memory/memory.js'
import type { View } from '../../../src/types/view.js'
import { same, throwsError } from './check.js'
import { Thrown, type Fault } from './functions.js'
import type { AnyMultiIndex } from './live-table.js'
import { planned, plannedPatch, viewOf, type RowPlan, type TableModel } from './table-model.js'

/** A change of which a function fails. */
export interface FailingChange {
  readonly row: RowPlan
  readonly own: number
  readonly patch: Partial<RowPlan>
  readonly fault: Fault
  /** How many functions are called before the one that fails. */
  readonly callsBefore: number
}

/** Tries to insert, replace and modify with a function that fails: no byte of the segment may change. */
export function applyFailing(live: AnyMultiIndex, model: TableModel, change: FailingChange): void {
  const { table, pools, functions } = model
  const { fault, callsBefore } = change
  if (functions.count === 0) return
  const own = viewOf(live, model, change.own, 0)
  const row = { ...planned(pools, change.row), n: table.nextNumber }
  const before = bytesOf(live)
  const fails = (what: string, call: () => unknown): void => {
    const failing = (): unknown => functions.failing(fault, callsBefore, call)
    if (fault === 'wrong') throwsError('InvalidValueError', failing, `${what} with a function that gives a wrong value`)
    else throwsIt(failing, what)
    same(bytesOf(live).equals(before), true, `whether ${what} left all bytes`)
  }
  fails('insert', () => live.insert(row))
  if (own === undefined) return
  fails('replace', () => live.replace(own.view, row))
  const patch = { n: own.row.n, ...plannedPatch(model, change.patch) }
  fails('modify', () => live.modify(own.view, patch))
}

function throwsIt(call: () => unknown, what: string): void {
  try {
    call()
  } catch (error) {
    if (error instanceof Thrown) return
    throw error
  }
  throw new Error(`${what} with a function that throws did not throw`)
}

/** All bytes in use of the segment that a table is in. */
function bytesOf(live: object): Buffer {
  const { memory } = (live as View)['hotseg.at']
  return Buffer.from(memory.bytes(0, Heap.of(memory).endOffset * GRANULE_BYTES))
}
