/** Stripe's search language, as far as customers are looked for with it: `email:"a@b.example"`. */
import type { Customer } from './vendor.ts'
import { impossible } from './vendor-error.ts'

type Clause = (customer: Customer) => boolean

/** The customers that a query means; throws in Stripe's words where it cannot be read. */
export function searchCustomers(customers: Iterable<Customer>, query: string): readonly Customer[] {
  const joints = new Set([...query.matchAll(/" (AND|OR) /g)].map(([, word]) => word))
  if (joints.size > 1) throw impossible('A query takes AND or OR, not both.')
  const clauses = query.split(/(?<=") (?:AND|OR) /).map(clauseOf)
  const isMeant = joints.has('OR')
    ? (customer: Customer) => clauses.some((clause) => clause(customer))
    : (customer: Customer) => clauses.every((clause) => clause(customer))
  return [...customers].filter(isMeant)
}

const CLAUSE = /^(-?)(?:(email|name)|metadata\["([^"]+)"\])(:|~)"((?:[^"\\]|\\.)*)"$/

function clauseOf(text: string): Clause {
  const [, not, field, key = '', how, quoted = ''] = CLAUSE.exec(text) ?? []
  if (how === undefined) throw impossible(`We were unable to parse your search query: \`${text}\`.`)
  const wanted = quoted.replaceAll(/\\(.)/g, '$1').toLowerCase()
  return (customer) => {
    const value = field === 'email' || field === 'name' ? customer[field] : customer.metadata[key]
    const kept = value?.toLowerCase()
    const isIt = how === '~' ? kept?.includes(wanted) === true : kept === wanted
    return isIt !== (not === '-')
  }
}
