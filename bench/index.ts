/**
 * Runs every benchmark of bench/core, bench/runtime, bench/storage and bench/verify, each in a process
 * of its own: `npm run bench`, or `npm run bench -- replay` for one of them. What runs is built as it
 * is shipped, because a loader that keeps function names would slow down ours and not the peers.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

const root = fileURLToPath(new URL('..', import.meta.url))
const outDir = join(root, '.data', 'bench')
const wanted = process.argv.slice(2)
const names = ['core', 'runtime', 'storage', 'verify']
  .flatMap((room) => readdirSync(join(root, 'bench', room)).map((file) => `${room}/${file}`))
  .map((path) => path.replace(/\.ts$/, ''))
  .filter((path) => wanted.length === 0 || wanted.some((name) => path.endsWith(`/${name}`)))

await build({
  config: false,
  entry: Object.fromEntries(names.map((name) => [name, join(root, 'bench', `${name}.ts`)])),
  outDir,
  format: 'esm',
  target: 'es2022',
  splitting: false,
  skipNodeModulesBundle: true,
  clean: true,
  silent: true,
})
const start = process.hrtime.bigint()
let failed = names.length === 0
for (const name of names) {
  console.log(`\n=== ${name}`)
  const args = ['--expose-gc', join(outDir, `${name}.js`)]
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  failed ||= status !== 0
}
const took = Number(process.hrtime.bigint() - start) / 1e9
console.log(`\nNode ${process.version}, ${took.toFixed(0)} s`)
process.exitCode = failed ? 1 : 0
