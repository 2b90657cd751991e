import type {
  CrossMargin,
  Holdings,
  Market,
  PortfolioParameters,
} from '@plimsoll/adapters/perps/paradex'
import { crossMargin, deltaExposure, portfolioTest } from '@plimsoll/adapters/perps/paradex'
import type { ScenarioTest } from '@plimsoll/model'
import type { ScenarioResult } from '@plimsoll/risk'
import { evaluateScenarioTest } from '@plimsoll/risk'
import type { TruthCase, TruthFile, TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'

const side = z.object({
  long_itm: z.number(),
  premium_multiplier: z.number(),
  short_itm: z.number(),
  short_otm: z.number(),
  short_put_cap: z.number(),
})
const optionParameters = z.object({ imf: side, mmf: side })

const portfolioSet = z.object({
  hedged_margin_factor: z.number(),
  unhedged_margin_factor: z.number(),
  mmf_factor: z.number(),
  vol_shock_params: z.object({
    vega_power_short_dte: z.number(),
    vega_power_long_dte: z.number(),
    dte_floor_days: z.number(),
    min_vol_shock_up: z.number(),
  }),
  scenarios: z.array(
    z.object({ spot_shock: z.number(), vol_shock: z.number(), weight: z.number() }),
  ),
})

const quoted = { mark: z.number(), delta: z.number(), underlying: z.number(), feeRate: z.number() }
const perpMarket = z.object({
  kind: z.literal('PERP'),
  ...quoted,
  fundingRate8h: z.number(),
  interestRate: z.number(),
  xmPerp: z.object({ imf_base: z.number(), mmf_factor: z.number() }),
})
const market = z.discriminatedUnion('kind', [
  perpMarket,
  z.object({
    kind: z.literal('OPTION'),
    ...quoted,
    iv: z.number(),
    strike: z.number(),
    isCall: z.boolean(),
    expiry: z.number(),
  }),
])
const entry = { market: z.string(), side: z.enum(['BUY', 'SELL']), size: z.number() }
const inputsSchema = z.object({
  base: z.string(),
  /** Absent where several underlyings are held: then there is no portfolio margin. */
  pmParamSet: z.optional(z.string()),
  now: z.number(),
  markets: z.record(z.string(), market),
  positions: z.array(z.object(entry)),
  orders: z.array(z.object({ ...entry, price: z.number() })),
  balances: z.array(z.object({ token: z.string(), size: z.number() })),
})
type Inputs = z.infer<typeof inputsSchema>

const inputsOf = (truthCase: TruthCase): Inputs => inputsSchema.parse(truthCase.inputs)
const signed = ({
  side,
  size,
}: {
  readonly side: 'BUY' | 'SELL'
  readonly size: number
}): number => (side === 'BUY' ? size : -size)

function sideOf(parameters: z.infer<typeof side>) {
  return {
    longInTheMoney: parameters.long_itm,
    premiumMultiplier: parameters.premium_multiplier,
    shortInTheMoney: parameters.short_itm,
    shortOutOfTheMoney: parameters.short_otm,
    shortPutCap: parameters.short_put_cap,
  }
}

function marketFrom(
  stated: z.infer<typeof market>,
  { imf, mmf }: z.infer<typeof optionParameters>,
): Market {
  const { mark, delta, underlying, feeRate } = stated
  const common = { mark, delta, underlying, feeRate }
  return stated.kind === 'PERP'
    ? {
        ...common,
        kind: 'perp',
        parameters: {
          initialFraction: stated.xmPerp.imf_base,
          maintenanceFactor: stated.xmPerp.mmf_factor,
        },
      }
    : {
        ...common,
        kind: 'option',
        right: stated.isCall ? 'call' : 'put',
        strike: stated.strike,
        expiry: stated.expiry,
        impliedVolatility: stated.iv,
        parameters: { initial: sideOf(imf), maintenance: sideOf(mmf) },
      }
}

function holdingsOf({ xmOptionParams }: TruthFile, inputs: Inputs): Holdings {
  const parameters = optionParameters.parse(xmOptionParams)
  const held = ({
    market: symbol,
    ...rest
  }: {
    market: string
    side: 'BUY' | 'SELL'
    size: number
  }) => ({
    market: symbol,
    size: signed(rest),
  })
  return {
    markets: new Map(
      Object.entries(inputs.markets).map(([symbol, stated]) => [
        symbol,
        marketFrom(stated, parameters),
      ]),
    ),
    positions: inputs.positions.map(held),
    orders: inputs.orders.map((order) => ({ ...held(order), price: order.price })),
    balances: inputs.balances.flatMap(({ token, size }) =>
      token === 'USDC'
        ? []
        : [{ token, size, price: inputs.markets[`${token}-USD-PERP`]?.mark ?? Number.NaN }],
    ),
  }
}

function parametersOf({ pmParamSets }: TruthFile, name: string | undefined): PortfolioParameters {
  const set = z.record(z.string(), portfolioSet).parse(pmParamSets)[name ?? '']
  if (set === undefined) throw new TypeError(`No parameter set "${name}".`)
  return {
    hedgedFactor: set.hedged_margin_factor,
    unhedgedFactor: set.unhedged_margin_factor,
    maintenanceFactor: set.mmf_factor,
    volatility: {
      shortPower: set.vol_shock_params.vega_power_short_dte,
      longPower: set.vol_shock_params.vega_power_long_dte,
      floorDays: set.vol_shock_params.dte_floor_days,
      minimumUp: set.vol_shock_params.min_vol_shock_up,
    },
    scenarios: set.scenarios.map(({ spot_shock, vol_shock, weight }) => ({
      spot: spot_shock,
      volatility: vol_shock,
      weight,
    })),
  }
}

function crossOutput(margin: CrossMargin) {
  const markets = Object.fromEntries(
    [...margin.markets].map(([symbol, one]) => [
      symbol,
      {
        net_imr: one.initial,
        net_mmr: one.maintenance,
        fee_provision_imr: one.initialFees,
        fee_provision_mmr: one.maintenanceFees,
        open_loss: one.openLoss,
        buy_open_size: one.buyOpenSize,
        sell_open_size: one.sellOpenSize,
        signed_position_size: one.size,
      },
    ]),
  )
  const total = (
    name: 'net_imr' | 'net_mmr' | 'fee_provision_imr' | 'fee_provision_mmr' | 'open_loss',
  ) => Object.values(markets).reduce((sum, one) => sum + one[name], 0)
  return {
    IMR: margin.initialMargin,
    MMR: margin.maintenanceMargin,
    portfolio_delta: margin.portfolioDelta,
    spot_balance_margin: margin.spotBalanceMargin,
    net_imr: total('net_imr'),
    net_mmr: total('net_mmr'),
    fee_provision_imr: total('fee_provision_imr'),
    fee_provision_mmr: total('fee_provision_mmr'),
    open_loss: total('open_loss'),
    markets,
  }
}

/** Sum of the charges of one margin whose names begin in one of these ways. */
function charge({ contingencies }: ScenarioResult['initial'], ...names: readonly string[]): number {
  return contingencies
    .filter(({ name }) => names.some((start) => name.startsWith(start)))
    .reduce((sum, { amount }) => sum + amount, 0)
}

/** The scan of a random portfolio; null where several underlyings are held. */
export function scanOf(file: TruthFile, truthCase: TruthCase): ScenarioTest | null {
  const inputs = inputsOf(truthCase)
  if (inputs.pmParamSet === undefined) return null
  const perp = perpMarket.parse(inputs.markets[`${inputs.base}-USD-PERP`])
  return portfolioTest(
    holdingsOf(file, inputs),
    {
      spot: perp.underlying,
      perpMark: perp.mark,
      fundingRate: perp.fundingRate8h,
      interestRate: perp.interestRate,
    },
    parametersOf(file, inputs.pmParamSet),
    {
      name: inputs.base,
      at: inputs.now,
      cash: [],
      spotMark: -1,
      perpMark: -1,
      tokenMark: () => -1,
    },
  )
}

function portfolioOutput(test: ScenarioTest, inputs: Inputs, holdings: Holdings) {
  const { initial, maintenance, books } = evaluateScenarioTest(test)
  const { scenarios: positionPnl = [], orders: orderPnl = [] } = books[0] ?? {}
  const worst = Math.max(0, ...initial.scenarios.map((profit) => -profit))
  const hasOrders = inputs.orders.length > 0
  const { net, maxLong, maxShort, unhedged, hedged } = deltaExposure(holdings)
  const positions = deltaExposure({ ...holdings, orders: [] }).net
  return {
    IMR: initial.requirement,
    MMR: maintenance.requirement,
    portfolio_delta: net,
    position_delta: positions,
    order_delta: deltaExposure({ ...holdings, positions: [] }).net,
    spot_balance_margin: charge(initial, 'balance'),
    worst_loss: worst,
    worst_idx: worst > 0 ? initial.scenarios.indexOf(-worst) : 0,
    delta_min: charge(initial, 'minimum-delta'),
    fund_p: charge(initial, 'funding'),
    fee_provision_imr: charge(initial, 'perp fees', 'option fees'),
    fee_provision_mmr: charge(maintenance, 'perp fees', 'option fees'),
    maxL: maxLong,
    maxS: maxShort,
    maxU: unhedged,
    hedged,
    positionPnl,
    orderPnl: hasOrders ? orderPnl : null,
    totalPnl: hasOrders ? initial.scenarios : null,
  }
}

/** Every number of the venue's own engine: 78 random portfolios in cross and 71 in portfolio margin. */
const randomPortfolios: TruthModel = {
  name: 'paradex cross and portfolio margin',
  covers: ({ kind, pmParamSets }, truthCase) =>
    kind === 'paradex-pm' && pmParamSets !== undefined && 'inputs' in truthCase,
  run: (file, truthCase) => {
    const inputs = inputsOf(truthCase)
    const holdings = holdingsOf(file, inputs)
    const test = scanOf(file, truthCase)
    return {
      xm: crossOutput(crossMargin(holdings)),
      ...(test === null ? {} : { pm: portfolioOutput(test, inputs, holdings) }),
    }
  },
  // As the file's `about` states them.
  tolerance: (_file, truthCase, path) => {
    if (/Pnl\[\d+\]$/.test(path)) {
      const { positions, orders, markets } = inputsOf(truthCase)
      const gross = [...positions, ...orders].reduce(
        (sum, { market: symbol, size }) => sum + size * (markets[symbol]?.underlying ?? Number.NaN),
        0,
      )
      return { absolute: 1e-13 * gross }
    }
    return path.endsWith('worst_idx') ? 0 : { relative: 1e-12, absolute: 1e-9 }
  },
}

const reportedSchema = z.object({
  positions: z.tuple([
    z.object({
      market: z.string(),
      size: z.coerce.number(),
      mark: z.coerce.number(),
      imf_base: z.coerce.number(),
      mmf_factor: z.coerce.number(),
    }),
    z.object({
      market: z.string(),
      size: z.coerce.number(),
      mark: z.coerce.number(),
      underlying: z.coerce.number(),
      iv: z.coerce.number(),
    }),
  ]),
})

/** Option parameters of BTC on 2026-04-22, which the recorded account's own file leaves out. */
const BTC_OPTIONS_2026_04_22 = {
  initial: {
    longInTheMoney: 0.2,
    premiumMultiplier: 1,
    shortInTheMoney: 0.15,
    shortOutOfTheMoney: 0.1,
    shortPutCap: 0.5,
  },
  maintenance: {
    longInTheMoney: 0.1,
    premiumMultiplier: 0.5,
    shortInTheMoney: 0.075,
    shortOutOfTheMoney: 0.05,
    shortPutCap: 0.5,
  },
}

/** One account in cross margin, with the requirements that the exchange reported of it. */
const reportedAccount: TruthModel = {
  name: 'paradex cross margin of a recorded account',
  covers: ({ kind }, { venue, mode }) =>
    kind === 'paradex' && venue === 'paradex' && mode === 'cross_margin',
  run: (_file, { inputs }) => {
    const [perp, option] = reportedSchema.parse(inputs).positions
    const [, , strike] = option.market.split('-').slice(1)
    const margin = crossMargin({
      markets: new Map<string, Market>([
        [
          perp.market,
          {
            kind: 'perp',
            mark: perp.mark,
            underlying: option.underlying,
            delta: 1,
            feeRate: 0,
            parameters: { initialFraction: perp.imf_base, maintenanceFactor: perp.mmf_factor },
          },
        ],
        [
          option.market,
          {
            kind: 'option',
            right: 'call',
            strike: Number(strike),
            expiry: Date.UTC(2026, 4, 8, 8) / 1000,
            impliedVolatility: option.iv,
            mark: option.mark,
            underlying: option.underlying,
            delta: 0.47715119,
            feeRate: 0,
            parameters: BTC_OPTIONS_2026_04_22,
          },
        ],
      ]),
      positions: [
        { market: perp.market, size: -perp.size },
        { market: option.market, size: option.size },
      ],
      orders: [],
      balances: [],
    })
    return { IMR: String(margin.initialMargin), MMR: String(margin.maintenanceMargin) }
  },
  // The record lacks the account's fee rate; the venue's own test of it allows as much.
  tolerance: () => ({ absolute: 0.02 }),
}

const documentedSchema = z.object({
  spot: z.number(),
  positions: z.array(z.tuple([z.string(), z.number(), z.number()])),
})

/** The minimum on deltas of the example in the venue's documentation, at its 2 % and 1 %. */
const documentedExample: TruthModel = {
  name: 'paradex minimum on deltas',
  covers: ({ kind }, truthCase) =>
    kind === 'paradex-pm' && truthCase.venue === 'paradex' && 'spot' in truthCase,
  run: (_file, truthCase) => {
    const { spot, positions } = documentedSchema.parse(truthCase)
    const parameters = { initialFraction: 0, maintenanceFactor: 0 }
    const { net, hedged, unhedged } = deltaExposure({
      markets: new Map(
        positions.map(([market, , delta]) => [
          market,
          { kind: 'perp', mark: spot, underlying: spot, delta, feeRate: 0, parameters },
        ]),
      ),
      positions: positions.map(([market, size]) => ({ market, size })),
      orders: [],
      balances: [],
    })
    return {
      netDelta: net,
      grossDelta: unhedged + 2 * hedged,
      hedgedDelta: hedged,
      minDeltaRisk: (0.02 * unhedged + 0.01 * hedged) * spot,
    }
  },
}

export const paradexModels: readonly TruthModel[] = [
  randomPortfolios,
  reportedAccount,
  documentedExample,
]
