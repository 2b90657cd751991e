import type { Native } from '@plimsoll/model'

/** Where something is in a JSON value: object keys and array indices. */
export type JsonPath = readonly (string | number)[]

/** One value inside a JSON value, and where it is. */
export type JsonPlace = { readonly path: JsonPath; readonly value: Native }

/** A value and everything in it, outermost first, in order of appearance. */
export function* placesOf(value: Native, path: JsonPath = []): Generator<JsonPlace> {
  yield { path, value }
  if (isList(value)) {
    for (const [index, entry] of value.entries()) yield* placesOf(entry, [...path, index])
  } else if (isObject(value)) {
    for (const [key, entry] of Object.entries(value)) yield* placesOf(entry, [...path, key])
  }
}

/** The same value with `put` at `path`; without the key or index when `put` is undefined. */
export function replaceAt(value: Native, path: JsonPath, put: Native | undefined): Native {
  const [head, ...rest] = path
  if (head === undefined) return put ?? null
  if (isList(value)) {
    return value.flatMap((entry, index) => {
      if (index !== head) return [entry]
      if (rest.length === 0 && put === undefined) return []
      return [replaceAt(entry, rest, put)]
    })
  }
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) => {
      if (key !== head) return [[key, entry]]
      if (rest.length === 0 && put === undefined) return []
      return [[key, replaceAt(entry, rest, put)]]
    }),
  )
}

/** `positions[0].size`; the answer itself is `the answer`. */
export function pathText(path: JsonPath): string {
  if (path.length === 0) return 'the answer'
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '')
}

/** The path with its array indices forgotten: `positions[].size`. */
export function pathPattern(path: JsonPath): string {
  return pathText(path).replace(/\[\d+\]/g, '[]')
}

export function isList(value: Native): value is readonly Native[] {
  return Array.isArray(value)
}

export function isObject(value: Native): value is { readonly [key: string]: Native } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
