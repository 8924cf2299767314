/**
 * Schemas of an OpenAPI file as JSON Schema that refuses what it does not declare. A file may hold
 * megabytes, so a schema that another refers to is compiled when data first reaches it.
 */
import type { Operation } from './operations.ts'
import {
  Ajv2020,
  type ErrorObject,
  type FuncKeywordDefinition,
  type ValidateFunction,
} from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { isFields, type Json } from './nested.ts'

/** What is wrong with a value, each as `/where what`; empty when nothing is. */
export type Check = (value: unknown) => readonly string[]

export interface SchemaChecks {
  params(operation: Operation, place: 'path' | 'query'): Check
  body(operation: Operation): {
    readonly types: ReadonlyMap<string, Check>
    readonly required: boolean
  }
  /** By media type; `null` for a status that is not declared. */
  response(operation: Operation, status: number): ReadonlyMap<string, Check> | null
  webhook(name: string): Check
}

export function schemaChecks(document: Json): SchemaChecks {
  // Forms and queries are text: numbers and booleans are read out of it. JSON is taken as it is.
  const [json, text] = [compiler(document, false), compiler(document, true)]
  const deref = (value: unknown): Json => {
    if (!isFields(value)) return {}
    return typeof value.$ref === 'string' ? deref(at(document, value.$ref)) : value
  }
  const contents = (content: unknown): ReadonlyMap<string, Check> =>
    new Map(
      Object.entries(deref(content)).map(([type, media]) => {
        const { schema } = deref(media)
        const form = type.includes('form')
        return [type, (form ? text : json)(isFields(schema) ? schema : {})]
      }),
    )
  const kept = new Map<string, unknown>()
  const once = <Made>(key: string, make: () => Made): Made => {
    if (!kept.has(key)) kept.set(key, make())
    return kept.get(key) as Made
  }
  return {
    params: (operation, place) =>
      once(`${place} ${operation.id}`, () => text(paramsSchema(operation, place, deref))),
    body: ({ id, item }) =>
      once(`body ${id}`, () => {
        const { content, required } = deref(item.requestBody)
        return { types: contents(content), required: required === true }
      }),
    response: ({ id, item }, status) =>
      once(`${status} ${id}`, () => {
        const all = deref(item.responses)
        const declared = all[status] ?? all[`${Math.floor(status / 100)}XX`] ?? all.default
        return declared === undefined ? null : contents(deref(declared).content)
      }),
    webhook: (name) =>
      once(`webhook ${name}`, () => {
        const { post } = deref(deref(document.webhooks)[name])
        const body = contents(deref(deref(post).requestBody).content).get('application/json')
        return body ?? (() => ['is no webhook of the contract'])
      }),
  }
}

function paramsSchema(
  { item, shared }: Operation,
  place: 'path' | 'query',
  deref: (value: unknown) => Json,
): Json {
  const lists = [shared.parameters, item.parameters].filter((list) => Array.isArray(list))
  const params = lists
    .flat()
    .map(deref)
    .filter((each) => each.in === place)
  return {
    type: 'object',
    properties: Object.fromEntries(params.map(({ name, schema }) => [name, schema ?? {}])),
    required: params.filter(({ required }) => required === true).map(({ name }) => name),
  }
}

/** Compiles schemas of the document when they are first used. */
function compiler(document: Json, coerceTypes: boolean): (schema: Json) => Check {
  const ajv = new Ajv2020({ strict: false, allErrors: true, coerceTypes, logger: false })
  formats.default(ajv)
  ajv.addFormat('decimal', /^-?\d+(\.\d+)?$/)
  const check = (schema: Json): Check => {
    let validate: ValidateFunction | null = null
    return (value) => {
      validate ??= ajv.compile(closed(document, schema))
      return validate(value) ? [] : (validate.errors ?? []).map(worded)
    }
  }
  ajv.addKeyword({
    keyword: 'declaredAt',
    errors: 'full',
    validate: lazily((ref) => ajv.compile(closed(document, at(document, ref)))),
  })
  return check
}

type ValidateKeyword = NonNullable<FuncKeywordDefinition['validate']>

/** Follows a reference when data reaches it; what it finds wrong is told from the data's root. */
function lazily(compile: (ref: string) => ValidateFunction): ValidateKeyword {
  const compiled = new Map<string, ValidateFunction>()
  const validate: ValidateKeyword = (ref: string, data, _schema, context) => {
    const check = compiled.get(ref) ?? compile(ref)
    compiled.set(ref, check)
    if (check(data) === true) return true
    validate.errors = (check.errors ?? []).map((error) => ({
      ...error,
      instancePath: `${context?.instancePath ?? ''}${error.instancePath}`,
    }))
    return false
  }
  return validate
}

function worded({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || '/'} ${message} ${JSON.stringify(params)}`
}

function at(document: Json, ref: string): Json {
  const names = ref.replace(/^#\//, '').split('/')
  const found = names.reduce<unknown>(
    (value, name) => (isFields(value) ? value[name.replaceAll('~1', '/')] : undefined),
    document,
  )
  if (!isFields(found)) throw new Error(`The file has nothing at ${ref}`)
  return found
}

/** A schema that allows nothing beyond what it declares, with `nullable` of 3.0 spelled out. */
function closed(document: Json, schema: Json): Json {
  if (typeof schema.$ref === 'string') return nullable(schema, { declaredAt: schema.$ref })
  const declares = isFields(schema.properties) || Array.isArray(schema.allOf)
  const free = 'additionalProperties' in schema || !declares
  const shut = free ? {} : { unevaluatedProperties: false }
  return nullable(schema, { ...parts(document, schema, declares), ...shut })
}

/** A part of a combination: what it refers to is put in its place, so that its names count. */
function open(document: Json, schema: Json): Json {
  if (typeof schema.$ref === 'string') return open(document, at(document, schema.$ref))
  return nullable(schema, parts(document, schema, true))
}

/** The schema with the schemas in it. Those it combines are open where names stand beside them. */
function parts(document: Json, schema: Json, besideNames: boolean): Json {
  const { nullable: _nullable, discriminator: _discriminator, ...rest } = schema
  const result: Record<string, unknown> = { ...rest }
  const combined = (each: Json) => (besideNames ? open(document, each) : closed(document, each))
  for (const word of ['allOf', 'anyOf', 'oneOf']) {
    const list = schema[word]
    if (Array.isArray(list)) result[word] = list.filter(isFields).map(combined)
  }
  for (const word of ['items', 'additionalProperties']) {
    const below = schema[word]
    if (isFields(below)) result[word] = closed(document, below)
  }
  if (isFields(schema.properties)) result.properties = closedEach(document, schema.properties)
  return result
}

function closedEach(document: Json, properties: Json): Json {
  const all = Object.entries(properties)
  return Object.fromEntries(
    all.map(([name, value]) => [name, isFields(value) ? closed(document, value) : value]),
  )
}

function nullable({ nullable: allowed }: Json, schema: Json): Json {
  return allowed === true ? { anyOf: [schema, { type: 'null' }] } : schema
}
