import { errorOf, same, throwsError } from './check.js'
import type { TypeModel } from './type-model.js'
import { isView } from './views.js'

/**
 * What a view must show: the value of its element while that is there; nothing but StaleViewError once it is gone; either of
 * the two when it may have moved; anything of its type when nobody knows.
 */
export type Fate =
  | { readonly state: 'there'; readonly value: unknown }
  | { readonly state: 'perhaps moved'; readonly value: unknown }
  | { readonly state: 'gone' }
  | { readonly state: 'unknown' }

interface Held {
  readonly model: TypeModel
  readonly view: { toObject(): unknown }
  readonly fate: () => Fate
}

const HELD_MAX = 4

/** Views kept while their container changes. A view may go stale, but never shows another element. */
export class HeldViews {
  private held: Held[] = []

  /** Keeps a view; values that are no views are ignored. @param fate - what has become of the element, asked at each check */
  hold(model: TypeModel, view: unknown, fate: () => Fate): void {
    // What a pointer leads to is not of this element.
    if (!isView(view) || model.plain(view) === view) return
    this.held.push({ model, view, fate })
    if (this.held.length > HELD_MAX) this.held.shift()
  }

  /** Looks through all views. */
  check(): void {
    for (const { model, view, fate } of this.held) {
      const given = fate()
      // An optional that is empty now has lost its element.
      const now: Fate = 'value' in given && given.value === undefined ? { state: 'gone' } : given
      const error = errorOf(() => view.toObject())
      if (now.state === 'gone' || (now.state !== 'there' && error !== undefined)) {
        throwsError('StaleViewError', () => view.toObject(), `view of an element that is ${now.state}`)
        continue
      }
      const shown = model.text(view.toObject())
      if (now.state !== 'unknown') same(shown, model.text(now.value), 'held view')
    }
  }

  /** Checks that every view says its segment is closed, and lets go of them. */
  closed(): void {
    for (const { view } of this.held) throwsError('ClosedError', () => view.toObject(), 'view of a closed segment')
    this.held = []
  }
}
