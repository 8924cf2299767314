/**
 * Rules about what the code itself may say: the core stays pure, and no file uses the parts of
 * TypeScript that this repository does without. Same form as architecture.ts: sources in,
 * violations out.
 */
import ts from 'typescript'
import { importsOf, lineOf, parse, type Sources, walk } from './syntax.ts'

const ambientGlobals = new Set(
  'process setTimeout setInterval setImmediate queueMicrotask fetch crypto performance console globalThis'.split(
    ' ',
  ),
)

/** date-fns functions that read the machine's clock. */
const clockReaders =
  /^(is(Today|Tomorrow|Yesterday|Past|Future|This\w+)|(start|end)Of(Today|Tomorrow|Yesterday)|\w+ToNow\w*|constructNow)$/

/** Whatever would make the same input give another answer: clock, randomness, waiting, I/O. */
export function impurities(sources: Sources): readonly string[] {
  return [...sources].flatMap(([path, text]) => {
    const file = parse(path, text)
    const own = declaredNames(file)
    const clocks = importsOf(path, text)
      .filter(({ specifier }) => specifier.startsWith('date-fns'))
      .flatMap(({ line, names }) =>
        names.filter((name) => clockReaders.test(name)).map((name) => `${path}:${line} ${name}`),
      )
    return [...clocks, ...search(path, file, (node) => impurity(node, own))]
  })
}

/** Default exports, enums and `any`. */
export function unwantedSyntax(sources: Sources): readonly string[] {
  return [...sources].flatMap(([path, text]) =>
    search(path, parse(path, text), (node) => {
      if (ts.isExportAssignment(node)) return 'default export'
      if (node.kind === ts.SyntaxKind.DefaultKeyword && isExported(node.parent)) {
        return 'default export'
      }
      if (ts.isExportSpecifier(node) && node.name.text === 'default') return 'default export'
      if (ts.isEnumDeclaration(node)) return 'enum'
      if (node.kind === ts.SyntaxKind.AnyKeyword) return 'any'
      return undefined
    }),
  )
}

function search(
  path: string,
  file: ts.SourceFile,
  judge: (node: ts.Node) => string | undefined,
): readonly string[] {
  const found: string[] = []
  walk(file, (node) => {
    const message = judge(node)
    if (message !== undefined) found.push(`${path}:${lineOf(node)} ${message}`)
  })
  return found
}

function impurity(node: ts.Node, own: ReadonlySet<string>): string | undefined {
  if (ts.isAwaitExpression(node)) return 'await'
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async'
  if (node.kind === ts.SyntaxKind.AwaitKeyword && ts.isForOfStatement(node.parent)) return 'await'
  if (ts.isPropertyAccessExpression(node)) {
    const text = node.getText()
    return text === 'Date.now' || text === 'Math.random' ? text : undefined
  }
  if (ts.isCallExpression(node) && node.expression.getText() === 'Date') return 'Date()'
  if (ts.isNewExpression(node)) return dateFromClock(node)
  return isAmbientGlobal(node, own) ? node.getText() : undefined
}

/** `new Date()` and `new UTCDate()` read the clock; `new Date(y, m)` reads the machine's zone. */
function dateFromClock(node: ts.NewExpression): string | undefined {
  const name = node.expression.getText()
  const count = node.arguments?.length ?? 0
  if (/Date(Mini)?$/.test(name) && count === 0) return `new ${name}()`
  return name === 'Date' && count > 1 ? 'new Date(year, month, …) in local time' : undefined
}

function isAmbientGlobal(node: ts.Node, own: ReadonlySet<string>): boolean {
  if (!ts.isIdentifier(node) || !ambientGlobals.has(node.text) || own.has(node.text)) return false
  const { parent } = node
  // `x.process` and `{ process: 1 }` only share the word; `{ process }` reads the global.
  const isMemberName = 'name' in parent && parent.name === node
  return !isMemberName || ts.isShorthandPropertyAssignment(parent)
}

/** Names the file itself gives to a value, which therefore do not mean the global. */
function declaredNames(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>()
  walk(file, (node) => {
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isImportSpecifier(node)
    if (declares && node.name && ts.isIdentifier(node.name)) names.add(node.name.text)
  })
  return names
}

function isExported(node: ts.Node): boolean {
  if (!ts.canHaveModifiers(node)) return false
  return (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
}
