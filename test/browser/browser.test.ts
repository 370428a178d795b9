import { execFileSync } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, withPage } from '../../examples/browser/chromium.js'
import { Cities, find } from '../../examples/browser/page/cities.js'
import { buildSegment } from '../../examples/browser/segment.js'
import { serve, type Server, type Site } from '../../examples/browser/server.js'
import * as core from '../../src/core.js'
import { contentsOf, fill, typesOf } from '../everything/everything.mjs'
import { makeTemporaryDirectory } from '../process/harness.js'

const ROOT = join(import.meta.dirname, '../..')
const dist = process.env['HOTSEG_TEST_DIST'] ?? join(ROOT, 'dist')
const example = join(ROOT, 'examples/browser/page')

/** What `readEverything` of in-page.mjs gives. */
interface Read {
  readonly contents: string
  readonly hasBuffer: boolean
  readonly hasWrongName: boolean
}

const executable = findChromium()
if (executable === undefined) {
  console.warn(
    'skipped: no Chromium here for the tests in a browser. apt-get install chromium, or set HOTSEG_CHROMIUM.',
  )
}

// Needs Chromium, which is no part of the package and not on every machine.
describe.skipIf(executable === undefined)('in a browser', () => {
  let directory: string
  const types = typesOf(core)
  const segment = fill(core.Segment.inMemory({ capacity: '4 MiB' }), types)
  segment.seal()
  let cities: Uint8Array
  let server: Server

  beforeAll(async () => {
    directory = makeTemporaryDirectory()
    const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
    const project = join(example, 'tsconfig.build.json')
    execFileSync(process.execPath, [compiler, '-p', project, '--outDir', directory], { cwd: ROOT, timeout: 120_000 })
    cities = buildSegment()
    const site: Site = {
      '/': directory,
      '/hotseg/': dist,
      '/in-page/': import.meta.dirname,
      '/everything/': join(import.meta.dirname, '../everything'),
      '/index.html': fs.readFileSync(join(example, 'index.html')),
      '/cities.hotseg': cities,
      '/everything.hotseg': new Uint8Array(segment.toArrayBuffer()),
    }
    server = await serve(site)
  })

  afterAll(async () => {
    await server.close()
    fs.rmSync(directory, { recursive: true, force: true })
  })

  /** Opens the page and fails when it complains about anything. */
  async function withOpened<R>(use: (page: Page) => Promise<R>): Promise<R> {
    return await withPage(executable!, async (page) => {
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(String(error)))
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
      })
      await page.goto(server.url)
      await page.waitForSelector('body[data-shown]')
      const result = await use(page)
      expect(complaints).toEqual([])
      return result
    })
  }

  test('the same sealed segment reads the same as in Node, to the last byte of every answer', async () => {
    const read = await withOpened((page) =>
      page.evaluate<Read>(`import('/in-page/in-page.mjs').then((page) => page.readEverything())`),
    )
    expect(read.hasBuffer).toBe(false)
    expect(read.hasWrongName).toBe(false)
    expect(read.contents.length).toBeGreaterThan(10_000)
    expect(read.contents).toBe(contentsOf(segment, types))
  })

  test('a segment that is built there is read here', async () => {
    const base64 = await withOpened((page) =>
      page.evaluate<string>(`import('/in-page/in-page.mjs').then((page) => page.buildEverything())`),
    )
    const copy = core.Segment.fromBuffer(new Uint8Array(Buffer.from(base64, 'base64')))
    copy.verify()
    expect(contentsOf(copy, types)).toBe(contentsOf(segment, types))
  })

  test('the search page of the example finds what Node finds in the same bytes', async () => {
    const table = core.Segment.fromBuffer(cities).find('cities', Cities)!
    await withOpened(async (page) => {
      for (const text of ['Lon', 'são', 'zzzz']) {
        const { count, largest } = find(table, text, 10)
        await page.fill('#query:enabled', text)
        await page.waitForSelector(`body[data-shown=${JSON.stringify(text)}]`)
        const status = await page.textContent('#status')
        expect(status).toMatch(new RegExp(`^${count} cities that begin with “${text}”, found in [\\d.]+ ms`))
        const names = await page.locator('#results .name').allTextContents()
        expect(names).toEqual(largest.map(({ name }) => name))
        const populations = await page.locator('#results .population').allTextContents()
        expect(populations).toEqual(largest.map(({ population }) => population.toLocaleString('en')))
      }
    })
  })
})
