import type { Native } from '@plimsoll/model'

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g
// A JSON text cannot hold this character unescaped, so no string of the venue begins with it by chance.
const MARK = '\u0000integer:'

/**
 * Parses JSON without rounding integers: those beyond 2^53 become `bigint`.
 *
 * @throws SyntaxError when the text is not JSON.
 */
export function parseJson(text: string): Native {
  if (!/\d{16}/.test(text)) return JSON.parse(text) as Native
  const marked = text.replace(TOKEN, (token) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token))
      ? JSON.stringify(`${MARK}${token}`)
      : token,
  )
  return JSON.parse(marked, (_key, value: Native) =>
    typeof value === 'string' && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value,
  ) as Native
}
