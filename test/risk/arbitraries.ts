import type { MarginAccount, Portfolio } from '@plimsoll/model'
import * as fc from 'fast-check'
import type { AssetName } from './toyWorld.js'
import { account, cash, collateral, debt, perp, portfolioOf } from './toyWorld.js'

/** A decimal text between two whole numbers, with up to six decimals. */
export function decimalText(min: number, max: number): fc.Arbitrary<string> {
  return fc.integer({ min: min * 1_000_000, max: max * 1_000_000 }).map((millionths) => {
    const magnitude = String(Math.abs(millionths)).padStart(7, '0')
    return `${millionths < 0 ? '-' : ''}${magnitude.slice(0, -6)}.${magnitude.slice(-6)}`
  })
}

const thresholds = fc.integer({ min: 5000, max: 9500 })

function some<Name extends AssetName>(
  names: readonly Name[],
  amount: (name: Name) => fc.Arbitrary<string>,
): fc.Arbitrary<readonly (readonly [Name, string])[]> {
  return fc
    .subarray([...names], { minLength: 1 })
    .chain((chosen) =>
      fc.tuple(...chosen.map((name) => amount(name).map((text) => [name, text] as const))),
    )
}

/** A lending account of up to four collaterals and two debts. */
export function lendingAccount(id: string): fc.Arbitrary<MarginAccount> {
  const sizes: { readonly [name: string]: readonly [number, number] } = {
    weth: [1, 100],
    wsteth: [1, 100],
    wbtc: [1, 4],
    pool: [1, 900],
    usdc: [1000, 90_000],
  }
  const amount = (name: string) => decimalText(...(sizes[name] ?? [1, 2]))
  return fc
    .record({
      held: some(['weth', 'wsteth', 'wbtc', 'pool', 'usdc'], amount),
      owed: some(['usdc', 'weth'], amount),
      bps: fc.tuple(thresholds, thresholds, thresholds, thresholds, thresholds),
      averaged: fc.boolean(),
    })
    .map(({ held, owed, bps, averaged }) => {
      const legs = held.map(([name, text]) => collateral(name, text))
      const parameters = {
        averaged,
        thresholds: Object.fromEntries(legs.map((leg, index) => [leg.id, bps[index] ?? 8000])),
      }
      const debts = owed.map(([name, text]) => debt(name, text))
      return account(id, 'toy-lending', [...legs, ...debts], parameters)
    })
}

const TIERS = [
  [
    [0, 100],
    [50_000, 250],
    [150_000, 500],
  ],
  [[0, 250]],
  [
    [0, 200],
    [20_000, 1000],
  ],
] as const

/** A cross-margined account of up to two perps, with equity near its exposure. */
export function perpsAccount(id: string): fc.Arbitrary<MarginAccount> {
  return fc
    .record({
      positions: some(['ethIndex', 'btcIndex'], (name) =>
        name === 'ethIndex' ? decimalText(-90, 90) : decimalText(-3, 3),
      ),
      money: decimalText(-200_000, 250_000),
      tiers: fc.tuple(fc.constantFrom(...TIERS), fc.constantFrom(...TIERS)),
    })
    .map(({ positions, money, tiers }) => {
      const legs = positions.map(([name, size]) => perp(name, size))
      const parameters = {
        tiers: Object.fromEntries(legs.map((leg, index) => [leg.id, tiers[index] ?? TIERS[1]])),
      }
      return account(id, 'toy-perps', [...legs, cash(money)], parameters)
    })
}

/** Several accounts of both kinds and a wallet. */
export const portfolios: fc.Arbitrary<Portfolio> = fc
  .tuple(
    lendingAccount('toy/1/lending-a'),
    lendingAccount('toy/1/lending-b'),
    perpsAccount('toy/1/perps-a'),
    perpsAccount('toy/1/perps-b'),
  )
  .map((accounts) =>
    portfolioOf([...accounts, account('toy/1/wallet', 'toy-wallet', [collateral('weth', '1.5')])]),
  )

/** A relative move of −80 % to +150 %. */
export const move: fc.Arbitrary<number> = fc.double({ min: -0.8, max: 1.5, noNaN: true })

const isDeep = process.env.PLIMSOLL_DEEP === '1'

/** Runs of a property test: many when the deep suite asks for them. */
export const RUNS: number = isDeep ? 1000 : 100

/** Runs of a property test that is slower by a factor; the deep suite spares it none. */
export function runsOfSlow(factor: number): number {
  return isDeep ? RUNS : Math.ceil(RUNS / factor)
}
