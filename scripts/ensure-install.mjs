/**
 * Makes `npm test` enough in a fresh clone: installs when node_modules is missing or holds other
 * versions than package-lock.json asks for. Compares versions rather than file times, because a
 * checkout touches times and changes nothing.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The `packages` of a lock file, or undefined when there is no readable one. */
function lockedPackages(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
  } catch {
    return undefined
  }
}

function isInstalled() {
  const wanted = lockedPackages('package-lock.json')
  const present = lockedPackages('node_modules/.package-lock.json')
  if (!wanted || !present) return false
  return Object.entries(wanted).every(([path, { version, optional, devOptional, link }]) => {
    if (!path.startsWith('node_modules/') || link) return true
    // Optional packages are the binaries of other platforms: rightly absent here.
    if (!present[path]) return Boolean(optional || devOptional)
    return present[path].version === version
  })
}

if (!isInstalled()) {
  console.log('Dependencies are missing or outdated: running npm ci')
  const npm = process.env.npm_execpath
  const options = ['ci', '--include=dev', '--no-audit', '--no-fund']
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...options], { cwd: root, stdio: 'inherit' })
    : spawnSync('npm', options, { cwd: root, stdio: 'inherit', shell: true })
  process.exit(status ?? 1)
}
