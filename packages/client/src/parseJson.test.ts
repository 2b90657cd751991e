import type { Native } from '@plimsoll/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from './parseJson.js'

const rounded = (value: Native): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, entry) => (typeof entry === 'bigint' ? Number(entry) : entry)),
  )

describe('parseJson', () => {
  it('rounds no integer', () => {
    fc.assert(
      fc.property(fc.bigInt(), (integer) => {
        const value = parseJson(`{"a":[${integer}],"b":"${integer}"}`)
        const isSafe = Number.isSafeInteger(Number(integer))
        expect(value).toEqual({ a: [isSafe ? Number(integer) : integer], b: String(integer) })
      }),
    )
  })

  it('parses everything else as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json(), fc.string(), (json, text) => {
        expect(rounded(parseJson(json))).toEqual(JSON.parse(json))
        // A run of digits in a string takes the careful path, and stays what it is.
        const careful = JSON.stringify({ text, digits: `${text}"\\12345678901234567890` })
        expect(parseJson(careful)).toEqual(JSON.parse(careful))
      }),
    )
  })

  it('keeps fractions and exponents numbers', () => {
    const text = '[0.1234567890123456789, 1e20, -1234567890123456.5, 1234567890123456]'
    expect(parseJson(text)).toEqual(JSON.parse(text))
  })

  it('is a SyntaxError for what is not JSON', () => {
    expect(() => parseJson('<html>12345678901234567890</html>')).toThrow(SyntaxError)
    expect(() => parseJson('')).toThrow(SyntaxError)
  })
})
