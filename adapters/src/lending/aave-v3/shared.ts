import { describeIssues, InvalidRuleError, type Native, type SharedKey, sharedKey } from '@plimsoll/model'
import * as z from 'zod/mini'
import type { EModeState, PoolState, ReserveState } from './state.js'

/** A reserve as accounts share it: with what it is and where its price stands. */
export type SharedReserve = ReserveState & {
  readonly asset: string
  /** Id of the mark with the oracle's own price of the asset. */
  readonly mark: string
}

/** The parameters of an account's rule: the key of its pool; reserves and e-modes follow from it. */
export type RuleParameters = { readonly poolKey: string; readonly pool: string }

/** Key of a pool's own state. */
export const poolKeyOf = (venue: string, chain: number, pool: string): SharedKey =>
  sharedKey(`${venue}/${chain}/${pool.toLowerCase()}`)
/** Key of a reserve of a pool, by the token's address. */
export const reserveKey = (poolKey: string, token: string): SharedKey =>
  sharedKey(`${poolKey}/reserve/${token.toLowerCase()}`)
/** Key of an e-mode of a pool. */
export const eModeKey = (poolKey: string, id: number): SharedKey =>
  sharedKey(`${poolKey}/emode/${id}`)

const unsigned = z.bigint().check(z.gte(0n))
const whole = z.int().check(z.gte(0))
const flag = z.boolean()

const pool: z.ZodMiniType<PoolState> = z.strictObject({
  revision: whole,
  baseUnit: unsigned,
  sentinel: z.nullable(z.strictObject({ liquidation: flag, borrow: flag })),
})

const reserve: z.ZodMiniType<SharedReserve> = z.strictObject({
  asset: z.string(),
  mark: z.string(),
  id: whole,
  decimals: whole,
  ltv: unsigned,
  liquidationThreshold: unsigned,
  liquidationBonus: unsigned,
  liquidationProtocolFee: unsigned,
  active: flag,
  frozen: flag,
  paused: flag,
  borrowingEnabled: flag,
  siloedBorrowing: flag,
  borrowableInIsolation: flag,
  debtCeiling: unsigned,
  isolationModeTotalDebt: unsigned,
  eModeCategory: whole,
  liquidityIndex: unsigned,
  liquidityRate: unsigned,
  variableBorrowIndex: unsigned,
  variableBorrowRate: unsigned,
  lastUpdate: whole,
  gracePeriodUntil: whole,
  hasVariableDebt: flag,
})

const eMode: z.ZodMiniType<EModeState> = z.strictObject({
  id: whole,
  ltv: unsigned,
  liquidationThreshold: unsigned,
  liquidationBonus: unsigned,
  collateralBitmap: unsigned,
  borrowableBitmap: unsigned,
  ltvZeroBitmap: unsigned,
  isolated: flag,
  priceMark: z.nullable(z.string()),
})

const parameters: z.ZodMiniType<RuleParameters> = z.strictObject({
  poolKey: z.string(),
  pool: z.string(),
})

const supplied: z.ZodMiniType<{ readonly scaled: bigint }> = z.strictObject({ scaled: unsigned })
const owed: z.ZodMiniType<{ readonly scaled: bigint; readonly stable: bigint }> = z.strictObject({
  scaled: unsigned,
  stable: unsigned,
})

/** Reads data that this module wrote; each is checked once. @throws InvalidRuleError */
function reader<Value>(schema: z.ZodMiniType<Value>, what: string): (native: unknown) => Value {
  const known = new WeakMap<object, Value>()
  return (native) => {
    const key = typeof native === 'object' && native !== null ? native : undefined
    const seen = key === undefined ? undefined : known.get(key)
    if (seen !== undefined) return seen
    const result = z.safeParse(schema, native)
    if (!result.success) {
      throw new InvalidRuleError(
        `${what} does not have the form that rule aave-v3@1 writes. Read the portfolio again with this version of the adapter.`,
        { details: describeIssues(result.error) },
      )
    }
    if (key !== undefined) known.set(key, result.data)
    return result.data
  }
}

export const readPoolState: (native: unknown) => PoolState = reader(pool, 'The state of the pool')
export const readReserve: (native: unknown) => SharedReserve = reader(reserve, 'The state of a reserve')
export const readEMode: (native: unknown) => EModeState = reader(eMode, 'The state of an e-mode')
export const readParameters: (native: unknown) => RuleParameters = reader(
  parameters,
  'The rule’s parameters',
)
export const readSupplied: (native: unknown) => { readonly scaled: bigint } = reader(
  supplied,
  'A collateral leg',
)
export const readOwed: (native: unknown) => { readonly scaled: bigint; readonly stable: bigint } =
  reader(owed, 'A debt leg')

/** Typed states are plain data; this says so to the model. */
export const asNative = (state: PoolState | SharedReserve | EModeState): Native => state
