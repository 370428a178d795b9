import { InvalidOptionError } from '../errors/errors.js'
import { quote, requireType } from '../types/make-type.js'
import type { Kind, Type } from '../types/type.js'
import { ArrayModel } from './array.js'
import { ListModel } from './list.js'
import { MapModel } from './maps.js'
import { MultiModel } from './multi.js'
import { MultiIndexModel } from './multi-index.js'
import { OptionalModel, WithDefaultModel } from './optional.js'
import { SharedPtrModel, UniquePtrModel } from './owning-pointer.js'
import { OffsetPtrModel } from './pointer.js'
import { BigIntModel, BoolModel, FloatModel, IntegerModel } from './scalars.js'
import { SetModel } from './sets.js'
import { StructModel } from './struct.js'
import { BytesModel, EnumerationModel, StringModel } from './text.js'
import type { TypeModel } from './type-model.js'
import { VariantModel } from './variant.js'
import { VectorModel } from './vector.js'

/** A class of models; what it asks of its type is given by the kind it stands for. */
type ModelClass = new (type: never, models: typeof modelOf) => TypeModel

/** Kind by kind what values are like and how objects behave. The one place where all kinds are named. */
const MODELS: Readonly<Record<Kind, ModelClass>> = {
  bool: BoolModel,
  u8: IntegerModel,
  i8: IntegerModel,
  u16: IntegerModel,
  i16: IntegerModel,
  u32: IntegerModel,
  i32: IntegerModel,
  u64: BigIntModel,
  i64: BigIntModel,
  f32: FloatModel,
  f64: FloatModel,
  string: StringModel,
  bytes: BytesModel,
  enumeration: EnumerationModel,
  struct: StructModel,
  array: ArrayModel,
  optional: OptionalModel,
  withDefault: WithDefaultModel,
  variant: VariantModel,
  vector: VectorModel,
  deque: VectorModel,
  list: ListModel,
  hashMap: MapModel,
  orderedMap: MapModel,
  hashSet: SetModel,
  orderedSet: SetModel,
  flatMap: MapModel,
  flatSet: SetModel,
  hashMultimap: MultiModel,
  orderedMultimap: MultiModel,
  hashMultiset: MultiModel,
  orderedMultiset: MultiModel,
  offsetPtr: OffsetPtrModel,
  weakPtr: OffsetPtrModel,
  sharedPtr: SharedPtrModel,
  uniquePtr: UniquePtrModel,
  multiIndex: MultiIndexModel,
}

const known = new WeakMap<Type, TypeModel>()

/** The model of a type, the same each time. @throws InvalidOptionError when it is none */
export function modelOf(type: Type): TypeModel {
  const made = known.get(type)
  if (made !== undefined) return made
  requireType(type, 'type')
  if (!Object.hasOwn(MODELS, type.kind))
    throw new InvalidOptionError(`hotseg/testing knows no model of this kind: kind=${quote(type.kind)}.`, {
      actual: type.kind,
    })
  const model = new MODELS[type.kind](type as never, modelOf)
  known.set(type, model)
  return model
}
