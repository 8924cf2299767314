/** The frame of every page that an emulator shows to customers: plain, readable, without scripts. */
import { type Html, html } from './html.ts'

export interface HostedPageOptions {
  readonly title: string
  /** Shown above the title: whose page it is. */
  readonly brand: string
  readonly body: Html
  /** Default 200. */
  readonly status?: number
}

const STYLE: Html = {
  html: `
:root { color-scheme: light dark; --ink: #16181d; --soft: #5c6370; --line: #dcdfe4; --paper: #fff;
  --back: #f3f4f6; --accent: #2456d6; --on-accent: #fff; --bad: #b3261e }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --soft: #a2a9b4; --line: #3a3f47;
  --paper: #1d2025; --back: #121417; --accent: #7ea2ff; --on-accent: #10131a; --bad: #ff8a80 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--back); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif }
main { max-width: 30rem; margin: 0 auto; padding: 1.5rem 1rem 3rem }
section { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem;
  padding: 1.25rem; margin: 1rem 0 }
h1 { font-size: 1.375rem; line-height: 1.25; margin: .25rem 0 0 }
h2 { font-size: 1rem; margin: 0 0 .75rem }
p { margin: .5rem 0; overflow-wrap: anywhere }
.soft { color: var(--soft); font-size: .875rem }
.bad { color: var(--bad); font-weight: 600 }
.amount { font-size: 2rem; font-weight: 700; font-variant-numeric: tabular-nums; margin: .25rem 0 }
table { width: 100%; border-collapse: collapse } td { padding: .375rem 0; vertical-align: top }
td:last-child { text-align: right; font-variant-numeric: tabular-nums }
label { display: block; font-weight: 600; margin-bottom: .25rem }
input, button { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; border-radius: .5rem;
  border: 1px solid var(--line); background: transparent; color: inherit; font: inherit }
button { cursor: pointer; margin-top: .75rem; font-weight: 600 }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent) }
ul { list-style: none; margin: 0; padding: 0 }
li button { margin-top: .5rem; display: grid; text-align: left; font-weight: 400 }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
`,
}

/** A whole page as a response. It loads nothing, no icon either, and may not be framed or cached. */
export function hostedPage({ title, brand, body, status = 200 }: HostedPageOptions): Response {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<main>
<header><p class="soft">${brand}</p><h1>${title}</h1></header>
${body}
</main>
</body>
</html>
`
  return new Response(page.html, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  })
}
