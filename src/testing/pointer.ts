import fc from 'fast-check'
import type { OffsetPtrType } from '../types/offset-ptr.js'
import type { Type } from '../types/type.js'
import type { WeakPtrType } from '../types/weak-ptr.js'
import { ValueModel, wrongs } from './scalars.js'
import { picks } from './scenario.js'
import { Lead, leadText } from './targets.js'
import type { Drawing, Miss } from './type-model.js'

/** `offsetPtr` and `weakPtr`, against a reference to an object that may be gone. */
export class OffsetPtrModel extends ValueModel<OffsetPtrType<Type> | WeakPtrType<Type>> {
  override readonly isOmissible = true

  override get target(): Type {
    return this.type.target
  }

  override zero(): undefined {
    return undefined
  }

  override draw({ hasLeads }: Drawing): fc.Arbitrary<unknown> {
    if (!hasLeads) return fc.constant(undefined)
    return fc.option(
      picks.map((pick) => new Lead(this.target, pick)),
      { nil: undefined },
    )
  }

  override drawWrong(): fc.Arbitrary<Miss> {
    return wrongs(null, 5, 'pointer', {}, Symbol('a'))
  }

  override plain(read: unknown): unknown {
    return read
  }

  override text(value: unknown): string {
    return leadText(value)
  }
}
