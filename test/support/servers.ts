/**
 * Database servers of our own, on free ports of this machine, with their own data, gone when they are
 * stopped. What is not installed is said; in CI that is a failure.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { delimiter, join } from 'node:path'

/** Where each server answers; `null` where it is not installed. */
export interface ServerUrls {
  readonly postgres: string | null
  readonly mysql: string | null
  readonly redis: string | null
}

interface Server {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** Starts a server with its data in a folder of its own; `null` when it is not installed. */
type Start = (folder: string) => Promise<Server | null>

/** Servers that run, and how they end. */
export interface Servers {
  readonly urls: ServerUrls
  readonly stop: () => Promise<void>
}

export interface ServersOptions {
  /** Whether what is committed is on the disk; without, commits are quick. Default false. */
  readonly durable?: boolean
}

/** Starts what is installed. */
export async function startServers({ durable = false }: ServersOptions = {}): Promise<Servers> {
  const root = mkdtempSync(join(tmpdir(), 'billwright-servers-'))
  // Servers that root starts run as users of their own, who must get here.
  chmodSync(root, 0o755)
  const [postgres, mysql, redis] = await Promise.all([
    startIn(root, 'PostgreSQL', (folder) => startPostgres(folder, durable)),
    startIn(root, 'MariaDB', (folder) => startMariaDb(folder, durable)),
    startIn(root, 'Redis', startRedis),
  ])
  return {
    urls: {
      postgres: postgres?.url ?? null,
      mysql: mysql?.url ?? null,
      redis: redis?.url ?? null,
    },
    async stop() {
      await Promise.all([postgres, mysql, redis].map((server) => server?.stop()))
      rmSync(root, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

async function startIn(root: string, name: string, start: Start): Promise<Server | null> {
  const folder = join(root, name)
  mkdirSync(folder)
  const server = await start(folder)
  if (server) return server
  const missing = `${name} is not installed: its tests are skipped.`
  if (process.env.CI) throw new Error(`${missing} In CI none may be.`)
  console.warn(missing)
  return null
}

const isRoot = userInfo().uid === 0

async function startPostgres(folder: string, durable: boolean): Promise<Server | null> {
  const [initdb, postgres] = [program('initdb'), program('postgres')]
  if (!initdb || !postgres) return null
  const port = await freePort()
  const data = join(folder, 'data')
  if (isRoot) execFileSync('chown', ['postgres', folder])
  const as = isRoot ? ['runuser', '-u', 'postgres', '--'] : []
  run([...as, initdb, '-D', data, '-U', 'postgres', '--auth=trust', '-N', '-E', 'UTF8'])
  const quick = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']
  const options = [
    ...(durable ? [] : quick),
    ...['max_connections=300', 'listen_addresses=127.0.0.1'],
  ]
  const server = start([
    ...[...as, postgres, '-D', data, '-p', `${port}`, '-k', folder],
    ...options.flatMap((option) => ['-c', option]),
  ])
  await listening(server, port, 'PostgreSQL')
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop: () => stop(server) }
}

async function startMariaDb(folder: string, durable: boolean): Promise<Server | null> {
  const [install, mariadbd] = [program('mariadb-install-db'), program('mariadbd')]
  if (!install || !mariadbd) return null
  const port = await freePort()
  const data = join(folder, 'data')
  if (isRoot) execFileSync('chown', ['mysql', folder])
  const user = isRoot ? ['--user=mysql'] : []
  const auth = '--auth-root-authentication-method=normal'
  run([install, '--no-defaults', ...user, `--datadir=${data}`, '--skip-test-db', auth])
  const server = start([
    ...[mariadbd, '--no-defaults', ...user, `--datadir=${data}`, `--port=${port}`],
    ...['--bind-address=127.0.0.1', `--socket=${join(folder, 'socket')}`],
    ...[`--pid-file=${join(folder, 'pid')}`, '--max-connections=300'],
    // Another server that starts would clear the temporary tables of a shared folder.
    `--tmpdir=${folder}`,
    ...(durable ? [] : ['--innodb-flush-log-at-trx-commit=0']),
  ])
  await listening(server, port, 'MariaDB')
  return { url: `mysql://root@127.0.0.1:${port}/mysql`, stop: () => stop(server) }
}

async function startRedis(folder: string): Promise<Server | null> {
  const redis = program('redis-server')
  if (!redis) return null
  const port = await freePort()
  const server = start([
    ...[redis, '--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder],
  ])
  await listening(server, port, 'Redis')
  return { url: `redis://127.0.0.1:${port}`, stop: () => stop(server) }
}

/** The path of a program: where the shell finds it, or where Debian keeps servers. */
function program(name: string): string | undefined {
  const versions = '/usr/lib/postgresql'
  const newest = existsSync(versions) ? readdirSync(versions).sort().reverse() : []
  const folders = [
    ...newest.map((version) => join(versions, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/sbin',
  ]
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

function run([command = '', ...args]: readonly string[]): void {
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' })
}

function start([command = '', ...args]: readonly string[]): ChildProcess {
  const server = spawn(command, args, { stdio: 'ignore', cwd: '/' })
  // Whoever started it may end by an error before it stops it.
  const end = () => server.kill('SIGTERM')
  process.once('exit', end)
  server.once('exit', () => process.off('exit', end))
  return server
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return
  const exited = new Promise((resolve) => server.once('exit', resolve))
  server.kill('SIGTERM')
  await exited
}

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

const PATIENCE_MS = 60_000

/** Resolves once somebody answers at the port. */
async function listening(server: ChildProcess, port: number, name: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  while (Date.now() < until) {
    if (server.exitCode !== null) throw new Error(`${name} ended with ${server.exitCode}.`)
    if (await answers(port)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${name} did not answer on port ${port}.`)
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const done = (found: boolean) => {
      socket.destroy()
      resolve(found)
    }
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
  })
}
