// Runs the core in a context with none of Node's globals: no process, no Buffer, no require, no import of what is not beside it.
// What it does there must be what it does in Node.
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname, resolve } from 'node:path'
import { createContext, SourceTextModule } from 'node:vm'

const [entry] = process.argv.slice(2)
const everything = resolve(import.meta.dirname, '../everything/everything.mjs')

// What every browser has besides JavaScript itself, as far as the core may need it.
const context = createContext({ crypto: globalThis.crypto, TextEncoder, btoa })
const modules = new Map()

function load(path) {
  let module = modules.get(path)
  if (module === undefined) {
    // As in browsers without `using`; what the engine has cannot be taken away.
    const source = fs.readFileSync(path, 'utf8').replaceAll(/\bSymbol\.dispose\b(?!')/g, 'Symbol.absent')
    module = new SourceTextModule(source, { identifier: path, context })
    modules.set(path, module)
  }
  return module
}

async function evaluate(path) {
  const module = load(path)
  await module.link((name, { identifier }) => {
    if (!name.startsWith('.')) throw new Error(`${identifier} imports ${name}`)
    return load(resolve(dirname(identifier), name))
  })
  await module.evaluate()
  return module.namespace
}

function hashOf(core, { typesOf, fill, contentsOf }) {
  const types = typesOf(core)
  const segment = fill(core.Segment.inMemory({ capacity: '4 MiB' }), types)
  segment.seal()
  const copy = core.Segment.fromBuffer(segment.toArrayBuffer())
  copy.verify()
  const hash = createHash('sha256').update(contentsOf(copy, types)).digest('hex')
  copy.close()
  segment.close()
  return hash
}

const core = await evaluate(entry)
const bare = hashOf(core, await evaluate(everything))
const methods = Object.getOwnPropertyNames(core.Segment.prototype)
const inNode = hashOf(await import(entry), await import(everything))
process.stdout.write(JSON.stringify({ bare, inNode, methods }))
