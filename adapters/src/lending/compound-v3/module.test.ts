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
  type Operation,
  OperationError,
  type Portfolio,
  reconcile,
  type SharedKey,
  unlistedAsset,
  type VenueState,
} from '@plimsoll/model'
import { decideLiquidatable } from '@plimsoll/risk'
import fc from 'fast-check'
import { decodeFunctionData, maxUint256, parseAbi } from 'viem'
import { describe, expect, it } from 'vitest'
import { compoundV3WithOperations, encode } from './actions.js'
import { legsOf, marginStateOf } from './bridge.js'
import { accountValue, boundaryPrice } from './margin.js'
import { compoundV3Module } from './module.js'
import type { SharedMarket } from './shared.js'
import type { Collateral, MarginState } from './state.js'

const AT = 1_790_000_000
const CHAIN = 1
const WAD = 10n ** 18n
const USDC = 10n ** 6n
const KEY = 'compound-v3/1/0x33' as SharedKey
const hex = (digit: string, bytes: number): `0x${string}` => `0x${digit.repeat(2 * bytes)}`
const tokens = ['1', '2', '3'].map((digit) => erc20(CHAIN, hex(digit, 20)))
const BASE = tokens[0] ?? ('' as AssetId)
const decimalsOf = (scale: bigint): number => String(scale).length - 1

/** A market's prices: in dollars, or in the base token at these dollars (8 decimals). */
type Unit = { readonly basePrice: bigint | null; readonly dollars: bigint }
const IN_DOLLARS: Unit = { basePrice: null, dollars: 1n }

function portfolioOf(state: MarginState, { basePrice, dollars }: Unit = IN_DOLLARS): Portfolio {
  const places = basePrice === null ? 8 : 16
  const tokenOf = (index: number, scale: bigint) => ({
    asset: tokens[index] ?? BASE,
    mark: `${KEY}/price/${index}`,
    decimals: decimalsOf(scale),
  })
  const market: SharedMarket = {
    ...state.market,
    basePrice,
    baseToken: tokenOf(0, state.market.baseScale),
    collateral: state.collateral.map(({ balance: _balance, price: _price, ...asset }, offset) => ({
      ...asset,
      ...tokenOf(offset + 1, asset.scale),
      offset,
    })),
  }
  const marks = [state.basePrice, ...state.collateral.map(({ price }) => price)].map(
    (price, index): Mark => {
      const value = { raw: price * dollars, decimals: places }
      return {
        id: `${KEY}/price/${index}` as MarkId,
        asset: tokens[index] ?? BASE,
        numeraire: 'USD',
        min: value,
        mid: value,
        max: value,
        confidence: null,
        source: 'venue-oracle',
        feed: 'made-up',
        timeMs: null,
        stalenessLimitMs: null,
      }
    },
  )
  const asOf = { kind: 'block', chain: CHAIN, number: 1n, hash: '0x01', timestamp: AT } as const
  const account: MarginAccount = {
    id: `${KEY}/owner` as AccountId,
    owner: 'eip155:_:0x5555555555555555555555555555555555555555' as MarginAccount['owner'],
    venue: 'compound-v3',
    label: 'Made up',
    asOf,
    recourse: false,
    rule: {
      tag: 'compound-v3',
      version: 1,
      numeraire: 'USD',
      modes: {},
      parameters: { comet: hex('9', 20), marketKey: KEY, baseToken: hex('1', 20) },
      shared: [KEY],
    },
    legs: legsOf(state, market.baseToken, market.collateral),
    dependsOn: [],
    reconciliation: reconcile('compound-v3@1', []),
    fidelity: { grade: 'verified', cases: 46 },
    flags: [],
  }
  return {
    format: 'plimsoll-portfolio/1',
    owners: [account.owner],
    asOf: [asOf],
    skewMs: 0,
    accounts: [account],
    assets: [market.baseToken, ...market.collateral].map(({ asset, decimals }) =>
      unlistedAsset({ id: asset as AssetId, symbol: 'TOKEN', decimals }),
    ),
    marks,
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

const WETH: Collateral = {
  scale: WAD,
  borrowCollateralFactor: (825n * WAD) / 1000n,
  liquidateCollateralFactor: (895n * WAD) / 1000n,
  liquidationFactor: (95n * WAD) / 100n,
  supplyCap: 1_000_000n * WAD,
  totalSupplied: 1_000n * WAD,
  balance: 10n * WAD,
  price: 300_000_000_000n,
}
const WBTC: Collateral = {
  ...WETH,
  scale: 10n ** 8n,
  liquidateCollateralFactor: (77n * WAD) / 100n,
  borrowCollateralFactor: (70n * WAD) / 100n,
  supplyCap: 10n ** 12n,
  totalSupplied: 10n ** 10n,
  balance: 10n ** 7n,
  price: 6_000_000_000_000n,
}
const curve = {
  kink: (9n * WAD) / 10n,
  base: 475_646_879n,
  slopeLow: 1_030_568_239n,
  slopeHigh: 101_473_871_131n,
}

/** Ten WETH and a tenth of a WBTC against 20,000 USDC, a day after the last accrual. */
const ONE: MarginState = {
  at: AT,
  basePrice: 99_990_000n,
  principal: -20_000n * USDC,
  collateral: [WETH, WBTC],
  market: {
    baseScale: USDC,
    supplyIndex: 10n ** 15n,
    borrowIndex: 10n ** 15n,
    totalSupply: 1_000_000n * USDC,
    totalBorrow: 800_000n * USDC,
    lastAccrual: AT - 86_400,
    supplyCurve: { ...curve, base: 0n },
    borrowCurve: curve,
    baseBorrowMin: 100n * USDC,
    storeFrontPriceFactor: (6n * WAD) / 10n,
    targetReserves: 5_000_000n * USDC,
    baseHeld: 250_000n * USDC,
    pauses: { supply: false, withdraw: false, absorb: false, buy: false },
  },
}

const scales = fc.integer({ min: 0, max: 18 }).map((places) => 10n ** BigInt(places))
const factor = fc.bigInt({ min: 1n, max: 10_000n }).map((points) => points * 10n ** 14n)
const collateralOf = fc
  .record({
    scale: scales,
    balance: fc.bigInt({ min: 1n, max: 10n ** 26n }),
    price: fc.bigInt({ min: 1n, max: 10n ** 14n }),
    liquidateCollateralFactor: factor,
  })
  .map((part): Collateral => ({ ...WETH, ...part, totalSupplied: part.balance }))

/** Accounts from a unit to more than there is, in a market that has not accrued for a while. */
const accounts: fc.Arbitrary<MarginState> = fc
  .record({
    baseScale: scales,
    basePrice: fc.bigInt({ min: 1n, max: 10n ** 12n }),
    debt: fc.bigInt({ min: 1n, max: 10n ** 26n }),
    elapsed: fc.integer({ min: 0, max: 10_000_000 }),
    collateral: fc.array(collateralOf, { minLength: 1, maxLength: 2 }),
  })
  .map(({ baseScale, basePrice, debt, elapsed, collateral }) => ({
    ...ONE,
    basePrice,
    principal: -debt,
    collateral,
    market: {
      ...ONE.market,
      baseScale,
      totalSupply: debt * 3n,
      totalBorrow: debt * 2n,
      borrowIndex: 1_123_456_789_012_345n,
      lastAccrual: AT - elapsed,
    },
  }))

describe('compoundV3Module', () => {
  it('gets the feeds’ prices back from the marks, in dollars and in the base token', () => {
    fc.assert(
      fc.property(accounts, fc.bigInt({ min: 1n, max: 10n ** 14n }), (state, dollars) => {
        expect(marginStateOf(venueOf(portfolioOf(state)))).toEqual(state)
        const unit = { basePrice: state.basePrice, dollars }
        expect(marginStateOf(venueOf(portfolioOf(state, unit)))).toEqual(state)
      }),
    )
  })

  it('counts equity at the marks, and margin as what the factors leave', () => {
    const found = compoundV3Module.evaluate(venueOf(portfolioOf(ONE)))
    const { borrowed } = accountValue(ONE)
    const debt = (Number(borrowed) / 1e6) * 0.9999
    expect(found.equity).toBeCloseTo(36_000 - debt, 6)
    expect(found.maintenanceMargin).toBeCloseTo(30_000 * 0.105 + 6_000 * 0.23, 6)
    expect(found.initialMargin).toBeCloseTo(30_000 * 0.175 + 6_000 * 0.3, 6)
    expect(found.health.value).toBeCloseTo((30_000 * 0.895 + 6_000 * 0.77) / debt, 6)
    expect(found).toMatchObject({ liquidatable: false, flags: [] })
    expect(found.exact.borrowed?.raw).toBeGreaterThan(found.exact.storedBorrowed?.raw ?? 0n)
  })

  it('asks for nothing of a lender', () => {
    const found = compoundV3Module.evaluate(venueOf(portfolioOf({ ...ONE, principal: 5n * USDC })))
    expect(found).toMatchObject({
      health: { value: null, reason: 'no-requirement' },
      liquidatable: false,
      maintenanceMargin: 0,
    })
  })

  it('compiles to a test whose health is the exact one within its bound', () => {
    fc.assert(
      fc.property(accounts, (state) => {
        const { tests, errorBound } = compoundV3Module.compile(venueOf(portfolioOf(state)))
        const [test] = tests
        if (test?.kernel !== 'threshold') throw new RangeError('no threshold test')
        const resource = test.collateral.reduce((sum, { value, weight }) => sum + value * weight, 0)
        const requirement = test.debt.reduce((sum, { value }) => sum + value, 0)
        const { liquidationCapacity, debtValue } = accountValue(state)
        fc.pre(liquidationCapacity > 0n && debtValue > 0n)
        const exact = Number(liquidationCapacity) / Number(debtValue)
        expect(Math.abs(resource / requirement - exact)).toBeLessThanOrEqual(exact * errorBound)
      }),
    )
  })

  it('is decided at the price where absorb begins to succeed, to the unit of the feed', () => {
    fc.assert(
      fc.property(accounts, (state) => {
        const price = boundaryPrice(state, 0) ?? 0n
        fc.pre(price > 0n)
        const decided = (at: bigint): boolean | null => {
          const [first, ...others] = state.collateral
          const collateral = first === undefined ? [] : [{ ...first, price: at }, ...others]
          const portfolio = portfolioOf({ ...state, collateral })
          const id = portfolio.accounts[0]?.id ?? ('' as AccountId)
          return decideLiquidatable(portfolio, id, {}, { modules: [compoundV3Module], at: AT })
        }
        expect([decided(price), decided(price + 1n)]).toEqual([true, false])
      }),
    )
  })

  it('becomes liquidatable in time, and says while the contract’s view does not know', () => {
    const price = (boundaryPrice({ ...ONE, at: ONE.market.lastAccrual }, 0) ?? 0n) + 1n
    const low = { ...ONE, collateral: [{ ...WETH, price }, WBTC] }
    const judge = (at: number) => compoundV3Module.evaluate({ ...venueOf(portfolioOf(low)), at })
    expect(judge(ONE.market.lastAccrual)).toMatchObject({ liquidatable: false, flags: [] })
    expect(judge(AT)).toMatchObject({ liquidatable: true, flags: [{ code: 'stale-view' }] })
  })

  it('is not liquidatable while absorbing is paused, and says so', () => {
    const pauses = { ...ONE.market.pauses, absorb: true }
    const low = { ...ONE, principal: -90_000n * USDC, market: { ...ONE.market, pauses } }
    expect(compoundV3Module.evaluate(venueOf(portfolioOf(low)))).toMatchObject({
      liquidatable: false,
      flags: [{ code: 'liquidation-held-back' }],
    })
  })

  it('refuses what is missing or not in its form', () => {
    const venue = venueOf(portfolioOf(ONE))
    expect(() => compoundV3Module.evaluate({ ...venue, marks: new Map() })).toThrow(MarkError)
    expect(() => compoundV3Module.evaluate({ ...venue, shared: new Map() })).toThrow(
      InvalidRuleError,
    )
    expect(() =>
      compoundV3Module.evaluate(venueOf(portfolioOf({ ...ONE, basePrice: 0n }))),
    ).toThrow(MarkError)
    const shrunk = { ...ONE, market: { ...ONE.market, borrowIndex: 1n } }
    expect(() => compoundV3Module.evaluate(venueOf(portfolioOf(shrunk)))).toThrow(InvalidRuleError)
  })
})

describe('compoundV3WithOperations', () => {
  const venue = venueOf(portfolioOf(ONE))
  const { account } = venue
  const [, weth = BASE] = tokens
  const operation = (
    kind: 'supply' | 'withdraw' | 'borrow' | 'repay',
    asset: AssetId,
    amount: bigint | 'max',
  ): Operation => ({ kind, account: account.id, asset, amount })
  const after = (op: Operation): MarginState =>
    marginStateOf(compoundV3WithOperations.apply(venue, op))

  it('repays by supplying, borrows by withdrawing, and never below the least debt', () => {
    expect(after(operation('repay', BASE, 'max')).principal).toBe(0n)
    const over = after(operation('supply', BASE, 25_000n * USDC))
    expect(over.principal).toBeGreaterThan(4_990n * USDC)
    expect(over.market.totalBorrow).toBe(780_000n * USDC)
    const more = after(operation('borrow', BASE, 5_000n * USDC))
    expect(accountValue(more).borrowed - accountValue(ONE).borrowed).toBeGreaterThanOrEqual(
      5_000n * USDC,
    )
    expect(() => after(operation('borrow', BASE, 20_000n * USDC))).toThrow(OperationError)
    const free = { ...ONE, principal: 0n }
    const small = operation('borrow', BASE, USDC)
    expect(() => compoundV3WithOperations.apply(venueOf(portfolioOf(free)), small)).toThrow(
      /the least/,
    )
  })

  it('moves collateral within the cap and what the debt allows, without accruing', () => {
    const less = after(operation('withdraw', weth, WAD))
    expect(less.collateral[0]?.balance).toBe(9n * WAD)
    expect(less.market).toEqual(ONE.market)
    expect(() => after(operation('withdraw', weth, 'max'))).toThrow(OperationError)
    expect(() => after(operation('supply', weth, 2_000_000n * WAD))).toThrow(/the cap/)
    expect(() => after(operation('repay', weth, WAD))).toThrow(OperationError)
  })

  it('absorbs all at once: what covers the debt repays it, the rest of the value is lent', () => {
    const absorbed = (price: bigint) => {
      const before = venueOf(portfolioOf({ ...ONE, collateral: [{ ...WETH, price }] }))
      const [held, debt] = before.account.legs
      const request = { debt: debt?.id ?? '', collateral: held?.id ?? '', repay: 'max' } as const
      const outcome = compoundV3WithOperations.liquidate?.(before, request)
      if (outcome === undefined) throw new RangeError('no outcome')
      return { ...outcome, owed: debt?.id ?? '', left: outcome.after.account.legs }
    }
    const { borrowed } = accountValue(ONE)
    const covered = absorbed(220_000_000_000n)
    expect(covered).toMatchObject({ repaid: borrowed, seized: 10n * WAD, badDebt: {} })
    expect(covered.left.map(({ id }) => id.split(':')[0])).toEqual(['supply'])
    const bad = absorbed(200_000_000_000n)
    // 19,000 dollars of credited value at 0.9999.
    expect(bad.repaid).toBe(19_001_900_190n)
    expect(bad.badDebt).toEqual({ [bad.owed]: borrowed - bad.repaid })
    expect(bad.left).toEqual([])
  })

  it('encodes the market’s own calls, with an approval where it takes tokens', () => {
    const abi = parseAbi([
      'function approve(address, uint256)',
      'function supply(address, uint256)',
      'function withdraw(address, uint256)',
    ])
    const decoded = (op: Operation, allowance?: bigint) =>
      encode(account, op, allowance).map(({ to, data }) => [
        to,
        ...Object.values(decodeFunctionData({ abi, data })).flat(),
      ])
    const [base, token, comet] = [hex('1', 20), hex('2', 20), hex('9', 20)]
    expect(decoded(operation('repay', BASE, 'max'), 5n)).toEqual([
      [base, 'approve', comet, 5n],
      [comet, 'supply', base, maxUint256],
    ])
    expect(decoded(operation('supply', weth, 7n))).toEqual([
      [token, 'approve', comet, 7n],
      [comet, 'supply', token, 7n],
    ])
    expect(decoded(operation('withdraw', weth, 'max'))).toEqual([
      [comet, 'withdraw', token, 10n * WAD],
    ])
    expect(decoded(operation('borrow', BASE, 3n))).toEqual([[comet, 'withdraw', base, 3n]])
    expect(() => encode(account, operation('repay', BASE, 'max'))).toThrow(OperationError)
    expect(() => encode(account, operation('borrow', weth, 3n))).toThrow(OperationError)
  })
})
