import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, test } from 'vitest'
import { codeOf, page, ROOT } from './markdown.js'

/** Runs a program that imports the built package by its name, as a user's does; `npm test` builds it first. */
function linesOf(program: string): string[] {
  const { outputText } = ts.transpileModule(program, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  })
  mkdirSync(join(ROOT, 'examples/build'), { recursive: true })
  const directory = mkdtempSync(join(ROOT, 'examples/build/testing-'))
  try {
    const file = join(directory, 'program.mjs')
    writeFileSync(file, outputText)
    return execFileSync(process.execPath, [file], { cwd: ROOT, encoding: 'utf8' }).trimEnd().split('\n')
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

test('the programs of the guide to testing run, and print what they should', () => {
  const programs = codeOf(page('docs/testing.md'), 'ts')
  expect(programs.map(linesOf)).toEqual([['50 true'], ['["to"].count', 'string'], ['done']])
})
