import { InvalidRuleError, type SharedKey, sharedKey } from '@plimsoll/model'
import * as z from 'zod/mini'
import { nativeReader } from '../nativeReader.js'
import { decodeReserve, type SharedReserve } from './reserve.js'
import type { EModeState, PoolState, ReserveState } from './state.js'

/** The parameters of an account's rule: its pool, and the key under which shared state stands. */
export type RuleParameters = { readonly pool: string; readonly poolKey: string }

/** Key of a pool's own state; those of its reserves and e-modes begin with it. */
export const poolKeyOf = (venue: string, chain: number, pool: string): SharedKey =>
  sharedKey(`${venue}/${chain}/${pool}`)
/** Key of a reserve, by the token's address. */
export const reserveKey = (poolKey: string, token: string): SharedKey =>
  sharedKey(`${poolKey}/reserve/${token}`)
/** Key of an e-mode. */
export const eModeKey = (poolKey: string, id: number | string): SharedKey =>
  sharedKey(`${poolKey}/emode/${id}`)

const natural = z.bigint().check(z.gte(0n))
const whole = z.int().check(z.gte(0))
const flag = z.boolean()
const text = z.string()

const pool: z.ZodMiniType<PoolState> = z.strictObject({
  revision: whole,
  baseUnit: natural,
  sentinel: z.nullable(z.strictObject({ liquidation: flag, borrow: flag })),
})
const reserve: z.ZodMiniType<SharedReserve> = z.strictObject({
  asset: text,
  mark: text,
  data: z.array(natural).check(z.length(15)),
  gracePeriodUntil: whole,
  hasVariableDebt: flag,
})
const eMode: z.ZodMiniType<EModeState> = z.strictObject({
  id: whole,
  ltv: natural,
  liquidationThreshold: natural,
  liquidationBonus: natural,
  collateralBitmap: natural,
  borrowableBitmap: natural,
  ltvZeroBitmap: natural,
  isolated: flag,
  priceMark: z.nullable(text),
})
const parameters: z.ZodMiniType<RuleParameters> = z.strictObject({ pool: text, poolKey: text })

export const readPool: (native: unknown) => PoolState = nativeReader(pool, malformed)
export const readReserve: (native: unknown) => SharedReserve = nativeReader(reserve, malformed)
export const readEMode: (native: unknown) => EModeState = nativeReader(eMode, malformed)
export const readParameters: (native: unknown) => RuleParameters = nativeReader(
  parameters,
  malformed,
)

/** @throws InvalidRuleError when its words are out of range */
export function reserveState(shared: SharedReserve): ReserveState {
  const state = decodeReserve(shared)
  if (state !== null) return state
  throw malformed(`${shared.asset} is out of range`)
}

/** The raw units in a leg's native state. @throws InvalidRuleError */
export function rawOf(native: unknown): bigint {
  if (typeof native === 'bigint' && native >= 0n) return native
  throw malformed('a leg has no raw units')
}

function malformed(details: string): InvalidRuleError {
  return new InvalidRuleError(
    'The account is not in the form of rule aave-v3@1. Read the portfolio again with this version.',
    { details },
  )
}
