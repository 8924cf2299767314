import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { entries, importName } from '../entries.ts'
import {
  adapterImportsOutside,
  contractsReachShell,
  coreImportsOutside,
  importCycles,
  libraryImportsAdapters,
  longFiles,
  namesNotKebabCase,
} from './support/architecture.ts'
import { impurities, unwantedSyntax } from './support/language.ts'
import { importsOf, readSources, type Sources } from './support/syntax.ts'
import { vendors } from './support/vendors.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const core = readSources(root, ['src/core'])
const shipped = readSources(root, ['src', 'adapters'])
const everything = readSources(root, ['src', 'adapters', 'test', 'bench'])

/** Where Node is imported, and what of it; an edge runtime loads everything else. */
const NODE_IMPORTS = [
  'adapters/command-line node:path',
  'adapters/command-line node:url',
  'adapters/command-line node:util',
  'adapters/servers/node node:http',
  'src/testing/emulator node:http',
]

const folderOf = (path: string) => path.split('/').slice(0, -1).slice(0, 3).join('/')

describe('layers', () => {
  it('finds the files it judges', () => {
    expect(core.size).toBeGreaterThan(0)
    expect(shipped.size).toBeGreaterThanOrEqual(core.size)
  })

  it('keeps the core free of everything but itself, zod and date-fns', () => {
    expect(coreImportsOutside(shipped)).toEqual([])
  })

  it('keeps adapters out of the library', () => {
    expect(libraryImportsAdapters(shipped)).toEqual([])
  })

  it('lets an adapter import only billwright, its own folder and its own vendor', () => {
    expect(adapterImportsOutside(shipped, vendors)).toEqual([])
  })

  it('keeps the contracts free of the runtime and of HTTP', () => {
    expect(contractsReachShell(shipped)).toEqual([])
  })

  it('F-08 keeps Node out of everything but its server shim, the command line and what an emulator listens with', () => {
    const nodes = [...shipped].flatMap(([path, text]) =>
      importsOf(path, text)
        .filter(({ target }) => target.startsWith('node:'))
        .map(({ target }) => `${folderOf(path)} ${target}`),
    )
    expect([...new Set(nodes)].sort()).toEqual(NODE_IMPORTS)
  })

  it('has no import cycles, type imports included', () => {
    expect(importCycles(shipped)).toEqual([])
  })
})

describe('language', () => {
  it('keeps the core pure: no clock, no randomness, no waiting, no I/O', () => {
    expect(impurities(core)).toEqual([])
  })

  it('has no default exports, no enums and no any', () => {
    expect(unwantedSyntax(everything)).toEqual([])
  })

  it('keeps every file within 400 lines', () => {
    expect(longFiles(shipped, 400)).toEqual([])
  })

  it('names files and folders in kebab-case', () => {
    expect(namesNotKebabCase(everything)).toEqual([])
  })
})

describe('public entries', () => {
  const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
  const config = ts.parseConfigFileTextToJson(
    'tsconfig.json',
    readFileSync(`${root}tsconfig.json`, 'utf8'),
  ).config

  it('declares in package.json exactly the entries that are built', () => {
    const declared = Object.entries(entries).map(([entry]) => [
      importName(entry).replace('billwright', '.'),
      { types: `./dist/${entry}.d.ts`, default: `./dist/${entry}.js` },
    ])
    const expected = { ...Object.fromEntries(declared), './package.json': './package.json' }
    expect(manifest.exports).toEqual(expected)
  })

  it('resolves the public names to the source while developing', () => {
    const paths = Object.entries(entries).map(([entry, file]) => [importName(entry), [`./${file}`]])
    expect(config.compilerOptions.paths).toEqual(Object.fromEntries(paths))
  })
})

describe('the rules can fail', () => {
  const sample = (files: Readonly<Record<string, string>>): Sources =>
    new Map(Object.entries(files))

  it('reads every form of import and none from comments or strings', () => {
    const text = [
      "import { a } from './a.ts'",
      "import type { B } from './b.ts'",
      'import {',
      '  c,',
      "} from './c.ts'",
      "export * from './d.ts'",
      "export type { E } from './e.ts'",
      "const f = () => import('./f.ts')",
      "type G = import('./g.ts').G",
      "import './h.ts'",
      "// import { no } from './no.ts'",
      "/* import { no } from './no.ts' */",
      "const no = `import { no } from './no.ts'`",
      'const i = import(name)',
    ].join('\n')
    expect(importsOf('src/x.ts', text).map(({ target }) => target)).toEqual(
      'abcdefgh'
        .split('')
        .map((name) => `src/${name}.ts`)
        .concat('(computed)'),
    )
  })

  it('reports what the core imports from outside, with file and line', () => {
    const files = sample({
      'src/core/a.ts':
        "import * as z from 'zod'\nimport { b } from '../runtime/b.ts'\nimport { c } from './c.ts'",
      'src/core/b.ts': "import { addDays } from 'date-fns/addDays'\nimport 'date-fns-tz'",
      'src/core/rules/c.ts': "import type { d } from '../d.ts'\nimport { readFile } from 'node:fs'",
    })
    expect(coreImportsOutside(files)).toEqual([
      'src/core/a.ts:2 core must not import src/runtime/b.ts',
      'src/core/b.ts:2 core must not import date-fns-tz',
      'src/core/rules/c.ts:2 core must not import node:fs',
    ])
  })

  it('reports a library file that imports an adapter, by path or by public name', () => {
    const files = sample({
      'src/a.ts': "import { stripe } from '../adapters/gateways/stripe/index.ts'",
      'src/b.ts': "export { stripe } from 'billwright/stripe'",
    })
    expect(libraryImportsAdapters(files)).toHaveLength(2)
  })

  it('reports an adapter that imports the source, another adapter or a foreign vendor', () => {
    const home = 'adapters/gateways/stripe'
    const files = sample({
      [`${home}/good.ts`]:
        "import 'billwright'\nimport 'billwright/testing'\nimport './b.ts'\nimport 'stripe/lib'",
      [`${home}/bad.ts`]:
        "import '../../../src/gateway.ts'\nimport '../dodo/index.ts'\nimport 'dodopayments'",
      'adapters/react/hooks.ts': "import { atom } from 'nanostores'\nimport 'stripe'",
    })
    expect(adapterImportsOutside(files, vendors)).toEqual([
      `${home}/bad.ts:1 ${home} must not import src/gateway.ts`,
      `${home}/bad.ts:2 ${home} must not import adapters/gateways/dodo/index.ts`,
      `${home}/bad.ts:3 ${home} must not import dodopayments`,
      'adapters/react/hooks.ts:2 adapters/react must not import stripe',
    ])
  })

  it('reports a contract that reaches the runtime through another file', () => {
    const files = sample({
      'src/gateway.ts': "import type { Helper } from './helper.ts'",
      'src/helper.ts': "import type { Outbox } from './runtime/outbox.ts'",
      'src/runtime/outbox.ts': 'export type Outbox = string',
    })
    expect(contractsReachShell(files)).toEqual(['src/gateway.ts:1 reaches src/runtime/outbox.ts'])
  })

  it('reports a cycle made of type imports as the chain of its files', () => {
    const files = sample({
      'src/a.ts': "import type { B } from './b.ts'",
      'src/b.ts': "import { c } from './c.ts'",
      'src/c.ts': "import { b } from './b.ts'",
    })
    expect(importCycles(files)).toEqual(['src/b.ts → src/c.ts → src/b.ts'])
  })

  it.each([
    'Date.now()',
    'new Date()',
    'new Date',
    'new Date(2024, 0, 1)',
    'new UTCDate()',
    'Date()',
    'Math.random()',
    'async () => 1',
    'process.env',
    'setTimeout(run, 1)',
    'setInterval(run, 1)',
    'fetch(url)',
    'crypto.randomUUID()',
    'performance.now()',
    'console.log(1)',
    'globalThis.Date',
    '({ fetch })',
  ])('reports %s in the core', (code) => {
    expect(impurities(sample({ 'src/core/a.ts': `export const a = ${code}` }))).toHaveLength(1)
  })

  it('reports await and the functions of date-fns that read the clock', () => {
    const files = sample({
      'src/core/a.ts': 'await later',
      'src/core/b.ts': 'for await (const a of b) keep(a)',
      'src/core/c.ts': "import { addDays, isPast } from 'date-fns'",
    })
    expect(impurities(files)).toEqual([
      'src/core/a.ts:1 await',
      'src/core/b.ts:1 await',
      'src/core/c.ts:1 isPast',
    ])
  })

  it('does not mistake comments, strings and member names for impure code', () => {
    const text = [
      '// Date.now() and Math.random()',
      "export const words = ['new Date()', `await fetch(url)`]",
      'export type Step = { readonly process: string; readonly fetch: number }',
      "export const read = (step: Step) => step.process + { console: 'x' }.console",
      'export const run = (process: string) => new Date(process)',
    ].join('\n')
    expect(impurities(sample({ 'src/core/a.ts': text }))).toEqual([])
  })

  it.each([
    ['export default 1', 'default export'],
    ['export default function a() {}', 'default export'],
    ['const a = 1\nexport { a as default }', 'default export'],
    ['enum Color { Red }', 'enum'],
    ['const enum Color { Red }', 'enum'],
    ['const a: any = 1', 'any'],
  ])('reports %j', (text, message) => {
    expect(unwantedSyntax(sample({ 'src/a.ts': text }))).toEqual([
      `src/a.ts:${text.split('\n').length} ${message}`,
    ])
  })

  it('leaves the default of a switch and the word any in peace', () => {
    const text = "switch (a) {\n  default:\n    say('any')\n} // any enum"
    expect(unwantedSyntax(sample({ 'src/a.ts': text }))).toEqual([])
  })

  it('reports a file of 401 lines and accepts one of 400', () => {
    const files = sample({ 'src/a.ts': 'x\n'.repeat(401), 'src/b.ts': 'x\n'.repeat(400) })
    expect(longFiles(files, 400)).toEqual(['src/a.ts:401 has 401 lines, more than 400'])
  })

  it('reports names in other cases than kebab-case', () => {
    const names = ['src/changePlan.ts', 'src/Core/a.ts', 'src/a_b.ts', 'test/change-plan.test-d.ts']
    const files = sample(Object.fromEntries(names.map((name) => [name, ''])))
    expect(namesNotKebabCase(files)).toHaveLength(3)
  })
})
