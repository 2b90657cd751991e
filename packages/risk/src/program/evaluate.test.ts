import type { CompiledAccount, CompiledTest, MaintenanceTest, VenueModule } from '@plimsoll/model'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { portfolios, RUNS } from '../../../../test/risk/arbitraries.js'
import { MODULES, wallet } from '../../../../test/risk/toyModules.js'
import {
  account,
  asset,
  BTC,
  collateral,
  debt,
  ETH,
  mark,
  NOW,
  PEG_STAKED,
  portfolioOf,
} from '../../../../test/risk/toyWorld.js'
import { CompileError, ScenarioError } from '../errors.js'
import { maintenance } from '../kernels/maintenance.js'
import { threshold } from '../kernels/threshold.js'
import { compile } from './compile.js'
import {
  accountFails,
  evaluateHealth,
  evaluateMultipliers,
  evaluateScenarios,
  evaluateSides,
} from './evaluate.js'
import type { Program } from './program.js'
import { scenarioMultipliers } from './scenario.js'

/** A program of accounts that a module compiles to the given tests over the marks of WETH and WBTC. */
function programOf(...accounts: readonly Pick<CompiledAccount, 'tests' | 'combine'>[]): Program {
  const module: VenueModule = {
    ...wallet,
    tag: 'given',
    compile: ({ account: { id } }) => ({
      account: id,
      marks: [mark('weth'), mark('wbtc')],
      errorBound: 1e-12,
      ...(accounts[Number(id.split('/').at(-1))] ?? { tests: [], combine: 'any' }),
    }),
  }
  const entries = accounts.map((_, index) =>
    account(`toy/1/${index}`, 'given', [collateral('weth', '1'), collateral('wbtc', '1')]),
  )
  return compile(portfolioOf(entries), { modules: [module], at: NOW })
}

const ratioTest = (resource: number, requirement: number, strict = true): CompiledTest => ({
  kernel: 'threshold',
  strict,
  collateral: [{ mark: 0, value: resource, weight: 1 }],
  debt: [{ mark: 1, value: requirement }],
  averageStep: null,
})

const today = (program: Program) => new Float64Array(program.marks.length + 1).fill(1)

describe('evaluateHealth', () => {
  it('is the least of tests joined by any, the most of tests joined by all', () => {
    const tests = [ratioTest(300, 100), ratioTest(50, 100), ratioTest(200, 100)]
    const program = programOf({ tests, combine: 'any' }, { tests, combine: 'all' })
    expect([...evaluateHealth(program, {})]).toEqual([0.5, 3])
    expect(accountFails(program, 0, today(program))).toBe(true)
    expect(accountFails(program, 1, today(program))).toBe(false)
  })

  it('fails with all tests only', () => {
    const tests = [ratioTest(90, 100), ratioTest(50, 100)]
    const program = programOf({ tests, combine: 'all' })
    expect([...evaluateHealth(program, {})]).toEqual([0.9])
    expect(accountFails(program, 0, today(program))).toBe(true)
  })

  it('is +Infinity where nothing is required or nothing is tested', () => {
    const program = programOf(
      { tests: [ratioTest(5, 0)], combine: 'any' },
      { tests: [], combine: 'any' },
      { tests: [ratioTest(5, 0), ratioTest(1, 2)], combine: 'any' },
      { tests: [ratioTest(5, 0), ratioTest(1, 2)], combine: 'all' },
    )
    expect([...evaluateHealth(program, {})]).toEqual([Infinity, Infinity, 0.5, Infinity])
    for (const row of [0, 1, 3]) expect(accountFails(program, row, today(program))).toBe(false)
  })

  it('fails below the threshold when strict, at it too when not', () => {
    const program = programOf(
      { tests: [ratioTest(100, 100, true)], combine: 'any' },
      { tests: [ratioTest(100, 100, false)], combine: 'any' },
      { tests: [ratioTest(0, 0, false)], combine: 'any' },
    )
    expect(accountFails(program, 0, today(program))).toBe(false)
    expect(accountFails(program, 1, today(program))).toBe(true)
    expect(accountFails(program, 2, today(program))).toBe(false)
  })

  it('is NaN for an account that could not be compiled, and keeps its row', () => {
    const portfolio = portfolioOf([
      account('toy/1/b', 'toy-wallet', [collateral('weth', '1')]),
      account('toy/1/a', 'nobody', []),
    ])
    const program = compile(portfolio, { modules: MODULES, at: NOW })
    expect([...evaluateHealth(program, {})]).toEqual([NaN, Infinity])
    expect(accountFails(program, 0, today(program))).toBeNull()
  })

  it('is NaN where a price is', () => {
    const program = programOf({ tests: [ratioTest(300, 100)], combine: 'any' })
    for (const multipliers of [
      [NaN, 1, 1],
      [1, NaN, 1],
    ]) {
      const out = evaluateMultipliers(program, new Float64Array(multipliers), new Float64Array(1))
      expect(out[0]).toBeNaN()
      expect(accountFails(program, 0, new Float64Array(multipliers))).toBeNull()
      expect(evaluateScenarios(program, 0, new Float64Array(multipliers), out)[0]).toBeNaN()
    }
  })

  it('refuses arrays of another size', () => {
    const program = programOf({ tests: [ratioTest(300, 100)], combine: 'any' })
    const fit = today(program)
    expect(() => evaluateMultipliers(program, fit.subarray(1), new Float64Array(1))).toThrow(
      CompileError,
    )
    expect(() => evaluateMultipliers(program, fit, new Float64Array(2))).toThrow(CompileError)
    expect(() => evaluateScenarios(program, 0, fit, new Float64Array(2))).toThrow(CompileError)
    expect(() => evaluateHealth(program, {}, new Float64Array(2))).toThrow(CompileError)
    expect(() => evaluateSides(program.tests, 7, fit, 0, new Float64Array(2))).toThrow(CompileError)
  })

  it('merges legs of one mark and gives the bits of any order', () => {
    const legs = [
      collateral('weth', '0.1'),
      { ...collateral('weth', '0.2'), id: 'two' },
      debt('usdc', '100'),
    ]
    const thresholds = { 'collateral-weth': 8000, two: 7000 }
    const healths = [legs, [...legs].reverse()].map((list) => {
      const entry = account('toy/1/a', 'toy-lending', list, { averaged: false, thresholds })
      const program = compile(portfolioOf([entry]), { modules: MODULES, at: NOW })
      expect(program.tests.termMark).toHaveLength(2)
      return evaluateHealth(program, {})[0]
    })
    expect(healths[0]).toBe(healths[1])
  })

  it('agrees with the kernels, whatever the prices', () => {
    const multiplier = fc.double({ min: 0.2, max: 3, noNaN: true })
    fc.assert(
      fc.property(
        portfolios,
        fc.array(multiplier, { minLength: 8, maxLength: 8 }),
        (portfolio, values) => {
          const program = compile(portfolio, { modules: MODULES, at: NOW })
          const multipliers = Float64Array.from([...values.slice(0, program.marks.length), 1])
          const out = new Float64Array(2)
          const expected = new Float64Array(2)
          for (const [row, { compiled, marks }] of program.accounts.entries()) {
            const [test] = compiled?.tests ?? []
            if (test?.kernel !== 'threshold' && test?.kernel !== 'maintenance') continue
            const own = Float64Array.from(marks, (index) => multipliers[index] ?? NaN)
            if (test.kernel === 'threshold') threshold(test, own, expected)
            else maintenance(test, own, expected)
            evaluateSides(program.tests, program.tests.accountStart[row] ?? 0, multipliers, 0, out)
            for (const side of [0, 1]) {
              const value = expected[side] ?? NaN
              expect(Math.abs((out[side] ?? NaN) - value)).toBeLessThanOrEqual(
                1e-9 + 1e-13 * Math.abs(value),
              )
            }
          }
        },
      ),
      { numRuns: RUNS },
    )
  })

  it('takes the tier that begins at the notional itself, also where tiers do not meet', () => {
    const test: MaintenanceTest = {
      kernel: 'maintenance',
      strict: true,
      equity: [{ mark: -1, value: 100, weight: 1 }],
      positions: [
        {
          mark: 0,
          value: -1000,
          tiers: [
            { from: 0, rate: 0.02, deduction: 0 },
            { from: 1000, rate: 0.05, deduction: 0 },
            { from: 2000, rate: 0.1, deduction: 0 },
          ],
        },
      ],
      fixedRequirement: 0,
      borrow: null,
    }
    const program = programOf({ tests: [test], combine: 'any' })
    const at = (x: number) =>
      evaluateMultipliers(program, new Float64Array([1, x, 1]), new Float64Array(1))[0]
    expect(at(0.999)).toBeCloseTo(100 / 19.98, 12)
    expect(at(1)).toBe(2)
    expect(at(1.5)).toBeCloseTo(100 / 75, 12)
    expect(at(2)).toBe(0.5)
  })

  it('agrees with the maintenance kernel on a borrow, either side of its kink', () => {
    const test = (cash: number): MaintenanceTest => ({
      kernel: 'maintenance',
      strict: true,
      equity: [
        { mark: -1, value: cash, weight: 1 },
        { mark: 0, value: 900, weight: 1 },
      ],
      positions: [
        { mark: 0, value: 900, tiers: [{ from: 0, rate: 0.05, deduction: 0 }] },
        { mark: 1, value: -300, tiers: [{ from: 0, rate: 0.1, deduction: 0 }] },
      ],
      fixedRequirement: 3,
      borrow: {
        collateral: [
          { mark: 1, value: 400, weight: 0.5 },
          { mark: -1, value: 60, weight: 1 },
        ],
        limit: 0.95,
      },
    })
    const multipliers = new Float64Array([1.5, 0.8, 1])
    const out = new Float64Array(2)
    const expected = new Float64Array(2)
    for (const cash of [-1400, -700, 200]) {
      const program = programOf({ tests: [test(cash)], combine: 'any' })
      // Program marks are sorted by id: WBTC before WETH.
      evaluateSides(program.tests, 0, multipliers, 0, out)
      maintenance(test(cash), new Float64Array([0.8, 1.5]), expected)
      expect(out[0]).toBeCloseTo(expected[0] ?? NaN, 10)
      expect(out[1]).toBeCloseTo(expected[1] ?? NaN, 10)
    }
  })

  it('evaluates many scenarios of one account as one by one', () => {
    fc.assert(
      fc.property(portfolios, (portfolio) => {
        const program = compile(portfolio, { modules: MODULES, at: NOW })
        const scenarios = [-0.5, -0.1, 0, 0.3].map((shock) =>
          scenarioMultipliers(program, { factors: { [program.factors[0] ?? ETH]: shock } }),
        )
        const all = Float64Array.from(scenarios.flatMap((row) => [...row]))
        for (const row of program.accounts.keys()) {
          const many = evaluateScenarios(program, row, all, new Float64Array(4))
          for (const [index, multipliers] of scenarios.entries()) {
            const one = evaluateMultipliers(
              program,
              multipliers,
              new Float64Array(program.accounts.length),
            )
            expect(many[index]).toBe(one[row])
          }
        }
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    )
  })
})

describe('scenarioMultipliers', () => {
  const entry = account(
    'toy/1/all',
    'toy-lending',
    [
      collateral('weth', '1'),
      collateral('wsteth', '1'),
      collateral('wbtc', '1'),
      collateral('pool', '1'),
      debt('usdc', '1'),
    ],
    {
      averaged: false,
      thresholds: {
        'collateral-weth': 1,
        'collateral-wsteth': 1,
        'collateral-wbtc': 1,
        'collateral-pool': 1,
      },
    },
  )
  const program = compile(portfolioOf([entry]), { modules: MODULES, at: NOW })
  const names = program.marks.map(({ id }) => id.split('/').at(-1) ?? '')
  const under = (scenario: Parameters<typeof scenarioMultipliers>[1]) => {
    const multipliers = scenarioMultipliers(program, scenario)
    return Object.fromEntries(names.map((name, index) => [name, multipliers[index]]))
  }

  it('is 1 everywhere in a calm market, with a last 1 for constants', () => {
    expect([...scenarioMultipliers(program, {})]).toEqual([1, 1, 1, 1, 1, 1])
  })

  it('moves every asset with its factors, to the power of its elasticity', () => {
    const moved = under({ factors: { [ETH]: -0.2, [PEG_STAKED]: -0.1 } })
    expect(moved.weth).toBe(0.8)
    expect(moved.wsteth).toBeCloseTo(0.72, 15)
    expect(moved.wbtc).toBe(1)
    expect(moved.pool).toBeCloseTo(Math.sqrt(0.8), 15)
    expect(moved.usdc).toBe(1)
    expect(under({ factors: { [ETH]: 0.21, [BTC]: 0.44 } }).pool).toBeCloseTo(1.1 * 1.2, 14)
  })

  it('moves one asset or one mark alone, and multiplies', () => {
    expect(under({ assets: { [asset('weth')]: -0.5 } })).toMatchObject({ weth: 0.5, wsteth: 1 })
    expect(under({ marks: { [mark('wbtc')]: 0.25 } })).toMatchObject({ wbtc: 1.25, weth: 1 })
    expect(
      under({
        factors: { [ETH]: -0.5 },
        assets: { [asset('weth')]: 1 },
        marks: { [mark('weth')]: 0.5 },
      }).weth,
    ).toBe(1.5)
  })

  it('lets a price fall to 0 but not below', () => {
    expect(under({ factors: { [ETH]: -1 } })).toMatchObject({ weth: 0, pool: 0, wbtc: 1 })
    for (const shock of [-1.000001, NaN, Infinity, -Infinity]) {
      expect(() => under({ factors: { [ETH]: shock } })).toThrow(ScenarioError)
      expect(() => under({ assets: { [asset('weth')]: shock } })).toThrow(ScenarioError)
      expect(() => under({ marks: { [mark('weth')]: shock } })).toThrow(ScenarioError)
    }
  })

  it('refuses a name that nothing moves with, and says what is known', () => {
    expect(() => under({ factors: { ['spot:ETHH' as typeof ETH]: -0.2 } })).toThrow(/spot:ETH/)
    expect(() => under({ assets: { [asset('btcIndex')]: -0.2 } })).toThrow(ScenarioError)
    expect(() => under({ marks: { [mark('btcIndex')]: -0.2 } })).toThrow(ScenarioError)
  })

  it('writes into a given array', () => {
    const out = new Float64Array(6)
    expect(scenarioMultipliers(program, { factors: { [ETH]: 1 } }, out)).toBe(out)
    expect(out[5]).toBe(1)
  })

  it('refuses a price that would rise without bound', () => {
    const inverse = portfolioOf([entry])
    const assets = inverse.assets.map((item) =>
      item.id === asset('wbtc') ? { ...item, exposures: [{ factor: ETH, elasticity: -1 }] } : item,
    )
    const odd = compile({ ...inverse, assets }, { modules: MODULES, at: NOW })
    expect(() => scenarioMultipliers(odd, { factors: { [ETH]: -1 } })).toThrow(
      /cannot follow it to 0/,
    )
    expect(scenarioMultipliers(odd, { factors: { [ETH]: -0.5 } })[names.indexOf('wbtc')]).toBe(2)
  })
})
