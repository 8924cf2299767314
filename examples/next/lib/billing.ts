import { billing, flag, meter, monthly, plan, value } from 'billwright'
import { SANDBOX_WEBHOOK_SECRET, sandbox } from 'billwright/sandbox'
import { sqlite } from 'billwright/sqlite'
import { currentUser } from './session'

const queries = meter('queries') // counted per month
const model = value('model', ['gemini', 'gpt-3.5', 'gpt-4'])
const maxTokens = value('maxTokens', [800, 1200, 2000])
const fixSuggestions = flag('fixSuggestions')
const team = flag('team')

export const appUrl = process.env.APP_URL ?? `http://127.0.0.1:${process.env.PORT ?? 3000}`
export const sandboxPort = Number(process.env.SANDBOX_PORT ?? 4100)
export const dataFolder = process.env.DATA ?? '.data'

function openBill() {
  return billing({
    plans: [
      plan('free', {
        default: true,
        includes: [queries(5), model('gemini'), maxTokens(800)],
      }),
      plan('pro', {
        price: monthly(2_00, 'USD'),
        includes: [queries('unlimited'), model('gpt-3.5'), maxTokens(1200), fixSuggestions()],
      }),
      plan('team', {
        price: monthly(8_00, 'USD'),
        includes: [queries('unlimited'), model('gpt-4'), maxTokens(2000), fixSuggestions(), team()],
      }),
    ],
    gateways: [
      sandbox({
        secretKey: 'sk_test_example_next',
        webhookSecret: SANDBOX_WEBHOOK_SECRET,
        baseUrl: `http://127.0.0.1:${sandboxPort}`,
      }),
    ],
    storage: sqlite({ file: `${dataFolder}/billing.db` }),
    identify: currentUser,
    http: { origins: [appUrl] },
  })
}

// Next loads this module once for each bundle, and again when it changes: one Bill for all of them.
const shared = globalThis as { bill?: ReturnType<typeof openBill> }
shared.bill ??= openBill()
export const bill = shared.bill

/** The id of whoever is signed in, on the free plan at least: registering twice is once. */
export async function currentCustomer(): Promise<string | null> {
  const user = await currentUser()
  if (!user) return null
  await bill.register(user)
  return user.id
}
