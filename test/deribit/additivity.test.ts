import type {
  BookedOption,
  CurrencyParameters,
  PairParameters,
} from '@plimsoll/adapters/options/deribit'
import { portfolioMargin, scenarioBook } from '@plimsoll/adapters/options/deribit'
import { evaluateScenarioTest } from '@plimsoll/risk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CURRENCY, PAIR } from './matrix.js'

const INDEX = 60_000
const NOTHING = { spot: 0, marketMaker: 0, openOrders: 0 }

type Portfolio = { readonly perp: number; readonly options: readonly BookedOption[] }
type Changes = Partial<PairParameters & CurrencyParameters>

/** The risk matrix margin of a portfolio in coins. */
function matrix({ perp, options }: Portfolio, changes: Changes = {}): number {
  const book = scenarioBook(
    {
      pair: 'btc_usd',
      payoff: 'inverse',
      index: INDEX,
      linear: [{ leg: 'perp', size: perp, price: INDEX, mark: -1, years: 0 }],
      options,
      parameters: { ...PAIR, ...CURRENCY, ...changes },
    },
    { index: -1, unit: { mark: -1, value: INDEX } },
  )
  const { maintenance, books } = evaluateScenarioTest({
    kernel: 'scenario',
    strict: true,
    normalCdf: 'exact',
    cash: [],
    stable: { mark: -1, value: 1 },
    collateral: [],
    books: [book],
    across: 'worst',
    factors: { maintenance: 0.8, initial: 1 },
    depeg: null,
  })
  const scale = { unit: INDEX, factor: 0.8 }
  return portfolioMargin(maintenance, books, NOTHING, scale).risk_matrix_margin
}

const joined = (a: Portfolio, b: Portfolio): Portfolio => ({
  perp: a.perp + b.perp,
  options: [...a.options, ...b.options],
})

const option = (strike: number, size: number, right: 'call' | 'put' = 'call'): BookedOption => ({
  leg: `${right} ${strike} ${size}`,
  right,
  size,
  strike,
  forward: INDEX,
  volatility: 0.6,
  years: 0.1,
})

const size = fc.double({ min: -20, max: 20, noNaN: true })
const portfolio: fc.Arbitrary<Portfolio> = fc.record({
  perp: size,
  options: fc.array(
    fc
      .tuple(
        fc.integer({ min: 20, max: 120 }),
        size,
        fc.constantFrom('call' as const, 'put' as const),
      )
      .map(([thousands, lots, right]) => option(thousands * 1000, lots, right)),
    { maxLength: 3 },
  ),
})

/** The worst case is rounded to 9 decimals. */
const ROUNDING = 2e-9

describe('the risk matrix', () => {
  it('never asks more of two portfolios together than apart, without its dampener and delta shock', () => {
    const changes = { extended_dampener: 0, max_delta_shock: 0 }
    fc.assert(
      fc.property(portfolio, portfolio, (a, b) => {
        const apart = matrix(a, changes) + matrix(b, changes)
        expect(matrix(joined(a, b), changes)).toBeLessThanOrEqual(apart + ROUNDING)
      }),
      { numRuns: 40 },
    )
  })

  it('asks more together where the dampener relieves each alone', () => {
    const calls = { perp: 0, options: [option(300_000, -200)] }
    expect(matrix(joined(calls, calls))).toBeGreaterThan(2 * matrix(calls) + 0.1)
  })

  it('asks more together where the delta shock begins between them', () => {
    const perp = { perp: 200, options: [] }
    const wide = { delta_total_liq_shock_threshold: 12_000_000 }
    expect(matrix(joined(perp, perp), wide)).toBeGreaterThan(2 * matrix(perp, wide) + 0.1)
  })

  it('asks nothing of nothing, and grows in proportion without dampener and delta shock', () => {
    expect(matrix({ perp: 0, options: [] })).toBe(0)
    const changes = { extended_dampener: 0, max_delta_shock: 0 }
    const one = { perp: 1, options: [option(66_000, -2)] }
    const two = { perp: 2, options: [option(66_000, -4)] }
    expect(matrix(two, changes)).toBeCloseTo(2 * matrix(one, changes), 8)
  })

  it('counts the volatility floor on the shocked volatility, upward only', () => {
    const calm = { ...option(66_000, -1), volatility: 0.2 }
    const floored = matrix({ perp: 0, options: [calm] })
    const free = matrix({ perp: 0, options: [calm] }, { min_volatility_for_shock_up: 0 })
    expect(floored).toBeGreaterThan(free)
    expect(matrix({ perp: 0, options: [calm] }, { min_volatility_for_shock_up: 0.2 })).toBe(free)
  })
})
