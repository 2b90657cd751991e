import type { LiquidationPrice, MarginAccount, Ray, VenueModule } from '@plimsoll/model'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lendingAccount, perpsAccount, RUNS } from '../../../../test/risk/arbitraries.js'
import { MODULES, wallet } from '../../../../test/risk/toyModules.js'
import {
  account,
  asset,
  BTC,
  cash,
  collateral,
  debt,
  ETH,
  idOf,
  mark,
  markOf,
  NOW,
  PEG_STAKED,
  PEG_USDC,
  perp,
  portfolioOf,
} from '../../../../test/risk/toyWorld.js'
import { compile } from '../program/compile.js'
import { accountFails, accountHealth } from '../program/evaluate.js'
import type { Program } from '../program/program.js'
import { liquidationPrice } from './liquidationPrice.js'
import { multipliersAt, pathAlong } from './path.js'

const ETH_RAY: Ray = { kind: 'factor', factor: ETH }
const WETH_RAY: Ray = { kind: 'asset', asset: asset('weth') }

function programOf(entry: MarginAccount, modules: readonly VenueModule[] = MODULES): Program {
  return compile(portfolioOf([entry]), { modules, at: NOW })
}

function priceOf(entry: MarginAccount, ray: Ray): LiquidationPrice | null {
  return liquidationPrice(programOf(entry), entry.id, ray)
}

/** Health and verdict with the ray at x times today's price. */
function along(program: Program, ray: Ray, x: number): { health: number; fails: boolean | null } {
  const path = pathAlong(program, ray)
  const multipliers = multipliersAt(path, x, new Float64Array(program.marks.length + 1))
  return {
    health: accountHealth(program, 0, multipliers, 0),
    fails: accountFails(program, 0, multipliers),
  }
}

const loan = (averaged: boolean, ethDebt = '0') =>
  account(
    'toy/1/loan',
    'toy-lending',
    [
      collateral('weth', '10'),
      collateral('wsteth', '5'),
      debt('usdc', '15000'),
      debt('weth', ethDebt),
    ],
    { averaged, thresholds: { 'collateral-weth': 8000, 'collateral-wsteth': 7500 } },
  )

describe('liquidationPrice', () => {
  it('is the root for one asset, with the other legs included', () => {
    const price = priceOf(loan(false), WETH_RAY)
    // 0.8·10·p + 0.75·5·2400.5 = 15000
    expect(price?.below).toBeCloseTo((15_000 - 0.75 * 5 * 2400.5) / 8, 9)
    expect(price?.moveBelow).toBeCloseTo((15_000 - 0.75 * 5 * 2400.5) / 8 / 2000 - 1, 12)
    expect(price?.above).toBeNull()
    expect(price?.moveAbove).toBeNull()
    expect(price?.ray).toEqual(WETH_RAY)
  })

  it('moves the whole correlated group along a factor', () => {
    const price = priceOf(loan(false), ETH_RAY)
    // Both collaterals move: x·(0.8·20000 + 0.75·12002.5) = 15000
    const x = 15_000 / (16_000 + 9001.875)
    expect(price?.moveBelow).toBeCloseTo(x - 1, 12)
    expect(price?.below).toBeCloseTo(2000 * x, 9)
  })

  it('moves one asset of the group alone along its own peg', () => {
    const price = priceOf(loan(false), { kind: 'factor', factor: PEG_STAKED })
    // Without any wstETH 16,000 remain against 15,000: it cannot be liquidated by the peg alone.
    expect(price?.moveBelow).toBeNull()
    expect(price?.moveAbove).toBeNull()
  })

  it('has no price, but moves, where nothing in the portfolio is the factor itself', () => {
    const entry = account(
      'toy/1/staked',
      'toy-lending',
      [collateral('wsteth', '10'), debt('usdc', '15000')],
      { averaged: false, thresholds: { 'collateral-wsteth': 8000 } },
    )
    const price = priceOf(entry, { kind: 'factor', factor: PEG_STAKED })
    expect(price?.moveBelow).toBeCloseTo(15_000 / (0.8 * 24_005) - 1, 12)
    expect(price?.below).toBeNull()
    const stable = priceOf(entry, { kind: 'factor', factor: PEG_USDC })
    expect(stable?.above).toBeCloseTo((0.8 * 24_005) / 15_000, 12)
    expect(stable?.below).toBeNull()
  })

  it('includes a debt of the same asset', () => {
    const price = priceOf(loan(false, '3'), WETH_RAY)
    // p·(8 − 3) + 9001.875 = 15000
    expect(price?.below).toBeCloseTo((15_000 - 9001.875) / 5, 9)
  })

  it('is above for a borrower of the asset', () => {
    const entry = account(
      'toy/1/short',
      'toy-lending',
      [collateral('usdc', '30000'), debt('weth', '10')],
      { averaged: false, thresholds: { 'collateral-usdc': 7800 } },
    )
    const price = priceOf(entry, WETH_RAY)
    expect(price?.below).toBeNull()
    expect(price?.above).toBeCloseTo(2340, 9)
    expect(price?.moveAbove).toBeCloseTo(0.17, 12)
  })

  it('does not depend on the price of an asset that is both collateral and debt alone', () => {
    const entry = account(
      'toy/1/loop',
      'toy-lending',
      [collateral('weth', '10'), debt('weth', '7')],
      { averaged: false, thresholds: { 'collateral-weth': 8000 } },
    )
    expect(priceOf(entry, WETH_RAY)).toEqual({
      ray: WETH_RAY,
      below: null,
      above: null,
      moveBelow: null,
      moveAbove: null,
    })
  })

  it('follows tiers of a long and of a short to the tier at the liquidation price', () => {
    const tiers = {
      'perp-ethIndex': [
        [0, 100],
        [50_000, 500],
      ],
    }
    const long = account('toy/1/long', 'toy-perps', [perp('ethIndex', '30'), cash('-50000')], {
      tiers,
    })
    // Below 50,000 of notional: 30p − 50000 = 0.01·30p is 1683.50, whose notional is 50,505: so the
    // second tier holds, 30p − 50000 = 0.05·30p − 2000.
    const longPrice = priceOf(long, { kind: 'asset', asset: asset('ethIndex') })
    expect(longPrice?.below).toBeCloseTo(48_000 / (30 * 0.95), 9)
    const short = account('toy/1/short', 'toy-perps', [perp('ethIndex', '-20'), cash('55000')], {
      tiers,
    })
    const shortPrice = priceOf(short, ETH_RAY)
    expect(shortPrice?.below).toBeNull()
    // 55000 − 20p = 0.05·20p − 2000
    expect(shortPrice?.moveAbove).toBeCloseTo(57_000 / 21 / 2001.25 - 1, 12)
  })

  it('has a root on either side for a hedge of unequal curvature', () => {
    const entry = account(
      'toy/1/pool',
      'toy-lending',
      [collateral('pool', '1000'), collateral('usdc', '10000'), debt('weth', '40')],
      { averaged: false, thresholds: { 'collateral-pool': 9000, 'collateral-usdc': 9000 } },
    )
    const program = programOf(entry)
    const price = liquidationPrice(program, entry.id, ETH_RAY)
    // 113175·√x + 9000 = 80000·x
    const root = (113_175 + Math.sqrt(113_175 ** 2 + 4 * 80_000 * 9000)) / (2 * 80_000)
    expect(price?.moveAbove).toBeCloseTo(root * root - 1, 10)
    expect(price?.moveBelow).toBeNull()
  })

  it('is where an account that is liquidatable today stops being so', () => {
    const entry = account(
      'toy/1/under',
      'toy-lending',
      [collateral('weth', '10'), debt('usdc', '18000')],
      { averaged: false, thresholds: { 'collateral-weth': 8000 } },
    )
    const price = priceOf(entry, WETH_RAY)
    expect(price?.above).toBeCloseTo(2250, 9)
    expect(price?.below).toBeNull()
  })

  it("is today's price when health is exactly 1 and the test is strict", () => {
    const entry = account(
      'toy/1/edge',
      'toy-lending',
      [collateral('weth', '10'), debt('usdc', '16000')],
      { averaged: false, thresholds: { 'collateral-weth': 8000 } },
    )
    expect(priceOf(entry, WETH_RAY)).toMatchObject({ below: 2000, moveBelow: 0, above: null })
  })

  it('is not applicable to an unknown account, a wallet, or a ray that moves nothing', () => {
    const entry = loan(false)
    const program = programOf(entry)
    expect(liquidationPrice(program, idOf('toy/1/none'), ETH_RAY)).toBeNull()
    expect(liquidationPrice(program, entry.id, { kind: 'factor', factor: BTC })).toBeNull()
    expect(liquidationPrice(program, entry.id, { kind: 'asset', asset: asset('wbtc') })).toBeNull()
    const unknown = account('toy/1/unknown', 'nobody', [])
    expect(liquidationPrice(programOf(unknown), unknown.id, ETH_RAY)).toBeNull()
  })

  it('steps with an averaged threshold: the verdict changes exactly there', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 5000, max: 9500 }),
        fc.integer({ min: 5000, max: 9500 }),
        (a, b) => {
          const entry = account(
            'toy/1/averaged',
            'toy-lending',
            [collateral('weth', '10'), collateral('wbtc', '1'), debt('usdc', '35000')],
            { averaged: true, thresholds: { 'collateral-weth': a, 'collateral-wbtc': b } },
          )
          const program = programOf(entry)
          const price = liquidationPrice(program, entry.id, ETH_RAY)
          for (const moved of [price?.moveBelow, price?.moveAbove]) {
            if (moved === null || moved === undefined) continue
            const inside = along(program, ETH_RAY, 1 + moved * (1 - 1e-9))
            const beyond = along(program, ETH_RAY, 1 + moved * (1 + 1e-9))
            expect(inside.fails).not.toBe(beyond.fails)
            expect(Math.abs(inside.health - 1)).toBeLessThan(3e-4)
          }
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('solves a borrow on either side of its kink', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -3000, max: 3000 }),
        fc.integer({ min: 200, max: 4000 }),
        fc.integer({ min: -4000, max: 4000 }),
        (money, backing, position) => {
          const module: VenueModule = {
            ...wallet,
            compile: ({ account: { id } }) => ({
              account: id,
              marks: [mark('weth'), mark('wbtc')],
              tests: [
                {
                  kernel: 'maintenance',
                  strict: true,
                  equity: [
                    { mark: -1, value: money, weight: 1 },
                    { mark: 0, value: position, weight: 1 },
                  ],
                  positions: [
                    { mark: 0, value: position, tiers: [{ from: 0, rate: 0.03, deduction: 0 }] },
                  ],
                  fixedRequirement: 1,
                  borrow: { collateral: [{ mark: 0, value: backing, weight: 0.8 }], limit: 0.95 },
                },
              ],
              combine: 'any',
              errorBound: 1e-12,
            }),
          }
          const entry = account('toy/1/borrow', 'toy-wallet', [collateral('weth', '1')])
          const program = programOf(entry, [module])
          const price = liquidationPrice(program, entry.id, ETH_RAY)
          const today = along(program, ETH_RAY, 1).fails
          for (const direction of [-1, 1]) {
            const found = direction < 0 ? price?.moveBelow : price?.moveAbove
            if (found !== null && found !== undefined) {
              expect(Math.abs(along(program, ETH_RAY, 1 + found).health - 1)).toBeLessThan(1e-9)
              expect(along(program, ETH_RAY, 1 + found * (1 + 1e-7)).fails).toBe(!today)
            }
            for (let step = 1; step <= 300; step++) {
              const x = Math.exp((direction * step) / 100)
              if (along(program, ETH_RAY, x).fails === today) continue
              expect(Math.abs(found ?? NaN)).toBeLessThanOrEqual(Math.abs(x - 1))
              break
            }
          }
        },
      ),
      { numRuns: RUNS * 2 },
    )
  })

  const anyAccount = fc.oneof(lendingAccount('toy/1/any'), perpsAccount('toy/1/any'))
  const anyRay = fc.constantFrom<Ray>(
    ETH_RAY,
    { kind: 'factor', factor: BTC },
    { kind: 'factor', factor: PEG_USDC },
    WETH_RAY,
    { kind: 'asset', asset: asset('ethIndex') },
    { kind: 'asset', asset: asset('pool') },
  )

  it('has health 1 at the root and another verdict beyond it', () => {
    let roots = 0
    fc.assert(
      fc.property(anyAccount, anyRay, (entry, ray) => {
        const program = programOf(entry)
        const price = liquidationPrice(program, entry.id, ray)
        const isStepped = program.accounts[0]?.compiled?.tests.some(
          (test) => test.kernel === 'threshold' && test.averageStep !== null,
        )
        const today = along(program, ray, 1).fails
        for (const moved of [price?.moveBelow, price?.moveAbove]) {
          // A thousandth of today's price is lost in the digits of a move near −1.
          if (moved === null || moved === undefined || moved < -0.999) continue
          roots += 1
          const at = along(program, ray, 1 + moved)
          if (isStepped !== true) expect(Math.abs(at.health - 1)).toBeLessThanOrEqual(1e-9)
          expect(along(program, ray, 1 + moved * (1 + 1e-7)).fails).toBe(!today)
          expect(along(program, ray, 1 + moved * (1 - 1e-7)).fails).toBe(today)
        }
      }),
      { numRuns: RUNS * 4 },
    )
    expect(roots).toBeGreaterThan(RUNS / 2)
  })

  it('misses no root that a scan of verdicts finds', () => {
    fc.assert(
      fc.property(anyAccount, anyRay, (entry, ray) => {
        const program = programOf(entry)
        const price = liquidationPrice(program, entry.id, ray)
        if (price === null) return
        const today = along(program, ray, 1).fails
        for (const direction of [-1, 1]) {
          const found = direction < 0 ? price.moveBelow : price.moveAbove
          for (let step = 1; step <= 400; step++) {
            const x = Math.exp((direction * step) / 50)
            if (along(program, ray, x).fails === today) continue
            expect(found).not.toBeNull()
            expect(Math.abs(found ?? NaN)).toBeLessThanOrEqual(Math.abs(x - 1))
            break
          }
        }
      }),
      { numRuns: RUNS },
    )
  })

  it('gives the price of the asset itself, not of a forward on it', () => {
    const entry = loan(false)
    const base = portfolioOf([entry])
    const forward = { ...markOf('weth', '2100', 'aaa'), feed: 'forward' }
    const withForward = {
      ...entry,
      legs: [...entry.legs, { ...collateral('weth', '0'), id: 'extra', mark: mark('weth', 'aaa') }],
    }
    const program = compile(
      {
        ...base,
        accounts: [
          {
            ...withForward,
            rule: {
              ...entry.rule,
              parameters: {
                averaged: false,
                thresholds: { 'collateral-weth': 8000, 'collateral-wsteth': 7500, extra: 8000 },
              },
            },
          },
        ],
        marks: [...base.marks, forward],
      },
      { modules: MODULES, at: NOW },
    )
    const price = liquidationPrice(program, entry.id, WETH_RAY)
    expect((price?.below ?? NaN) / (1 + (price?.moveBelow ?? NaN))).toBeCloseTo(2000, 9)
  })
})
