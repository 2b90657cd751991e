/** Markup that may stand in a page as it is. */
export type Markup = { readonly markup: string }

/** What may be set into a template: text is escaped, markup is not; null is nothing. */
export type Part = string | number | Markup | null | readonly Part[]

const ENTITIES: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

// Control characters, and those that turn the direction of the text around them.
const UNSEEN = /[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu
const SPACES = new Set(['\n', '\t', '\r'])

/** A text without characters that act but are not seen: it may come from anybody. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => (SPACES.has(character) ? ' ' : '\ufffd'))
}

/** A text as markup, in an element or a quoted attribute. */
export function escaped(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}

/**
 * Markup from a template: whatever is set into it is escaped, unless it is markup itself.
 *
 * @example
 * html`<p title="${label}">${label}</p>`.markup
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return {
    markup: strings.reduce((text, string, index) => text + markupOf(parts[index - 1]) + string),
  }
}

/** Text that is markup already: of this program's own making only. */
export function trusted(markup: string): Markup {
  return { markup }
}

function markupOf(part: Part | undefined): string {
  if (part === undefined || part === null) return ''
  if (typeof part === 'string') return escaped(part)
  if (typeof part === 'number') return String(part)
  return isMarkup(part) ? part.markup : part.map(markupOf).join('')
}

function isMarkup(part: Markup | readonly Part[]): part is Markup {
  return 'markup' in part
}
