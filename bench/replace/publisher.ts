/** The process that makes each edition; it has the data in memory, whatever the system. */
import { constants, setPriority } from 'node:os'
import { WAYS } from './systems.js'

setPriority(constants.priority.PRIORITY_LOW)

const [name = '', place = ''] = process.argv.slice(2)
const writer = await WAYS[name]!.writer(place)

process.on('message', ({ edition }: { edition: number }) => {
  void writer.publish(edition).then(() => process.send?.({ type: 'published' }))
})
process.on('disconnect', () => process.exit())
process.send?.({ type: 'ready' })
