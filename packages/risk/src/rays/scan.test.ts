import type { CompiledAccount, StandardOption, VenueModule } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { wallet } from '../../../../test/risk/toyModules.js'
import {
  account,
  asset,
  BTC,
  collateral,
  ETH,
  mark,
  NOW,
  portfolioOf,
} from '../../../../test/risk/toyWorld.js'
import { compile } from '../program/compile.js'
import { accountFails, accountHealth } from '../program/evaluate.js'
import type { Program } from '../program/program.js'
import { liquidationPrice } from './liquidationPrice.js'
import { multipliersAt, pathAlong } from './path.js'

const PARAMETERS = {
  perpRequirement: 0.05,
  baseFactor: 0.8,
  callSpotRequirement: 0.09,
  putSpotRequirement: 0.09,
  putMarkRequirement: 1.09,
  unpairedScale: 1.1,
}

/** An account of options on ETH (spot 2000, forward 2001.25) and cash, without any venue. */
function optionsProgram(
  cash: number,
  options: readonly StandardOption[],
  {
    years = 0.1,
    perp = 0,
    pinned = [],
  }: { readonly years?: number; readonly perp?: number; readonly pinned?: readonly number[] } = {},
): Program {
  const module: VenueModule = {
    ...wallet,
    tag: 'toy-options',
    compile: ({ account: entry }): CompiledAccount => ({
      account: entry.id,
      marks: [mark('ethIndex'), mark('weth')],
      tests: [
        {
          kernel: 'standard',
          strict: true,
          cash: [{ mark: -1, value: cash - perp * 2000 }],
          stable: { mark: -1, value: 1 },
          credit: 0,
          pinned,
          markets: [
            {
              spot: 2000,
              spotMark: 1,
              perp: { size: perp, price: 2000, mark: 1 },
              base: 0,
              parameters: PARAMETERS,
              expiries: [{ years, forward: 2001.25, forwardMark: 0, forwardFixed: 0, options }],
            },
          ],
        },
      ],
      combine: 'any',
      errorBound: 1e-12,
    }),
  }
  const entry = account('toy/1/options', 'toy-options', [collateral('weth', '0')])
  return compile(portfolioOf([entry]), { modules: [module], at: NOW })
}

const RAY = { kind: 'factor', factor: ETH } as const

function along(program: Program, x: number): { health: number; fails: boolean | null } {
  const multipliers = multipliersAt(pathAlong(program, RAY), x, new Float64Array(3))
  return {
    health: accountHealth(program, 0, multipliers, 0),
    fails: accountFails(program, 0, multipliers),
  }
}

function priceOf(program: Program) {
  const id = program.accounts[0]?.id
  return id === undefined ? null : liquidationPrice(program, id, RAY)
}

describe('liquidationPrice of options', () => {
  it('has a root on either side of a short strangle', () => {
    const program = optionsProgram(2500, [
      { right: 'call', size: -5, strike: 2400, impliedVolatility: 0.7 },
      { right: 'put', size: -5, strike: 1600, impliedVolatility: 0.7 },
    ])
    const price = priceOf(program)
    expect(along(program, 1).fails).toBe(false)
    for (const moved of [price?.moveBelow ?? NaN, price?.moveAbove ?? NaN]) {
      expect(Math.abs(along(program, 1 + moved).health - 1)).toBeLessThan(1e-10)
      expect(along(program, 1 + moved * (1 - 1e-9)).fails).toBe(false)
      expect(along(program, 1 + moved * (1 + 1e-9)).fails).toBe(true)
    }
    expect(price?.moveBelow).toBeLessThan(0)
    expect(price?.moveAbove).toBeGreaterThan(0)
  })

  // Ten short calls at 2600 are covered by as many long ones at 3000 and half a perp: on the way up the
  // shorts ask for more than the perp gains, until the longs cap the loss.
  const windowed = (cash: number) =>
    optionsProgram(
      cash,
      [
        { right: 'call', size: -10, strike: 2600, impliedVolatility: 0.5 },
        { right: 'call', size: 10, strike: 3000, impliedVolatility: 0.5 },
      ],
      { years: 0.02, perp: 0.5 },
    )
  const failing = (program: Program, step: number) => {
    const found: number[] = []
    for (let x = 1.2; x < 2; x += step) if (along(program, x).fails === true) found.push(x)
    return found
  }

  it('finds the nearer edge of a window of failure between two safe ranges', () => {
    const program = windowed(3500)
    const found = failing(program, 0.001)
    expect(found.length).toBeGreaterThan(100)
    expect(along(program, 1).fails).toBe(false)
    expect(along(program, 2).fails).toBe(false)
    const above = 1 + (priceOf(program)?.moveAbove ?? NaN)
    expect(above).toBeLessThanOrEqual(found[0] ?? NaN)
    expect(above).toBeGreaterThan((found[0] ?? NaN) - 0.0011)
    expect(Math.abs(along(program, above).health - 1)).toBeLessThan(1e-10)
  })

  it('finds two roots inside one cell of the grid', () => {
    let low = 3500
    let high = 4000
    for (let round = 0; round < 30; round++) {
      const middle = (low + high) / 2
      if (failing(windowed(middle), 0.0001).length > 0) low = middle
      else high = middle
    }
    const program = windowed(low)
    const found = failing(program, 0.0001)
    expect(found.length).toBeGreaterThan(0)
    expect(found.length).toBeLessThan(5)
    const above = 1 + (priceOf(program)?.moveAbove ?? NaN)
    expect(above).toBeLessThanOrEqual(found[0] ?? NaN)
    expect(above).toBeGreaterThan((found[0] ?? NaN) - 0.001)
  })

  it('has none where longs alone are held', () => {
    const program = optionsProgram(10, [
      { right: 'call', size: 3, strike: 2400, impliedVolatility: 0.7 },
    ])
    expect(priceOf(program)).toMatchObject({ moveBelow: null, moveAbove: null })
  })

  it('does not apply where a move makes the margin unknown', () => {
    expect(priceOf(optionsProgram(100, [], { pinned: [1] }))).toBeNull()
    expect(priceOf(optionsProgram(100, [], { pinned: [] }))).not.toBeNull()
  })

  it('claims nothing beyond the range that it searches', () => {
    // Half a perp against 95 million: a rise by 100,000 times would be needed.
    const program = optionsProgram(95_000_000, [], { perp: -0.5 })
    expect(along(program, 2e5).fails).toBe(true)
    expect(priceOf(program)).toMatchObject({ moveBelow: null, moveAbove: null })
    const nearer = priceOf(optionsProgram(950_000, [], { perp: -0.5 }))
    expect(nearer?.moveAbove).toBeCloseTo(951_000 / 1050 - 1, 9)
  })

  it('does not apply to a factor that no option moves with', () => {
    const program = optionsProgram(10, [])
    const id = program.accounts[0]?.id
    expect(
      id === undefined ? undefined : liquidationPrice(program, id, { kind: 'factor', factor: BTC }),
    ).toBeNull()
    expect(
      id === undefined
        ? undefined
        : liquidationPrice(program, id, { kind: 'asset', asset: asset('usdc') }),
    ).toBeNull()
  })
})
