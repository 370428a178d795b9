/**
 * A search page whose data is a sealed segment, fetched over HTTP and read in place by `hotseg/core`.
 *
 *     npm run build
 *     npx tsc -p examples/tsconfig.build.json
 *     npx tsc -p examples/browser/page/tsconfig.build.json
 *     node examples/build/browser/main.js [--port 8080]
 *
 * With `--screenshot FILE` it asks Chromium of the system instead (`apt-get install chromium`), types `--query`, writes what is
 * to be seen to FILE, and ends.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { findChromium, withPage } from './chromium.js'
import { buildSegment } from './segment.js'
import { serve } from './server.js'

const ROOT = join(import.meta.dirname, '../../..')

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    screenshot: { type: 'string' },
    query: { type: 'string', default: 'lon' },
  },
})

const server = await serve(
  {
    '/': join(import.meta.dirname, 'page/'),
    // TypeScript copies no HTML.
    '/index.html': readFileSync(join(ROOT, 'examples/browser/page/index.html')),
    '/hotseg/': join(ROOT, 'dist/'),
    '/cities.hotseg': buildSegment(),
  },
  Number(values.port),
)
console.log(server.url)

if (values.screenshot !== undefined) {
  const executable = findChromium()
  if (executable === undefined) throw new Error('no Chromium found: install it, or set HOTSEG_CHROMIUM to its path')
  const { screenshot: path, query } = values
  await withPage(executable, async (page) => {
    await page.goto(server.url)
    await page.fill('#query:enabled', query)
    await page.waitForSelector(`body[data-shown=${JSON.stringify(query)}]`)
    await page.screenshot({ path })
    console.log(await page.textContent('#status'))
  })
  await server.close()
}
