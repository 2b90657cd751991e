import type { AuctionedAccount, AuctionTerms } from '@plimsoll/adapters/options/derive/auction'
import {
  auctionDiscount,
  bidInsolvent,
  bidSolvent,
  bufferMargin,
  maximumFraction,
} from '@plimsoll/adapters/options/derive/auction'
import type {
  PortfolioHoldings,
  PortfolioMarginParameters,
  Scenario,
} from '@plimsoll/adapters/options/derive/integer'
import {
  black76,
  collateralValue,
  discountFactor,
  exponential,
  liquidationSlice,
  logarithm,
  normalCdf,
  portfolioMargin,
  power,
} from '@plimsoll/adapters/options/derive/integer'
import type { Leg } from '@plimsoll/model'
import { assetId, parseAmount } from '@plimsoll/model'
import type { TruthModel } from '@plimsoll/testkit'
import * as z from 'zod'

const DECIMALS = 18

const integer = z
  .string()
  .regex(/^-?\d+$/)
  .transform(BigInt)

/** A decimal in 18 places, cut. */
const decimal = z.union([z.number(), z.string()]).transform((value) => {
  const { raw, decimals } = parseAmount(String(value))
  return (raw * 10n ** BigInt(DECIMALS)) / 10n ** BigInt(decimals)
})

/** Kind of the file of random cases, of which each names its model. */
const RANDOM = 'derive-integer'

// ── derive-black76-wei.json, and random options ──

const black76Case = z.object({
  secs: z.number(),
  vol: decimal,
  F: decimal,
  K: decimal,
  df: decimal,
})

const black76Integers: TruthModel = {
  name: 'derive black76, to the unit',
  covers: ({ kind }, { model }) =>
    kind === 'derive-black76-wei' || (kind === RANDOM && model === 'Black76'),
  run: (_file, truthCase) => {
    const { secs, vol, F, K, df } = black76Case.parse(truthCase)
    return black76({
      seconds: BigInt(secs),
      volatility: vol,
      forward: F,
      strike: K,
      discount: df,
    })
  },
}

// ── derive-pmrm2-wei.json, and random portfolios ──

const parameterSet = z.object({
  vol: z.object({
    VOLRANGEUP: decimal,
    MIN_VOL_EVAL_SHOCKED: decimal,
    VOLRANGEDOWN: decimal,
    SHORTTERMPOWER: decimal,
    LONGTERMPOWER: decimal,
    /** Days. */
    DTE_FLOOR: decimal,
  }),
  margin: z.object({
    MM_LOSS_FACTOR: decimal,
    IM_LOSS_FACTOR: decimal,
    SHORT_RATE_MULTSCALE: decimal,
    LONG_RATE_MULTSCALE: decimal,
    SHORT_RATE_ADDSCALE: decimal,
    LONG_RATE_ADDSCALE: decimal,
    BASE_STATIC_DISCOUNT: decimal,
    BASE_STATIC_DISCOUNT_NEG: decimal,
  }),
  basis: z.object({
    SCENARIO_SPOT_UP: decimal,
    SCENARIO_SPOT_DOWN: decimal,
    BASIS_CONT_ADD_FACTOR: decimal,
    BASIS_CONT_MULT_FACTOR: decimal,
  }),
  other: z.object({
    PEG_LOSS_THRESHOLD: decimal,
    PEG_LOSS_FACTOR: decimal,
    CONF_THRESHOLD: decimal,
    CONF_MARGIN: decimal,
    MM_PERP_PERCENT: decimal,
    IM_PERP_PERCENT: decimal,
    MM_OPTION_PERCENT: decimal,
    IM_OPTION_PERCENT: decimal,
  }),
  skew: z.object({
    LINEAR_SCALE_CAP: decimal,
    LINEAR_CBASE: decimal,
    ABS_SCALE_CAP: decimal,
    ABS_CBASE: decimal,
    MIN_K_STAR: decimal,
    MIN_WIDTH_SCALE: decimal,
    VOL_PARAM_STATIC: decimal,
    VOL_PARAM_SCALE: decimal,
  }),
})

const SHOCKS = ['none', 'up', 'down', 'linear', 'absolute'] as const

const portfolioCase = z.object({
  params: parameterSet,
  collateralParams: z.array(
    z.object({ isRiskCancelling: z.boolean(), MMHaircut: integer, IMHaircut: integer }),
  ),
  scenarios: z.array(
    z.object({
      spotShock: integer,
      volShock: z
        .int()
        .min(0)
        .max(SHOCKS.length - 1),
      dampeningFactor: integer,
    }),
  ),
  portfolio: z.object({
    spotPrice: integer,
    perpPrice: integer,
    stablePrice: integer,
    cash: integer,
    perpPosition: integer,
    perpValue: integer,
    minConfidence: integer,
    expiries: z.array(
      z.object({
        secToExpiry: integer,
        options: z.array(
          z.object({ strike: integer, vol: integer, amount: integer, isCall: z.boolean() }),
        ),
        forwardFixedPortion: integer,
        forwardVariablePortion: integer,
        rate: integer,
        discount: integer,
        minConfidence: integer,
      }),
    ),
    collaterals: z.array(z.object({ value: integer, minConfidence: integer })),
  }),
})
type PortfolioCase = z.infer<typeof portfolioCase>

function parametersOf({
  vol,
  margin,
  basis,
  other,
  skew,
}: PortfolioCase['params']): PortfolioMarginParameters {
  return {
    volatility: {
      rangeUp: vol.VOLRANGEUP,
      rangeDown: vol.VOLRANGEDOWN,
      leastUp: vol.MIN_VOL_EVAL_SHOCKED,
      shortPower: vol.SHORTTERMPOWER,
      longPower: vol.LONGTERMPOWER,
      floorSeconds: (vol.DTE_FLOOR * 86_400n) / 10n ** BigInt(DECIMALS),
    },
    skew: {
      linearCap: skew.LINEAR_SCALE_CAP,
      linearCapSlope: skew.LINEAR_CBASE,
      absoluteCap: skew.ABS_SCALE_CAP,
      absoluteCapSlope: skew.ABS_CBASE,
      leastWidth: skew.MIN_K_STAR,
      widthScale: skew.MIN_WIDTH_SCALE,
      widthVolatility: skew.VOL_PARAM_STATIC,
      widthVolatilitySlope: skew.VOL_PARAM_SCALE,
    },
    lossFactor: { initial: margin.IM_LOSS_FACTOR, maintenance: margin.MM_LOSS_FACTOR },
    longDiscount: {
      base: margin.BASE_STATIC_DISCOUNT,
      multiple: margin.LONG_RATE_MULTSCALE,
      add: margin.LONG_RATE_ADDSCALE,
    },
    shortDiscount: {
      base: margin.BASE_STATIC_DISCOUNT_NEG,
      multiple: margin.SHORT_RATE_MULTSCALE,
      add: margin.SHORT_RATE_ADDSCALE,
    },
    basis: {
      spotUp: basis.SCENARIO_SPOT_UP,
      spotDown: basis.SCENARIO_SPOT_DOWN,
      add: basis.BASIS_CONT_ADD_FACTOR,
      addPerYear: basis.BASIS_CONT_MULT_FACTOR,
    },
    peg: { threshold: other.PEG_LOSS_THRESHOLD, factor: other.PEG_LOSS_FACTOR },
    confidence: { threshold: other.CONF_THRESHOLD, factor: other.CONF_MARGIN },
    perp: { initial: other.IM_PERP_PERCENT, maintenance: other.MM_PERP_PERCENT },
    option: { initial: other.IM_OPTION_PERCENT, maintenance: other.MM_OPTION_PERCENT },
  }
}

function holdingsOf({ portfolio, collateralParams }: PortfolioCase): PortfolioHoldings {
  return {
    cash: portfolio.cash,
    stablePrice: portfolio.stablePrice,
    spot: portfolio.spotPrice,
    confidence: portfolio.minConfidence,
    perp: {
      size: portfolio.perpPosition,
      price: portfolio.perpPrice,
      unrealized: portfolio.perpValue,
    },
    expiries: portfolio.expiries.map((expiry) => ({
      seconds: expiry.secToExpiry,
      forward: { variable: expiry.forwardVariablePortion, fixed: expiry.forwardFixedPortion },
      rate: expiry.rate,
      discount: expiry.discount,
      confidence: expiry.minConfidence,
      options: expiry.options.map(({ strike, vol, amount, isCall }) => ({
        right: isCall ? 'call' : 'put',
        strike,
        volatility: vol,
        size: amount,
      })),
    })),
    collateral: portfolio.collaterals.map(({ value, minConfidence }, index) => {
      const parameters = collateralParams[index]
      return {
        value,
        confidence: minConfidence,
        isRiskCancelling: parameters?.isRiskCancelling ?? false,
        haircut: {
          initial: parameters?.IMHaircut ?? 0n,
          maintenance: parameters?.MMHaircut ?? 0n,
        },
      }
    }),
  }
}

const portfolioIntegers: TruthModel = {
  name: 'derive portfolio margin, to the unit',
  covers: ({ kind }, { model }) =>
    kind === 'derive-pmrm2-wei' || (kind === RANDOM && model === 'PMRM_2'),
  run: (_file, truthCase) => {
    const parsed = portfolioCase.parse(truthCase)
    const scenarios = parsed.scenarios.map(
      ({ spotShock, volShock, dampeningFactor }): Scenario => ({
        spot: spotShock,
        volatility: SHOCKS[volShock] ?? 'none',
        dampening: dampeningFactor,
      }),
    )
    const margin = portfolioMargin(holdingsOf(parsed), scenarios, parametersOf(parsed.params))
    return {
      IM: margin.initial,
      MM: margin.maintenance,
      MtM: margin.markToMarket,
      worst: margin.worst,
      pnl: margin.scenarios,
      expiries: margin.expiries.map((expiry) => ({
        mtm: expiry.markToMarket,
        volShockUp: expiry.volatilityUp,
        volShockDown: expiry.volatilityDown,
        staticDiscountPos: expiry.longDiscount,
        staticDiscountNeg: expiry.shortDiscount,
      })),
      basisContingency: margin.basisContingency,
      IMContingency: margin.contingency.initial,
      MMContingency: margin.contingency.maintenance,
    }
  },
}

// ── random numbers ──

const FUNCTIONS: { readonly [name: string]: (...inputs: readonly bigint[]) => bigint } = {
  exponential: (x = 0n) => exponential(x),
  logarithm: (x = 0n) => logarithm(x),
  normalCdf: (x = 0n) => normalCdf(x),
  power: (base = 0n, exponent = 0n) => power(base, exponent),
  discountFactor: (rate = 0n, seconds = 0n) => discountFactor(rate, seconds),
  collateralValue: (amount = 0n, price = 0n, stable = 0n) => collateralValue(amount, price, stable),
  liquidationSlice: (raw = 0n, fraction = 0n) => {
    const amount = { raw, decimals: DECIMALS }
    const held: Leg = {
      kind: 'cash',
      id: '',
      asset: assetId('venue:derive/asset:USDC'),
      mark: null,
      amount,
    }
    const slice = { fraction, cash: '', reserved: 0n, paid: 0n }
    return liquidationSlice([held], slice).taken.reduce(
      (sum, leg) => sum + (leg.kind === 'cash' ? leg.amount.raw : 0n),
      0n,
    )
  },
}

const arithmeticCase = z.object({ function: z.string(), inputs: z.array(integer) })

const arithmeticIntegers: TruthModel = {
  name: 'derive arithmetic, to the unit',
  covers: ({ kind }, { model }) => kind === RANDOM && model === 'arithmetic',
  run: (_file, truthCase) => {
    const { function: name, inputs } = arithmeticCase.parse(truthCase)
    return { result: FUNCTIONS[name]?.(...inputs) }
  },
}

// ── derive-auction.json ──

/** What the published cases were made with; not what the venue uses in production. */
const TEST_TERMS: AuctionTerms = {
  buffer: 0.2,
  discountStart: 0.98,
  discountFastEnd: 0.8,
  fastSeconds: 100,
  slowSeconds: 43_200,
  insolventSeconds: 100,
  liquidationFee: 0,
  wholeBelow: 0,
}

const auctionCase = z.object({
  timeInAuction: z.number(),
  percentWanted: z.number(),
  /** Margins before a bid are where the auction starts; the margin engine is not under test. */
  expect: z.object({ PreMtM: z.number(), PreMM: z.number(), Lowerbound: z.number() }),
})

const auctionNumbers: TruthModel = {
  name: 'derive auction',
  covers: ({ kind }) => kind === 'derive-auction',
  run: (_file, truthCase) => {
    const { timeInAuction: seconds, percentWanted: wanted, expect } = auctionCase.parse(truthCase)
    const account: AuctionedAccount = {
      markToMarket: expect.PreMtM,
      maintenance: expect.PreMM,
      reserved: 0,
      sold: 0,
    }
    const { fraction, paid, received, after } =
      account.markToMarket > 0
        ? bidSolvent(account, { wanted, seconds }, TEST_TERMS)
        : bidInsolvent(
            account,
            {
              wanted,
              seconds,
              securityModule: Number.POSITIVE_INFINITY,
              bounds: { from: 0, to: expect.Lowerbound },
            },
            TEST_TERMS,
          )
    const discount = auctionDiscount(seconds, TEST_TERMS)
    return {
      PreMtM: account.markToMarket,
      PreMM: account.maintenance,
      PreBM: bufferMargin(account, TEST_TERMS),
      PreFMax: maximumFraction(account, discount, TEST_TERMS),
      ExpectedBidPrice: paid,
      FinalPercentageReceived: fraction,
      fLiquidatedOfOriginal: after.sold,
      PostMtM: after.markToMarket,
      PostMM: after.maintenance,
      PostBM: bufferMargin(after, TEST_TERMS),
      PostFMax: after.markToMarket > 0 ? maximumFraction(after, discount, TEST_TERMS) : 0,
      Lowerbound: expect.Lowerbound,
      SMPayout: -received,
    }
  },
}

/** Derive's integer arithmetic, Black-76 and PMRM_2, and its auction. */
export const models: readonly TruthModel[] = [
  black76Integers,
  portfolioIntegers,
  arithmeticIntegers,
  auctionNumbers,
]
