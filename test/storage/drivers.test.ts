/** What must hold through every driver and query builder, whatever words it has for it. */
import { describe, expect, it, onTestFinished } from 'vitest'
import { builders, drivers } from '../support/apps/index.ts'

describe.each([...drivers, ...builders])('$name', ({ installed, open }) => {
  const rule = it.skipIf(!installed)
  const storage = async () => {
    const app = await open()
    onTestFinished(async () => {
      await app.close()
    })
    return app.storage
  }

  rule('is told to have no tables before it was migrated', async () => {
    const asked = (await storage()).load({ by: { account: 'a' } })
    await expect(asked).rejects.toMatchObject({ kind: 'config', code: 'storage_not_migrated' })
  })

  rule('has the schema once it was migrated', async () => {
    const migrated = await storage()
    await migrated.migrate()
    expect(await migrated.drift()).toEqual([])
  })
})
