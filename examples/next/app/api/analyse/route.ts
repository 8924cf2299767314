import { answerError } from 'billwright'
import { bill, currentCustomer } from '../../../lib/billing'

/** One query: counted first, so that however many ask at once none passes the limit. */
export async function POST(request: Request): Promise<Response> {
  const customer = await currentCustomer()
  if (!customer) return Response.json({ error: 'Sign in first.' }, { status: 401 })
  const body: unknown = await request.json().catch(() => null)
  const text = body && typeof body === 'object' && 'text' in body ? body.text : null
  if (typeof text !== 'string' || text.trim() === '' || text.length > 5_000)
    return Response.json({ error: 'Paste an error of at most 5,000 characters.' }, { status: 400 })
  try {
    await bill.use(customer, 'queries')
    const plan = await bill.entitlements(customer)
    const { cause, fix } = analyse(text)
    return Response.json({
      model: plan.get('model').value,
      cause,
      fix: plan.get('fixSuggestions').allowed ? fix : null,
    })
  } catch (error) {
    return answerError(bill, request, error) // 429 limit_reached, 402 past_due …
  }
}

/** Where a language model would be asked. */
function analyse(text: string): { readonly cause: string; readonly fix: string } {
  const known = KNOWN.find(({ pattern }) => pattern.test(text))
  return (
    known ?? { cause: 'This error is new to us.', fix: 'Read the first line of your own code.' }
  )
}

const KNOWN = [
  {
    pattern: /undefined|null/i,
    cause: 'Something is read from a value that is not there.',
    fix: 'Check the value before, or read it with ?. and a default.',
  },
  {
    pattern: /ECONNREFUSED|fetch failed/i,
    cause: 'Nothing listens at the address that was called.',
    fix: 'Start the service, or correct its host and port.',
  },
  {
    pattern: /SyntaxError|Unexpected token/i,
    cause: 'The text is not what the parser expects at this place.',
    fix: 'Look at the character that is named: often it is HTML where JSON was expected.',
  },
]
