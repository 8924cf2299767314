import type { Identity } from 'billwright'
import { cookies } from 'next/headers'

/** Who is signed in. A stand-in: anybody can write this cookie, so ask your auth library instead. */
export async function currentUser(): Promise<Identity | null> {
  const name = (await cookies()).get('user')?.value
  return name ? { id: name, email: `${name}@example.com`, name } : null
}
