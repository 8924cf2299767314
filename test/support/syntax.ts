/**
 * Reading TypeScript files for the architecture rules. Uses the compiler's parser, so that
 * comments, strings, regular expressions and imports over many lines cannot deceive a rule.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import ts from 'typescript'

/** Source text by path from the repository root, with forward slashes. */
export type Sources = ReadonlyMap<string, string>

/** One `import`, `export … from` or dynamic `import()`. */
export type ImportStatement = {
  readonly line: number
  /** As written, for example `./state.ts` or `zod`. */
  readonly specifier: string
  /** The same from the repository root when relative, else as written. */
  readonly target: string
  readonly names: readonly string[]
}

/** All .ts and .tsx files below the given folders; a folder that does not exist holds none. */
export function readSources(root: string, folders: readonly string[]): Sources {
  const sources = new Map<string, string>()
  for (const folder of folders) {
    for (const path of filesBelow(root, folder)) {
      sources.set(path, readFileSync(posix.join(root, path), 'utf8'))
    }
  }
  return sources
}

/** The parsed file, with parent links. */
export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
}

/** Calls `visit` for every node of the file, outer nodes first. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  ts.forEachChild(node, (child) => walk(child, visit))
}

/** Line number of a node, from 1. */
export function lineOf(node: ts.Node): number {
  const file = node.getSourceFile()
  return file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1
}

/** Every import of a file, type-only ones included. */
export function importsOf(path: string, text: string): readonly ImportStatement[] {
  const found: ImportStatement[] = []
  walk(parse(path, text), (node) => {
    const specifier = specifierOf(node)
    if (specifier === undefined) return
    const target = specifier.startsWith('.')
      ? posix.join(posix.dirname(path), specifier)
      : specifier
    found.push({ line: lineOf(node), specifier, target, names: importedNames(node) })
  })
  return found
}

function specifierOf(node: ts.Node): string | undefined {
  const literal = moduleLiteral(node)
  if (literal === undefined) return undefined
  // A computed `import(name)` can reach anything; a name no rule allows makes it visible.
  return ts.isStringLiteralLike(literal) ? literal.text : '(computed)'
}

function moduleLiteral(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return node.arguments[0]
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal
  return undefined
}

function importedNames(node: ts.Node): readonly string[] {
  if (!ts.isImportDeclaration(node)) return []
  const bindings = node.importClause?.namedBindings
  if (!bindings || !ts.isNamedImports(bindings)) return []
  return bindings.elements.map((element) => (element.propertyName ?? element.name).text)
}

function filesBelow(root: string, folder: string): readonly string[] {
  try {
    return readdirSync(posix.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = posix.join(folder, entry.name)
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(root, path)
      return /\.tsx?$/.test(entry.name) ? [path] : []
    })
  } catch {
    return []
  }
}
