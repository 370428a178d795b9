import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { HOTSEG, MAIN } from '../cli/command.js'
import { makeTemporaryDirectory } from '../process/harness.js'

const text = fs.readFileSync(join(import.meta.dirname, '../../docs/cli.md'), 'utf8')
const directory = makeTemporaryDirectory({ inMemory: true })
afterAll(() => {
  fs.rmSync(directory, { recursive: true, force: true })
})

/** What a line of output may be; `…` stands for anything. */
function patternOf(lines: readonly string[]): RegExp {
  const escaped = lines.map((line) => line.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/ *… */g, '[^]*'))
  return new RegExp(`^${escaped.join('\n')}$`)
}

test('the examples of the guide to the command give what they say', { timeout: 120_000 }, () => {
  let commands = 0
  for (const [, info = '', body = ''] of text.matchAll(/^```([^\n]+)\n([^]*?)^```$/gm)) {
    const [kind, file] = info.split(' ')
    if (file !== undefined) fs.writeFileSync(join(directory, file), body.replace(/from 'hotseg'/, `from '${HOTSEG}'`))
    if (kind !== 'console') continue
    for (const example of body.split(/^\$ hotseg /m).slice(1)) {
      const [command = '', ...lines] = example.trimEnd().split('\n')
      const { stdout, stderr } = spawnSync('sh', ['-c', `exec "$NODE" "$MAIN" ${command}`], {
        cwd: directory,
        encoding: 'utf8',
        timeout: 60_000,
        env: { ...process.env, NODE: process.execPath, MAIN },
      })
      const output = `${stdout}${stderr}`.trimEnd()
      expect(output, command).toMatch(patternOf(lines))
      commands++
    }
  }
  expect(commands).toBe(13)
})

test('every command is in the guide, and has an example in its help', () => {
  const help = spawnSync(process.execPath, [MAIN, '--help'], { encoding: 'utf8', timeout: 60_000 }).stdout
  const names = Array.from(help.matchAll(/^ {2}(\w+) .*<(?:path|directory)>/gm), ([, name]) => name!)
  expect(names.length).toBeGreaterThanOrEqual(9)
  for (const name of names) expect(text, name).toMatch(new RegExp(`^\\$ hotseg ${name} `, 'm'))
})
