import type { Leg } from '@plimsoll/model'
import { parseAmount } from '@plimsoll/model'
import { describe, expect, it } from 'vitest'
import {
  account,
  cash,
  collateral,
  debt,
  idOf,
  mark,
  markOf,
  NOW,
  OTHER_OWNER,
  OWNER,
  option,
  perp,
  portfolioOf,
} from '../../../../test/risk/toyWorld.js'
import { countedOnce } from './lookThrough.js'
import { numeraireOf } from './numeraire.js'
import { accountTotals } from './totals.js'
import { worldToday } from './world.js'

const today = worldToday(portfolioOf([]), NOW, 'USD')

describe('accountTotals', () => {
  it('nets cash with perps, so that sold quote is not an asset', () => {
    const short = account('toy/1/a', 'toy-perps', [perp('ethIndex', '-10'), cash('25012.5')])
    expect(accountTotals(short, today, today)).toEqual({
      equity: 5000,
      grossAssets: 5000,
      debt: 0,
      notional: 20_012.5,
      unpriced: [],
      known: true,
    })
    const under = account('toy/1/a', 'toy-perps', [perp('ethIndex', '10'), cash('-20112.5')])
    expect(accountTotals(under, today, today)).toMatchObject({
      equity: -100,
      grossAssets: 0,
      debt: 100,
    })
  })

  it('adds owned and owed apart: equity is their difference', () => {
    const entry = account('toy/1/a', 'x', [
      collateral('weth', '2'),
      debt('usdc', '1500'),
      option({ price: parseAmount('100') }),
      option({ id: 'long', size: parseAmount('1'), price: parseAmount('40'), mark: null }),
    ])
    expect(accountTotals(entry, today, today)).toMatchObject({
      equity: 4040 - 1800,
      grossAssets: 4040,
      debt: 1800,
      // three on spot, one on its forward
      notional: 3 * 2000 + 2001.25,
    })
  })

  it('lists what has no price; what may be owed makes it unknown', () => {
    const entry = account('toy/1/a', 'x', [
      { ...collateral('weth', '2'), mark: mark('weth', 'gone') },
      collateral('usdc', '10'),
    ])
    expect(accountTotals(entry, today, today)).toMatchObject({
      equity: 10,
      unpriced: [{ id: 'collateral-weth', owed: false }],
      known: true,
    })
    const owing = { ...entry, legs: [...entry.legs, { ...debt('wbtc', '1'), mark: null }] }
    expect(accountTotals(owing, today, today)).toMatchObject({
      unpriced: [
        { id: 'collateral-weth', owed: false },
        { id: 'debt-wbtc', owed: true },
      ],
      known: false,
    })
  })
})

describe('countedOnce', () => {
  const backed: Leg = {
    ...collateral('weth', '1'),
    backedBy: { kind: 'account', account: idOf('toy/1/b') },
  }
  const a = account('toy/1/a', 'toy-wallet', [backed])
  const b = account('toy/1/b', 'toy-wallet', [collateral('weth', '1')])

  it("counts the account and not the leg where both are the owner's own", () => {
    const counted = countedOnce(portfolioOf([a, b]))
    expect(counted.leg(backed)).toBe(false)
    expect(counted.account(b)).toBe(true)
  })

  it('counts the leg and not the account of somebody else', () => {
    const foreign = { ...b, owner: OTHER_OWNER }
    const counted = countedOnce(portfolioOf([a, foreign]))
    expect(counted.leg(backed)).toBe(true)
    expect(counted.account(foreign)).toBe(false)
    expect(counted.account(a)).toBe(true)
  })

  it('knows an address on one chain for the address on every chain', () => {
    const onMainnet = { ...b, owner: `eip155:1:${OWNER.split(':').at(-1) ?? ''}` as typeof OWNER }
    expect(countedOnce(portfolioOf([a, onMainnet])).leg(backed)).toBe(false)
    const venue = { ...b, owner: 'venue:toy:77' as typeof OWNER }
    expect(countedOnce(portfolioOf([a, venue])).leg(backed)).toBe(true)
    expect(countedOnce(portfolioOf([a, venue], { owners: [OWNER, venue.owner] })).leg(backed)).toBe(
      false,
    )
  })

  it('counts a leg that a node or an absent account backs, and accounts of strangers that back nothing', () => {
    const counted = countedOnce(portfolioOf([a]))
    expect(counted.leg(backed)).toBe(true)
    expect(counted.leg(collateral('weth', '1'))).toBe(true)
    expect(
      countedOnce(portfolioOf([{ ...b, owner: OTHER_OWNER }])).account({
        ...b,
        owner: OTHER_OWNER,
      }),
    ).toBe(true)
  })
})

describe('numeraireOf', () => {
  it('prefers USD, then what the rules count in, then what prices are in', () => {
    expect(numeraireOf(portfolioOf([]))).toBe('USD')
    const inEther = (id: string, numeraire: string) => {
      const entry = account(id, 'x', [])
      return { ...entry, rule: { ...entry.rule, numeraire } }
    }
    expect(numeraireOf(portfolioOf([inEther('toy/1/a', 'ETH'), inEther('toy/1/b', 'USD')]))).toBe(
      'USD',
    )
    expect(numeraireOf(portfolioOf([inEther('toy/1/a', 'ETH'), inEther('toy/1/b', 'BTC')]))).toBe(
      'BTC',
    )
    const marks = [
      { ...markOf('weth'), numeraire: 'EUR' },
      { ...markOf('wbtc'), numeraire: 'CHF' },
    ]
    expect(numeraireOf(portfolioOf([], { marks }))).toBe('CHF')
    expect(numeraireOf(portfolioOf([], { marks: [] }))).toBe('USD')
  })
})
