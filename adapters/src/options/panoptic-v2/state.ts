import type { Amount, Leg, MarkId, Native, VenueState } from '@plimsoll/model'
import {
  describeIssues,
  InvalidRuleError,
  mulDivDown,
  type SharedKey,
  sharedKey,
} from '@plimsoll/model'
import * as z from 'zod/mini'
import type { EngineParameters } from './engine.js'
import { byToken, type Holdings, type Position } from './margin.js'
import type { OracleState } from './oracle.js'
import { engineSchema, natural, oracleSchema, utilizations } from './schemas.js'
import { sqrtPriceAt } from './ticks.js'
import type { Token } from './token-id.js'

/** State of a pool that its accounts share. */
export type PoolState = {
  readonly engine: EngineParameters
  readonly oracle: OracleState
  readonly quote: Token
  /** Of token0 and token1: decimals, and the mark that prices it. */
  readonly tokens: readonly [TokenState, TokenState]
}
export type TokenState = { readonly decimals: number; readonly mark: string }

/** Parameters of an account's rule: where its pool's state stands, and its positions. */
export type RuleParameters = { readonly pool: string; readonly positions: readonly Position[] }

/** What an account holds beside its positions, one leg of each in each token. */
export const ROLES = ['assets', 'interest', 'shortPremia', 'longPremia'] as const
export type Role = (typeof ROLES)[number]

/** Key of a pool's shared state. */
export const poolKey = (chain: number, pool: string): SharedKey =>
  sharedKey(`panoptic-v2/${chain}/${pool}`)

/** Id of the leg with what an account holds in a token. */
export const roleLeg = (role: Role, token: Token): string => `${role}${token}`

const token: z.ZodMiniType<TokenState> = z.strictObject({
  decimals: z.int().check(z.gte(0), z.lte(36)),
  mark: z.string(),
})
const poolSchema: z.ZodMiniType<PoolState> = z.strictObject({
  engine: engineSchema,
  oracle: oracleSchema,
  quote: z.union([z.literal(0), z.literal(1)]),
  tokens: z.tuple([token, token]),
})
const parametersSchema: z.ZodMiniType<RuleParameters> = z.strictObject({
  pool: z.string(),
  positions: z.array(z.strictObject({ tokenId: natural, size: natural, utilizations })),
})

/** An account in the venue's own integers, with its pool. */
export type AccountState = { readonly pool: PoolState; readonly holdings: Holdings }

/** @throws InvalidRuleError */
export function accountState({ account, shared }: VenueState): AccountState {
  const { pool: key, positions } = parsed(parametersSchema, account.rule.parameters)
  const pool = parsed(poolSchema, shared.get(sharedKey(key)))
  const amount = (role: Role) => byToken((side) => amountOf(account.legs, role, side))
  return {
    pool,
    holdings: {
      positions,
      assets: amount('assets'),
      interest: amount('interest'),
      shortPremia: amount('shortPremia'),
      longPremia: amount('longPremia'),
    },
  }
}

/** A leg that is not there holds nothing: legs of nothing are not written. */
function amountOf(legs: readonly Leg[], role: Role, side: Token): bigint {
  const leg = legs.find(({ id }) => id === roleLeg(role, side))
  if (leg === undefined) return 0n
  if (leg.kind === 'collateral' || leg.kind === 'debt') return leg.amount.raw
  throw malformed(`leg ${leg.id} is a ${leg.kind}`)
}

function parsed<Value>(schema: z.ZodMiniType<Value>, native: Native | undefined): Value {
  const result = z.safeParse(schema, native)
  if (result.success) return result.data
  throw malformed(describeIssues(result.error))
}

function malformed(details: string): InvalidRuleError {
  return new InvalidRuleError(
    'The account is not in the form of rule panoptic-v2@1. Read the portfolio again with this version.',
    { details },
  )
}

const PRICE_DECIMALS = 36

/**
 * Price of a whole unit of a token at a tick, in units of the quote token; rounded down at 36 decimals.
 */
export function priceAt(
  tick: number,
  side: Token,
  {
    quote,
    tokens,
  }: Pick<PoolState, 'quote'> & { readonly tokens: readonly Pick<TokenState, 'decimals'>[] },
): Amount {
  const one = 10n ** BigInt(PRICE_DECIMALS)
  if (side === quote) return { raw: one, decimals: PRICE_DECIMALS }
  const unit = (of: Token): bigint => 10n ** BigInt(tokens[of]?.decimals ?? 0)
  const [own, other] = [unit(side), unit(quote)]
  const square = sqrtPriceAt(tick) ** 2n
  const raw =
    side === 0
      ? mulDivDown(square * own, one, other << 192n)
      : mulDivDown(own << 192n, one, square * other)
  return { raw, decimals: PRICE_DECIMALS }
}

/** Whether the marks are those that the pool's state was read with. */
export function isAsRead({ marks }: VenueState, pool: PoolState): boolean {
  return ([0, 1] as const).every((side) => {
    const mid = marks.get(pool.tokens[side].mark as MarkId)?.mid
    const read = priceAt(pool.oracle.twap, side, pool)
    return mid?.raw === read.raw && mid.decimals === read.decimals
  })
}
