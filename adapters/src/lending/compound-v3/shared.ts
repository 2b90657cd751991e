import { MAX_DECIMALS, type SharedKey, sharedKey } from '@plimsoll/model'
import type { Address } from 'viem'
import * as z from 'zod/mini'
import { malformedRule, nativeReader, rawUnits } from '../nativeReader.js'
import { addressSchema } from '../tokens.js'
import { FACTOR_SCALE, INDEX_SCALE, MAX_INDEX, MAX_TOTAL, MAX_UINT128 } from './arithmetic.js'
import type { CollateralAsset, MarketState, RateCurve } from './state.js'

/** What an account's rule names: its market and the token that is lent there. */
export type RuleParameters = {
  readonly comet: Address
  readonly marketKey: string
  readonly baseToken: Address
}

type SharedToken = {
  readonly asset: string
  readonly mark: string
  readonly decimals: number
}

/** A collateral asset as accounts share it. */
export type SharedCollateral = CollateralAsset & SharedToken & { readonly offset: number }

/** A market as accounts share it, with the collateral that any of them has. */
export type SharedMarket = MarketState & {
  /** Price of the base token where all prices are in it; null where they are in US dollars. */
  readonly basePrice: bigint | null
  readonly baseToken: SharedToken
  readonly collateral: readonly SharedCollateral[]
}

/** Key of a market; the ids of its accounts begin with it. */
export const marketKeyOf = (chain: number, comet: string): SharedKey =>
  sharedKey(`compound-v3/${chain}/${comet}`)

const upTo = (most: bigint): z.ZodMiniType<bigint> => z.bigint().check(z.gte(0n), z.lte(most))
const rate = upTo(MAX_INDEX)
const factor = upTo(FACTOR_SCALE)
const index = z.bigint().check(z.gte(INDEX_SCALE), z.lte(MAX_INDEX))
const scale = z.bigint().check(z.gte(1n), z.lte(MAX_INDEX))
const text = z.string()
const token = {
  asset: text,
  mark: text,
  decimals: z.int().check(z.gte(0), z.lte(MAX_DECIMALS)),
}
const curve: z.ZodMiniType<RateCurve> = z.strictObject({
  kink: rate,
  base: rate,
  slopeLow: rate,
  slopeHigh: rate,
})
const market: z.ZodMiniType<SharedMarket> = z.strictObject({
  baseScale: scale,
  supplyIndex: index,
  borrowIndex: index,
  totalSupply: upTo(MAX_TOTAL),
  totalBorrow: upTo(MAX_TOTAL),
  lastAccrual: z.int().check(z.gte(0)),
  supplyCurve: curve,
  borrowCurve: curve,
  baseBorrowMin: upTo(MAX_UINT128),
  storeFrontPriceFactor: factor,
  targetReserves: upTo(MAX_UINT128),
  baseHeld: upTo(MAX_UINT128),
  pauses: z.strictObject({
    supply: z.boolean(),
    withdraw: z.boolean(),
    absorb: z.boolean(),
    buy: z.boolean(),
  }),
  basePrice: z.nullable(z.bigint().check(z.gt(0n), z.lte(MAX_UINT128))),
  baseToken: z.strictObject(token),
  collateral: z.array(
    z.strictObject({
      ...token,
      offset: z.int().check(z.gte(0), z.lt(24)),
      scale,
      borrowCollateralFactor: factor,
      liquidateCollateralFactor: factor,
      liquidationFactor: factor,
      supplyCap: upTo(MAX_UINT128),
      totalSupplied: upTo(MAX_UINT128),
    }),
  ),
})
const parameters: z.ZodMiniType<RuleParameters> = z.strictObject({
  comet: addressSchema,
  marketKey: text,
  baseToken: addressSchema,
})

const malformed = malformedRule('compound-v3@1')

export const readMarket: (native: unknown) => SharedMarket = nativeReader(market, malformed)
export const readParameters: (native: unknown) => RuleParameters = nativeReader(
  parameters,
  malformed,
)

/** The raw units or principal in a leg's native state; 0 without the leg. @throws InvalidRuleError */
export const rawOf = (leg: { readonly native?: unknown } | undefined): bigint =>
  rawUnits(leg, malformed)
