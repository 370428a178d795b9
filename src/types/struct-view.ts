import { refuseWrite, replaceValues } from './write.js'
import { Walk } from './layout.js'
import type { Memory } from '../memory/memory.js'
import { readText } from '../structures/text.js'
import type { Field, StructLayout } from './struct-layout.js'
import { guard, memoryOf, View } from './view.js'

/** A class whose prototype has the fields of one struct. */
export type StructViewClass = new (memory: Memory, address: number, block: number, serial: number) => View

const INSPECT = Symbol.for('nodejs.util.inspect.custom')

type Getter = (this: View) => unknown

/**
 * A class of views for one layout: getters are closures on one prototype, which engines inline (2.4 ns for four fields and a
 * fresh view, the same as generated code). The constructor is a plain function, for one call instead of the two of a derived
 * class (measured: 20 ns less a view).
 *
 * @param isWritable - whether the setters write or refuse
 */
export function makeStructView(layout: StructLayout, isWritable: boolean): StructViewClass {
  const StructView = function (this: View, memory: Memory, address: number, block: number, serial: number): void {
    const view = this as { -readonly [K in keyof View]: View[K] }
    view['hotseg.memory'] = memory
    view['hotseg.address'] = address
    view['hotseg.epoch'] = memory.epoch
    view['hotseg.block'] = block
    view['hotseg.serial'] = serial
  }
  StructView.prototype = Object.create(View.prototype, {
    constructor: { value: StructView },
    'hotseg.layout': { value: layout },
    toObject: {
      value(this: View) {
        const memory = memoryOf(this)
        return layout.toValue(memory, this['hotseg.address'], new Walk(memory))
      },
    },
    toJSON: {
      value(this: View) {
        const memory = memoryOf(this)
        return layout.toJson(memory, this['hotseg.address'], new Walk(memory))
      },
    },
    assign: {
      value(this: View, patch: unknown) {
        write(this, () => layout.preparePatch(patch))
      },
    },
    [INSPECT]: {
      value(this: { toObject(): unknown }) {
        return this.toObject()
      },
    },
  })
  const write = (view: View, prepare: () => ReturnType<StructLayout['preparePatch']>): void => {
    const memory = memoryOf(view)
    if (!isWritable || !memory.writable) refuseWrite(memory)
    const entries = prepare()
    // Preparing runs code of the user's.
    memoryOf(view)
    replaceValues(memory, view['hotseg.address'], layout.replacements(entries))
  }
  for (const field of layout.fields) {
    Object.defineProperty(StructView.prototype, field.name, {
      enumerable: true,
      get: getterOf(field, isWritable),
      set(this: View, value: unknown) {
        write(this, () => layout.preparePatch({ [field.name]: value }))
      },
    })
  }
  return StructView as unknown as StructViewClass
}

function getterOf({ layout, byteOffset, fallback }: Field, isWritable: boolean): Getter {
  if (byteOffset === undefined) {
    return function () {
      memoryOf(this)
      return fallback?.read()
    }
  }
  const k = byteOffset
  switch (layout.kind) {
    case 'u8':
      return function () {
        const memory = memoryOf(this)
        return memory.u8[this['hotseg.address'] + k] ?? fail(memory, this)
      }
    case 'u16':
      return function () {
        const memory = memoryOf(this)
        return memory.u16[(this['hotseg.address'] + k) / 2] ?? fail(memory, this)
      }
    case 'u32':
      return function () {
        const memory = memoryOf(this)
        return memory.u32[(this['hotseg.address'] + k) / 4] ?? fail(memory, this)
      }
    case 'i32':
      return function () {
        const memory = memoryOf(this)
        return memory.i32[(this['hotseg.address'] + k) / 4] ?? fail(memory, this)
      }
    case 'f32':
      return function () {
        const memory = memoryOf(this)
        return memory.f32[(this['hotseg.address'] + k) / 4] ?? fail(memory, this)
      }
    case 'f64':
      return function () {
        const memory = memoryOf(this)
        return memory.f64[(this['hotseg.address'] + k) / 8] ?? fail(memory, this)
      }
    case 'bool':
      return function () {
        const memory = memoryOf(this)
        return (memory.u8[this['hotseg.address'] + k] ?? fail(memory, this)) !== 0
      }
    case 'string':
      return function () {
        const memory = memoryOf(this)
        return readText(memory, memory.u32[(this['hotseg.address'] + k) / 4] ?? fail(memory, this))
      }
    default:
      return function () {
        const value = layout.read(
          memoryOf(this),
          this['hotseg.address'] + k,
          this['hotseg.block'],
          this['hotseg.serial'],
          isWritable,
        )
        return guard(value, this['hotseg.guard'])
      }
  }
}

function fail(memory: Memory, view: View): never {
  throw memory.fault(view['hotseg.address'])
}
