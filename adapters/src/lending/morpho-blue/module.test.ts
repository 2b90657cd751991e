import {
  type AccountId,
  type AssetId,
  erc20,
  InvalidRuleError,
  type MarginAccount,
  type Mark,
  MarkError,
  type MarkId,
  type Native,
  type Portfolio,
  reconcile,
  type SharedKey,
  unlistedAsset,
  type VenueState,
} from '@plimsoll/model'
import { decideLiquidatable } from '@plimsoll/risk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WAD } from './arithmetic.js'
import { legsOf, marginStateOf } from './bridge.js'
import { boundaryPrice, positionValue } from './margin.js'
import { morphoBlueModule } from './module.js'
import type { SharedMarket } from './shared.js'
import type { MarginState } from './state.js'

const AT = 1_790_000_000
const CHAIN = 1
const LOAN = erc20(CHAIN, `0x${'11'.repeat(20)}`)
const COLLATERAL = erc20(CHAIN, `0x${'22'.repeat(20)}`)
const KEY = 'morpho-blue/1/0x33/0x44' as SharedKey
const MARKS = { loan: `${KEY}/price/loan`, collateral: `${KEY}/price/collateral` }
const hex = (digit: string, bytes: number): `0x${string}` => `0x${digit.repeat(2 * bytes)}`

type Decimals = { readonly loan: number; readonly collateral: number }

/** A position as the adapter would have read it, with the loan asset at `dollars` (8 decimals). */
function portfolioOf(state: MarginState, decimals: Decimals, dollars = 99_990_000n): Portfolio {
  const market: SharedMarket = {
    ...state.market,
    loan: { asset: LOAN, mark: MARKS.loan, decimals: decimals.loan },
    collateral: { asset: COLLATERAL, mark: MARKS.collateral, decimals: decimals.collateral },
  }
  const mark = (id: string, asset: AssetId, raw: bigint, places: number): Mark => {
    const price = { raw, decimals: places }
    return {
      id: id as MarkId,
      asset,
      numeraire: 'USD',
      min: price,
      mid: price,
      max: price,
      confidence: null,
      source: 'venue-oracle',
      feed: 'made-up',
      timeMs: null,
      stalenessLimitMs: null,
    }
  }
  const asOf = { kind: 'block', chain: CHAIN, number: 1n, hash: '0x01', timestamp: AT } as const
  const account: MarginAccount = {
    id: `${KEY}/owner` as AccountId,
    owner: 'eip155:_:0x5555555555555555555555555555555555555555' as MarginAccount['owner'],
    venue: 'morpho-blue',
    label: 'Made up',
    asOf,
    recourse: false,
    rule: {
      tag: 'morpho-blue',
      version: 1,
      numeraire: 'USD',
      modes: {},
      parameters: {
        morpho: hex('3', 20),
        marketId: hex('4', 32),
        marketKey: KEY,
        loanToken: hex('1', 20),
        collateralToken: hex('2', 20),
        oracle: hex('6', 20),
        irm: hex('7', 20),
        lltv: market.lltv,
      },
      shared: [KEY],
    },
    legs: legsOf(state, market),
    dependsOn: [],
    reconciliation: reconcile('morpho-blue@1', []),
    fidelity: { grade: 'exact' },
    flags: [],
  }
  const places = 36 + decimals.loan - decimals.collateral + 8
  return {
    format: 'plimsoll-portfolio/1',
    owners: [account.owner],
    asOf: [asOf],
    skewMs: 0,
    accounts: [account],
    assets: [
      unlistedAsset({ id: LOAN, symbol: 'LOAN', decimals: decimals.loan }),
      unlistedAsset({ id: COLLATERAL, symbol: 'COLL', decimals: decimals.collateral }),
    ],
    marks: [
      mark(MARKS.loan, LOAN, dollars, 8),
      mark(MARKS.collateral, COLLATERAL, state.price * dollars, places),
    ],
    shared: { [KEY]: market },
    existence: [],
    failures: [],
  }
}

function venueOf({ accounts, marks, shared }: Portfolio): VenueState {
  const [account] = accounts
  if (account === undefined) throw new RangeError('no account')
  return {
    account,
    marks: new Map(marks.map((mark) => [mark.id, mark])),
    assets: new Map(),
    shared: new Map(Object.entries(shared) as [SharedKey, Native][]),
    at: AT,
  }
}

const decimalsOf = fc.record({
  loan: fc.integer({ min: 0, max: 20 }),
  collateral: fc.integer({ min: 0, max: 24 }),
})

/** Positions from a unit to more than there is, in a market that accrued for a while. */
const positions: fc.Arbitrary<MarginState> = fc
  .record({
    lltv: fc.bigInt({ min: WAD / 100n, max: WAD - 1n }),
    collateral: fc.bigInt({ min: 1n, max: 10n ** 26n }),
    debt: fc.bigInt({ min: 1n, max: 10n ** 24n }),
    price: fc.bigInt({ min: 1n, max: 10n ** 42n }),
    elapsed: fc.integer({ min: 0, max: 10_000_000 }),
  })
  .map(({ lltv, collateral, debt, price, elapsed }) => ({
    at: AT,
    price,
    collateral,
    borrowShares: debt * 900_000n,
    supplyShares: 0n,
    market: {
      lltv,
      totalSupplyAssets: debt * 3n,
      totalSupplyShares: debt * 2_900_000n,
      totalBorrowAssets: debt * 2n,
      totalBorrowShares: debt * 1_900_000n,
      lastUpdate: AT - elapsed,
      fee: WAD / 10n,
      rate: { kind: 'adaptive-curve', rateAtTarget: 1_268_391_679n },
    },
  }))

const ONE: MarginState = {
  at: AT,
  price: 3_000n * 10n ** 24n,
  collateral: 10n * WAD,
  borrowShares: 20_000n * 10n ** 12n,
  supplyShares: 500n * 10n ** 12n,
  market: {
    lltv: (86n * WAD) / 100n,
    totalSupplyAssets: 10n ** 12n,
    totalSupplyShares: 10n ** 18n,
    totalBorrowAssets: 9n * 10n ** 11n,
    totalBorrowShares: 9n * 10n ** 17n,
    lastUpdate: AT,
    fee: 0n,
    rate: { kind: 'none' },
  },
}
const USDC_WETH: Decimals = { loan: 6, collateral: 18 }

describe('morphoBlueModule', () => {
  it('gets the oracle’s price back from the marks, whatever the decimals', () => {
    fc.assert(
      fc.property(
        positions,
        decimalsOf,
        fc.bigInt({ min: 1n, max: 10n ** 14n }),
        (state, decimals, dollars) => {
          expect(marginStateOf(venueOf(portfolioOf(state, decimals, dollars)))).toEqual(state)
        },
      ),
    )
  })

  it('counts equity at the marks, and margin as what the threshold leaves', () => {
    const found = morphoBlueModule.evaluate(venueOf(portfolioOf(ONE, USDC_WETH)))
    expect(found.health).toEqual({ value: 1.29 })
    expect(found.liquidatable).toBe(false)
    // 30,000 of collateral and 500 lent against 20,000, at 0.9999 dollars.
    expect(found.equity).toBeCloseTo(10_500 * 0.9999, 6)
    expect(found.maintenanceMargin).toBeCloseTo((30_000 * 0.14 + 500) * 0.9999, 6)
    expect(found.exact.maxBorrow).toEqual({ raw: 25_800n * 10n ** 6n, decimals: 6 })
  })

  it('asks for nothing without debt', () => {
    const found = morphoBlueModule.evaluate(
      venueOf(portfolioOf({ ...ONE, borrowShares: 0n }, USDC_WETH)),
    )
    expect(found).toMatchObject({
      health: { value: null, reason: 'no-requirement' },
      liquidatable: false,
      maintenanceMargin: 0,
    })
  })

  it('compiles to a test whose health is the exact one within its bound', () => {
    fc.assert(
      fc.property(positions, decimalsOf, (state, decimals) => {
        const venue = venueOf(portfolioOf(state, decimals))
        const { tests, errorBound } = morphoBlueModule.compile(venue)
        const [test] = tests
        if (test?.kernel !== 'threshold') throw new RangeError('no threshold test')
        const resource = test.collateral.reduce((sum, { value, weight }) => sum + value * weight, 0)
        const requirement = test.debt.reduce((sum, { value }) => sum + value, 0)
        const { maxBorrow, borrowed } = positionValue(state)
        fc.pre(maxBorrow > 0n)
        const exact = Number(maxBorrow) / Number(borrowed)
        expect(Math.abs(resource / requirement - exact)).toBeLessThanOrEqual(exact * errorBound)
      }),
    )
  })

  it('is decided at the contract’s own boundary, to the unit of the oracle’s price', () => {
    fc.assert(
      fc.property(positions, decimalsOf, (state, decimals) => {
        const price = boundaryPrice(state) ?? 0n
        fc.pre(price > 0n)
        const decided = (at: bigint): boolean | null => {
          const portfolio = portfolioOf({ ...state, price: at }, decimals)
          const id = portfolio.accounts[0]?.id ?? ('' as AccountId)
          return decideLiquidatable(portfolio, id, {}, { modules: [morphoBlueModule], at: AT })
        }
        expect([decided(price), decided(price + 1n)]).toEqual([true, false])
      }),
    )
  })

  it('says that a rate it does not know is held after the block', () => {
    const rate = { kind: 'observed', borrowRate: 1_000_000_000n, at: AT } as const
    const state = { ...ONE, market: { ...ONE.market, rate } }
    const venue = venueOf(portfolioOf(state, USDC_WETH))
    expect(morphoBlueModule.evaluate(venue).flags).toEqual([])
    const later = morphoBlueModule.evaluate({ ...venue, at: AT + 1 })
    expect(later.flags.map(({ code }) => code)).toEqual(['rate-held-constant'])
  })

  it('does not know the health where the contract could not multiply', () => {
    const state = { ...ONE, collateral: 1n << 120n, price: 1n << 200n }
    expect(morphoBlueModule.evaluate(venueOf(portfolioOf(state, USDC_WETH)))).toMatchObject({
      health: { value: null, reason: 'unknown' },
      liquidatable: null,
    })
  })

  it('refuses what is missing or not in its form', () => {
    const venue = venueOf(portfolioOf(ONE, USDC_WETH))
    expect(() => morphoBlueModule.evaluate({ ...venue, marks: new Map() })).toThrow(MarkError)
    expect(() => morphoBlueModule.evaluate({ ...venue, shared: new Map() })).toThrow(
      InvalidRuleError,
    )
    const overdrawn = { ...ONE.market, totalBorrowAssets: 10n ** 13n }
    const wrong = venueOf(portfolioOf({ ...ONE, market: overdrawn }, USDC_WETH))
    expect(() => morphoBlueModule.evaluate(wrong)).toThrow(InvalidRuleError)
  })
})
