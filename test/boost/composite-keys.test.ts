/**
 * Boost.MultiIndex's example of composite keys: a file system whose entries are ordered by directory and name, and by directory and
 * size, and a shell that changes directories, lists and makes them. Also its tutorial's phone book.
 */
import { expect, test } from 'vitest'
import {
  bool,
  computed,
  multiIndex,
  offsetPtr,
  orderedNonUnique,
  orderedUnique,
  Segment,
  string,
  struct,
  u32,
} from 'hotseg'
import type { MultiIndex, ReadonlyView } from 'hotseg'

const Entry = struct({
  id: u32,
  name: string,
  size: u32,
  isDirectory: bool,
  get directory() {
    return offsetPtr(Entry)
  },
})
type EntryView = ReadonlyView<typeof Entry>

const ROOT = 0
// A pointer is no key; the number of what it leads to is.
const directory = computed('directory', 1, u32, (entry: { directory?: EntryView | undefined }) => entry.directory?.id ?? ROOT) // prettier-ignore
const Entries = multiIndex(Entry, {
  name: orderedUnique([directory, 'name']),
  size: orderedNonUnique([directory, 'size']),
})

type Tree = { readonly [name: string]: number | Tree }
const FILES: Tree = {
  'usr.cfg': 240,
  'memo.txt': 2430,
  dev: { tty0: 128, tty1: 128 },
  usr: { bin: { bjam: 172_032 } },
  home: {
    andy: { 'logo.jpg': 5345, 'foo.cpp': 890, 'foo.hpp': 93, 'foo.html': 750, 'a.obj': 12_302, '.bash_history': 8780 },
    rachel: { 'test.py': 650, 'todo.txt': 241, '.bash_history': 9510 },
  },
}

class Shell {
  readonly #entries: MultiIndex<typeof Entry, (typeof Entries)['indexes']>
  #current: EntryView | undefined
  #made = ROOT

  constructor(segment: Segment, files: Tree) {
    this.#entries = segment.construct('files', Entries)
    this.#fill(files, undefined)
  }

  #fill(files: Tree, directory: EntryView | undefined): void {
    for (const [name, inside] of Object.entries(files)) {
      const isDirectory = typeof inside !== 'number'
      const size = isDirectory ? 0 : inside
      const { row } = this.#entries.insert({ id: ++this.#made, name, size, isDirectory, directory })
      if (isDirectory) this.#fill(inside, row)
    }
  }

  run(command: string): string[] {
    const [name, option = ''] = command.split(' ')
    switch (name) {
      case 'cd':
        return this.#changeDirectory(option)
      case 'ls':
        if (option !== '' && option !== '-s') return ['incorrect parameter']
        return this.#list(option === '-s')
      case 'mkdir':
        return this.#makeDirectory(option)
      default:
        return ['invalid command']
    }
  }

  get #here(): number {
    return this.#current?.id ?? ROOT
  }

  #changeDirectory(name: string): string[] {
    if (name === '..') this.#current = this.#current?.directory
    if (name === '' || name === '.' || name === '..') return []
    const found = this.#entries.by.name.get([this.#here, name])
    if (found === undefined) return ['non-existent directory']
    if (!found.isDirectory) return [`${name} is not a directory`]
    this.#current = found
    return []
  }

  #list(bySize: boolean): string[] {
    const { by } = this.#entries
    const here = bySize ? by.size.equalRange([this.#here]) : by.name.equalRange([this.#here])
    return Array.from(here, ({ name, size, isDirectory }) => `${name}\t${size}${isDirectory ? '\t <dir>' : ''}`)
  }

  #makeDirectory(name: string): string[] {
    if (name === '') return ['missing parameter']
    if (name === '.' || name === '..') return ['incorrect parameter']
    const id = ++this.#made
    const { inserted } = this.#entries.insert({ id, name, size: 0, isDirectory: true, directory: this.#current })
    return inserted ? [] : ['directory already exists']
  }
}

test('a shell lists by name and by size, one directory at a time', () => {
  using segment = Segment.inMemory({ capacity: '1 MiB' })
  const shell = new Shell(segment, FILES)
  const shows = (command: string, lines: string[]): void => expect(shell.run(command), command).toEqual(lines)
  shows('ls', ['dev\t0\t <dir>', 'home\t0\t <dir>', 'memo.txt\t2430', 'usr\t0\t <dir>', 'usr.cfg\t240'])
  shows('ls -s', ['dev\t0\t <dir>', 'usr\t0\t <dir>', 'home\t0\t <dir>', 'usr.cfg\t240', 'memo.txt\t2430'])
  shows('ls -l', ['incorrect parameter'])
  shows('cd dev', [])
  shows('ls', ['tty0\t128', 'tty1\t128'])
  shows('ls -s', ['tty0\t128', 'tty1\t128'])
  shows('cd tty0', ['tty0 is not a directory'])
  shows('cd ..', [])
  shows('cd andy', ['non-existent directory'])
  for (const step of ['cd home', 'cd andy', 'cd .']) shows(step, [])
  const byName = [
    '.bash_history\t8780',
    'a.obj\t12302',
    'foo.cpp\t890',
    'foo.hpp\t93',
    'foo.html\t750',
    'logo.jpg\t5345',
  ]
  shows('ls', byName)
  shows('ls -s', [byName[3]!, byName[4]!, byName[2]!, byName[5]!, byName[0]!, byName[1]!])
  shows('mkdir', ['missing parameter'])
  shows('mkdir ..', ['incorrect parameter'])
  shows('mkdir src', [])
  shows('mkdir src', ['directory already exists'])
  shows('cd src', [])
  shows('ls', [])
  for (const step of ['cd ..', 'cd ..', 'cd ..', 'cd ..', 'mkdir src']) shows(step, [])
  shows('rm src', ['invalid command'])
  expect(shell.run('ls')).toContain('src\t0\t <dir>')
  segment.verify()
})

test('a phone book is searched by family name alone, or with the given name', () => {
  const Entry = struct({ family: string, given: string, number: string })
  const Phonebook = multiIndex(Entry, { name: orderedNonUnique(['family', 'given']) })
  using segment = Segment.inMemory({ capacity: '1 MiB' })
  const book = segment.construct('book', Phonebook, [
    { family: 'White', given: 'Judy', number: '3' },
    { family: 'Smith', given: 'John', number: '1' },
    { family: 'White', given: 'Dorothea', number: '2' },
    { family: 'Whitehead', given: 'Ann', number: '4' },
  ])
  expect(book.by.name.get(['White', 'Dorothea'])?.number).toBe('2')
  expect(Array.from(book.by.name.equalRange(['White']), ({ given }) => given)).toEqual(['Dorothea', 'Judy'])
  expect(Array.from(book.by.name.range({ prefix: ['White', 'J'] }), ({ number }) => number)).toEqual(['3'])
  expect(Array.from(book.by.name.range({ prefix: ['White'] }), ({ number }) => number)).toEqual(['2', '3', '4'])
})
