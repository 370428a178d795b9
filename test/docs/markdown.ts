import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'

export const ROOT = join(import.meta.dirname, '../..')

/** A page of the documentation. */
export interface Page {
  /** Relative to the repository. */
  readonly path: string
  readonly text: string
}

/** All pages that are written by hand. */
export function pages(): Page[] {
  const inDocs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !path.startsWith('api'))
    .map((path) => join('docs', path))
  return ['README.md', 'CHANGELOG.md', 'examples/README.md', ...inDocs.sort()].map((path) => ({
    path,
    text: readFileSync(join(ROOT, path), 'utf8'),
  }))
}

/** One page. */
export function page(path: string): Page {
  return { path, text: readFileSync(join(ROOT, path), 'utf8') }
}

/** A link to a place in the repository. */
export interface Link {
  /** Relative to the page; empty for one within the page. */
  readonly target: string
  readonly anchor: string | undefined
  /** What stands in quotes after the target. */
  readonly title: string | undefined
}

/** Its links, but for those to the web. */
export function linksOf({ text }: Page): Link[] {
  return [...text.matchAll(/\]\(([^)\s#]*)(?:#([^)\s]*))?(?:\s+"([^"]*)")?\)/g)]
    .map(([, target = '', anchor, title]) => ({ target, anchor, title }))
    .filter(({ target }) => !/^https?:/.test(target))
}

/** The anchors its headings have. */
export function anchorsOf({ text }: Page): Set<string> {
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

/** Its blocks of code in a language. */
export function codeOf({ text }: Page, language: string): string[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , code = '']) => code)
}

/** What stands in backticks or in blocks of commands. */
export function commandsAndNamesOf(page: Page): string[] {
  const outside = page.text.replace(/^```[\s\S]*?^```$/gm, '')
  const names = [...outside.matchAll(/`([^`\n]+)`/g)].map(([, name = '']) => name)
  const commands = codeOf(page, '').flatMap((block) => block.split('\n'))
  return [...names, ...commands]
}

/** Where a link of a page leads, relative to the repository. */
export function resolveLink(from: Page, { target }: Link): string {
  return target === '' ? from.path : relative(ROOT, join(ROOT, from.path, '..', target))
}
