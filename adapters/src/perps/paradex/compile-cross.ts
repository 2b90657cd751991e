import type {
  MaintenanceTest,
  ScenarioBook,
  ScenarioContingency,
  ScenarioTest,
  Term,
  VenueState,
} from '@plimsoll/model'
import type { MarkIndex } from './margin.js'
import { expiriesOf } from './margin-portfolio.js'
import { optionFee } from './margin-provisions.js'
import type { Holdings, OptionMarket, PerpMarket, Position } from './positions.js'
import { entriesOf, marketOf } from './positions.js'
import type { AccountState } from './state.js'
import { baseOf, perpMark, spotMark, tokenMark } from './state.js'

/** Net position of every market: cross margin nets before it asks. */
function netPositions({ positions }: Holdings): readonly Position[] {
  const sizes = new Map<string, number>()
  for (const { market, size } of positions) sizes.set(market, (sizes.get(market) ?? 0) + size)
  return [...sizes].map(([market, size]) => ({ market, size }))
}

type Held<Kind> = Position & { readonly quote: Kind }

/**
 * Cross-margin maintenance as a test: the maintenance kernel for perpetuals and balances; with options,
 * whose worth bends, the scenario kernel without a grid and with the venue's formula for each option.
 *
 * @throws InvalidRuleError when a market is not given.
 */
export function crossTest(
  state: VenueState,
  { holdings, cash }: AccountState,
  marks: MarkIndex,
): MaintenanceTest | ScenarioTest {
  const net = netPositions(holdings)
  const perps: Held<PerpMarket>[] = []
  const options: Held<OptionMarket>[] = []
  for (const position of net) {
    const quote = marketOf(holdings, position.market)
    if (quote.kind === 'perp') perps.push({ ...position, quote })
    else options.push({ ...position, quote })
  }
  const terms: Charged[] = [
    ...perps.map(({ market, size, quote }) => ({
      mark: marks.of(perpMark(market)),
      value: size * quote.mark,
      rate: quote.parameters.initialFraction * quote.parameters.maintenanceFactor + quote.feeRate,
    })),
    // A balance in another asset is its own margin.
    ...holdings.balances.map(({ token, size, price }) => ({
      mark: marks.of(tokenMark(token)),
      value: size * price,
      rate: 1,
    })),
  ]
  const money = cash.map(({ mark, value }) => ({ mark: marks.of(mark), value }))
  if (options.length === 0) return maintenanceTest(money, terms)
  return optionsTest(state, options, money, terms, marks)
}

/** What moves with a mark, and the share of its magnitude that is required. */
type Charged = Term & { readonly rate: number }

function maintenanceTest(cash: readonly Term[], charged: readonly Charged[]): MaintenanceTest {
  return {
    kernel: 'maintenance',
    strict: true,
    equity: [...cash, ...charged].map(({ mark, value }) => ({ mark, value, weight: 1 })),
    positions: charged.map(({ mark, value, rate }) => ({
      mark,
      value,
      tiers: [{ from: 0, rate, deduction: 0 }],
    })),
    fixedRequirement: 0,
    borrow: null,
  }
}

function optionsTest(
  state: VenueState,
  options: readonly Held<OptionMarket>[],
  cash: readonly Term[],
  charged: readonly Charged[],
  marks: MarkIndex,
): ScenarioTest {
  const bases = [...new Set(options.map(({ market }) => baseOf(state, market)))].sort()
  const fixed = charged.map(
    ({ mark, value, rate }): ScenarioContingency => ({
      kind: 'fixed',
      name: 'linear',
      apply: 'added',
      margin: 'both',
      amount: { mark, value: Math.abs(value) * rate },
    }),
  )
  return {
    kernel: 'scenario',
    strict: true,
    normalCdf: 'abramowitz-stegun-7.1.26',
    cash: [...cash, ...charged.map(({ mark, value }) => ({ mark, value }))],
    stable: { mark: -1, value: 1 },
    collateral: [],
    books: bases.map((base, index) =>
      bookOf(
        state,
        base,
        options.filter(({ market }) => baseOf(state, market) === base),
        index === 0 ? fixed : [],
        marks,
      ),
    ),
    across: 'scenario',
    factors: { maintenance: 1, initial: 1 },
    depeg: null,
  }
}

/** Options on one underlying: no scenario, and a charge for each. */
function bookOf(
  state: VenueState,
  base: string,
  options: readonly Held<OptionMarket>[],
  fixed: readonly ScenarioContingency[],
  marks: MarkIndex,
): ScenarioBook {
  const spot = options[0]?.quote.underlying ?? Number.NaN
  const mark = marks.of(spotMark(base))
  const holdings: Holdings = {
    markets: new Map(options.map(({ market, quote }) => [market, quote])),
    positions: options,
    orders: [],
    balances: [],
  }
  return {
    name: base,
    payoff: 'linear',
    unit: { mark: -1, value: 1 },
    spot,
    spotMark: mark,
    scenarios: [],
    volatilityShock: { shortPower: 0, longPower: 0, floorDays: 0, upFloor: null },
    skewShock: null,
    optionDelta: 'forward',
    expiries: expiriesOf(holdings, { spot, interestRate: 0 }, { at: state.at, spotMark: mark }),
    perps: [],
    collateral: [],
    gainOffset: { share: 1, maximum: null },
    tailDampener: 0,
    contingencies: [
      ...fixed,
      ...entriesOf(holdings).flatMap(({ leg, market, size }) => {
        const quote = options.find((option) => option.market === market)?.quote
        return quote === undefined
          ? []
          : [maintenanceOf(leg, size, quote), optionFee(leg, size, quote.feeRate, 'both')]
      }),
    ],
  }
}

/** The venue's maintenance of one option. */
function maintenanceOf(
  leg: string,
  size: number,
  { right, parameters: { maintenance } }: OptionMarket,
): ScenarioContingency {
  return {
    kind: 'option-formula',
    name: 'maintenance',
    apply: 'added',
    margin: 'both',
    leg,
    size: Math.abs(size),
    formula:
      size > 0
        ? {
            kind: 'premium',
            premium: maintenance.premiumMultiplier,
            spot: maintenance.longInTheMoney,
          }
        : {
            kind: 'short',
            inTheMoney: maintenance.shortInTheMoney,
            outOfTheMoney: maintenance.shortOutOfTheMoney,
            cap: right === 'put' ? maintenance.shortPutCap : null,
          },
  }
}
