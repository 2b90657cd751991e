import {
  formatAmount,
  InvalidRuleError,
  MarkError,
  OperationError,
  toNumber,
} from '@plimsoll/model'
import { black76Price } from '@plimsoll/risk/pricing'
import { describe, expect, it } from 'vitest'
import { atPrices, judged, moduleOf, moved, portfolioOf, stateOfWallet } from './made.js'
import { INDEX, quote, YEARS } from './prices.js'
import { CROSS_PORTFOLIO, CROSS_STANDARD, PORTFOLIO, STANDARD, stateOf } from './venue.js'

const BTC = INDEX.BTC ?? 0
const all = await portfolioOf(STANDARD, PORTFOLIO, CROSS_STANDARD, CROSS_PORTFOLIO)
const standardBtc = stateOf(all, 'deribit/1001/BTC')
const portfolioBtc = stateOf(all, 'deribit/1002/BTC')
const crossPortfolio = stateOf(all, 'deribit/1004/cross')

describe('standard margin', () => {
  it('has the margins of the venue, in the currency of the account', () => {
    const { exact, equity } = judged(standardBtc)
    const short = (name: string, size: number, floor: number) => {
      const { mark, forward, option } = quote(name)
      const out = Math.abs((option?.strike ?? 0) - forward) / forward
      return [size * (Math.max(0.15 - out, floor) + mark), size * (0.075 + mark)] as const
    }
    const call = short('BTC-25DEC26-66000-C', 3, 0.1)
    const put = short('BTC-25DEC26-54000-P', 2, 0.1)
    const coins = 60_000 / 60_030 + 30_000 / quote('BTC-25DEC26').mark
    expect(toNumber(exact.initial_margin ?? never())).toBeCloseTo(
      0.02 * coins + call[0] + put[0],
      8,
    )
    expect(toNumber(exact.maintenance_margin ?? never())).toBeCloseTo(
      0.01 * coins + call[1] + put[1],
      8,
    )
    const options = -3 * quote('BTC-25DEC26-66000-C').mark
    const puts = -2 * quote('BTC-25DEC26-54000-P').mark + quote('BTC-25DEC26-50000-P').mark
    expect(toNumber(exact.margin_balance ?? never())).toBeCloseTo(equity / BTC - options - puts, 12)
  })

  it('is 1 where the maintenance margin meets the margin balance, options aside', async () => {
    const wallet = [['BTC-25DEC26-66000-C', -1]] as const
    const { mark } = quote('BTC-25DEC26-66000-C')
    const at = await stateOfWallet('BTC', 'segregated_sm', 0.075 + mark - mark, wallet)
    // The balance is equity without the option; its mark is in the maintenance margin.
    const { health, excess, liquidatable } = judged(at)
    expect(health.value).toBeCloseTo((0.075 - mark) / 0.075, 6)
    expect(excess).toBeCloseTo(-mark * BTC, 2)
    expect(liquidatable).toBe(true)
    const met = await stateOfWallet('BTC', 'segregated_sm', 0.0751 + mark, wallet)
    expect(judged(met).liquidatable).toBe(false)
    expect(judged(met).health.value).toBeCloseTo(0.0751 / 0.075, 6)
  })

  it('moves an inverse future in dollars by its coins, and its margin not at all', async () => {
    const state = await stateOfWallet('BTC', 'segregated_sm', 0.05, [['BTC-PERPETUAL', 60_000]])
    const today = judged(state)
    const coins = 60_000 / 60_030
    for (const by of [-0.2, -0.01, 0.3]) {
      const then = judged(state, moved(by))
      const expected = today.equity * (1 + by) + coins * BTC * by
      expect(then.equity).toBeCloseTo(expected, 3)
      expect(then.maintenanceMargin).toBeCloseTo(today.maintenanceMargin ?? NaN, 3)
      // The same in coins: q·(1 − 1 ÷ (1 + s)) on the balance.
      const inCoins = today.equity / BTC + coins * (1 - 1 / (1 + by))
      expect(then.equity / (BTC * (1 + by))).toBeCloseTo(inCoins, 7)
    }
  })

  it('reprices a short option in coins when its index moves', async () => {
    const state = await stateOfWallet('BTC', 'segregated_sm', 1, [['BTC-25DEC26-66000-C', -2]])
    const priced = quote('BTC-25DEC26-66000-C')
    const inCoins = (by: number) => {
      const forward = priced.forward * (1 + by)
      const option = { right: 'call', strike: 66_000, volatility: 0.55, years: YEARS } as const
      return black76Price({ ...option, forward, discount: 1 }) / forward
    }
    const then = judged(state, moved(0.25))
    const mark = priced.mark + inCoins(0.25) - inCoins(0)
    expect(toNumber(then.exact.maintenance_margin ?? never())).toBeCloseTo(2 * (0.075 + mark), 6)
    expect(then.equity).toBeCloseTo((1 - 2 * mark) * BTC * 1.25, 1)
  })

  it('leaves as much above each margin as the venue does, also for a put worth more than a coin', async () => {
    const state = await stateOfWallet('BTC', 'segregated_sm', 5, [
      ['BTC-25DEC26-200000-P', -1],
      ['BTC-25DEC26-66000-C', 2],
      ['BTC-PERPETUAL', 6000],
    ])
    for (const factor of [moved(0), moved(-0.3), moved(0.4)]) {
      const { exact, equity, excess, initialMargin } = judged(state, factor)
      const price = BTC * factor(state.account.legs[0]?.mark ?? never())
      const inDollars = (name: string) => toNumber(exact[name] ?? never()) * price
      const balance = inDollars('margin_balance')
      // The larger share of a put's mark is taken of the model: 0.075 of its printed last places apart.
      expect(excess).toBeCloseTo(balance - inDollars('maintenance_margin'), 0)
      expect(equity - (initialMargin ?? NaN)).toBeCloseTo(balance - inDollars('initial_margin'), 3)
    }
    const { mark } = quote('BTC-25DEC26-200000-P')
    expect(mark).toBeGreaterThan(1)
    const least = 0.075 * mark + mark + 0.01 * (6000 / 60_030)
    expect(toNumber(judged(state).exact.maintenance_margin ?? never())).toBeCloseTo(least, 6)
  })

  it('adds up over currencies in dollars', () => {
    const { exact } = judged(stateOf(all, 'deribit/1003/cross'))
    const call = quote('BTC-25DEC26-66000-C')
    const expected = (0.075 + call.mark) * BTC + 0.01 * (10_000 / 2001) * 2000
    expect(toNumber(exact.maintenance_margin ?? never())).toBeCloseTo(expected, 3)
  })

  it('moves linear contracts by their own price', async () => {
    const state = await stateOfWallet('USDC', 'segregated_sm', 1000, [['SOL_USDC-PERPETUAL', 20]])
    const today = judged(state)
    const then = judged(state, moved(-0.1))
    const { mark } = quote('SOL_USDC-PERPETUAL')
    expect(then.equity - today.equity).toBeCloseTo(-0.1 * 20 * mark * 0.9998, 6)
    expect(then.maintenanceMargin).toBeCloseTo(0.9 * (today.maintenanceMargin ?? NaN), 6)
  })
})

describe('portfolio margin', () => {
  it('has the margins of the venue, in coins', () => {
    const { exact, flags } = judged(portfolioBtc)
    const checks = new Map(
      portfolioBtc.account.reconciliation.checks.map((check) => [check.name, check]),
    )
    for (const name of ['worst_case', 'roll_shock', 'risk_matrix_margin'] as const) {
      expect(checks.get(name)?.residual, name).toBeLessThan(1e-15)
      expect(formatAmount(exact[name] ?? never())).not.toBe('0')
    }
    expect(checks.get('initial_margin')?.residual).toBeLessThan(1e-15)
    const vectors = [...checks.values()].filter(({ name }) => name.includes('vector of'))
    expect(vectors).toHaveLength(8)
    for (const { name, residual } of vectors) expect(residual, name).toBeLessThan(1e-15)
    expect(flags).toEqual([])
  })

  it('is equity against 0.8 of the risk matrix', () => {
    const { health, equity, exact } = judged(portfolioBtc)
    const matrix = toNumber(exact.risk_matrix_margin ?? never())
    expect(health.value).toBeCloseTo(equity / BTC / (0.8 * matrix), 6)
  })

  it('asks less of a hedge than of its parts', async () => {
    const margin = async (...positions: readonly (readonly [string, number])[]) =>
      judged(await stateOfWallet('BTC', 'segregated_pm', 10, positions)).maintenanceMargin ?? NaN
    const call = ['BTC-25DEC26-66000-C', -5] as const
    const perp = ['BTC-PERPETUAL', 120_000] as const
    const together = await margin(call, perp)
    expect(together).toBeLessThan((await margin(call)) + (await margin(perp)))
    expect(together).toBeLessThan(await margin(call))
  })

  it('says so where the delta shock is not 0', async () => {
    const state = await stateOfWallet('BTC', 'segregated_pm', 500, [['BTC-PERPETUAL', 19_000_000]])
    expect(judged(state).flags).toEqual([])
    // 19 million USD of delta stay so in coins; a short gains dollars of delta with the price.
    const { account } = state
    const rule = account.rule.parameters as { readonly model: { readonly currency_pair: object } }
    const parameters = JSON.parse(
      JSON.stringify(rule).replace(
        '"delta_total_liq_shock_threshold":20000000',
        '"delta_total_liq_shock_threshold":1000000',
      ),
    )
    const lower = { ...state, account: { ...account, rule: { ...account.rule, parameters } } }
    const { flags, exact } = judged(lower)
    expect(flags.map(({ code }) => code)).toEqual(['delta-shock'])
    // 18 of 19 million over the threshold: 300 coins × min(0.1, 0.00005 × 300).
    expect(toNumber(exact.delta_shock ?? never())).toBeCloseTo(299.84 * 0.00005 * 299.84, 1)
  })

  it('has no requirement without positions', async () => {
    const state = await stateOfWallet('BTC', 'segregated_pm', 1, [])
    expect(judged(state)).toMatchObject({
      health: { value: null, reason: 'no-requirement' },
      liquidatable: false,
      maintenanceMargin: 0,
    })
  })
})

describe('reported margin', () => {
  it('is the venue’s own at the prices read, and unknown at any other', () => {
    const today = judged(crossPortfolio)
    const { maintenance_margin: stated } = today.exact
    expect(today.health.value).toBeCloseTo(today.equity / toNumber(stated ?? never()), 9)
    const then = judged(crossPortfolio, moved(-0.01))
    expect(then.health).toMatchObject({ value: null, reason: 'unknown' })
    expect(then.liquidatable).toBeNull()
    // Compiled there it would be pinned to prices that nobody reported for.
    const elsewhere = atPrices(crossPortfolio, moved(-0.01))
    expect(() => moduleOf(elsewhere).compile(elsewhere)).toThrow(MarkError)
    // Long a dollar's worth of each coin twice: the balance and the perpetual.
    expect(then.equity).toBeCloseTo(today.equity - 0.01 * (BTC + 60_000 * (60_000 / 60_030)), -2)
  })
})

describe('standard margin of options without a documented formula', () => {
  it('is the venue’s own, against the balance without options', async () => {
    const name = 'SOL_USDC-25DEC26-150-C'
    const state = await stateOfWallet('USDC', 'segregated_sm', 4000, [[name, -10]])
    expect(state.account.rule.tag).toBe('deribit/reported')
    expect(state.account.flags.map(({ code }) => code)).toEqual(['reported-only'])
    const { mark, index } = quote(name)
    const { equity, excess, initialMargin, exact } = judged(state)
    expect(equity).toBeCloseTo((4000 - 10 * mark) * 0.9998, 3)
    // 4,000 USDC of balance less ten times 7.5 % of the index and the mark.
    expect(excess).toBeCloseTo((4000 - 10 * (0.075 * index + mark)) * 0.9998, 3)
    expect(equity - (initialMargin ?? NaN)).toBeCloseTo(
      4000 * 0.9998 - toNumber(exact.initial_margin ?? never()),
      3,
    )
  })
})

describe('all modules', () => {
  it('refuse what does not fit the rule', () => {
    for (const state of [standardBtc, portfolioBtc, crossPortfolio]) {
      const { evaluate, compile, apply, liquidate, operations } = moduleOf(state)
      const { account } = state
      const rule = { ...account.rule, parameters: {} }
      expect(() => evaluate({ ...state, account: { ...account, rule } })).toThrow(InvalidRuleError)
      expect(() => compile({ ...state, account: { ...account, rule } })).toThrow(InvalidRuleError)
      expect(() => evaluate({ ...state, marks: new Map() })).toThrow(MarkError)
      const legs = account.legs.filter(({ id }) => !id.startsWith('quote:'))
      expect(() => evaluate({ ...state, account: { ...account, legs } })).toThrow(InvalidRuleError)
      const bare = account.legs.map(({ native: _native, ...leg }) => leg)
      expect(() => evaluate({ ...state, account: { ...account, legs: bare } })).toThrow(
        InvalidRuleError,
      )
      expect(liquidate).toBeNull()
      expect(operations).toEqual([])
      expect(() =>
        apply(state, { kind: 'set-mode', account: account.id, mode: 'a', value: 'b' }),
      ).toThrow(OperationError)
    }
  })

  it('grow healthier with the balance', async () => {
    for (const model of ['segregated_sm', 'segregated_pm']) {
      const positions = [
        ['BTC-PERPETUAL', 60_000],
        ['BTC-25DEC26-66000-C', -1],
      ] as const
      const poor = judged(await stateOfWallet('BTC', model, 0.4, positions))
      const rich = judged(await stateOfWallet('BTC', model, 0.6, positions))
      expect(rich.excess).toBeCloseTo((poor.excess ?? NaN) + 0.2 * BTC, 2)
      expect(rich.health.value).toBeGreaterThan(poor.health.value ?? NaN)
    }
  })
})

function never(): never {
  throw new TypeError('The number is missing.')
}
