/** The route table: every route of the HTTP interface, as data. */
import type { Route } from './route.ts'
import { changing } from './routes/changing.ts'
import { operating } from './routes/operating.ts'
import { previewing } from './routes/previewing.ts'
import { reading } from './routes/reading.ts'
import { receiving } from './routes/receiving.ts'
import { using } from './routes/using.ts'

export const ROUTES: readonly Route[] = [
  ...reading,
  ...using,
  ...changing,
  ...previewing,
  ...receiving,
  ...operating,
]
