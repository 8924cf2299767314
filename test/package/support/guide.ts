/** A quick start as its reader has it: the commands and files that are printed on the page. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { codeBlocks } from '../../support/code-blocks.ts'

/** One `curl` of the page; `status` is what its comment promises, or any of 2xx. */
export interface PrintedCall {
  readonly line: string
  readonly status: RegExp
}

export type Guide = ReturnType<typeof readGuide>

export function readGuide(page: string) {
  const text = readFileSync(fileURLToPath(new URL(`../../../${page}`, import.meta.url)), 'utf8')
  const under = (heading: string): string => {
    const [, section] = text.split(`\n## ${heading}\n`)
    if (section === undefined) throw new Error(`${page} has no heading «${heading}»`)
    return section.split('\n## ')[0] ?? ''
  }
  const commands = (heading: string): string => {
    const found = [...under(heading).matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block)
    if (found.length === 0) throw new Error(`${page} has no command below «${heading}»`)
    return found.join('\n').replaceAll('\\\n', ' ')
  }
  return {
    /** Everything to type below a heading, a command a line. */
    commands: (heading: string) =>
      commands(heading)
        .split('\n')
        .map((line) => line.replace(/ *#.*/, '').trim())
        .filter((line) => line !== ''),
    /** The calls below a heading, with the shell variables that are set before them. */
    calls(heading: string): readonly PrintedCall[] {
      const lines = commands(heading).split('\n')
      const settings = lines.filter((line) => /^\w+=/.test(line)).join('\n')
      return lines
        .filter((line) => line.startsWith('curl'))
        .map((line) => ({
          line: `${settings}\n${line}`,
          status: new RegExp(`^${/# (\d{3})/.exec(line)?.[1] ?? '2..'}$`),
        }))
    },
    /** The only TypeScript block below a heading. */
    file(heading: string): string {
      const [only, ...others] = codeBlocks(page, under(heading))
      if (!only || others.length > 0) throw new Error(`${page}: not one file below «${heading}»`)
      return only.code
    },
    /** Every block that says its path in its first line. */
    files(): readonly { readonly path: string; readonly code: string }[] {
      return codeBlocks(page, text).map(({ code, line }) => {
        const path = /^\/\/ (\S+)\n/.exec(code)?.[1]
        if (!path) throw new Error(`${page}:${line} does not say which file this is`)
        return { path, code }
      })
    },
  }
}
