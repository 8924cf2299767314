import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** An example that runs. */
export interface App {
  readonly url: string
  /** Ends everything this app started, and nothing else. */
  readonly stop: () => Promise<void>
}

/** The Express example, running as `npm start` runs it. */
export interface ListingsApp extends App {
  /** The process id of the server that answers now; another one after it was killed. */
  readonly serverId: () => number
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const START_MS = 60_000

/** Starts the example on a free port with an empty database of its own; builds what is stale. */
export async function startApp(more: Readonly<Record<string, string>> = {}): Promise<ListingsApp> {
  const data = await dataFolder()
  const port = await freePort()
  // The database is a new folder already, so that of a demo running beside it is left alone.
  const env = { ...process.env, ...more, PORT: String(port), DATA: data, KEEP: '1' }
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe']
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    ...{ cwd: ROOT, env, stdio, detached: true },
  })
  const said: string[] = []
  child.stdout.on('data', (text) => said.push(String(text)))
  child.stderr.on('data', (text) => said.push(String(text)))
  const stop = async () => {
    await endGroup(child)
    await rm(data, { recursive: true, force: true })
  }
  try {
    const serverId = () =>
      Number(
        said
          .join('')
          .match(/server process (\d+)/g)
          ?.at(-1)
          ?.slice(15),
      )
    const url = await announced(child, said)
    return { url, serverId, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The address the start script prints once the server answers. */
function announced(child: ChildProcess, said: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${why}:\n${said.join('')}`))
    const timer = setTimeout(() => fail('The example did not start in time'), START_MS)
    const look = () => {
      const text = said.join('')
      const url = /http:\/\/localhost:\d+/.exec(text)?.[0]
      if (!url || !/server process \d+/.test(text)) return
      clearTimeout(timer)
      resolve(url)
    }
    child.stdout?.on('data', look)
    child.once('exit', () => fail('The example ended while it started'))
  })
}

/** For a database of its own: the next story's example starts while this one runs. */
function dataFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'example-'))
}

/** The Next example as it was built, with an empty database; its payment provider runs inside. */
export async function startAnalyser(): Promise<App> {
  const data = await dataFolder()
  const [port, sandboxPort] = [await freePort(), await freePort()]
  const url = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, [NEXT, 'start', '-H', '127.0.0.1', '-p', `${port}`], {
    cwd: join(ROOT, 'examples/next'),
    // An emulator refuses to run in production, which `next start` would say it is.
    env: {
      ...{ ...process.env, NODE_ENV: 'test', DATA: data },
      ...{ APP_URL: url, SANDBOX_PORT: `${sandboxPort}` },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const said: string[] = []
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text) => said.push(String(text)))
  const stop = async () => {
    await endGroup(child)
    await rm(data, { recursive: true, force: true })
  }
  try {
    await answers(child, url, said)
    return { url, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const NEXT = join(ROOT, 'node_modules/next/dist/bin/next')

async function answers(child: ChildProcess, url: string, said: readonly string[]): Promise<void> {
  const end = Date.now() + START_MS
  while (Date.now() < end && child.exitCode === null) {
    const response = await fetch(url).catch(() => null)
    if (response?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`The example did not start in time:\n${said.join('')}`)
}

/** Asks the whole process group to end, then makes sure that nothing of it is left. */
async function endGroup(child: ChildProcess): Promise<void> {
  const { pid } = child
  if (pid === undefined) return
  const ended = new Promise((resolve) => child.once('close', resolve))
  if (child.exitCode === null && child.signalCode === null) {
    signalGroup(pid, 'SIGTERM')
    const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), 3_000)
    await ended
    clearTimeout(timer)
  }
  signalGroup(pid, 'SIGKILL')
}

/** Does nothing when the group is gone. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {}
}

/**
 * A free port below those that the system gives away: whoever starts slowly still finds it free when
 * it listens, and the next ones as well.
 */
async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + 10 * Math.floor(Math.random() * 1_000)
    if (given.has(port)) continue
    given.add(port)
    if (await isFree(port)) return port
  }
}

/** Whoever was given one may not listen yet. */
const given = new Set<number>()

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
