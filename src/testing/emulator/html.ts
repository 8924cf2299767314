/** HTML that cannot be injected into: every value is escaped unless it is HTML itself. */

/** Text that is HTML already. */
export interface Html {
  readonly html: string
}

type Value = string | number | Html | null | readonly (string | number | Html | null)[]

/** A piece of HTML; what is put in is escaped, lists are joined, `null` is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  const parts = strings.map((text, index) => {
    const value = values[index]
    return value === undefined ? text : text + render(value)
  })
  return { html: parts.join('') }
}

/** Text made safe for HTML content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`)
}

function render(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value))
  if ('html' in value) return value.html
  return value.map(render).join('')
}
