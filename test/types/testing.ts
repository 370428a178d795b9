/* eslint-disable @typescript-eslint/no-unused-vars, @typescript-eslint/no-unnecessary-type-parameters -- nothing here runs: names exist to be inferred and compared */
/** What TypeScript infers of the kit that tests types, compiled by `tsc --noEmit`: a wrong inference is a compile error. */
import fc from 'fast-check'
import { hashedUnique, hashMap, multiIndex, optional, string, struct, u32, vector, withDefault } from 'hotseg'
import type { Infer, Input } from 'hotseg'
import { arbitrary, checkModel, difference, equalsValue, invalid, modelCommands, modelSetup } from 'hotseg/testing'
import type { Difference, ModelCommand, ModelReport, ModelRun, ModelState, NearMiss } from 'hotseg/testing'

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
function same<A, B>(..._equal: Same<A, B> extends true ? [] : ['types differ']): void {
  // Only the compiler looks at it.
}

const City = struct({ id: u32, name: withDefault(string, ''), note: optional(string), words: vector(string) })
const Cities = multiIndex(City, { id: hashedUnique('id') })

const cities = arbitrary(Cities)
same<typeof cities, fc.Arbitrary<{ id: number; name: string; words: string[]; note?: string | undefined }[]>>()
same<typeof cities, fc.Arbitrary<Infer<typeof Cities>>>()
const inputs = arbitrary(City, { inputs: true })
same<typeof inputs, fc.Arbitrary<Input<typeof City>>>()
const maps = arbitrary(hashMap(string, u32), { depth: 1 })
same<typeof maps, fc.Arbitrary<Map<string, number>>>()
const misses = invalid(Cities)
same<typeof misses, fc.Arbitrary<NearMiss>>()
const commands = modelCommands(Cities, { keys: 5 })
same<typeof commands, fc.Arbitrary<ModelCommand>[]>()
const setup = modelSetup(Cities, { seed: 1, directory: undefined })
same<ReturnType<typeof setup>, { model: ModelState; real: ModelRun }>()
fc.modelRun(setup, fc.sample(fc.commands(commands), 1)[0] ?? [])
const report = checkModel(Cities, { runs: 1, seed: 1, path: undefined })
same<typeof report, ModelReport>()
const found = difference(1, 2)
same<typeof found, Difference | undefined>()
const equal = equalsValue(1, 1)
same<typeof equal, boolean>()

// @ts-expect-error -- not a type
arbitrary('u32')
// @ts-expect-error -- no such option
checkModel(Cities, { run: 5 })
// @ts-expect-error -- a path alone repeats nothing, and is a string
checkModel(Cities, { path: 5 })
