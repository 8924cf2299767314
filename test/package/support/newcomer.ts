/** Somebody who tries the package: an empty folder outside the checkout, a shell, and free ports. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const START_MS = 60_000

export type Newcomer = Awaited<ReturnType<typeof newcomer>>

/** `ports` are those of the guide, each replaced by a free one: something may listen there already. */
export async function newcomer(ports: readonly number[]) {
  const folder = mkdtempSync(join(tmpdir(), 'newcomer-'))
  const free = new Map<string, string>()
  for (const port of ports) free.set(`${port}`, `${await freePort()}`)
  const here = (text: string) => text.replace(/\d{4,5}/g, (number) => free.get(number) ?? number)
  const started: ChildProcess[] = []
  const said: string[] = []
  return {
    /** A text of the guide with the free ports. */
    here,
    said: () => said.join(''),
    write(path: string, text: string) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), here(text))
    },
    /** Runs the lines of an install with the package as it would be published. */
    install(lines: readonly string[]) {
      const pack = ['pack', '--silent', '--pack-destination', folder]
      const tarball = `./${execFileSync('npm', pack, shell(ROOT)).trim()}`
      for (const line of lines) execFileSync('bash', ['-c', pinned(line, tarball)], shell(folder))
    },
    /** Runs a line in a shell; what it prints. Throws with its errors when it fails. */
    run: (line: string) => execFileSync('bash', ['-c', here(line)], shell(folder)),
    /** Starts a line that goes on running. */
    start(line: string) {
      const [command = '', ...args] = here(line).split(' ')
      const env = { ...process.env, NODE_ENV: 'development', NEXT_TELEMETRY_DISABLED: '1' }
      const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe']
      const child = spawn(command, args, { ...{ cwd: folder, env, stdio }, detached: true })
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (text) => said.push(`${text}`))
      started.push(child)
    },
    /** Waits until something answers there. */
    async answers(url: string) {
      await until(`${here(url)} answers`, said, () =>
        fetch(here(url)).then(
          () => true,
          () => false,
        ),
      )
    },
    /** Waits until it is true, and tells what was said when it never is. */
    until: (what: string, isTrue: () => Promise<boolean>) => until(what, said, isTrue),
    leave() {
      for (const { pid } of started) if (pid !== undefined) endGroup(pid)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** An install line of a guide with the versions that are tested here, and the package's tarball. */
function pinned(line: string, tarball: string): string {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))
  return line.replace(/npm install (.*)/, (_, names: string) => {
    const wanted = names.split(' ').map((name) => {
      if (name === 'billwright') return tarball
      const version = packages[`node_modules/${name}`]?.version
      if (!version) throw new Error(`package-lock.json does not know ${name}`)
      return `${name}@${version}`
    })
    return `npm install --no-audit --no-fund --loglevel=error ${wanted.join(' ')}`
  })
}

function shell(cwd: string) {
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe']
  return { cwd, encoding: 'utf8', stdio } as const
}

async function until(what: string, said: readonly string[], isTrue: () => Promise<boolean>) {
  const end = Date.now() + START_MS
  while (Date.now() < end) {
    if (await isTrue()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`It never came true that ${what}:\n${said.join('')}`)
}

/** A process and what it started. Does nothing when they are gone. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {}
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      const port = typeof address === 'object' && address ? address.port : 0
      probe.close(() => resolve(port))
    })
  })
}
