import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { modulesFrom } from './imports.js'

const dist = process.env['HOTSEG_TEST_DIST'] ?? join(import.meta.dirname, '../../dist')

test('the core entry and all it imports name no module but those of the package beside it', () => {
  const modules = modulesFrom(join(dist, 'core.js'))
  expect(modules.length).toBeGreaterThan(20)
  const foreign = modules.flatMap(({ path, imports }) =>
    imports.filter((name) => !name.startsWith('.')).map((name) => `${path} imports ${name}`),
  )
  expect(foreign).toEqual([])
})

test('the main entry imports node: modules, so that the walk above would see them', () => {
  const names = modulesFrom(join(dist, 'index.js')).flatMap(({ imports }) => imports)
  expect(names).toContain('node:fs')
})

test('without anything of Node, the core builds and reads a segment with everything in it', () => {
  const script = join(import.meta.dirname, 'bare-context.mjs')
  const output = execFileSync(
    process.execPath,
    ['--experimental-vm-modules', '--no-warnings', script, join(dist, 'core.js')],
    { encoding: 'utf8', timeout: 120_000 },
  )
  const { bare, inNode, methods } = JSON.parse(output) as { bare: string; inNode: string; methods: string[] }
  expect(bare).toMatch(/^[0-9a-f]{64}$/)
  expect(bare).toBe(inNode)
  // What a method of a symbol that is not there would be called.
  expect(methods).toContain('close')
  expect(methods).not.toContain('undefined')
})
