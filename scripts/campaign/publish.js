// Kills publishers and readers of a store at random moments and looks after each kill whether all is well. Prints its seed; the
// moments depend on the machine as well. The last line tells what was done; the status is 1 when anything was wrong.
//
//     npm run campaign:publish -- [--kills 1000] [--seed N] [--publishers 3] [--readers 4]
import { parseArgs } from 'node:util'
import { Campaign } from './campaign.js'
import { runPrivately } from './private-namespace.js'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
    publishers: { type: 'string', default: '3' },
    readers: { type: 'string', default: '4' },
  },
})
const options = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]))
for (const [name, value] of Object.entries(options)) {
  if (Number.isSafeInteger(value) && value >= (name === 'seed' ? 0 : 1)) continue
  console.error(`not a whole number: ${name}=${values[name]}`)
  process.exit(2)
}

// The same seed in the process that runs in namespaces of its own.
process.argv.push('--seed', String(options.seed))
process.exitCode = (await runPrivately()) ?? (await new Campaign(options).run())
