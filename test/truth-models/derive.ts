import type {
  ContingencyParameters,
  HeldCollateral,
  HeldMarket,
  HeldOption,
  OptionParameters,
  Ratios,
  StandardPortfolio,
} from '@plimsoll/adapters/options/derive/standard'
import {
  isolatedMargin,
  optionMark,
  standardMargin,
} from '@plimsoll/adapters/options/derive/standard'
import { black76Price } from '@plimsoll/risk/pricing'
import type { TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'

const SECONDS_PER_YEAR = 365 * 86_400
const SETTLEMENT_WINDOW = 1800

const integer = z
  .string()
  .regex(/^-?\d+$/)
  .transform(BigInt)

/** A double in 18 decimals, to the double's own precision. */
const wei = (value: number): bigint => BigInt(Math.round(value * 1e18))

// ── derive-srm-random.json: integers, measured on the venue's contracts ──

const parameterSet = z.object({
  perpMaintenance: integer,
  perpInitial: integer,
  option: z.object({
    maxSpotReq: integer,
    minSpotReq: integer,
    mmCallSpotReq: integer,
    mmPutSpotReq: integer,
    MMPutMtMReq: integer,
    unpairedIMScale: integer,
    unpairedMMScale: integer,
    mmOffsetScale: integer,
  }),
  oracleContingency: z.object({
    perpThreshold: integer,
    optionThreshold: integer,
    baseThreshold: integer,
    OCFactor: integer,
  }),
  baseMarginFactor: integer,
  baseInitialScale: integer,
  depegThreshold: integer,
  depegFactor: integer,
})

const randomMarket = z.object({
  spot: integer,
  spotConfidence: integer,
  base: integer,
  perp: z.nullable(
    z.object({
      position: integer,
      price: integer,
      confidence: integer,
      unsettledAndUnrealizedCash: integer,
    }),
  ),
  expiries: z.array(
    z.object({
      expiry: z.number(),
      forward: integer,
      forwardConfidence: integer,
      volConfidence: integer,
      options: z.array(
        z.object({ strike: integer, isCall: z.boolean(), balance: integer, vol: integer }),
      ),
    }),
  ),
})

const randomCase = z.object({
  inputs: z.object({
    paramSet: z.string(),
    now: z.number(),
    cash: integer,
    stablePrice: integer,
    markets: z.record(z.string(), randomMarket),
  }),
  expect: z.object({
    options: z.optional(z.record(z.string(), z.array(z.array(z.object({ price: integer }))))),
  }),
})

/** Our own price of an option of the case, in 18 decimals. */
function ourPrice(
  expiry: z.infer<typeof randomMarket>['expiries'][number] | undefined,
  index: number,
  now: number,
): bigint | undefined {
  const option = expiry?.options[index]
  if (expiry === undefined || option === undefined) return undefined
  return wei(
    black76Price({
      right: option.isCall ? 'call' : 'put',
      forward: Number(expiry.forward) / 1e18,
      strike: Number(option.strike) / 1e18,
      volatility: Number(option.vol) / 1e18,
      years: Math.max(0, expiry.expiry - now) / SECONDS_PER_YEAR,
      discount: 1,
    }),
  )
}

/** How far Black-76 in doubles may be from the venue's in fixed point, relative to the forward. */
const PRICE_TOLERANCE = 1e-15

/**
 * The standard manager to the unit, given the option prices of the case. The prices themselves are
 * our Black-76 in doubles, and are compared within `PRICE_TOLERANCE` of the forward.
 */
const standardIntegers: TruthModel = {
  name: 'derive standard margin, to the unit given the option prices',
  covers: ({ kind, paramSets }, truthCase) =>
    kind === 'derive-srm' && paramSets !== undefined && 'inputs' in truthCase,
  run: ({ paramSets }, truthCase) => {
    const { inputs, expect } = randomCase.parse(truthCase)
    const set = z.record(z.string(), parameterSet).parse(paramSets)[inputs.paramSet]
    if (set === undefined) return undefined
    const option: OptionParameters = {
      maxSpot: set.option.maxSpotReq,
      minSpot: set.option.minSpotReq,
      callSpot: set.option.mmCallSpotReq,
      putSpot: set.option.mmPutSpotReq,
      putMark: set.option.MMPutMtMReq,
      putOffset: set.option.mmOffsetScale,
      unpairedInitial: set.option.unpairedIMScale,
      unpairedMaintenance: set.option.unpairedMMScale,
    }
    const { OCFactor, ...thresholds } = set.oracleContingency
    const contingency: ContingencyParameters = {
      ...thresholds,
      confidenceFactor: OCFactor,
      depegThreshold: set.depegThreshold,
      depegFactor: set.depegFactor,
    }
    const requirement = { initial: set.perpInitial, maintenance: set.perpMaintenance }
    const named = Object.entries(inputs.markets).map(([name, market]) => ({
      name,
      base: market.base,
      held: {
        spot: market.spot,
        spotConfidence: market.spotConfidence,
        perp:
          market.perp === null
            ? null
            : {
                size: market.perp.position,
                price: market.perp.price,
                confidence: market.perp.confidence,
                unrealized: market.perp.unsettledAndUnrealizedCash,
                requirement,
              },
        expiries: market.expiries.map((entry, index) => ({
          forward: entry.forward,
          forwardConfidence: entry.forwardConfidence,
          volatilityConfidence: entry.volConfidence,
          parameters: option,
          options: entry.options.map(
            ({ strike, isCall, balance }, position): HeldOption => ({
              right: isCall ? 'call' : 'put',
              size: balance,
              strike,
              price: expect.options?.[name]?.[index]?.[position]?.price ?? 0n,
            }),
          ),
        })),
      } satisfies HeldMarket,
    }))
    const margin = standardMargin({
      cash: inputs.cash,
      stablePrice: inputs.stablePrice,
      maintenanceCredit: 0n,
      contingency,
      markets: named.map(({ held }) => held),
      collateral: named
        .filter(({ base }) => base !== 0n)
        .map(
          ({ base, held }): HeldCollateral => ({
            amount: base,
            price: held.spot,
            confidence: held.spotConfidence,
            factors: {
              initial: [set.baseMarginFactor, set.baseInitialScale],
              maintenance: [set.baseMarginFactor],
            },
          }),
        ),
    })
    return {
      initialMargin: margin.initial,
      maintenanceMargin: margin.maintenance,
      markToMarket: margin.markToMarket,
      options: Object.fromEntries(
        named.map(({ name, held }) => [
          name,
          held.expiries.map(({ options }, expiry) =>
            options.map((position, index) => ({
              price: ourPrice(inputs.markets[name]?.expiries[expiry], index, inputs.now),
              isolatedInitialMargin: isolatedMargin(position, held.spot, option, 'initial'),
              isolatedMaintenanceMargin: isolatedMargin(position, held.spot, option, 'maintenance'),
              markToMarket: optionMark(position),
            })),
          ),
        ]),
      ),
    }
  },
  tolerance: (_file, truthCase, path) => {
    const found = /^options\.(\w+)\[(\d+)\]\[\d+\]\.price$/.exec(path)
    if (found === null) return undefined
    const market = randomCase.parse(truthCase).inputs.markets[found[1] ?? '']
    const forward = market?.expiries[Number(found[2])]?.forward ?? 0n
    return { absolute: String(BigInt(Math.ceil(Number(forward) * PRICE_TOLERANCE))) }
  },
}

// ── derive-srm.json: the venue's published test portfolios, as numbers ──

const publishedSet = z.object({
  perpMM: z.number(),
  perpIM: z.number(),
  maxSpotReq: z.number(),
  minSpotReq: z.number(),
  mmCallSpotReq: z.number(),
  mmPutSpotReq: z.number(),
  mmPutMtmReq: z.number(),
  unpairedIM: z.number(),
  unpairedMM: z.number(),
  mmOffset: z.number(),
  ocThreshold: z.number(),
  ocFactor: z.number(),
  baseMarginFactor: z.number(),
  baseIMScale: z.number(),
  depegThreshold: z.number(),
  depegFactor: z.number(),
})

const byMarket = z.object({ ETH: z.number(), BTC: z.number() })
const publishedCase = z.object({
  params: z.string(),
  cash: z.number(),
  usdc: z.number(),
  spot: byMarket,
  spotPerpConf: z.array(z.tuple([z.number(), z.number()])),
  perp: byMarket.extend({
    price: z.array(z.number()),
    entry: z.array(z.nullable(z.number())),
    /** Funding per contract at entry and now, of ETH and of BTC. */
    funding: z.array(z.nullable(z.number())),
  }),
  base: byMarket,
  /** Market, seconds to expiry, strike, right, size, volatility, its confidence. */
  options: z.array(
    z.tuple([
      z.enum(['ETH', 'BTC']),
      z.number(),
      z.number(),
      z.enum(['C', 'P']),
      z.number(),
      z.number(),
      z.number(),
    ]),
  ),
  /** Seconds to expiry, forward, its confidence; one entry for each option. */
  feeds: z.array(z.tuple([z.number(), z.number(), z.number()])),
  /** The forward inside the settlement window, by market. */
  settlement: z.array(z.nullable(z.number())),
})
type PublishedCase = z.infer<typeof publishedCase>

const MARKETS = ['ETH', 'BTC'] as const

const standardNumbers: TruthModel = {
  name: 'derive standard margin with option prices',
  covers: ({ kind }, truthCase) =>
    kind === 'derive-srm' && truthCase.model === 'StandardManager' && 'params' in truthCase,
  run: ({ paramSets }, truthCase) => {
    const published = publishedCase.parse(truthCase)
    const set = z.record(z.string(), publishedSet).parse(paramSets)[published.params]
    if (set === undefined) return undefined
    const contingency: ContingencyParameters = {
      perpThreshold: wei(set.ocThreshold),
      optionThreshold: wei(set.ocThreshold),
      baseThreshold: wei(set.ocThreshold),
      confidenceFactor: wei(set.ocFactor),
      depegThreshold: wei(set.depegThreshold),
      depegFactor: wei(set.depegFactor),
    }
    const parameters: PublishedParameters = {
      requirement: { initial: wei(set.perpIM), maintenance: wei(set.perpMM) },
      option: {
        maxSpot: wei(set.maxSpotReq),
        minSpot: wei(set.minSpotReq),
        callSpot: wei(set.mmCallSpotReq),
        putSpot: wei(set.mmPutSpotReq),
        putMark: wei(set.mmPutMtmReq),
        putOffset: wei(set.mmOffset),
        unpairedInitial: wei(set.unpairedIM),
        unpairedMaintenance: wei(set.unpairedMM),
      },
    }
    const portfolio: StandardPortfolio = {
      cash: wei(published.cash),
      stablePrice: wei(published.usdc),
      maintenanceCredit: 0n,
      contingency,
      markets: MARKETS.map((_name, index) => publishedMarket(published, index, parameters)),
      collateral: MARKETS.flatMap((name, index): readonly HeldCollateral[] =>
        published.base[name] === 0
          ? []
          : [
              {
                amount: wei(published.base[name]),
                price: wei(published.spot[name]),
                confidence: wei(published.spotPerpConf[index]?.[0] ?? 0),
                factors: {
                  initial: [wei(set.baseMarginFactor), wei(set.baseIMScale)],
                  maintenance: [wei(set.baseMarginFactor)],
                },
              },
            ],
      ),
    }
    const margin = standardMargin(portfolio)
    return {
      IM: Number(margin.initial) / 1e18,
      MM: Number(margin.maintenance) / 1e18,
      MtM: Number(margin.markToMarket) / 1e18,
    }
  },
}

type PublishedParameters = {
  readonly requirement: Ratios
  readonly option: OptionParameters
}

function publishedMarket(
  published: PublishedCase,
  index: number,
  { requirement, option }: PublishedParameters,
): HeldMarket {
  const name = MARKETS[index] ?? 'ETH'
  const { perp, spotPerpConf, settlement } = published
  const size = perp[name]
  const price = perp.price[index] ?? 0
  const funding = (perp.funding[2 * index + 1] ?? 0) - (perp.funding[2 * index] ?? 0)
  const listed = published.options.map((option, position) => ({
    option,
    feed: published.feeds[position] ?? ([0, 0, 0] as const),
  }))
  const own = listed.filter(({ option }) => option[0] === name)
  const times = [...new Set(own.map(({ option }) => option[1]))]
  return {
    spot: wei(published.spot[name]),
    spotConfidence: wei(spotPerpConf[index]?.[0] ?? 0),
    perp:
      size === 0
        ? null
        : {
            size: wei(size),
            price: wei(price),
            confidence: wei(spotPerpConf[index]?.[1] ?? 0),
            unrealized: wei((price - (perp.entry[index] ?? 0) + funding) * size),
            requirement,
          },
    expiries: times.map((seconds) => {
      const held = own.filter(({ option }) => option[1] === seconds)
      const [, quoted = 0, confidence = 0] = held[0]?.feed ?? []
      const forward = seconds < SETTLEMENT_WINDOW ? (settlement[index] ?? quoted) : quoted
      return {
        forward: wei(forward),
        forwardConfidence: wei(confidence),
        volatilityConfidence: wei(Math.min(...held.map((entry) => entry.option[6]))),
        parameters: option,
        options: held.map((entry): HeldOption => {
          const [, , strike, right, amount, volatility] = entry.option
          const kind = right === 'C' ? 'call' : 'put'
          return {
            right: kind,
            size: wei(amount),
            strike: wei(strike),
            price: wei(
              black76Price({
                right: kind,
                forward,
                strike,
                volatility,
                years: seconds / SECONDS_PER_YEAR,
                discount: 1,
              }),
            ),
          }
        }),
      }
    }),
  }
}

/** Derive: the standard manager, in integers and with option prices. */
export const deriveModels: readonly TruthModel[] = [standardIntegers, standardNumbers]
