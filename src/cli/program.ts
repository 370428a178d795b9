import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { HotsegError } from '../errors/errors.js'
import { addCommands } from './commands.js'
import { UsageError, type Answer, type Output } from './output.js'

/** Exit status: all is well, the thing asked about is wrong, the command was. */
export type ExitStatus = 0 | 1 | 2

/** Runs the command line `args` (without node and script) and gives the exit status. */
export async function run(args: readonly string[], output: Output): Promise<ExitStatus> {
  let status: ExitStatus = 0
  const program = new Command('hotseg')
    .description('Publishes, looks at and keeps versions of memory-mapped segments.')
    .version(packageVersion())
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.out(text.trimEnd()), writeErr: (text) => output.err(text) })
  addCommands(program, output, async (path, isJson, give) => {
    const answer = await attemptAnswer(path, give)
    if (answer === undefined) return
    output.out(isJson ? JSON.stringify(answer.data) : answer.lines.join('\n'))
    if (!answer.isRight) status = 1
  })
  // Options like exitOverride reach only commands made after them; these came before their own.
  for (const command of program.commands) command.exitOverride().copyInheritedSettings(program)
  try {
    await program.parseAsync([...args], { from: 'user' })
    return status
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof UsageError)) throw error
    output.err(`error: ${error.message}\n`)
    return 2
  }
}

function reasonOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof HotsegError) return error
  if (error instanceof Error && error.name === 'AbortError') return INTERRUPTED
  throw error
}

const INTERRUPTED = { code: 'ABORT_ERR', message: 'interrupted. Nothing was published.' }

// A file that cannot be read is an answer, too.
async function attemptAnswer(
  path: string,
  give: () => Answer | undefined | Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  try {
    return await give()
  } catch (error) {
    const { code, message } = reasonOf(error)
    return { data: { path, isRight: false, error: { code, message } }, lines: [`${code}: ${message}`], isRight: false }
  }
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}
