import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { entries, importName } from '../entries.ts'
import {
  codeBlocks,
  ignoredWithoutReason,
  markdownFiles,
  typeErrors,
} from './support/code-blocks.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const blocks = markdownFiles(root).flatMap((file) =>
  codeBlocks(file, readFileSync(join(root, file), 'utf8')),
)

describe('documentation', () => {
  // One compilation of everything: long on a machine that has other work.
  it('type-checks every TypeScript example against the public names', { timeout: 120_000 }, () => {
    expect(typeErrors(root, blocks)).toEqual([])
  })

  it('gives a reason for every example it does not check', () => {
    expect(ignoredWithoutReason(blocks)).toEqual([])
  })
})

describe('the documentation check can fail', () => {
  const page = [
    '# Page',
    '```ts',
    'const a: number = 1',
    'const b: string = a',
    '```',
    '- in a list:',
    '  ```typescript',
    "  import { nothingOfThisName } from 'node:path'",
    '  ```',
    '```sh',
    'const no: number = "shell"',
    '```',
    '```ts ignore',
    'a + b',
    '```',
    '```ts ignore',
    '// pseudo code',
    'a + b',
    '```',
  ].join('\n')
  const found = codeBlocks('docs/page.md', page)

  it('finds TypeScript blocks and no others, with their lines', () => {
    expect(found.map(({ line, ignored }) => [line, ignored])).toEqual([
      [3, false],
      [8, false],
      [14, true],
      [17, true],
    ])
    expect(found[1]?.code).toBe("import { nothingOfThisName } from 'node:path'\n")
  })

  it('reports a type error with the line of the page', () => {
    expect(typeErrors(root, found)).toEqual([
      "docs/page.md:4 Type 'number' is not assignable to type 'string'.",
      expect.stringMatching(/^docs\/page\.md:8 .*nothingOfThisName/),
    ])
  })

  it('checks each block as a module of its own', () => {
    const alone = codeBlocks('a.md', '```ts\nconst a = 1\n```\n```ts\nconst b = a\n```\n')
    expect(typeErrors(root, alone)).toEqual(["a.md:5 Cannot find name 'a'."])
  })

  it('checks a block that names its file together with what imports it', () => {
    const text = [
      '```ts\n// lib/sum.ts\nexport const sum = 1\n```',
      "```tsx\n// app/page.tsx\nimport { sum } from '../lib/sum'\nconst text: string = sum\n```",
    ]
    expect(typeErrors(root, codeBlocks('a.md', text.join('\n')))).toEqual([
      "a.md:8 Type 'number' is not assignable to type 'string'.",
    ])
  })

  it('reports an ignored block that does not say why', () => {
    expect(ignoredWithoutReason(found)).toEqual([
      'docs/page.md:14 ignored without a reason comment in its first line',
    ])
  })

  it('reports a public name that does not exist', () => {
    const unknown = codeBlocks('a.md', "```ts\nimport { x } from 'billwright/unknown'\n```\n")
    expect(typeErrors(root, unknown)).toEqual([expect.stringContaining('billwright/unknown')])
  })

  it('resolves every public name to its source', () => {
    const imports = Object.keys(entries).map((entry) => `export * from '${importName(entry)}'\n`)
    const block = codeBlocks('a.md', `\`\`\`ts\n${imports.join('')}\`\`\`\n`)
    expect(block).toHaveLength(1)
    expect(typeErrors(root, block)).toEqual([])
  })
})
