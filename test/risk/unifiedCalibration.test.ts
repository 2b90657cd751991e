import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkMarketState } from '@plimsoll/model'
import { DEFAULT_MARKET_STATE } from '@plimsoll/risk/score'
import { describe, expect, it } from 'vitest'

const FOLDER = join(import.meta.dirname, '../../../shared/market')
const DAY = 86_400_000
const YEAR = Math.sqrt(365)
const isThere = existsSync(join(FOLDER, 'btc-daily.csv'))

type Return = { readonly atMs: number; readonly value: number }

/** Log returns by the instant of their close. */
function returnsOf(symbol: string): readonly Return[] {
  const rows = readFileSync(join(FOLDER, `${symbol.toLowerCase()}-daily.csv`), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))
  return rows.slice(1).flatMap(([date = '', close], index) => {
    const atMs = Date.parse(`${date}T00:00:00Z`) + DAY
    const value = Math.log(Number(close) / Number(rows[index]?.[1]))
    return atMs <= Date.UTC(2026, 2, 15) ? [{ atMs, value }] : []
  })
}

const meanSquare = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value * value, 0) / values.length

const correlationOf = (a: readonly Return[], b: readonly Return[]) => {
  const other = new Map(b.map(({ atMs, value }) => [atMs, value]))
  const pairs = a.flatMap(({ atMs, value }) => {
    const match = other.get(atMs)
    return match === undefined ? [] : [[value, match] as const]
  })
  const product = pairs.reduce((sum, [x, y]) => sum + x * y, 0) / pairs.length
  return (
    product / Math.sqrt(meanSquare(pairs.map(([x]) => x)) * meanSquare(pairs.map(([, y]) => y)))
  )
}

const roundedUp = (value: number) => Math.ceil(value * 100 - 1e-9) / 100

describe('DEFAULT_MARKET_STATE', () => {
  it('follows the format, and expires after 90 days', () => {
    expect(checkMarketState(DEFAULT_MARKET_STATE)).toEqual(DEFAULT_MARKET_STATE)
    expect(new Date(DEFAULT_MARKET_STATE.asOfMs).toISOString()).toBe('2026-11-24T00:00:00.000Z')
    expect(DEFAULT_MARKET_STATE.expiresAtMs - DEFAULT_MARKET_STATE.asOfMs).toBe(90 * DAY)
  })

  describe.skipIf(!isThere)('from the daily closes, where they are at hand', () => {
    it.each(DEFAULT_MARKET_STATE.volatilities)('has the volatilities of $factor', (row) => {
      const symbol = row.factor.slice('spot:'.length)
      const returns = returnsOf(symbol)
      const values = returns.map(({ value }) => value)
      let variance = meanSquare(values)
      const filtered = values.map((value) => {
        variance = 0.94 * variance + 0.06 * value * value
        return Math.sqrt(variance) * YEAR
      })
      const quarters = values
        .slice(89)
        .map((_, index) => meanSquare(values.slice(index, index + 90)))
      expect(row.volatility).toBe(roundedUp(Math.max(...filtered.slice(-365))))
      expect(row.stressed).toBe(roundedUp(Math.sqrt(Math.max(...quarters)) * YEAR))
      expect(row.floor).toBe(roundedUp(Math.sqrt(meanSquare(values)) * YEAR))
      expect(row.provenance).toMatchObject({
        asOfMs: returns.at(-1)?.atMs,
        observed: { fromMs: (returns[0]?.atMs ?? NaN) - DAY },
      })
    })

    it.each(DEFAULT_MARKET_STATE.correlations)('has the correlation of $factors', (row) => {
      const [a, b] = row.factors.map((factor) => returnsOf(factor.slice('spot:'.length)))
      const since = (fromMs: number, returns: readonly Return[] = []) =>
        returns.filter(({ atMs }) => atMs > fromMs)
      const recent = Date.UTC(2026, 2, 15) - 365 * DAY
      const all = Date.UTC(2020, 3, 11)
      const both = [recent, all].map((from) => correlationOf(since(from, a), since(from, b)))
      expect(row.value).toBe(roundedUp(Math.max(...both)))
    })
  })
})
