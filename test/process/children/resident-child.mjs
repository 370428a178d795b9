// Opens a store as told by its arguments and prints what was allowed for its pages.
import { readFileSync } from 'node:fs'
import { Store, u32 } from 'hotseg'

const [directory, resident] = process.argv.slice(2)
const store = await Store.open(directory, { schema: { edition: u32 }, resident, check: 'header' })
const lockedKb = Number(/^VmLck:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))[1])
const edition = store.current.edition
console.log(JSON.stringify({ residency: store.residency, memory: store.memory(), lockedKb, edition }))
await store.close()
