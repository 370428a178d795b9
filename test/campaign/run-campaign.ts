import { spawn } from 'node:child_process'
import { join } from 'node:path'

/** A campaign has a watchdog of its own; this ends one whose watchdog hangs. */
const LIMIT_MS = 240_000

/** Runs a script of scripts/campaign to its end, whatever its status. */
export async function runCampaign(
  script: string,
  args: readonly string[],
): Promise<{ readonly output: string; readonly lastLine: string }> {
  const path = join(import.meta.dirname, '../../scripts/campaign', script)
  const child = spawn(process.execPath, [path, ...args], { timeout: LIMIT_MS, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  await new Promise((resolve) => child.on('close', resolve))
  const output = Buffer.concat(chunks).toString()
  return { output, lastLine: output.trimEnd().split('\n').at(-1) ?? '' }
}
