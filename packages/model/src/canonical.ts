import { InvalidPortfolioError } from './errors.js'

const INTEGER = '$int'
const INTEGER_TEXT = /^-?(0|[1-9]\d*)$/

/**
 * Canonical JSON: sorted keys, no spaces, `bigint` as `{"$int":"123"}`. Equal values give equal
 * bytes on every engine, so that a hash of it identifies the value.
 *
 * @throws InvalidPortfolioError for NaN, infinities, functions, `undefined` in an array, or a key `$int`.
 */
export function toCanonicalJson(value: unknown): string {
  switch (typeof value) {
    case 'bigint':
      return `{"${INTEGER}":"${value}"}`
    case 'string':
    case 'boolean':
      return JSON.stringify(value)
    case 'number':
      if (!Number.isFinite(value)) throw unserialisable(String(value))
      return JSON.stringify(value)
    case 'object':
      if (value === null) return 'null'
      if (Array.isArray(value)) return `[${value.map(toCanonicalJson).join(',')}]`
      return `{${Object.entries(value)
        .filter(([, entry]) => entry !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, entry]) => {
          if (key === INTEGER) throw unserialisable(`the key "${INTEGER}"`)
          return `${JSON.stringify(key)}:${toCanonicalJson(entry)}`
        })
        .join(',')}}`
    default:
      throw unserialisable(typeof value)
  }
}

/** Reads JSON written by `toCanonicalJson`. @throws InvalidPortfolioError when it is not JSON or an integer is malformed. */
export function fromCanonicalJson(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown) => revive(value))
  } catch (cause) {
    if (cause instanceof InvalidPortfolioError) throw cause
    throw new InvalidPortfolioError(
      `The text is not JSON (${text.length} characters). Pass what serializePortfolio returned.`,
      { cause },
    )
  }
}

function revive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !(INTEGER in value)) return value
  const digits = value[INTEGER]
  if (typeof digits === 'string' && INTEGER_TEXT.test(digits) && digits !== '-0') {
    if (Object.keys(value).length === 1) return BigInt(digits)
  }
  throw new InvalidPortfolioError(
    `${JSON.stringify(value).slice(0, 80)} is not an integer. Write {"${INTEGER}":"123"}.`,
  )
}

function unserialisable(what: string): InvalidPortfolioError {
  return new InvalidPortfolioError(
    `Cannot serialise ${what}: a portfolio holds finite numbers, bigint, strings, booleans, null, arrays and plain objects only.`,
  )
}
