/**
 * The demo: builds what is older than its sources, then runs the payment provider and the server
 * side by side. A server that dies comes back, with the same database and clock. Ctrl-C ends both.
 *
 * PORT=3000 is where it listens, DATA the folder of its database; KEEP=1 keeps what is there.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const app = join(root, 'examples', 'express')
const binary = (path) => join(root, 'node_modules', path)
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

/** When the newest file below these paths was written, in milliseconds; 0 when there is none. */
function newest(...paths) {
  const times = paths.filter(existsSync).flatMap((path) => {
    if (!statSync(path).isDirectory()) return [statSync(path).mtimeMs]
    return readdirSync(path).map((name) => newest(join(path, name)))
  })
  return Math.max(0, ...times)
}

function build(what, { made, from, command, cwd }) {
  if (newest(made) >= newest(...from)) return
  console.log(`Building ${what} …`)
  const { status } = spawnSync(process.execPath, command, { cwd, stdio: ['ignore', 'ignore', 2] })
  if (status !== 0) throw new Error(`Could not build ${what}`)
}

function buildAll() {
  build('the library', {
    made: join(root, 'dist', 'index.js'),
    from: ['src', 'adapters', 'entries.ts', 'tsup.config.ts'].map((path) => join(root, path)),
    // The declarations of a full build stay: the examples are type-checked with them.
    command: [binary('tsup/dist/cli-default.js'), '--no-dts', '--no-clean'],
    cwd: root,
  })
  if (!existsSync(join(app, 'index.html'))) return
  build('the page', {
    made: join(app, 'dist', 'index.html'),
    from: ['index.html', 'page', 'vite.config.ts'].map((path) => join(app, path)),
    command: [binary('vite/bin/vite.js'), 'build', '--logLevel', 'warn'],
    cwd: app,
  })
}

function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

/** The first free port from this one on. */
async function freePort(from) {
  for (let port = from; port < 65_536; port += 1) if (await isFree(port)) return port
  throw new Error(`No port from ${from} on is free`)
}

/** Waits until something answers there. */
async function ready(url, process) {
  for (let tries = 0; tries < 150; tries += 1) {
    if (await fetch(url).catch(() => null)) return
    if (process.exitCode !== null) break
    await wait(100)
  }
  throw new Error(`Nothing answers at ${url}`)
}

/** Removes what the demo wrote there, and nothing else. */
function forget(data) {
  for (const database of ['billing.db', 'listings.db'])
    for (const end of ['', '-wal', '-shm']) rmSync(join(data, database + end), { force: true })
  rmSync(join(data, 'clock-offset'), { force: true })
}

let isOver = false
const running = new Map()

function run(name, env) {
  const child = spawn(process.execPath, ['--import', 'tsx', join(app, 'server', `${name}.ts`)], {
    cwd: root,
    // The channel closes when this process ends, however it ends: the children end with it.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      ...env,
      TSX_TSCONFIG_PATH: join(app, 'server', 'tsconfig.json'),
    },
  })
  running.set(name, child)
  return child
}

/** Runs the server, again and again; at once, but never in a tight loop. */
function keepRunning(env) {
  const startedAt = Date.now()
  const child = run('index', env)
  child.once('exit', async (code, signal) => {
    if (isOver) return
    console.log(`The server ended (${signal ?? code}) and is started again.`)
    if (Date.now() - startedAt < 1_000) await wait(1_000)
    if (!isOver) console.log(`  server process ${keepRunning(env).pid}`)
  })
  return child
}

function stop(code = 0) {
  if (isOver) return
  isOver = true
  process.exitCode = code
  for (const child of running.values()) child.kill('SIGTERM')
}

async function main() {
  const wanted = Number(process.env.PORT || 3000)
  const port = await freePort(wanted)
  if (port !== wanted)
    console.log(`Port ${wanted} is taken; using ${port}. PORT=… chooses another.`)
  const providerPort = await freePort(port + 1)
  const labPort = await freePort(providerPort + 1)
  buildAll()
  // A folder per port, so that two demos never share a database.
  const data = process.env.DATA || join(app, '.data', String(port))
  if (process.env.KEEP !== '1') forget(data)

  const env = {
    PORT: String(port),
    DATA: data,
    PROVIDER_PORT: String(providerPort),
    LAB_PORT: String(labPort),
    PROVIDER_URL: `http://127.0.0.1:${providerPort}`,
    LAB_URL: `http://127.0.0.1:${labPort}`,
    WEBHOOK_URL: `http://127.0.0.1:${port}/billing/webhooks/${process.env.GATEWAY ?? 'sandbox'}`,
  }
  const provider = run('provider', env)
  provider.once('exit', () => stop(1))
  await ready(`${env.LAB_URL}/lab/clock`, provider)
  const server = keepRunning(env)
  await ready(`http://127.0.0.1:${port}/api/me`, server)
  console.log(`\n  http://localhost:${port}\n`)
  console.log(
    `  server process ${server.pid}; kill -9 it: it comes back and has forgotten nothing\n`,
  )
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop())
main().catch((error) => {
  console.error(error.message)
  stop(1)
})
