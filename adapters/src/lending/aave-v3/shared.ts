import { describeIssues, InvalidRuleError, type SharedKey, sharedKey } from '@plimsoll/model'
import * as z from 'zod/mini'
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

const known = new WeakMap<object, unknown>()

/** Reads data that this adapter wrote, and checks each piece once. @throws InvalidRuleError */
function reader<Value extends object>(schema: z.ZodMiniType<Value>): (native: unknown) => Value {
  return (native) => {
    const key = Object(native) as object
    if (known.has(key)) return known.get(key) as Value
    const result = z.safeParse(schema, native)
    if (!result.success) throw malformed(describeIssues(result.error))
    known.set(key, result.data)
    return result.data
  }
}

export const readPool: (native: unknown) => PoolState = reader(pool)
export const readReserve: (native: unknown) => SharedReserve = reader(reserve)
export const readEMode: (native: unknown) => EModeState = reader(eMode)
export const readParameters: (native: unknown) => RuleParameters = reader(parameters)

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
