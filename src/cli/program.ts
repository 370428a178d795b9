import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { HotsegError } from '../errors/errors.js'
import { inspect } from './inspect.js'
import type { Answer, Output } from './output.js'
import { verify } from './verify.js'

/** Exit status: all is well, the thing asked about is wrong, the command was. */
export type ExitStatus = 0 | 1 | 2

/** Runs the command line `args` (without node and script) and gives the exit status. */
export async function run(args: readonly string[], output: Output): Promise<ExitStatus> {
  let status: ExitStatus = 0
  const answer =
    (give: (path: string) => Answer) =>
    (path: string, { json = false }: { json?: boolean }) => {
      const { data, lines, isRight } = attemptAnswer(give, path)
      output.out(json ? JSON.stringify(data) : lines.join('\n'))
      if (!isRight) status = 1
    }
  const program = new Command('hotseg')
    .description('Looks at memory-mapped segments and the stores that hold their versions.')
    .version(packageVersion())
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.out(text.trimEnd()), writeErr: (text) => output.err(text) })
  program
    .command('inspect <path>')
    .description('what a segment file, or the current version of a store, holds')
    .option('--json', 'one line of JSON instead of text')
    .action(answer(inspect))
  program
    .command('verify <path>')
    .description('walk through a segment file, or all versions of a store, and report damage')
    .option('--json', 'one line of JSON instead of text')
    .action(answer((path) => verify(path, output)))
  // Options like exitOverride reach only commands made after them; these two came before their own.
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return status
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    throw error
  }
}

// A file that cannot be read is an answer, too.
function attemptAnswer(give: (path: string) => Answer, path: string): Answer {
  try {
    return give(path)
  } catch (error) {
    if (!(error instanceof HotsegError)) throw error
    const { code, message } = error
    return { data: { path, isRight: false, error: { code, message } }, lines: [`${code}: ${message}`], isRight: false }
  }
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
