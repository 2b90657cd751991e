import { type SharedKey, sharedKey } from '@plimsoll/model'
import type { Address, Hex } from 'viem'
import * as z from 'zod/mini'
import { malformedRule, nativeReader, rawUnits } from '../nativeReader.js'
import { MAX_UINT128, WAD } from './arithmetic.js'
import type { MarketState, RateModel } from './state.js'

/** What an account's rule names: its market and the contract's parameters of it. */
export type RuleParameters = {
  readonly morpho: Address
  readonly marketId: Hex
  readonly marketKey: string
  readonly loanToken: Address
  readonly collateralToken: Address
  readonly oracle: Address
  readonly irm: Address
  readonly lltv: bigint
}

/** A market as accounts share it. */
export type SharedMarket = MarketState & {
  readonly loan: { readonly asset: string; readonly mark: string; readonly decimals: number }
  /** Null in a market without collateral, where nothing can be borrowed. */
  readonly collateral: {
    readonly asset: string
    readonly mark: string
    readonly decimals: number
  } | null
}

/** Key of a market; the ids of its accounts begin with it. */
export const marketKeyOf = (chain: number, morpho: string, id: string): SharedKey =>
  sharedKey(`morpho-blue/${chain}/${morpho}/${id}`)

/** More than any listed token has; 10^77 still fits a word. */
export const MOST_DECIMALS = 77

/** Decimals of an oracle's price of one whole collateral token in whole loan tokens. */
export const priceDecimals = (loan: number, collateral: number): number => 36 + loan - collateral

const natural = z.bigint().check(z.gte(0n))
const stored = z.bigint().check(z.gte(0n), z.lte(MAX_UINT128))
const ratio = z.bigint().check(z.gte(0n), z.lt(WAD))
const time = z.int().check(z.gte(0))
const text = z.string()
const address = z.templateLiteral(['0x', z.string().check(z.regex(/^[0-9a-f]{40}$/))])
const word = z.templateLiteral(['0x', z.string().check(z.regex(/^[0-9a-f]{64}$/))])
const token = z.strictObject({
  asset: text,
  mark: text,
  decimals: z.int().check(z.gte(0), z.lte(MOST_DECIMALS)),
})
const rate: z.ZodMiniType<RateModel> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('adaptive-curve'), rateAtTarget: natural }),
  z.strictObject({ kind: z.literal('observed'), borrowRate: natural, at: time }),
])
const market: z.ZodMiniType<SharedMarket> = z
  .strictObject({
    lltv: ratio,
    totalSupplyAssets: stored,
    totalSupplyShares: stored,
    totalBorrowAssets: stored,
    totalBorrowShares: stored,
    lastUpdate: time,
    fee: ratio,
    rate,
    loan: token,
    collateral: z.nullable(token),
  })
  .check(
    z.refine(
      ({ totalSupplyAssets, totalBorrowAssets }) => totalBorrowAssets <= totalSupplyAssets,
      'more is borrowed than was lent',
    ),
  )
const parameters: z.ZodMiniType<RuleParameters> = z.strictObject({
  morpho: address,
  marketId: word,
  marketKey: text,
  loanToken: address,
  collateralToken: address,
  oracle: address,
  irm: address,
  lltv: ratio,
})

const malformed = malformedRule('morpho-blue@1')

export const readMarket: (native: unknown) => SharedMarket = nativeReader(market, malformed)
export const readParameters: (native: unknown) => RuleParameters = nativeReader(
  parameters,
  malformed,
)

/** The raw units or shares in a leg's native state; 0 without the leg. @throws InvalidRuleError */
export const rawOf = (leg: { readonly native?: unknown } | undefined): bigint =>
  rawUnits(leg, malformed)
