/** What happened, for the panel beside the page: the journal, the mails and the webhooks as one stream. */
import type { RequestHandler } from 'express'
import type { AppBill } from './billing.ts'
import { whose } from './owners.ts'
import { title } from './sentences.ts'

export interface FeedLine {
  readonly id: string
  readonly kind: 'journal' | 'webhook' | 'mail'
  /** ISO, of the demo's clock. */
  readonly at: string
  readonly title: string
  readonly text: string
  /** Whom it is about; `null` for what the provider said. */
  readonly owner: string | null
}

export type Feed = ReturnType<typeof openFeed>

const KEPT = 100
const POLL_MS = 400

/** Mails and webhooks of this process, in memory; the journal is billing's own. */
export function openFeed() {
  const lines: FeedLine[] = []
  return {
    /** Hooks are called at least once; the same id is told once. */
    tell(line: FeedLine) {
      if (lines.some(({ id }) => id === line.id)) return
      lines.push(line)
      if (lines.length > KEPT) lines.shift()
    },
    of: (owner: string) => lines.filter((line) => line.owner === owner || line.owner === null),
  }
}

/** Server-sent events for the signed-in owner: the last hundred lines, and every one from now on. */
export function feedStream(feed: Feed, bill: AppBill): RequestHandler {
  return (_request, response) => {
    const owner = whose(response)
    const sent = new Set<string>()
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write('retry: 500\n\n')
    const look = async () => {
      const all = [...feed.of(owner), ...(await journal(bill, owner))]
      const fresh = all.filter(({ id }) => !sent.has(id))
      for (const line of fresh.sort((a, b) => a.at.localeCompare(b.at)).slice(-KEPT))
        response.write(`data: ${JSON.stringify(line)}\n\n`)
      for (const { id } of fresh) sent.add(id)
    }
    let timer: NodeJS.Timeout
    const again = () => {
      timer = setTimeout(() => look().then(again, () => response.end()), POLL_MS)
    }
    look().then(again, () => response.end())
    response.on('close', () => clearTimeout(timer))
  }
}

async function journal(bill: AppBill, owner: string): Promise<readonly FeedLine[]> {
  const { items } = await bill.journal(owner, { limit: KEPT })
  const lines = items.map(({ seq, event: { type, at } }) => {
    const words = title(type.replace('.', ' '))
    const said = { at: new Date(at).toISOString(), title: words, text: type, owner }
    return { id: `${owner}/${seq}`, kind: 'journal' as const, ...said }
  })
  return lines.reverse()
}
