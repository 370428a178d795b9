/**
 * The entry `hotseg/testing`, for Node: property tests of types of your own, by fast-check, which is to be installed beside.
 */
export { arbitrary } from './testing/arbitrary.js'
export type { ArbitraryOptions } from './testing/arbitrary.js'
export { invalid } from './testing/invalid.js'
export type { NearMiss } from './testing/invalid.js'
export { ModelCommand, modelCommands, modelSetup } from './testing/commands.js'
export type { ModelOptions, ModelRun, ModelSetupOptions, ModelState } from './testing/commands.js'
export type { AnyCommand } from './testing/scenario.js'
export { checkModel } from './testing/check-model.js'
export type { CheckModelOptions, ModelReport } from './testing/check-model.js'
export { difference, equalsValue } from './testing/difference.js'
export type { Difference } from './testing/difference.js'
export { matchers } from './testing/matchers.js'
export type { MatcherResult } from './testing/matchers.js'
