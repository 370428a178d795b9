import fc from 'fast-check'
import type { Opened, ReadonlyOpened, ReadonlyView } from '../../../src/core.js'
import * as t from '../../../src/t.js'
import { same, throwsError } from '../../../src/testing/check.js'
import { anyScenario, operation, pickFrom, picks, type CommandOf } from '../../../src/testing/scenario.js'
import { STRINGS } from '../../../src/testing/text.js'

const Row = t.struct({
  id: t.u8,
  name: t.string,
  get parent() {
    return t.offsetPtr(Row)
  },
})
const Node = t.struct({
  name: t.string,
  row: t.offsetPtr(Row),
  get next() {
    return t.offsetPtr(Node)
  },
  get others() {
    return t.vector(t.offsetPtr(Node))
  },
})
const Graph = t.struct({
  nodes: t.hashMap(t.u8, Node),
  rows: t.multiIndex(Row, { id: t.hashedUnique('id'), name: t.orderedNonUnique('name') }),
  best: t.offsetPtr(Node),
})

/** What a pointer should lead to. */
interface RowModel {
  readonly id: number
  name: string
  parent: RowModel | undefined
  gone: boolean
}
interface NodeModel {
  name: string
  row: RowModel | undefined
  next: NodeModel | undefined
  others: (NodeModel | undefined)[]
  gone: boolean
}
interface GraphModel {
  readonly nodes: Map<number, NodeModel>
  readonly rows: Map<number, RowModel>
  best: NodeModel | undefined
}

const ids = fc.nat(9)
const operations = [
  operation('set node', 20, { id: ids, name: STRINGS }),
  operation('delete node', 8, { id: ids }),
  operation('insert row', 10, { id: ids, name: STRINGS, parent: picks }),
  operation('erase row', 5, { id: ids }),
  operation('rename row', 5, { id: ids, name: STRINGS, parent: picks }),
  operation('link', 15, { from: picks, to: picks, isNull: fc.boolean() }),
  operation('link to row', 10, { from: picks, to: picks }),
  operation('push', 10, { from: picks, to: picks }),
  operation('pop', 4, { from: picks }),
  operation('best', 5, { to: picks }),
  operation('wrong value', 3, { from: picks, value: fc.constantFrom<unknown>(null, 5, 'pointer', {}, Symbol('a')) }),
] as const

type GraphCommand = CommandOf<typeof operations>
type ReadonlyGraph = ReadonlyOpened<typeof Graph>

/** Random links between nodes of a map and rows of a table that come and go, against objects that refer to each other. */
export const graphScenario = anyScenario<undefined, GraphCommand, GraphModel>({
  type: Graph,
  setting: fc.constant(undefined),
  operations,
  needRoom: new Set(['set node', 'insert row', 'rename row', 'link', 'link to row', 'push', 'best']),
  model: () => ({ nodes: new Map(), rows: new Map(), best: undefined }),
  apply: (live, model, command) => applyToGraph(live as Opened<typeof Graph>, model, command),
  agree: (live, model) => {
    const graph = live as Opened<typeof Graph>
    graph.nodes.checkInvariants()
    graph.rows.checkInvariants()
    graphsAgree(graph, model)
  },
})

function applyToGraph(live: Opened<typeof Graph>, model: GraphModel, command: GraphCommand): void {
  const { nodes, rows } = model
  const anyRow = (pick: number): RowModel | undefined =>
    rows.size === 0 ? undefined : pickFrom([...rows.values()], pick)
  switch (command.do) {
    case 'set node': {
      live.nodes.set(command.id, { name: command.name, others: [] })
      const fresh = { name: command.name, row: undefined, next: undefined, others: [], gone: false }
      const known = nodes.get(command.id)
      // The element stays where it is, so what points at it still does.
      if (known === undefined) nodes.set(command.id, fresh)
      else Object.assign(known, fresh)
      return
    }
    case 'delete node': {
      same(live.nodes.delete(command.id), nodes.has(command.id), 'what delete returns')
      const node = nodes.get(command.id)
      if (node !== undefined) node.gone = true
      nodes.delete(command.id)
      return
    }
    case 'insert row': {
      const parent = anyRow(command.parent)
      const { id, name } = command
      const result = live.rows.insert({ id, name, parent: parent && live.rows.by.id.get(parent.id) })
      same(result.inserted, !rows.has(id), 'whether a row was inserted')
      if (result.inserted) rows.set(id, { id, name, parent, gone: false })
      return
    }
    case 'erase row': {
      same(live.rows.by.id.delete(command.id), rows.has(command.id), 'what delete returns')
      const row = rows.get(command.id)
      if (row !== undefined) row.gone = true
      rows.delete(command.id)
      return
    }
    case 'rename row': {
      const row = rows.get(command.id)
      if (row === undefined) return
      const parent = anyRow(command.parent)
      const { name } = command
      const view = live.rows.by.id.get(row.id)!
      live.rows.modify(view, { name, parent: parent && live.rows.by.id.get(parent.id) })
      Object.assign(row, { name, parent })
      return
    }
  }
  if (nodes.size === 0) return
  if (command.do === 'best') {
    const [id, node] = pickFrom([...nodes], command.to)
    const best = live.nodes.get(id)!
    live.assign({ best })
    model.best = node
    return
  }
  const [fromId, from] = pickFrom([...nodes], command.from)
  const view = live.nodes.get(fromId)!
  switch (command.do) {
    case 'link': {
      const [id, to] = pickFrom([...nodes], command.to)
      view.next = command.isNull ? undefined : live.nodes.get(id)
      from.next = command.isNull ? undefined : to
      return
    }
    case 'link to row': {
      const row = anyRow(command.to)
      view.assign({ row: row && live.rows.by.id.get(row.id) })
      from.row = row
      return
    }
    case 'push': {
      const [id, to] = pickFrom([...nodes], command.to)
      view.others.push(live.nodes.get(id))
      from.others.push(to)
      return
    }
    case 'pop':
      view.others.pop()
      from.others.pop()
      return
    case 'wrong value':
      throwsError('InvalidValueError', () => view.assign({ next: command.value as never }), 'a pointer to no view')
      throwsError('InvalidValueError', () => view.others.push(command.value as never), 'a pointer to no view')
  }
}

function graphsAgree(live: Opened<typeof Graph> | ReadonlyGraph, { nodes, rows, best }: GraphModel): void {
  same(live.nodes.size, nodes.size, 'number of nodes')
  same(live.rows.size, rows.size, 'number of rows')
  leadsTo(live.best, best, sameNode)
  for (const [id, node] of nodes) {
    const view = (live as ReadonlyGraph).nodes.get(id)
    if (view === undefined) throw new Error(`node ${id} is gone`)
    sameNode(view, node)
    leadsTo(view.next, node.next, sameNode)
    leadsTo(view.row, node.row, sameRow)
    same(view.others.length, node.others.length, 'number of other nodes')
    for (const [at, other] of node.others.entries()) leadsTo(view.others.at(at), other, sameNode)
  }
  for (const [id, row] of rows) {
    const view = (live as ReadonlyGraph).rows.by.id.get(id)
    if (view === undefined) throw new Error(`row ${id} is gone`)
    sameRow(view, row)
    leadsTo(view.parent, row.parent, sameRow)
  }
}

const sameNode = (view: ReadonlyView<typeof Node>, node: NodeModel): void => same(view.name, node.name, 'node')
const sameRow = (view: ReadonlyView<typeof Row>, row: RowModel): void =>
  same(`${view.id} ${view.name}`, `${row.id} ${row.name}`, 'row')

/** Checks what a pointer leads to: its target, or nothing once that is gone; never another element. */
function leadsTo<V, M extends { gone: boolean }>(
  view: V | undefined,
  target: M | undefined,
  compare: (view: V, target: M) => void,
): void {
  if (target === undefined || target.gone) same(view, undefined, 'pointer to nothing')
  else if (view === undefined) throw new Error('pointer leads nowhere')
  else compare(view, target)
}
