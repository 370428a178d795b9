/** Chromium of the system, without a window. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** Where Chromium is: what HOTSEG_CHROMIUM names, or one of the usual places; `undefined` when it is not installed. */
export function findChromium(): string | undefined {
  const named = process.env['HOTSEG_CHROMIUM']
  return [...(named === undefined ? [] : [named]), ...PLACES].find(existsSync)
}

/** Opens a page of its own, with a profile of its own, and closes it after `use`. */
export async function withPage<R>(executablePath: string, use: (page: Page) => Promise<R>): Promise<R> {
  const profile = mkdtempSync(join(tmpdir(), 'hotseg-chromium-'))
  try {
    const context = await chromium.launchPersistentContext(profile, {
      executablePath,
      headless: true,
      viewport: { width: 900, height: 700 },
      args: [
        ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
        ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ],
    })
    try {
      return await use(await context.newPage())
    } finally {
      await context.close()
    }
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
}
