import type {
  CompiledAccount,
  MarginAccount,
  OptionLeg,
  Portfolio,
  StressScenario,
  VenueModule,
} from '@plimsoll/model'
import { toNumber } from '@plimsoll/model'
import { book, expiry, stress, option as stressOption } from '../risk/stressBooks.js'
import { MODULES as TOY, wallet } from '../risk/toyModules.js'
import {
  type AssetName,
  account,
  cash,
  collateral,
  debt,
  mark,
  NOW,
  option,
  PRICES,
  perp,
  portfolioOf,
} from '../risk/toyWorld.js'

const DAY = 86_400
const FORWARD = Number(PRICES.ethIndex)
const MARKS = [mark('weth'), mark('ethIndex'), mark('usdc')]
const SPOT_MARK = 0
const FORWARD_MARK = 1
const STABLE_MARK = 2

/** Nine moves of spot under three of volatility, and eight damped tails. */
const SCENARIOS: readonly StressScenario[] = [
  ...[-0.16, -0.12, -0.08, -0.04, 0, 0.04, 0.08, 0.12, 0.16].flatMap((move) =>
    [0.5, 0, -0.25].map((volatility) => scenarioOf(move, volatility, 1)),
  ),
  ...[-0.66, -0.33, 0.5, 1, 2, 3, 4, 5].map((move) => scenarioOf(move, 0.5, 0.16 / Math.abs(move))),
]

function scenarioOf(move: number, volatility: number, weight: number): StressScenario {
  return { spot: 1 + move, volatility, skew: 'none', weight, extended: weight < 1 }
}

const optionsOf = ({ legs }: MarginAccount): readonly OptionLeg[] =>
  legs.filter((leg): leg is OptionLeg => leg.kind === 'option')

const expiries = (held: readonly OptionLeg[]): readonly (readonly OptionLeg[])[] => {
  const instants = [...new Set(held.map((leg) => leg.expiry))]
  return instants.map((instant) => held.filter((leg) => leg.expiry === instant))
}

const yearsOf = (held: readonly OptionLeg[]): number =>
  ((held[0]?.expiry ?? NaN) - NOW) / (365 * DAY)

const numbersOf = ({ right, size, strike, impliedVolatility }: OptionLeg) => ({
  right,
  size: toNumber(size),
  strike: toNumber(strike),
  impliedVolatility: impliedVolatility ?? NaN,
})

const compiled = ({ id }: MarginAccount, test: CompiledAccount['tests'][number]) => ({
  account: id,
  marks: MARKS,
  tests: [test],
  combine: 'any' as const,
  errorBound: 1e-12,
})

/** Options judged one by one, and by the maximum loss of their spreads. */
const perOption: VenueModule = {
  ...wallet,
  tag: 'toy-standard',
  compile: ({ account: held }) =>
    compiled(held, {
      kernel: 'standard',
      strict: true,
      cash: [{ mark: STABLE_MARK, value: 50_000 }],
      stable: { mark: STABLE_MARK, value: 1 },
      credit: 0,
      markets: [
        {
          spot: Number(PRICES.weth),
          spotMark: SPOT_MARK,
          perp: null,
          base: 0,
          expiries: expiries(optionsOf(held)).map((legs) => ({
            years: yearsOf(legs),
            forward: FORWARD,
            forwardMark: FORWARD_MARK,
            forwardFixed: 0,
            options: legs.map(numbersOf),
          })),
          parameters: {
            perpRequirement: 0.05,
            baseFactor: 0.75,
            callSpotRequirement: 0.075,
            putSpotRequirement: 0.075,
            putMarkRequirement: 0.09,
            unpairedScale: 1.1,
          },
        },
      ],
    }),
}

/** Options judged together by 35 scenarios. */
const byScenarios: VenueModule = {
  ...wallet,
  tag: 'toy-scenario',
  compile: ({ account: held }) =>
    compiled(
      held,
      stress(
        [
          book({
            spot: Number(PRICES.weth),
            spotMark: SPOT_MARK,
            scenarios: SCENARIOS,
            skewShock: null,
            expiries: expiries(optionsOf(held)).map((legs) =>
              expiry(
                yearsOf(legs),
                legs.map((leg) => {
                  const { right, size, strike, impliedVolatility } = numbersOf(leg)
                  return stressOption(leg.id, right, size, strike, { impliedVolatility })
                }),
                { forward: FORWARD, forwardMark: FORWARD_MARK },
              ),
            ),
          }),
        ],
        {
          cash: [{ mark: STABLE_MARK, value: 50_000 }],
          stable: { mark: STABLE_MARK, value: 1 },
        },
      ),
    ),
}

/** A number of [0, 1) that hops about as `index` counts. */
const scattered = (index: number): number => ((index * 7919) % 1000) / 1000

const decimal = (value: number): { raw: bigint; decimals: number } => ({
  raw: BigInt(Math.round(value * 1e6)),
  decimals: 6,
})

function options(count: number, first: number): readonly OptionLeg[] {
  return Array.from({ length: count }, (_, at): OptionLeg => {
    const index = first + at
    const leg = option({
      id: `option-${index}`,
      right: index % 2 === 0 ? 'call' : 'put',
      size: decimal(20 * scattered(index + 3) - 9.97),
      strike: decimal(Math.round(FORWARD * (0.7 + 0.6 * scattered(index)))),
      expiry: NOW + ([2, 9, 30, 65, 180][index % 5] ?? 30) * DAY,
      impliedVolatility: 0.5 + 0.4 * scattered(2 * index),
    })
    if (leg.kind !== 'option') throw new TypeError('no option')
    return leg
  })
}

/** Nine positions, as a large account of a lending pool holds. */
export function nineLegs(id: string): MarginAccount {
  const held: readonly (readonly [AssetName, string])[] = [
    ['weth', '10'],
    ['wsteth', '5'],
    ['wbtc', '1'],
    ['pool', '900'],
    ['ethIndex', '2'],
    ['btcIndex', '0.5'],
  ]
  const legs = held.map(([name, amount]) => collateral(name, amount))
  const thresholds = Object.fromEntries(legs.map((leg, index) => [leg.id, 7500 + 100 * index]))
  return account(
    id,
    'toy-lending',
    [...legs, debt('usdc', '60000'), debt('weth', '5'), debt('wbtc', '0.2')],
    { averaged: false, thresholds },
  )
}

const TIERS = [
  [0, 100],
  [50_000, 250],
  [150_000, 500],
]

function perps(id: string, eth: string, btc: string): MarginAccount {
  const legs = [perp('ethIndex', eth), perp('btcIndex', btc)]
  const tiers = Object.fromEntries(legs.map((leg) => [leg.id, TIERS]))
  return account(id, 'toy-perps', [...legs, cash('90000')], { tiers })
}

/** Modules of the accounts below. */
export const MODULES: readonly VenueModule[] = [...TOY, perOption, byScenarios]

/** A hundred positions in eleven accounts: fifty options on ether, loans, perps and a wallet. */
export const HUNDRED_POSITIONS: Portfolio = portfolioOf([
  ...[1, 2, 3, 4].map((index) => nineLegs(`toy/1/lending-${index}`)),
  perps('toy/1/perps-1', '-30', '0.5'),
  perps('toy/1/perps-2', '12', '-1'),
  perps('toy/1/perps-3', '-4', '2'),
  perps('toy/1/perps-4', '8', '-0.25'),
  account('toy/1/standard', 'toy-standard', options(25, 0)),
  account('toy/1/scenario', 'toy-scenario', options(25, 25)),
  account('toy/1/wallet', 'toy-wallet', [collateral('weth', '1.5'), collateral('wbtc', '0.1')]),
])

/** The same positions, options among them, none judged by the rules of option venues. */
export const WITHOUT_OPTION_RULES: Portfolio = {
  ...HUNDRED_POSITIONS,
  accounts: HUNDRED_POSITIONS.accounts.map((each) =>
    /standard|scenario/.test(each.id)
      ? { ...each, rule: { ...each.rule, tag: 'toy-wallet' } }
      : each,
  ),
}
