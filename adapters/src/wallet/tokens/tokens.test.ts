import { AdapterError } from '@plimsoll/client'
import type { Asset, Leg, Mark, Operation, OperationKind, VenueState } from '@plimsoll/model'
import {
  accountId,
  erc20,
  InvalidRuleError,
  markId,
  nativeCoin,
  OperationError,
  ownerId,
  reconcile,
  unlistedAsset,
} from '@plimsoll/model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nativeAsset, resolveAsset } from '../../assets/index.js'
import { encodeTransfer } from './actions.js'
import { HOLDINGS_RULE, holdings, walletTokens } from './index.js'

const OWNER = `0x${'a1'.repeat(20)}` as const
const USDC = erc20(1, '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48')
const SUSDE = erc20(1, '0x9d39a5de30e57443bff2a8307a4256c8797a3497')
const ACCOUNT = accountId(`wallet/1/${OWNER}`)

const usdc = resolveAsset({ id: USDC, symbol: 'USDC', decimals: 6 })
const susde = resolveAsset({ id: SUSDE, symbol: 'sUSDe', decimals: 18 })
const cash = (asset: Asset, raw: bigint, mark: Mark | null = null): Leg => ({
  kind: 'cash',
  id: asset.id,
  asset: asset.id,
  mark: mark?.id ?? null,
  amount: { raw, decimals: asset.decimals },
})
const dollar: Mark = {
  id: markId('test/usdc'),
  asset: USDC,
  numeraire: 'USD',
  min: { raw: 999n, decimals: 3 },
  mid: { raw: 999n, decimals: 3 },
  max: { raw: 1n, decimals: 0 },
  confidence: null,
  source: 'market',
  feed: 'test',
  timeMs: null,
  stalenessLimitMs: null,
}

function stateOf(legs: readonly Leg[], marks: readonly Mark[] = []): VenueState {
  return {
    account: {
      id: ACCOUNT,
      owner: ownerId(OWNER),
      venue: 'wallet',
      label: 'Wallet on chain 1',
      asOf: { kind: 'time', timeMs: 0 },
      recourse: false,
      rule: { ...HOLDINGS_RULE, numeraire: 'USD', modes: {}, parameters: null, shared: [] },
      legs,
      dependsOn: [],
      reconciliation: reconcile('holdings@1', []),
      fidelity: { grade: 'exact' },
      flags: [],
    },
    marks: new Map(marks.map((mark) => [mark.id, mark])),
    assets: new Map([usdc, susde].map((asset) => [asset.id, asset])),
    shared: new Map(),
    at: 0,
  }
}

function move(kind: 'supply' | 'withdraw', amount: bigint | 'max', asset = USDC): Operation {
  return { kind, account: ACCOUNT, asset, amount }
}

const rawOf = ({ account }: VenueState, asset = USDC) =>
  account.legs.flatMap((leg) => ('amount' in leg && leg.asset === asset ? [leg.amount.raw] : []))

describe('walletTokens', () => {
  it('reads the registry’s chains unless told otherwise', () => {
    expect(walletTokens().chains).toContain(1)
    expect(walletTokens({ chains: [31_337] }).chains).toEqual([31_337])
  })

  it.each([
    ['a chain id that is none', { chains: [1.5] }],
    ['a negative chain id', { chains: [-1] }],
    [
      'an address that is too short',
      { tokens: { 1: [{ address: '0x12', symbol: '', decimals: 1 }] } },
    ],
    ['decimals below 0', { tokens: { 1: [{ address: OWNER, symbol: '', decimals: -1 }] } }],
    ['decimals above 77', { tokens: { 1: [{ address: OWNER, symbol: '', decimals: 78 }] } }],
    [
      'a token listed twice',
      {
        tokens: {
          1: [
            { address: OWNER, symbol: '', decimals: 1 },
            { address: OWNER.replace('a', 'A') as typeof OWNER, symbol: '', decimals: 1 },
          ],
        },
      },
    ],
  ] as const)('refuses %s', (_what, parameters) => {
    expect(() => walletTokens(parameters)).toThrow(AdapterError)
  })
})

describe('holdings', () => {
  it('owes nothing, so that there is no health and nothing to liquidate', () => {
    expect(holdings.evaluate(stateOf([cash(usdc, 5n)]))).toMatchObject({
      health: { value: null, reason: 'no-requirement' },
      liquidatable: false,
      maintenanceMargin: null,
    })
  })

  it('counts what has a mark, and says what has none', () => {
    const { equity, flags } = holdings.evaluate(
      stateOf([cash(usdc, 2_000_000n, dollar), cash(susde, 10n ** 18n)], [dollar]),
    )
    expect(equity).toBe(1.998)
    expect(flags.map(({ code, message }) => [code, message.includes(SUSDE)])).toEqual([
      ['unpriced', true],
    ])
  })

  it('compiles to a test that nothing can fail', () => {
    expect(holdings.compile(stateOf([cash(usdc, 5n)]))).toMatchObject({
      marks: [],
      tests: [{ kernel: 'threshold', collateral: [], debt: [] }],
    })
  })

  it('refuses a leg that a wallet cannot hold', () => {
    const debt: Leg = {
      kind: 'debt',
      id: 'd',
      asset: USDC,
      mark: null,
      amount: { raw: 1n, decimals: 6 },
    }
    for (const leg of [debt, cash(usdc, -1n)]) {
      expect(() => holdings.evaluate(stateOf([leg]))).toThrow(InvalidRuleError)
      expect(() => holdings.compile(stateOf([leg]))).toThrow(InvalidRuleError)
    }
  })
})

describe('apply', () => {
  it('moves exactly the amount, and back', () => {
    const amount = fc.bigInt({ min: 1n, max: 10n ** 30n })
    fc.assert(
      fc.property(amount, amount, (held, arriving) => {
        const before = stateOf([cash(usdc, held), cash(susde, 7n)])
        const more = holdings.apply(before, move('supply', arriving))
        expect(rawOf(more)).toEqual([held + arriving])
        expect(holdings.apply(more, move('withdraw', arriving))).toEqual(before)
        expect(rawOf(more, SUSDE)).toEqual([7n])
      }),
    )
  })

  it('drops what is sent in full, and adds what was not held', () => {
    expect(rawOf(holdings.apply(stateOf([cash(usdc, 5n)]), move('withdraw', 'max')))).toEqual([])
    const { account } = holdings.apply(stateOf([]), move('supply', 3n, SUSDE))
    expect(account.legs).toEqual([{ ...cash(susde, 3n), kind: 'share' }])
  })

  it.each([
    ['more than is held', move('withdraw', 6n)],
    ['nothing', move('withdraw', 0n)],
    ['less than nothing', move('supply', -1n)],
    ['an arrival without a number', move('supply', 'max')],
    ['an asset that the portfolio does not know', move('supply', 1n, erc20(1, OWNER))],
    ['a loan', { kind: 'borrow', account: ACCOUNT, asset: USDC, amount: 1n } as Operation],
  ])('refuses %s', (_what, operation) => {
    expect(() => holdings.apply(stateOf([cash(usdc, 5n)]), operation)).toThrow(OperationError)
  })

  it('is named for every kind of operation that it takes', () => {
    expect(holdings.operations).toEqual(['supply', 'withdraw'] satisfies OperationKind[])
  })
})

describe('encodeTransfer', () => {
  const recipient = `0x${'b2'.repeat(20)}` as const

  it('sends a native coin as value and a token by its contract', () => {
    expect(encodeTransfer(move('withdraw', 5n, nativeCoin(42161)), recipient)).toEqual({
      chain: 42161,
      to: recipient,
      data: '0x',
      value: 5n,
    })
    expect(encodeTransfer(move('withdraw', 5n), recipient)).toEqual({
      chain: 1,
      to: '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48',
      data: `0xa9059cbb${recipient.slice(2).padStart(64, '0')}${'5'.padStart(64, '0')}`,
      value: 0n,
    })
  })

  it.each([
    ['an arrival', move('supply', 5n), recipient],
    ['an amount that is not resolved', move('withdraw', 'max'), recipient],
    ['nothing', move('withdraw', 0n), recipient],
    ['a recipient that is none', move('withdraw', 5n), '0x12'],
    ['an asset of a venue', move('withdraw', 5n, 'venue:v/perp:ETH' as typeof USDC), recipient],
  ] as const)('refuses %s', (_what, operation, to) => {
    expect(() => encodeTransfer(operation, to)).toThrow(OperationError)
  })
})

describe('an asset of an unknown chain', () => {
  it('is unlisted, also its native coin', () => {
    expect(nativeAsset(31_337)).toBeNull()
    const id = nativeCoin(31_337)
    expect(resolveAsset({ id, symbol: 'ETH', decimals: 18 })).toEqual(
      unlistedAsset({ id, symbol: 'ETH', decimals: 18 }),
    )
  })
})
