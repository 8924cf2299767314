/**
 * TypeScript examples in Markdown: found, and checked by the compiler as modules of their own that
 * import the public names. A block whose first line is its path, such as `// lib/billing.ts`, can be
 * imported by the other blocks of its page. Problems read `file:line message`, with the line in the
 * Markdown file.
 */
import { readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'

/** One fenced block. `line` is the Markdown line of its first code line, from 1. */
export type CodeBlock = {
  readonly file: string
  readonly line: number
  readonly language: 'ts' | 'tsx'
  readonly ignored: boolean
  readonly code: string
}

/** README, changelog and everything below docs/, from the repository root, where present. */
export function markdownFiles(root: string): readonly string[] {
  const top = readdirSync(root).filter((name) => /^(README|CHANGELOG)\.md$/.test(name))
  return [...top, ...markdownBelow(root, 'docs')]
}

/** The TypeScript blocks of a Markdown text: ```ts, ```typescript and ```tsx. */
export function codeBlocks(file: string, text: string): readonly CodeBlock[] {
  const fence =
    /^([ \t]*)(`{3,}|~{3,})[ \t]*(tsx?|typescript)\b([^\n]*)\n([\s\S]*?)^[ \t]*\2[ \t]*$/gm
  return [...text.matchAll(fence)].map((match) => {
    const [, indent = '', , language, attributes = '', code = ''] = match
    return {
      file,
      line: text.slice(0, match.index).split('\n').length + 1,
      language: language === 'tsx' ? 'tsx' : 'ts',
      ignored: attributes.trim() === 'ignore',
      code: indent === '' ? code : code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }
  })
}

/** Blocks marked `ts ignore` whose first line is not a comment that says why. */
export function ignoredWithoutReason(blocks: readonly CodeBlock[]): readonly string[] {
  return blocks
    .filter(({ ignored, code }) => ignored && !/^\s*\/\/ *\S/.test(code))
    .map(({ file, line }) => `${file}:${line} ignored without a reason comment in its first line`)
}

/** Type errors of all blocks that are not ignored, from one compilation with tsconfig.json. */
export function typeErrors(root: string, blocks: readonly CodeBlock[]): readonly string[] {
  const checked = new Map(
    blocks
      .filter(({ ignored }) => !ignored)
      .map((block, index) => [resolve(root, 'docs-check', placeFor(block, index)), block]),
  )
  const program = ts.createProgram({
    rootNames: [...checked.keys()],
    options: compilerOptions(root),
    host: hostWith(checked, compilerOptions(root)),
  })
  return [...checked].flatMap(([path, block]) => {
    const file = program.getSourceFile(path)
    const found = [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ]
    return found.map((problem) => `${placeOf(problem, block)} ${wordsOf(problem)}`)
  })
}

/** The path that the block says it has, or one that nobody imports. */
function placeFor({ file, language, code }: CodeBlock, index: number): string {
  const named = /^\/\/ (\S+\.tsx?)\n/.exec(code)?.[1]
  return named ? join(file, named) : `${index}.${language}`
}

function compilerOptions(root: string): ts.CompilerOptions {
  const path = join(root, 'tsconfig.json')
  const { config } = ts.readConfigFile(path, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  // An example may name something for the reader's sake and leave it there.
  const relaxed = { noUnusedLocals: false, noUnusedParameters: false }
  const inBrowsers = { jsx: ts.JsxEmit.ReactJSX, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'] }
  return { ...options, ...relaxed, ...inBrowsers }
}

/** A compiler host that also knows the blocks, as files that exist nowhere on disk. */
function hostWith(
  blocks: ReadonlyMap<string, CodeBlock>,
  options: ts.CompilerOptions,
): ts.CompilerHost {
  const disk = ts.createCompilerHost(options, true)
  const folders = new Set([...blocks.keys()].map(dirname))
  return {
    ...disk,
    directoryExists: (path) => folders.has(resolve(path)) || disk.directoryExists?.(path) === true,
    fileExists: (path) => blocks.has(resolve(path)) || disk.fileExists(path),
    readFile: (path) => blocks.get(resolve(path))?.code ?? disk.readFile(path),
    getSourceFile: (path, language, ...rest) => {
      const block = blocks.get(resolve(path))
      return block
        ? ts.createSourceFile(path, block.code, language, true)
        : disk.getSourceFile(path, language, ...rest)
    },
  }
}

function placeOf({ file, start = 0 }: ts.Diagnostic, block: CodeBlock): string {
  const offset = file?.getLineAndCharacterOfPosition(start).line ?? 0
  return `${block.file}:${block.line + offset}`
}

function wordsOf({ messageText }: ts.Diagnostic): string {
  return ts.flattenDiagnosticMessageText(messageText, ' ')
}

function markdownBelow(root: string, folder: string): readonly string[] {
  const path = join(root, folder)
  if (!ts.sys.directoryExists(path)) return []
  return ts.sys
    .readDirectory(path, ['.md'])
    .map((file) => relative(root, file))
    .sort()
}
