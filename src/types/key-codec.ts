import { GRANULE_BYTES, type Memory } from '../memory/memory.js'
import { KeyPolicy, type Key, type KeyPart, type PartKind, type PartValue } from '../structures/key-policy.js'
import { refuseKey } from './key-type.js'
import { refuseValue, Walk, type Layout, type ValuePath } from './layout.js'

/** What a layout of a scalar, string, bytes or enumeration adds, so that it can be a part of a key. */
export interface KeyLeaf {
  readonly partKind: PartKind
  /** Least and greatest value of an integer; absent for all else. */
  readonly min?: number | bigint | undefined
  readonly max?: number | bigint | undefined
  /** The part of a key in a prepared value. */
  toPart(prepared: unknown): PartValue
  /**
   * The part to look for.
   *
   * @returns `undefined` for a value of the right JavaScript type that no element can have
   * @throws InvalidValueError for a value of another type
   */
  lookup(value: unknown, path: ValuePath, depth: number): PartValue | undefined
  /** The part next to a bound that no element can have, and on which side of it the bound lies. */
  nearest(value: unknown, path: ValuePath, depth: number): { readonly part: PartValue; readonly side: -1 | 0 | 1 }
}

/** What a layout of a struct or array adds, so that it can be a key of several parts. */
export interface KeyBranch {
  /** Layouts and places of the fields or elements, in order. */
  keyMembers(): readonly KeyMember[]
  /** The value of each member. @throws InvalidValueError for a value that is not of the type */
  split(value: unknown, path: ValuePath, depth: number): readonly unknown[]
}

/** A field or an element. */
export interface KeyMember {
  readonly layout: Layout
  readonly byteOffset: number
  readonly name: string | number
}

/** Where to begin or end in an ordered container. */
export interface KeyBound {
  readonly key: Key
  readonly partCount: number
  readonly isPrefix: boolean
  /** On which side of the elements equal to `key` the bound lies; 0 when it is this key itself. */
  readonly side: -1 | 0 | 1
}

interface Leaf {
  readonly leaf: KeyLeaf
  readonly byteOffset: number
}

interface Component {
  readonly layout: Layout
  readonly byteOffset: number
  readonly leaves: readonly Leaf[]
  readonly isDescending: boolean
  /** The way from a prepared element to this component. */
  readonly steps: readonly number[]
}

/** A component of a key as an index names it. */
export interface KeyComponent {
  readonly layout: Layout
  readonly byteOffset: number
  readonly isDescending: boolean
  /** The way from a prepared element to the component's value: positions of fields. */
  readonly steps: readonly number[]
}

/** Between the keys that users write and those that structures compare. */
export class KeyCodec {
  readonly policy: KeyPolicy
  readonly #components: readonly Component[]
  /** Whether users write the key as a list of its components. */
  readonly #isList: boolean
  readonly #isText: boolean
  readonly #single: KeyLeaf | undefined
  readonly #min: number = 1
  readonly #max: number = 0

  /**
   * @param components - one value, or the list of values that users write; none for the key of no parts, `[]`
   * @throws InvalidOptionError when one of them cannot be a key
   */
  constructor(components: readonly KeyComponent[], isList: boolean) {
    this.#components = components.map(({ layout, byteOffset, isDescending, steps }) => {
      const leaves: Leaf[] = []
      collect(layout, byteOffset, leaves)
      return { layout, byteOffset, leaves, isDescending, steps }
    })
    this.#isList = isList
    const parts = this.#components.flatMap(({ leaves, isDescending }) =>
      leaves.map(({ leaf, byteOffset }): KeyPart => ({ kind: leaf.partKind, byteOffset, isDescending })),
    )
    if (parts.length === 0 && components.length > 0) refuseKey('array of length 0', 'key')
    this.policy = new KeyPolicy(parts)
    const [first] = this.#components
    const single = !isList && parts.length === 1 ? first!.leaves[0]!.leaf : undefined
    this.#single = single !== undefined && isLeaf(first!.layout) ? single : undefined
    this.#isText = this.#single !== undefined && this.policy.isText
    const { min, max } = this.#single ?? {}
    if (this.policy.isInteger && first!.layout.kind !== 'bool' && min !== undefined && max !== undefined) {
      this.#min = Number(min)
      this.#max = Number(max)
    }
  }

  /** The key to look for, `undefined` when no element can have it. @throws InvalidValueError for another type */
  toKey(value: unknown): Key | undefined {
    if (this.#isText && typeof value === 'string') return value
    // An integer in range; everything else takes the long way.
    if (typeof value === 'number' && value >= this.#min && value <= this.#max && Math.trunc(value) === value) {
      return value === 0 ? 0 : value
    }
    return this.#toKey(value)
  }

  #toKey(value: unknown): Key | undefined {
    const path: ValuePath = ['key']
    if (this.#single !== undefined) return this.#single.lookup(value, path, 1)
    const values = this.#valuesOf(value, path, this.#components.length)
    const key: PartValue[] = []
    for (let i = 0; i < this.#components.length; i++) {
      path[1] = i
      if (!lookup(this.#components[i]!.layout, values[i], path, this.#isList ? 2 : 1, key)) return undefined
    }
    return key.length === 1 ? key[0] : key
  }

  #valuesOf(value: unknown, path: ValuePath, least: number): readonly unknown[] {
    if (!this.#isList) return [value]
    if (!Array.isArray(value)) return refuseValue(path, 1, 'a list of the parts of the key', value)
    const values: readonly unknown[] = [...(value as readonly unknown[])]
    const count = this.#components.length
    if (values.length < least || values.length > count) {
      refuseValue(path, 1, least === count ? `a list of ${count} parts` : `a list of ${least} to ${count} parts`, value)
    }
    return values
  }

  /**
   * A bound for a search in order: a key, or leading parts of one.
   *
   * @param isPrefix - whether the last part is a string that continues
   */
  toBound(value: unknown, isPrefix: boolean): KeyBound {
    const path: ValuePath = ['key']
    const values = this.#valuesOf(value, path, 1)
    const key: PartValue[] = []
    for (let i = 0; i < values.length; i++) {
      path[1] = i
      const { layout, isDescending } = this.#components[i]!
      const side = approach(layout, values[i], path, this.#isList ? 2 : 1, key)
      if (side !== 0) {
        return { key, partCount: key.length, isPrefix: false, side: isDescending ? (side === 1 ? -1 : 1) : side }
      }
    }
    if (isPrefix && this.policy.parts[key.length - 1]!.kind !== 'string') {
      refuseValue(path, 1, 'a key whose last given part is a string', value)
    }
    return { key, partCount: key.length, isPrefix, side: 0 }
  }

  /** The key of the element at `offset`, as users write it. */
  valueAt(memory: Memory, offset: number): unknown {
    const walk = new Walk(memory)
    const values = this.#components.map(({ layout, byteOffset }) =>
      layout.toValue(memory, offset * GRANULE_BYTES + byteOffset, walk),
    )
    return this.#isList ? values : values[0]
  }

  /** Whether the keys of another codec are of the same types, so that a key of one can be looked up by the other. */
  isSame(other: KeyCodec): boolean {
    const [own, others] = [this.#components, other.#components]
    return (
      this.#isList === other.#isList &&
      own.length === others.length &&
      own.every(({ layout }, i) => layout.isSame(others[i]!.layout))
    )
  }

  /** The key of an element that is not written yet. */
  ofPrepared(element: unknown): Key {
    if (this.#single !== undefined) return this.#single.toPart(walk(element, this.#components[0]!.steps))
    const key: PartValue[] = []
    for (const { layout, steps } of this.#components) flatten(layout, walk(element, steps), key)
    return key.length === 1 ? key[0]! : key
  }
}

function walk(prepared: unknown, steps: readonly number[]): unknown {
  let value = prepared
  for (let i = 0; i < steps.length; i++) value = (value as readonly unknown[])[steps[i]!]
  return value
}

function isLeaf(layout: unknown): layout is KeyLeaf {
  return typeof layout === 'object' && layout !== null && 'partKind' in layout
}

function isBranch(layout: unknown): layout is KeyBranch {
  return typeof layout === 'object' && layout !== null && 'keyMembers' in layout
}

function collect(layout: Layout, byteOffset: number, leaves: Leaf[]): void {
  if (isLeaf(layout)) leaves.push({ leaf: layout, byteOffset })
  else if (isBranch(layout)) {
    for (const member of layout.keyMembers()) collect(member.layout, byteOffset + member.byteOffset, leaves)
  } else refuseKey(layout.kind, 'key')
}

function lookup(layout: Layout, value: unknown, path: ValuePath, depth: number, key: PartValue[]): boolean {
  if (isLeaf(layout)) {
    const part = layout.lookup(value, path, depth)
    if (part === undefined) return false
    key.push(part)
    return true
  }
  const branch = layout as unknown as KeyBranch
  const values = branch.split(value, path, depth)
  const members = branch.keyMembers()
  let isPossible = true
  for (let i = 0; i < members.length; i++) {
    path[depth] = members[i]!.name
    // All are looked at, so that a value of a wrong type is an error whatever stands before it.
    if (!lookup(members[i]!.layout, values[i], path, depth + 1, key)) isPossible = false
  }
  return isPossible
}

function approach(layout: Layout, value: unknown, path: ValuePath, depth: number, key: PartValue[]): -1 | 0 | 1 {
  if (isLeaf(layout)) {
    const { part, side } = layout.nearest(value, path, depth)
    key.push(part)
    return side
  }
  const branch = layout as unknown as KeyBranch
  const values = branch.split(value, path, depth)
  const members = branch.keyMembers()
  for (let i = 0; i < members.length; i++) {
    path[depth] = members[i]!.name
    const side = approach(members[i]!.layout, values[i], path, depth + 1, key)
    if (side !== 0) return side
  }
  return 0
}

function flatten(layout: Layout, prepared: unknown, key: PartValue[]): void {
  if (isLeaf(layout)) {
    key.push(layout.toPart(prepared))
    return
  }
  const members = (layout as unknown as KeyBranch).keyMembers()
  for (let i = 0; i < members.length; i++) flatten(members[i]!.layout, (prepared as readonly unknown[])[i], key)
}
