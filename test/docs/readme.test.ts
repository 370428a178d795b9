import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { makeTemporaryDirectory } from '../process/harness.js'
import { codeOf, page, ROOT } from './markdown.js'

const LIMIT_MS = 120_000
const run = promisify(execFile)

// Below the package, so that a program finds it by its name; ignored by git.
mkdirSync(join(ROOT, 'examples/build'), { recursive: true })
const sources = mkdtempSync(join(ROOT, 'examples/build/readme-'))
const workplace = makeTemporaryDirectory()

afterAll(() => {
  for (const directory of [sources, workplace]) rmSync(directory, { recursive: true, force: true })
})

test.each([
  ['README.md', 4],
  ['examples/README.md', 2],
  ['docs/operating.md', 1],
])('the example of %s compiles, runs, and prints what its comments say', async (path, linesMin) => {
  const [code = '', ...others] = codeOf(page(path), 'ts')
  expect(others).toEqual([])
  const expected = [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, line]) => line)
  expect(expected.length).toBeGreaterThanOrEqual(linesMin)
  writeFileSync(join(sources, 'example.ts'), code)
  writeFileSync(
    join(sources, 'tsconfig.json'),
    JSON.stringify({
      extends: '../../tsconfig.build.json',
      compilerOptions: { rootDir: '.', outDir: '.' },
      include: ['example.ts'],
      exclude: [],
    }),
  )
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
  await run(process.execPath, [compiler, '-p', sources], { timeout: LIMIT_MS })
  const program = join(sources, 'example.js')
  const { stdout } = await run(process.execPath, [program], { cwd: workplace, timeout: LIMIT_MS })
  expect(stdout.trimEnd().split('\n')).toEqual(expected)
})
