import { mkdir, rm } from 'node:fs/promises'
import { appUrl, bill, dataFolder, sandboxPort } from './billing'

/** What runs beside the pages: the payment provider of this demo, the database, the worker. */
export async function start(): Promise<void> {
  // The sandbox forgets its customers when it stops, so the demo starts anew with it.
  await rm(dataFolder, { recursive: true, force: true })
  await mkdir(dataFolder, { recursive: true })
  await startSandbox()
  await bill.migrate()
  void bill.work() // renewals, reminders, endings; one in each process is safe
}

/** An emulator refuses NODE_ENV=production, which a bundle would fix at build time: not bundled. */
async function startSandbox(): Promise<void> {
  const { sandboxEmulator } = await import(/* turbopackIgnore: true */ 'billwright/sandbox')
  const webhookUrl = `${appUrl}/api/billing/webhooks/sandbox`
  await sandboxEmulator({ webhookUrl }).listen({ port: sandboxPort })
}
