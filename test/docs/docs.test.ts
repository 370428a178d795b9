import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { anchorsOf, codeOf, commandsAndNamesOf, linksOf, page, pages, resolveLink, ROOT } from './markdown.js'

const all = pages()

describe.each(all)('$path', (current) => {
  test('its links lead somewhere', () => {
    const broken = linksOf(current).filter((link) => {
      const path = resolveLink(current, link)
      if (!existsSync(join(ROOT, path))) return true
      return link.anchor !== undefined && !anchorsOf(page(path)).has(link.anchor)
    })
    expect(broken).toEqual([])
  })

  test('the scripts and files it names exist', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
    const missing: string[] = []
    for (const text of commandsAndNamesOf(current)) {
      for (const [, name = ''] of text.matchAll(/\bnpm run ([\w:]+)/g)) if (!(name in scripts)) missing.push(text)
      for (const [path] of text.matchAll(/(?<![\w/.-])(src|test|docs|examples|bench|scripts|\.ci)\/[\w./-]*/g)) {
        if (!isGenerated(path) && !existsSync(join(ROOT, sourceOf(path)))) missing.push(text)
      }
    }
    expect(missing).toEqual([])
  })
})

// What a test is called: the first argument of `test`, of `test.skipIf(...)`, or of a function that makes tests.
const TITLE = /\b(?:describe|it|test)[\w.]*(?:\([^'"`\n]*\))?\(\s*(['"`])(.*?)(?<!\\)\1/g

const isGenerated = (path: string): boolean => path.startsWith('docs/api')

const sourceOf = (path: string): string => path.replace(/^examples\/build\/(.*)\.js$/, 'examples/$1.ts')

test('README has two set-up commands, and no others', () => {
  const commands = codeOf(page('README.md'), '').flatMap((block) => block.trim().split('\n'))
  expect(commands).toEqual(['npm ci && npm run demo', 'npm ci && npm test'])
})

test('the pages are linked from README, directly or through another', () => {
  const reached = new Set(['README.md'])
  for (const path of reached) {
    if (!path.endsWith('.md')) continue
    for (const link of linksOf(page(path))) reached.add(resolveLink(page(path), link))
  }
  expect(all.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([])
})

test('decisions are numbered without gaps and say status, context, decision and consequences', () => {
  const decisions = all.filter(({ path }) => /^docs\/decisions\/(?!README)/.test(path))
  for (const [index, { path, text }] of decisions.entries()) {
    expect(path).toMatch(new RegExp(`/${String(index + 1).padStart(4, '0')}-[a-z0-9-]+\\.md$`))
    expect(text.split('\n')[0]).toMatch(new RegExp(`^# ${index + 1}\\. \\w`))
    expect(text).toMatch(/^Status: (accepted|replaced by \[decision \d+\]\(.*\))$/m)
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
    expect(headings, path).toEqual(['Context', 'Decision', 'Consequences'])
  }
})

describe('features', () => {
  const features = page('docs/features.md')
  const rows = features.text
    .split('\n')
    .filter((line) => /^\| (?!feature |---)/.test(line))
    .map((line) => line.slice(2, -2).split(' | '))

  test('each is shown by a test that exists, or said not to be there yet, or left out for a reason', () => {
    const wrong = rows.filter(([, shown = '']) => {
      const links = linksOf({ path: features.path, text: shown })
      return links.length === 0
        ? shown !== 'not there yet' && !/^left out: .{20,}/.test(shown)
        : !links.every((link) => link.target.startsWith('../test/'))
    })
    expect(rows.length).toBeGreaterThan(100)
    expect(wrong).toEqual([])
  })

  test('each link names a test of the file it leads to', () => {
    for (const link of linksOf(features)) {
      if (!link.target.endsWith('.test.ts')) continue
      const source = readFileSync(join(ROOT, resolveLink(features, link)), 'utf8')
      const titles = [...source.matchAll(TITLE)].map(([, , title]) => title)
      expect(titles, link.target).toContain(link.title)
    }
  })
})
