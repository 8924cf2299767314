// Builds the package: the code of every entry, then the declarations, one room of the house after
// another, because those of all entries at once need more memory than a small machine has.
import { spawnSync } from 'node:child_process'

for (const room of ['', 'library', 'gateways', 'others']) {
  const env = { ...process.env, TYPES: room }
  const { status } = spawnSync('npx', ['tsup'], { env, stdio: 'inherit', shell: true })
  if (status !== 0) process.exit(status ?? 1)
}
