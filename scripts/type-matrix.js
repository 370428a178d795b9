/**
 * Compiles the tests of types against the declarations of the built package, with several versions of TypeScript, at
 * its strictest and without skipping declarations.
 *
 *     npm run test:types [-- 5.9 6.0 7.0]
 *
 * One line a version tells whether it found anything wrong; the exit status is 1 when one did.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const VERSIONS = ['5.9', '6.0', '7.0']
/** What declarations of the package may name. */
const NEEDED = ['@types', 'fast-check', 'pure-rand', 'undici-types']

const npm = process.env.npm_execpath ?? execFileSync('which', ['npm'], { encoding: 'utf8' }).trim()
const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8'))
const { paths: _paths, ...options } = { ...compilerOptions, skipLibCheck: false }
const given = process.argv.slice(2)
const directory = mkdtempSync(join(tmpdir(), 'hotseg-types-'))
process.on('exit', () => rmSync(directory, { recursive: true, force: true }))

for (const version of given.length > 0 ? given : VERSIONS) {
  const place = join(directory, version)
  mkdirSync(join(place, 'test'), { recursive: true })
  writeFileSync(join(place, 'package.json'), '{ "private": true, "type": "module" }')
  writeFileSync(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['test'] }))
  execFileSync(process.execPath, [npm, 'install', '--no-audit', '--no-fund', `typescript@${version}`], {
    cwd: place,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  for (const name of NEEDED) symlinkSync(join(ROOT, 'node_modules', name), join(place, 'node_modules', name))
  symlinkSync(ROOT, join(place, 'node_modules/hotseg'))
  for (const name of readdirSync(join(ROOT, 'test/types'))) {
    const source = readFileSync(join(ROOT, 'test/types', name), 'utf8')
    const asUser = source
      .replace(/'(?:\.\.\/)+src\/index\.js'/g, "'hotseg'")
      .replace(/'(?:\.\.\/)+src\/([\w-]+)\.js'/g, "'hotseg/$1'")
    writeFileSync(join(place, 'test', name), asUser)
  }
  const { status, stdout } = spawnSync(join(place, 'node_modules/.bin/tsc'), ['-p', place], { encoding: 'utf8' })
  console.log(`TypeScript ${version}: ${status === 0 ? 'nothing wrong' : 'wrong'}`)
  if (status === 0) continue
  process.exitCode = 1
  console.log(stdout)
}
