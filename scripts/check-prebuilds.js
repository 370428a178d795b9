// Refuses to publish without the addon for every platform that the documents name.
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']

const missing = PLATFORMS.filter(
  (platform) => !existsSync(join(import.meta.dirname, '..', 'prebuilds', platform, 'hotseg.node')),
)
if (missing.length > 0) {
  console.error(`hotseg: no addon for ${missing.join(', ')}. Releases are made by the workflow, which gathers them.`)
  process.exitCode = 1
}
