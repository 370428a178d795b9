import { StaleViewError } from '../errors/errors.js'
import { Memory } from '../memory/memory.js'
import { Position, type View } from './view.js'

/** Where lent views stand when they are over: every use of one there is an error that says so. */
class Over extends Memory {
  constructor() {
    super(new ArrayBuffer(0), 0, 0, false)
    this.close()
  }

  override fault(): StaleViewError {
    return new StaleViewError(
      'view is over: forEach lends one view to all its calls. Take its toObject(), or iterate with for of to keep views.',
    )
  }
}

let over: Over | undefined

/** Puts a view of a segment that is written on another element of the same type. */
export function putView(view: View, at: Position): void {
  ;(view as { 'hotseg.at': Position })['hotseg.at'] = at
}

/** Ends a lent view, so that one that was kept shows nothing. */
export function endView(view: View): void {
  over ??= new Over()
  const sealed = view as unknown as { 'hotseg.memory'?: Memory }
  if (sealed['hotseg.memory'] === undefined) putView(view, new Position(over, 0, 0, 0))
  else sealed['hotseg.memory'] = over
}
