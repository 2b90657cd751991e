import type {
  CompiledAccount,
  MarginAccount,
  Portfolio,
  VenueModule,
  VenueState,
} from '@plimsoll/model'
import {
  InvalidRuleError,
  MarkError,
  sharedKey,
  UnknownRuleError,
  UnsupportedVenueStateError,
} from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import { lending, MODULES, wallet } from '../../../../test/risk/toyModules.js'
import {
  account,
  asset,
  collateral,
  debt,
  mark,
  NOW,
  NOW_MS,
  portfolioOf,
} from '../../../../test/risk/toyWorld.js'
import { CompileError } from '../errors.js'
import { compile } from './compile.js'

const sound: CompiledAccount = {
  account: account('toy/1/given', 'given', []).id,
  marks: [mark('weth')],
  tests: [
    {
      kernel: 'threshold',
      strict: true,
      collateral: [{ mark: 0, value: 1, weight: 0.8 }],
      debt: [{ mark: -1, value: 1 }],
      averageStep: null,
    },
  ],
  combine: 'any',
  errorBound: 1e-12,
}

const given = (compiled: CompiledAccount | (() => CompiledAccount)): VenueModule => ({
  ...wallet,
  tag: 'given',
  compile: () => (typeof compiled === 'function' ? compiled() : compiled),
})

const entry = account('toy/1/given', 'given', [collateral('weth', '1')])

function rowOf(
  module: VenueModule,
  one: MarginAccount = entry,
  portfolio: Partial<Portfolio> = {},
) {
  const program = compile(portfolioOf([one], portfolio), { modules: [module], at: NOW })
  const [row] = program.accounts
  expect(row).toBeDefined()
  return row
}

describe('compile', () => {
  it("sorts accounts and used marks by id and keeps today's prices", () => {
    const loan = (id: string) =>
      account(id, 'toy-lending', [collateral('weth', '1'), debt('usdc', '5')], {
        averaged: false,
        thresholds: { 'collateral-weth': 8000 },
      })
    const program = compile(portfolioOf([loan('toy/1/z'), loan('toy/1/a')]), {
      modules: MODULES,
      at: NOW,
    })
    expect(program.accounts.map(({ id }) => id)).toEqual(['toy/1/a', 'toy/1/z'])
    expect(program.marks).toEqual([
      { id: mark('usdc'), asset: asset('usdc'), feed: 'index', price: 1 },
      { id: mark('weth'), asset: asset('weth'), feed: 'index', price: 2000 },
    ])
    expect(program.factors).toEqual(['peg:USDC/USD', 'spot:ETH'])
  })

  it('lists an unknown tag or version with a typed error, and compiles the rest', () => {
    const portfolio = portfolioOf([
      account('toy/1/a', 'nobody', []),
      account('toy/1/b', 'toy-wallet', []),
    ])
    const program = compile(portfolio, { modules: MODULES, at: NOW })
    expect(program.accounts[0]?.error).toBeInstanceOf(UnknownRuleError)
    expect(program.accounts[0]?.error?.message).toContain(
      'toy-lending@1, toy-perps@1, toy-wallet@1',
    )
    expect(program.accounts[0]?.compiled).toBeNull()
    expect(program.accounts[1]?.error).toBeNull()
    const newer = { ...entry, rule: { ...entry.rule, version: 2 } }
    expect(rowOf(given(sound), newer)?.error).toBeInstanceOf(UnknownRuleError)
  })

  it('keeps the typed error of a module, and wraps any other', () => {
    const loan = account('toy/1/a', 'toy-lending', [collateral('weth', '1')], {})
    expect(rowOf(lending, loan)?.error).toBeInstanceOf(InvalidRuleError)
    const unpriced = { ...loan, legs: [{ ...collateral('weth', '1'), mark: null }] }
    expect(rowOf(lending, unpriced)?.error).toBeInstanceOf(MarkError)
    const broken = rowOf(
      given(() => {
        throw new TypeError('x is undefined')
      }),
    )?.error
    expect(broken).toBeInstanceOf(InvalidRuleError)
    expect(broken?.message).toContain('x is undefined')
    expect(broken?.cause).toBeInstanceOf(TypeError)
  })

  it('does not compile an account that is flagged unknown, and says why', () => {
    const flagged: MarginAccount = {
      ...entry,
      flags: [
        { code: 'fine', severity: 'warning', message: 'Only a warning.' },
        { code: 'mode', severity: 'unknown', message: 'Mode 7 is not known.' },
      ],
    }
    const error = rowOf(given(sound), flagged)?.error
    expect(error).toBeInstanceOf(UnsupportedVenueStateError)
    expect(error?.message).toContain('Mode 7 is not known.')
    const warned: MarginAccount = { ...entry, flags: flagged.flags.slice(0, 1) }
    expect(rowOf(given(sound), warned)?.error).toBeNull()
  })

  it('gives a module its own state: legs in order, shared state, an instant not before its own', () => {
    const states: VenueState[] = []
    const spy: VenueModule = {
      ...given(sound),
      compile: (state) => {
        states.push(state)
        return sound
      },
    }
    const key = sharedKey('toy/1/shared')
    const other = sharedKey('toy/1/other')
    const late: MarginAccount = {
      ...entry,
      asOf: { kind: 'time', timeMs: NOW_MS + 5999 },
      rule: { ...entry.rule, shared: [key] },
      legs: [debt('usdc', '1'), collateral('weth', '1')],
    }
    rowOf(spy, late, { shared: { [key]: 'mine', [other]: 'not mine' } })
    rowOf(spy, { ...late, asOf: { kind: 'time', timeMs: NOW_MS - 9000 } })
    expect(states[0]?.at).toBe(NOW + 5)
    expect(states[1]?.at).toBe(NOW)
    expect([...(states[0]?.shared ?? [])]).toEqual([[key, 'mine']])
    expect(states[0]?.account.legs.map(({ id }) => id)).toEqual(['collateral-weth', 'debt-usdc'])
    expect(states[0]?.marks.get(mark('weth'))?.asset).toBe(asset('weth'))
    expect(states[0]?.assets.get(asset('weth'))?.symbol).toBe('WETH')
  })

  it('refuses two modules for one rule, but not one module twice', () => {
    const twin = { ...wallet }
    expect(() => compile(portfolioOf([]), { modules: [wallet, twin], at: NOW })).toThrow(
      CompileError,
    )
    expect(compile(portfolioOf([]), { modules: [wallet, wallet], at: NOW }).accounts).toEqual([])
    const next = { ...wallet, version: 2 }
    expect(compile(portfolioOf([]), { modules: [wallet, next], at: NOW }).accounts).toEqual([])
  })

  it.each([NaN, -1, Infinity])('refuses to judge at %d', (at) => {
    expect(() => compile(portfolioOf([]), { modules: MODULES, at })).toThrow(CompileError)
  })

  it('makes an account unknown whose module names a mark that is not there', () => {
    const elsewhere = { ...sound, marks: [mark('weth', 'nowhere')] }
    expect(rowOf(given(elsewhere))?.error?.message).toContain('nowhere/1/weth')
  })

  it('refuses a portfolio whose marks price assets that it does not hold', () => {
    expect(() => rowOf(given(sound), entry, { assets: [] })).toThrow(CompileError)
  })
})

describe('compile, of a module whose numbers do not fit', () => {
  const [test] = sound.tests
  if (test === undefined || test.kernel !== 'threshold') return
  const tier = { from: 0, rate: 0.1, deduction: 0 }
  const perps = {
    kernel: 'maintenance',
    strict: true,
    equity: [{ mark: 0, value: 1, weight: 1 }],
    positions: [{ mark: 0, value: 1, tiers: [tier] }],
    fixedRequirement: 0,
    borrow: null,
  } as const
  const parameters = {
    perpRequirement: 0.1,
    baseFactor: 0.5,
    callSpotRequirement: 0.1,
    putSpotRequirement: 0.1,
    putMarkRequirement: 0.1,
    unpairedScale: 1,
  }
  const option = { right: 'call', size: -1, strike: 2000, impliedVolatility: 0.5 } as const
  const expiry = { years: 0.1, forward: 2000, forwardMark: 0, forwardFixed: 0, options: [option] }
  const market = {
    spot: 2000,
    spotMark: 0,
    perp: { size: 1, price: 2000, mark: 0 },
    base: 0,
    expiries: [expiry],
    parameters,
  }
  const standard = {
    kernel: 'standard',
    strict: true,
    cash: [{ mark: -1, value: 5000 }],
    stable: { mark: -1, value: 1 },
    credit: 0,
    markets: [market],
  } as const
  const of = (changed: CompiledAccount['tests'][number]): CompiledAccount => ({
    ...sound,
    tests: [changed],
  })

  it.each<[string, CompiledAccount]>([
    ['a threshold', sound],
    ['perps', of(perps)],
    ['options', of(standard)],
  ])('takes %s that does', (_name, compiled) => {
    expect(rowOf(given(compiled))?.error).toBeNull()
  })

  it.each<[string, CompiledAccount]>([
    ['a negative error bound', { ...sound, errorBound: -1e-12 }],
    ['an error bound without end', { ...sound, errorBound: Infinity }],
    ['a mark index beyond its marks', of({ ...test, debt: [{ mark: 1, value: 1 }] })],
    ['a mark index below −1', of({ ...test, debt: [{ mark: -2, value: 1 }] })],
    ['a broken mark index', of({ ...test, debt: [{ mark: 0.5, value: 1 }] })],
    ['a debt that is not a number', of({ ...test, debt: [{ mark: 0, value: NaN }] })],
    [
      'collateral that is not a number',
      of({ ...test, collateral: [{ mark: 0, value: Infinity, weight: 1 }] }),
    ],
    [
      'a weight that is not a number',
      of({ ...test, collateral: [{ mark: 0, value: 1, weight: NaN }] }),
    ],
    ['an average step of 0', of({ ...test, averageStep: 0 })],
    ['equity that is not a number', of({ ...perps, equity: [{ mark: 0, value: NaN, weight: 1 }] })],
    [
      'a position that is not a number',
      of({ ...perps, positions: [{ mark: 0, value: NaN, tiers: [tier] }] }),
    ],
    ['no tier', of({ ...perps, positions: [{ mark: 0, value: 1, tiers: [] }] })],
    [
      'tiers that begin above 0',
      of({ ...perps, positions: [{ mark: 0, value: 1, tiers: [{ ...tier, from: 1 }] }] }),
    ],
    [
      'tiers that do not ascend',
      of({ ...perps, positions: [{ mark: 0, value: 1, tiers: [tier, tier] }] }),
    ],
    [
      'a negative rate',
      of({ ...perps, positions: [{ mark: 0, value: 1, tiers: [{ ...tier, rate: -0.1 }] }] }),
    ],
    [
      'a deduction that is not a number',
      of({ ...perps, positions: [{ mark: 0, value: 1, tiers: [{ ...tier, deduction: NaN }] }] }),
    ],
    ['a negative fixed requirement', of({ ...perps, fixedRequirement: -1 })],
    ['a limit that is not a number', of({ ...perps, borrow: { collateral: [], limit: NaN } })],
    [
      'borrow collateral that is not a number',
      of({ ...perps, borrow: { collateral: [{ mark: 0, value: NaN, weight: 1 }], limit: 1 } }),
    ],
    ['cash that is not a number', of({ ...standard, cash: [{ mark: -1, value: NaN }] })],
    ['a settlement asset without price', of({ ...standard, stable: { mark: -1, value: 0 } })],
    ['a settlement mark that is not there', of({ ...standard, stable: { mark: 9, value: 1 } })],
    ['a pinned mark that is not there', of({ ...standard, pinned: [9] })],
    ['a credit that is not a number', of({ ...standard, credit: NaN })],
    ['a spot mark that is not there', of({ ...standard, markets: [{ ...market, spotMark: 3 }] })],
    ['a negative spot', of({ ...standard, markets: [{ ...market, spot: -1 }] })],
    ['base that is not a number', of({ ...standard, markets: [{ ...market, base: NaN }] })],
    [
      'a perp mark that is not there',
      of({ ...standard, markets: [{ ...market, perp: { size: 1, price: 1, mark: 4 } }] }),
    ],
    [
      'a perp size that is not a number',
      of({ ...standard, markets: [{ ...market, perp: { size: NaN, price: 1, mark: 0 } }] }),
    ],
    [
      'a negative perp price',
      of({ ...standard, markets: [{ ...market, perp: { size: 1, price: -1, mark: 0 } }] }),
    ],
    [
      'a parameter that is not a number',
      of({ ...standard, markets: [{ ...market, parameters: { ...parameters, baseFactor: NaN } }] }),
    ],
    [
      'a forward mark that is not there',
      of({ ...standard, markets: [{ ...market, expiries: [{ ...expiry, forwardMark: 8 }] }] }),
    ],
    [
      'a negative forward',
      of({ ...standard, markets: [{ ...market, expiries: [{ ...expiry, forward: -1 }] }] }),
    ],
    [
      'a negative fixed forward',
      of({ ...standard, markets: [{ ...market, expiries: [{ ...expiry, forwardFixed: -1 }] }] }),
    ],
    [
      'negative time',
      of({ ...standard, markets: [{ ...market, expiries: [{ ...expiry, years: -0.1 }] }] }),
    ],
    [
      'an option size that is not a number',
      of({
        ...standard,
        markets: [{ ...market, expiries: [{ ...expiry, options: [{ ...option, size: NaN }] }] }],
      }),
    ],
    [
      'a negative strike',
      of({
        ...standard,
        markets: [{ ...market, expiries: [{ ...expiry, options: [{ ...option, strike: -1 }] }] }],
      }),
    ],
    [
      'a negative volatility',
      of({
        ...standard,
        markets: [
          {
            ...market,
            expiries: [{ ...expiry, options: [{ ...option, impliedVolatility: -0.1 }] }],
          },
        ],
      }),
    ],
  ])('refuses %s', (_name, compiled) => {
    const row = rowOf(given(compiled))
    expect(row?.error).toBeInstanceOf(CompileError)
    expect(row?.error?.message).toContain('toy/1/given')
    expect(row?.compiled).toBeNull()
  })

  it('refuses a kernel that it does not know', () => {
    const odd = JSON.parse(JSON.stringify(of(perps)).replace('maintenance', 'guess'))
    expect(rowOf(given(odd))?.error?.message).toContain('a kernel that is not known')
  })
})
