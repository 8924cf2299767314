/**
 * Follows docs/quick-start-express.md word by word, as a new user would: an empty folder, the package
 * as it would be published, the file as it is printed, every command as it stands there. Only the two
 * ports are others, because something may be listening already. Needs what `npm run build` makes.
 */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const guide = readFileSync(join(root, 'docs', 'quick-start-express.md'), 'utf8')
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'quick-start-'))
const started = Date.now()

/** The blocks of a language under a heading. */
function blocks(heading, language) {
  const [, section = ''] = guide.split(`\n## ${heading}\n`)
  const text = section.split('\n## ')[0]
  return [...text.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, block]) => block,
  )
}

const only = (found, what) => {
  if (found.length !== 1) throw new Error(`The guide has ${found.length} blocks for: ${what}`)
  return found[0]
}

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })

const [port, providerPort] = [await freePort(), await freePort()]
const onFreePorts = (text) =>
  text.replaceAll('3000', `${port}`).replaceAll('3001', `${providerPort}`)
const bash = (script) =>
  execFileSync('bash', ['-c', script], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })

/** The install line with this package in place of the published one, and the versions tested here. */
function install() {
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: root,
  })
  const [{ filename }] = JSON.parse(packed.toString())
  const line = only(blocks('1. Install', 'sh'), 'installing')
  const pinned = line.replace(/npm install (.*)/, (_, names) => {
    const wanted = names
      .split(' ')
      .map((name) =>
        name === 'billwright'
          ? `./${filename}`
          : `${name}@${packages[`node_modules/${name}`].version}`,
      )
    return `npm install --no-audit --no-fund ${wanted.join(' ')}`
  })
  bash(pinned)
}

/** Commands of the guide: each `curl` with the status that its comment names, else any of 2xx. */
function commands(heading) {
  const text = blocks(heading, 'sh').join('\n').replaceAll('\\\n', ' ')
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const settings = lines.filter((line) => !line.startsWith('curl')).join('\n')
  return lines
    .filter((line) => line.startsWith('curl'))
    .map((line) => ({ line, settings, status: /# (\d{3})/.exec(line)?.[1] ?? '2..' }))
}

function follow(steps) {
  return steps.map(({ line, settings, status }) => {
    const asking = onFreePorts(line).replace(/^curl/, "curl -s -w '\\n%{http_code}'")
    const answer = bash(`${settings === '' ? '' : onFreePorts(settings)}\n${asking}`).split('\n')
    const code = answer.pop()
    if (!new RegExp(`^${status}$`).test(code))
      throw new Error(`${line}\nanswered ${code}: ${answer}`)
    const body = answer.join('\n')
    return body.startsWith('{') ? JSON.parse(body) : body
  })
}

async function answering() {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    try {
      await fetch(`http://127.0.0.1:${port}/welcome`)
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  throw new Error('The server of the guide does not answer')
}

/** Nobody comes back from the page here: the webhook tells, soon after the payment. */
async function toldByWebhook() {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const { plan } = (await (await fetch(`http://127.0.0.1:${port}/billing/status`)).json())
      .subscription
    if (plan === 'pro') return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('The webhook of the payment did not come')
}

const said = []
let server
try {
  install()
  const installed = Date.now()
  writeFileSync(
    join(folder, 'server.ts'),
    onFreePorts(only(blocks('2. Write `server.ts`', 'ts'), 'the server')),
  )
  const [run, ...args] = only(blocks('3. Run it', 'sh').slice(0, 1), 'running it').trim().split(' ')
  server = spawn(run, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', (text) => said.push(`${text}`))
  await answering()
  follow(commands('3. Run it'))
  const [buy, ...then] = commands('4. Buy')
  const [{ url }] = follow([buy])
  const paid = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ card: '4242424242424242' }),
    redirect: 'manual',
  })
  if (paid.status >= 400) throw new Error(`The hosted page answered ${paid.status}`)
  await toldByWebhook()
  const [status, project] = follow(then)
  if (status.subscription.plan !== 'pro') throw new Error(`Not on pro: ${JSON.stringify(status)}`)
  if (project.used !== 2 || project.limit !== 3)
    throw new Error(`Not 2 of 3: ${JSON.stringify(project)}`)
  follow(commands('5. Change and cancel'))
  if (!said.join('').includes('mail to joe')) throw new Error('The terminal showed no mail')
  const seconds = (from) => ((Date.now() - from) / 1000).toFixed(0)
  console.log(
    `Quick start: followed in ${seconds(started)} s, ${seconds(installed)} s of it after the install`,
  )
} catch (error) {
  console.error(said.join(''))
  console.error(error)
  process.exitCode = 1
} finally {
  if (server?.pid) process.kill(-server.pid, 'SIGKILL')
  rmSync(folder, { recursive: true, force: true })
}
