import * as fs from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

/** A fault to plant: `text` of `file` becomes `replacement`, which `breaks` something that `tests` must catch. */
interface Fault {
  readonly name: string
  readonly file: string
  readonly text: string
  readonly replacement: string
  readonly breaks: string
  readonly tests: readonly string[]
}

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => fs.readFileSync(join(root, path), 'utf8')
const faults = JSON.parse(read('test/mutants/faults.json')) as Fault[]

// `npm run test:mutants` plants them; here they are only kept from rotting while the code changes.
describe('the list of faults', () => {
  test('has thirty and more, each under a name of its own', () => {
    expect(faults.length).toBeGreaterThanOrEqual(30)
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length)
  })

  test('reaches every layer that keeps data', () => {
    const layers = new Set(faults.map(({ file }) => file.split('/')[1]))
    const reached = [
      'heap',
      'memory',
      'structures',
      'types',
      'containers',
      'multi-index',
      'segment',
      'store',
      'mapping',
    ]
    expect([...layers]).toEqual(expect.arrayContaining(reached))
  })

  test.each(faults)('$name: can be planted', ({ file, text, replacement, breaks, tests }) => {
    expect(read(file).split(text).length - 1, `times that its text occurs in ${file}`).toBe(1)
    expect(replacement).not.toBe(text)
    expect(breaks).not.toBe('')
    expect(tests.length).toBeGreaterThan(0)
    for (const path of tests) expect(fs.existsSync(join(root, path)), path).toBe(true)
  })
})
