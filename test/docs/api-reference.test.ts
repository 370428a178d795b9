import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { test } from 'vitest'
import { ROOT } from './markdown.js'

const run = promisify(execFile)

test('the API reference is complete: nothing public without words, no link into nothing', async () => {
  // A warning is an error (typedoc.json), and makes the call fail with all that was printed.
  const typedoc = join(ROOT, 'node_modules/typedoc/bin/typedoc')
  await run(process.execPath, [typedoc, '--emit', 'none'], { cwd: ROOT, timeout: 120_000 })
})
