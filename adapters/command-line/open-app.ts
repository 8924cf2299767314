/** The app's own `bill`, from the module that makes it. */
import type { Bill } from 'billwright'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Said, textOf } from './command.ts'

/** What every command that needs the app says and takes. */
export const APP_OPTIONS = {
  app: { type: 'string' },
  export: { type: 'string' },
  env: { type: 'string' },
  gateway: { type: 'string' },
} as const

type Opened = Pick<Bill, 'catalog' | 'gateways'>

/** Loads the module, hands its bill over, and closes it afterwards. */
export async function withApp<Result>(
  command: string,
  said: Said,
  work: (bill: Opened) => Promise<Result>,
): Promise<Result> {
  const app = textOf(said, 'app')
  if (!app) throw new Error(`${command}: say --app, such as --app ./src/billing.ts`)
  readEnvironment(command, textOf(said, 'env'))
  const bill = await billOf(await load(command, app), app, textOf(said, 'export') ?? 'bill')
  try {
    return await work(bill)
  } finally {
    // What was found out is worth more than a connection that does not close.
    await bill.close?.().catch(() => {})
  }
}

/** The gateways that are asked: all of them, or the one that was named. */
export function chosenGateways(command: string, said: Said, { gateways }: Opened) {
  const name = textOf(said, 'gateway')
  const chosen = [...gateways.values()].filter((each) => name === undefined || each.name === name)
  if (chosen.length > 0) return chosen
  const names = [...gateways.keys()].join(', ') || 'none'
  throw new Error(`${command}: the app has no such gateway; it has: ${names}`)
}

/** Variables that are set already win, as they do everywhere. */
function readEnvironment(command: string, file: string | undefined): void {
  try {
    if (file) process.loadEnvFile(file)
  } catch {
    throw new Error(`${command}: ${file} cannot be read`)
  }
}

type Module = Readonly<Record<string, unknown>>

async function load(command: string, app: string): Promise<Module> {
  const file = resolve(app)
  try {
    return await import(pathToFileURL(file).href)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const tsx = `npx tsx node_modules/billwright/dist/cli.js ${command} --app ${app}`
    const hint = /\.[cm]?tsx?$/.test(file) ? `\nIf it is the TypeScript that stops it: ${tsx}` : ''
    throw new Error(`${command}: ${app} could not be loaded: ${why}${hint}`)
  }
}

type Loaded = Opened & { readonly close?: () => Promise<void> }

async function billOf(module: Module, app: string, name: string): Promise<Loaded> {
  const exported = module[name]
  const bill: unknown = await (typeof exported === 'function' ? exported() : exported)
  if (isBill(bill)) return bill
  const names = Object.keys(module).join(', ') || 'nothing'
  throw new Error(`${app} exports no bill as ${name}; it exports: ${names}. Say --export.`)
}

// By its shape: the app may have its own copy of the library.
function isBill(value: unknown): value is Loaded {
  return typeof value === 'object' && value !== null && 'gateways' in value && 'catalog' in value
}
