/**
 * A part of a page that is made from the code, between two markers: written by its script, compared
 * with `--check`, and compared once more by its test.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface PageBlock {
  /** The page, from the repository root. */
  readonly page: string
  readonly name: string
  readonly make: () => string
}

/** A page's text as it stands. */
export function readPage({ page }: PageBlock): string {
  return readFileSync(pathOf(page), 'utf8')
}

/** The text with the block between its markers replaced. */
export function withBlock(text: string, { name, page, make }: PageBlock): string {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`]
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`${page} has no ${begin}`)
  return `${before}${begin}\n\n${make()}\n\n${end}${after}`
}

/** What a script does when it is run, and not imported. */
export function runScript(url: string, block: PageBlock): void {
  if (process.argv[1] !== fileURLToPath(url)) return
  const text = readPage(block)
  const wanted = withBlock(text, block)
  if (!process.argv.includes('--check')) writeFileSync(pathOf(block.page), wanted)
  else if (text !== wanted) {
    console.error(`${block.page} is out of date: the block «${block.name}»`)
    process.exitCode = 1
  }
}

function pathOf(page: string): string {
  return fileURLToPath(new URL(`../${page}`, import.meta.url))
}
