import { InvalidArgumentError, Option, type Command } from 'commander'
import { diff, type DiffCommand } from './diff.js'
import { gc } from './gc.js'
import { inspect } from './inspect.js'
import type { Answer, Output } from './output.js'
import { publish, type PublishCommand } from './publish/publish.js'
import { FORMAT_NAMES } from './publish/table-input.js'
import { readers } from './readers.js'
import { pin, rollback, unpin, type SwitchCommand } from './switching.js'
import { verify } from './verify.js'
import { versions } from './versions.js'

/** Gives an answer as text or JSON; what goes wrong is one, too. */
export type Tell = (
  path: string,
  isJson: boolean,
  give: () => Answer | undefined | Promise<Answer | undefined>,
) => Promise<void>

interface Json {
  readonly json?: boolean
}

/** Adds all commands. */
export function addCommands(program: Command, output: Output, tell: Tell): void {
  const add = (usage: string, description: string, examples: readonly string[]): Command =>
    program
      .command(usage)
      .description(description)
      .option('--json', 'one line of JSON instead of text')
      .addHelpText('after', ['', 'Example:', ...examples.map((line) => `  ${line}`)].join('\n'))

  add('inspect <path>', 'what a segment file, or the current version of a store, holds', [
    'hotseg inspect /var/lib/words',
  ]).action((path: string, { json }: Json) => tell(path, json === true, () => inspect(path)))

  add('verify <path>', 'walk through a segment file, or all versions of a store, and report damage', [
    'hotseg verify /var/lib/words',
  ]).action((path: string, { json }: Json) => tell(path, json === true, () => verify(path, output)))

  add('versions <directory>', 'the versions of a store, which is current, and why', [
    'hotseg versions /var/lib/words',
  ]).action((path: string, { json }: Json) => tell(path, json === true, () => versions(path)))

  add('readers <directory>', 'who has a store open, and which versions they read and hold', [
    'hotseg readers /var/lib/words',
  ]).action((path: string, { json }: Json) => tell(path, json === true, () => readers(path)))

  addPublish(add, output, tell)

  const addSwitch = (name: string, description: string, example: string): Command =>
    add(name, description, [example])
      .argument('<directory>')
      .option('--reason <text>', 'why: kept in the store, and told to readers')
      .option('--timeout <ms>', 'how long to wait for another publisher (default: 30000)', wholeNumber)
  addSwitch(
    'rollback',
    'make an older version current: the one named, or the one before the current one',
    'hotseg rollback /var/lib/words --reason "half of the words are missing"',
  )
    .argument('[generation]', 'its number', generationNumber)
    .action((path: string, generation: number | undefined, options: SwitchCommand & Json) =>
      tell(path, options.json === true, () => rollback(path, generation, options)),
    )
  addSwitch(
    'pin',
    'make a version current and keep it so, whatever is published, until unpin',
    'hotseg pin /var/lib/words 41 --reason "42 is under examination"',
  )
    .argument('<generation>', 'its number', generationNumber)
    .action((path: string, generation: number, options: SwitchCommand & Json) =>
      tell(path, options.json === true, () => pin(path, generation, options)),
    )
  addSwitch('unpin', 'let the newest version be current again', 'hotseg unpin /var/lib/words').action(
    (path: string, options: SwitchCommand & Json) => tell(path, options.json === true, () => unpin(path, options)),
  )

  add('diff <directory>', 'what differs between two versions; with --json one line a change', [
    'hotseg diff /var/lib/words 41 42',
  ])
    .argument('<before>', 'number of the older version', generationNumber)
    .argument('<after>', 'number of the newer version', generationNumber)
    .option('--summary', 'only how many changes each table has')
    .option('--table <name...>', 'only these tables')
    .action((path: string, before: number, after: number, options: DiffCommand) =>
      tell(path, options.json === true, () => diff(path, before, after, options, output)),
    )

  add('gc <directory>', 'remove what nobody needs: what dead publishers and readers left, and refused versions', [
    'hotseg gc /var/lib/words',
  ]).action((path: string, { json }: Json) => tell(path, json === true, () => gc(path)))
}

function addPublish(
  add: (usage: string, description: string, examples: readonly string[]) => Command,
  output: Output,
  tell: Tell,
): void {
  add('publish <directory>', 'fill tables from files, and publish them as a version', [
    'hotseg publish /var/lib/words --create --schema schema.js words=words.csv',
    'zcat words.gz | hotseg publish /var/lib/words --schema schema.js --format ndjson words=-',
    'hotseg publish /var/lib/words --schema schema.js --derive words=changed.csv --delete words=gone.csv',
  ])
    .argument('[tables...]', 'TABLE=FILE, with - for standard input; tables without a file are left empty')
    .requiredOption('--schema <module>', 'a module that exports the types of the tables as `schema`, or by default')
    .addOption(new Option('--format <format>', 'of the files, instead of by their extensions').choices(FORMAT_NAMES))
    .option('--ignore-unknown', 'leave out columns and fields that the schema does not have')
    .option('--derive', 'start from the current version: a record takes the place of the one with its key')
    .option('--delete <table=file...>', 'with --derive, keys to delete')
    .option('--create', 'make the store if there is none')
    .option('--note <text>', 'a word on the version')
    .option('--retain <count>', 'versions to keep besides the current one (default: 1)', wholeNumber)
    .option(
      '--min-rows-ratio <ratio>',
      'refuse a version with fewer elements in a table, as a share of the current',
      share,
    )
    .option(
      '--max-rows-ratio <ratio>',
      'refuse a version with more elements in a table, as a share of the current',
      share,
    )
    .option(
      '--max-changed-share <ratio>',
      'refuse a version of which more differs in a table, as a share of the current',
      share,
    )
    .option('--keep-refused', 'keep the file of a version that was refused')
    .option('--capacity <size>', 'the most the version may grow to, such as "1 GiB"')
    .option('--mode <octal>', 'permissions of the files, such as 640', octal)
    .addOption(new Option('--durability <kind>', 'whether the version survives a power cut').choices(['disk', 'none']))
    .option('--timeout <ms>', 'how long to wait for another publisher (default: 30000)', wholeNumber)
    .action((path: string, files: readonly string[], options: PublishCommand & Json) =>
      tell(path, options.json === true, () => publish(path, files, options, output)),
    )
}

function generationNumber(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('The number of a version is needed.')
}

function wholeNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('A whole number is needed.')
}

function share(text: string): number {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text)
  throw new InvalidArgumentError('A number such as 0.9 is needed.')
}

function octal(text: string): number {
  if (/^0?[0-7]{3}$/.test(text)) return Number.parseInt(text, 8)
  throw new InvalidArgumentError('Three octal digits are needed, such as 640.')
}
