/** `npx billwright`, as a person runs it. */
import Database from 'libsql'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { run } from '../../adapters/storage/sql/cli.ts'
import { first } from '../../src/testing/storage-cases/build.ts'
import { freshDatabase, isInstalled } from '../support/databases.ts'
import { openAt } from './processes/open-at.ts'
import { temporaryFile } from './temporary-file.ts'

describe('billwright schema', () => {
  it('prints what makes a database that needs no migration', async () => {
    const file = temporaryFile()
    const database = new Database(file)
    database.exec(await run(['schema', '--dialect', 'sqlite']))
    const storage = openAt(file)
    await storage.migrate()
    expect(await storage.commit(first('a'))).toEqual({ outcome: 'committed' })
    await storage.close()
  })

  it.skipIf(!isInstalled('postgres'))('prints what PostgreSQL takes', async () => {
    const url = await freshDatabase('postgres')
    const client = new pg.Client(url)
    await client.connect()
    await client.query(await run(['schema', '--dialect', 'postgres']))
    await client.end()
    const storage = openAt(url)
    await storage.migrate()
    expect(await storage.commit(first('a'))).toEqual({ outcome: 'committed' })
    await storage.close()
  })

  it('asks for the dialect when it is told none, or another', async () => {
    await expect(run(['schema'])).rejects.toThrow('say --dialect')
    await expect(run(['schema', '--dialect', 'oracle'])).rejects.toThrow('say --dialect')
  })
})

describe('billwright migrate', () => {
  it('makes the tables, and twice is once', async () => {
    const file = temporaryFile()
    expect(await run(['migrate', '--url', file])).toBe('The tables are there.\n')
    expect(await run(['migrate', '--url', `file:${file}`])).toBe('The tables are there.\n')
    const storage = openAt(file)
    expect(await storage.commit(first('a'))).toEqual({ outcome: 'committed' })
    await storage.close()
  })

  it('asks where', async () => {
    await expect(run(['migrate'])).rejects.toThrow('say --url')
  })
})

it('says what it can do when it is asked nothing', async () => {
  expect(await run([])).toContain('billwright schema')
})
