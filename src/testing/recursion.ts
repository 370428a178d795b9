/** Types that contain themselves: values of them must end somewhere. */
import type { Drawing, TypeModel } from './type-model.js'

const known = new WeakMap<TypeModel, boolean>()

/** Whether values of a type may hold values of the same type. */
function isRecursive(model: TypeModel): boolean {
  let found = known.get(model)
  if (found === undefined) {
    found = holds(model, model)
    known.set(model, found)
  }
  return found
}

function holds(whole: TypeModel, wanted: TypeModel, met = new Set<TypeModel>()): boolean {
  return whole.parts.some((part) => {
    if (part === wanted) return true
    const before = met.size
    return met.add(part).size > before && holds(part, wanted, met)
  })
}

/** How what is inside values of a type is to be drawn; `undefined` when there may be nothing inside any more. */
export function drawingInside(model: TypeModel, drawing: Drawing): Drawing | undefined {
  if (!isRecursive(model)) return drawing
  return drawing.depth === 0 ? undefined : { ...drawing, depth: drawing.depth - 1 }
}

/** Remembers what was drawn how: many members of many types that refer to each other would be a tree of all their ways. */
export class Remembered<T> {
  private readonly made = new Map<string, T>()

  /** What `make` gave for such a drawing, the first time. */
  of(drawing: Drawing, make: (drawing: Drawing) => T): T {
    const name = `${drawing.depth} ${drawing.isPlain} ${drawing.hasLeads}`
    if (!this.made.has(name)) this.made.set(name, make(drawing))
    return this.made.get(name)!
  }
}
