import {
  InvalidRuleError,
  MarkError,
  type Operation,
  OperationError,
  type SharedKey,
  UnsupportedVenueStateError,
  type VenueState,
} from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { loan, withReserves } from '../../../../test/aave-v3/loan.js'
import {
  ACCOUNT,
  assetOf,
  POOL_KEY,
  tokenOf,
  venueStateOf,
} from '../../../../test/aave-v3/venueState.js'
import { aaveV3WithOperations } from './actions.js'
import { aaveV3Module } from './module.js'

const WETH = 3_000n * 10n ** 8n
const state = venueStateOf(loan({ revision: 10, wethPriceE8: WETH }))

const withShared = (key: string, native: unknown): VenueState => ({
  ...state,
  shared: new Map([...state.shared, [key as SharedKey, native as never]]),
})
const reserveKeyOf = (name: string): string => `${POOL_KEY}/reserve/${tokenOf(name)}`

describe('aaveV3Module.evaluate', () => {
  it('says health, margins and equity in US dollars, and the exact numbers beside them', () => {
    const evaluation = aaveV3Module.evaluate(state)
    expect(evaluation).toMatchObject({
      health: { value: 1.65 },
      liquidatable: false,
      equity: 15_000,
      maintenanceMargin: 5_250,
      initialMargin: 6_000,
      excess: 9_750,
      flags: [],
    })
    expect(evaluation.exact.healthFactor).toEqual({ raw: 1_650_000_000_000_000_000n, decimals: 18 })
    expect(evaluation.exact.totalCollateralBase).toEqual({ raw: 3_000_000_000_000n, decimals: 8 })
  })

  it('requires nothing of an account without debt', () => {
    const free = venueStateOf(loan({ revision: 10, wethPriceE8: WETH, usdc: 0n }))
    expect(aaveV3Module.evaluate(free)).toMatchObject({
      health: { value: null, reason: 'no-requirement' },
      liquidatable: false,
      maintenanceMargin: 0,
      initialMargin: 0,
      excess: 30_000,
    })
  })

  it('margins supply that carries no debt in full', () => {
    const positions = loan({ revision: 10, wethPriceE8: WETH }).positions.map((position) => ({
      ...position,
      usedAsCollateral: false,
    }))
    const idle = venueStateOf({ ...loan({ revision: 10, wethPriceE8: WETH }), positions })
    expect(aaveV3Module.evaluate(idle)).toMatchObject({
      health: { value: 0 },
      equity: 15_000,
      maintenanceMargin: 30_000,
      excess: -15_000,
    })
  })

  it('does not know the health of an account whose oracle reverts, and says that no call succeeds', () => {
    const dark = venueStateOf(loan({ revision: 10, wethPriceE8: 0n }))
    expect(aaveV3Module.evaluate(dark)).toMatchObject({
      health: { value: null, reason: 'unknown' },
      liquidatable: false,
    })
  })

  it('flags what holds liquidation back', () => {
    const low = loan({ revision: 10, wethPriceE8: 1_000n * 10n ** 8n })
    const paused = aaveV3Module.evaluate(venueStateOf(withReserves(low, { paused: true })))
    expect(paused.liquidatable).toBe(false)
    expect(paused.flags.map(({ code }) => code)).toEqual(['liquidation-held-back'])
    const sentinel = { liquidation: false, borrow: false }
    const guarded = aaveV3Module.evaluate(venueStateOf({ ...low, pool: { ...low.pool, sentinel } }))
    expect(guarded.flags.map(({ code }) => code)).toEqual(['sequencer-sentinel'])
  })

  it('warns that stable-rate debt is not accrued beyond the block', () => {
    const old = loan({ revision: 1, wethPriceE8: WETH })
    const positions = old.positions.map((position) => ({
      ...position,
      stableDebt: position.borrowing ? 1_000_000_000n : 0n,
    }))
    const venue = venueStateOf({ ...old, positions })
    expect(aaveV3Module.evaluate(venue).flags).toEqual([])
    expect(aaveV3Module.evaluate(venue).equity).toBe(14_000)
    const later = aaveV3Module.evaluate({ ...venue, at: venue.at + 1 })
    expect(later.flags).toMatchObject([{ code: 'stable-debt-not-accrued', severity: 'warning' }])
  })

  it.each([
    ['the pool is missing', () => new Map([...state.shared].slice(1)), InvalidRuleError],
    [
      'a revision is unknown',
      () => withShared(POOL_KEY, { revision: 12, baseUnit: 1n, sentinel: null }).shared,
      UnsupportedVenueStateError,
    ],
    [
      'a reserve is malformed',
      () => withShared(reserveKeyOf('WETH'), { asset: 'WETH' }).shared,
      InvalidRuleError,
    ],
    [
      'a reserve is missing',
      () => new Map([...state.shared].filter(([key]) => key !== reserveKeyOf('WETH'))),
      InvalidRuleError,
    ],
  ])('rejects a state in which %s', (_what, shared, error) => {
    expect(() => aaveV3Module.evaluate({ ...state, shared: shared() })).toThrow(error)
  })

  it('rejects words of a reserve that no pool could hold', () => {
    const native = state.shared.get(reserveKeyOf('WETH') as SharedKey) as {
      readonly data: readonly bigint[]
    }
    for (const [position, word] of [
      [1, 1n],
      [2, 1n << 128n],
      [3, 0n],
      [6, 0n],
      [7, 128n],
    ] as const) {
      const data = native.data.map((old, index) => (index === position ? word : old))
      const broken = withShared(reserveKeyOf('WETH'), { ...native, data })
      expect(() => aaveV3Module.evaluate(broken), `word ${position}`).toThrow(InvalidRuleError)
    }
  })

  it('rejects legs without raw units', () => {
    const legs = state.account.legs.map((leg) => ({ ...leg, native: 'many' }))
    const account = { ...state.account, legs }
    expect(() => aaveV3Module.evaluate({ ...state, account })).toThrow(InvalidRuleError)
  })

  it('rejects a missing and a negative price', () => {
    expect(() => aaveV3Module.evaluate({ ...state, marks: new Map() })).toThrow(MarkError)
    const marks = new Map(
      [...state.marks].map(([id, mark]) => [id, { ...mark, mid: { raw: -1n, decimals: 8 } }]),
    )
    expect(() => aaveV3Module.evaluate({ ...state, marks })).toThrow('negative')
  })
})

describe('aaveV3Module.compile', () => {
  it('is a threshold test, with the averaged threshold floored where the pool does so', () => {
    const compiled = aaveV3Module.compile(state)
    expect(compiled).toMatchObject({
      account: ACCOUNT,
      combine: 'any',
      tests: [
        {
          kernel: 'threshold',
          strict: true,
          collateral: [{ value: 30_000, weight: 0.825 }],
          debt: [{ value: 15_000 }],
          averageStep: null,
        },
      ],
    })
    expect(compiled.errorBound).toBeLessThan(4e-12)
    const old = aaveV3Module.compile(venueStateOf(loan({ revision: 8, wethPriceE8: WETH })))
    expect(old.tests).toMatchObject([{ averageStep: 1e-4 }])
  })
})

describe('aaveV3Module.apply', () => {
  it('names the module that applies operations', () => {
    const operation: Operation = {
      kind: 'supply',
      account: ACCOUNT,
      asset: assetOf('WETH'),
      amount: 1n,
    }
    expect(() => aaveV3Module.apply(state, operation)).toThrow('aaveV3WithOperations')
    expect(aaveV3Module.operations).toEqual([])
  })
})

describe('aaveV3WithOperations', () => {
  const apply = (operation: Omit<Extract<Operation, { amount: unknown }>, 'account'>): VenueState =>
    aaveV3WithOperations.apply(state, { ...operation, account: ACCOUNT })

  it('gives the legs, reserves and health after an operation', () => {
    const after = apply({ kind: 'repay', asset: assetOf('USDC'), amount: 5_000_000_000n })
    expect(after.account.legs.map(({ id }) => id)).toEqual(state.account.legs.map(({ id }) => id))
    expect(aaveV3WithOperations.evaluate(after)).toMatchObject({
      health: { value: 2.475 },
      equity: 20_000,
    })
    expect(after.account.reconciliation.status).toBe('not-reported')
    expect(state.account.legs).toHaveLength(2)
  })

  it('drops the leg of what is repaid in full', () => {
    const after = apply({ kind: 'repay', asset: assetOf('USDC'), amount: 'max' })
    expect(after.account.legs.map(({ kind }) => kind)).toEqual(['collateral'])
  })

  it.each([
    ['supplying "max"', { kind: 'supply', asset: assetOf('WETH'), amount: 'max' }, 'no meaning'],
    ['borrowing "max"', { kind: 'borrow', asset: assetOf('USDC'), amount: 'max' }, 'no meaning'],
    [
      'withdrawing what carries the debt',
      { kind: 'withdraw', asset: assetOf('WETH'), amount: 'max' },
      'health would be',
    ],
    [
      'borrowing beyond the LTV',
      { kind: 'borrow', asset: assetOf('USDC'), amount: 9_500_000_000n },
      'collateral needed',
    ],
    [
      'an asset that was not read',
      { kind: 'supply', asset: assetOf('WBTC'), amount: 1n },
      'not read',
    ],
  ] as const)('rejects %s, and says why', (_what, operation, message) => {
    expect(() => apply(operation)).toThrow(OperationError)
    expect(() => apply(operation)).toThrow(message)
  })

  it.each([
    ['another mode', 'margin', '1'],
    ['no number', 'emode', 'one'],
    ['a category that was not read', 'emode', '7'],
  ])('rejects %s', (_what, mode, value) => {
    const operation: Operation = { kind: 'set-mode', account: ACCOUNT, mode, value }
    expect(() => aaveV3WithOperations.apply(state, operation)).toThrow(OperationError)
  })

  it('liquidates by legs, and says why it does not', () => {
    const low = venueStateOf(loan({ revision: 10, wethPriceE8: 1_000n * 10n ** 8n }))
    const [collateral, debt] = low.account.legs.map(({ id }) => id)
    const request = { collateral: collateral ?? '', debt: debt ?? '', repay: 'max' } as const
    const { liquidate } = aaveV3WithOperations
    if (liquidate === null) throw new RangeError('liquidation is modelled')
    const outcome = liquidate(low, request)
    // All 10 WETH repay 10,000 / 1.05 USDC; what is still owed becomes bad debt.
    expect(outcome).toMatchObject({
      repaid: 9_523_809_524n,
      seized: 10n ** 19n,
      badDebt: { [request.debt]: 5_476_190_476n },
    })
    expect(outcome.after.account.legs).toEqual([])
    expect(() => liquidate(state, request)).toThrow('health is not below 1')
    expect(() => liquidate(low, { ...request, debt: 'nothing' })).toThrow('has no leg')
  })
})
