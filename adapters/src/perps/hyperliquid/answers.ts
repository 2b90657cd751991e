import { decodeBy } from '@plimsoll/client'
import type { Amount } from '@plimsoll/model'
import { parseAmount } from '@plimsoll/model'
import * as z from 'zod/mini'
import { fixed, ONE } from './fixed-point.js'

// Shapes of POST /info answers, as far as they are used. Decimals are strings, up to 43 decimals.

/** Totals of a dex, of all positions or of the cross ones. */
type WireSummary = {
  readonly accountValue: bigint
  readonly totalNtlPos: bigint
  readonly totalRawUsd: bigint
  readonly totalMarginUsed: bigint
}

export type WirePosition = {
  readonly coin: string
  readonly szi: bigint
  /** An isolated position has a balance of its own. */
  readonly leverage: {
    readonly type: 'cross' | 'isolated'
    readonly value: number
    readonly rawUsd?: bigint | undefined
  }
  readonly entryPx: Amount
  readonly positionValue: bigint
  readonly unrealizedPnl: bigint
  readonly liquidationPx: Amount | null
  readonly marginUsed: bigint
  readonly maxLeverage: number
}

/** An owner's state on one dex. */
export type WireDexState = {
  readonly marginSummary: WireSummary
  readonly crossMarginSummary: WireSummary
  readonly crossMaintenanceMarginUsed: bigint
  readonly assetPositions: readonly { readonly position: WirePosition }[]
  /** Unix milliseconds. */
  readonly time: number
}

export type WireBalance = {
  readonly coin: string
  /** Absent for outcome tokens. */
  readonly token?: number | undefined
  readonly total: bigint
  readonly borrowed?: bigint | undefined
  readonly supplied?: bigint | undefined
}

export type PerToken = readonly (readonly [token: number, value: bigint])[]
export type WireSpotState = {
  readonly balances: readonly WireBalance[]
  readonly portfolioMarginRatio?: bigint | undefined
  readonly tokenToAvailableAfterMaintenance?: PerToken | undefined
}

/** A dex: the main one first. Its name is the prefix of its coins. */
export type WireMeta = {
  readonly collateralToken: number
  readonly universe: readonly {
    readonly name: string
    readonly marginTableId: number
  }[]
  readonly marginTables: readonly (readonly [
    id: number,
    table: {
      readonly marginTiers: readonly { readonly lowerBound: bigint; readonly maxLeverage: number }[]
    },
  ])[]
}

export type WireReserve = { readonly oraclePx: bigint; readonly ltv: bigint }
type WireReserves = readonly (readonly [token: number, reserve: WireReserve])[]
type WireMids = { readonly [pair: string]: bigint }
type WireSpotMeta = {
  readonly universe: readonly {
    readonly name: string
    readonly tokens: readonly [number, number]
  }[]
}

const DECIMAL = /^-?\d{1,30}(\.\d{1,43})?$/
const amount = z.pipe(z.string().check(z.regex(DECIMAL)), z.transform(parseAmount))
const decimal = z.pipe(amount, z.transform(fixed))
const notNegative = decimal.check(z.refine((value) => value >= 0n))
const positive = decimal.check(z.refine((value) => value > 0n))
const price = amount.check(z.refine(({ raw }) => raw > 0n))
const fraction = notNegative.check(z.refine((value) => value <= ONE))
/** A field that some accounts lack; the venue also writes "" for it. */
const absentable = z.optional(
  z.union([
    z.pipe(
      z.literal(''),
      z.transform(() => undefined),
    ),
    notNegative,
  ]),
)
const name = z.string().check(z.regex(/^\S{1,40}$/))
const positiveInteger = z.int().check(z.minimum(1))
const leverageValue = z.int().check(z.minimum(1), z.maximum(1000))
const token = z.int().check(z.minimum(0))

const summary: z.ZodMiniType<WireSummary> = z.object({
  accountValue: decimal,
  totalNtlPos: notNegative,
  totalRawUsd: decimal,
  totalMarginUsed: decimal,
})

const position: z.ZodMiniType<WirePosition> = z.object({
  coin: name,
  szi: decimal.check(z.refine((value) => value !== 0n)),
  leverage: z
    .object({
      type: z.enum(['cross', 'isolated']),
      value: leverageValue,
      rawUsd: z.optional(decimal),
    })
    .check(z.refine(({ type, rawUsd }) => (type === 'isolated') === (rawUsd !== undefined))),
  entryPx: price,
  positionValue: positive,
  unrealizedPnl: decimal,
  liquidationPx: z.nullable(price),
  marginUsed: decimal,
  maxLeverage: leverageValue,
})

const clearinghouseState: z.ZodMiniType<WireDexState> = z.object({
  marginSummary: summary,
  crossMarginSummary: summary,
  crossMaintenanceMarginUsed: notNegative,
  assetPositions: z.array(z.object({ type: z.literal('oneWay'), position })),
  time: positiveInteger,
})

const perToken = z.optional(z.array(z.tuple([token, decimal])))
const spotState: z.ZodMiniType<WireSpotState> = z.object({
  balances: z
    .array(
      z.object({
        coin: name,
        token: z.optional(token),
        total: decimal,
        borrowed: absentable,
        supplied: absentable,
      }),
    )
    .check(
      z.refine(
        (balances) =>
          new Set(balances.map((balance) => balance.token ?? balance.coin)).size ===
          balances.length,
      ),
    ),
  portfolioMarginRatio: absentable,
  tokenToAvailableAfterMaintenance: perToken,
})

const perpMetas: z.ZodMiniType<readonly WireMeta[]> = z
  .array(
    z.object({
      collateralToken: token,
      universe: z.array(z.object({ name, marginTableId: positiveInteger })),
      marginTables: z.array(
        z.tuple([
          z.int(),
          z.object({
            marginTiers: z.array(z.object({ lowerBound: notNegative, maxLeverage: leverageValue })),
          }),
        ]),
      ),
    }),
  )
  .check(z.minLength(1))

const reserveStates: z.ZodMiniType<WireReserves> = z.array(
  z.tuple([token, z.object({ oraclePx: positive, ltv: fraction })]),
)

const spotMeta: z.ZodMiniType<WireSpotMeta> = z.object({
  universe: z.array(z.object({ name: z.string(), tokens: z.tuple([token, token]) })),
})

/** Answers by the `type` of the question. */
export type Decoded = {
  /** Null where the venue states no mode. */
  readonly userAbstraction: string | null
  readonly spotClearinghouseState: WireSpotState
  readonly clearinghouseState: WireDexState
  readonly allPerpMetas: readonly WireMeta[]
  readonly allBorrowLendReserveStates: WireReserves
  readonly allMids: WireMids
  readonly spotMeta: WireSpotMeta
}
export type AnswerType = keyof Decoded

const schemas: { readonly [Type in AnswerType]: z.ZodMiniType<Decoded[Type]> } = {
  userAbstraction: z.nullable(z.string()),
  spotClearinghouseState: spotState,
  clearinghouseState,
  allPerpMetas: perpMetas,
  allBorrowLendReserveStates: reserveStates,
  allMids: z.record(z.string(), notNegative),
  spotMeta,
}

/** Checks an answer. @throws SchemaError */
export function decoderOf(type: AnswerType): (answer: unknown) => Decoded[AnswerType] {
  return decodeBy<Decoded[AnswerType]>(schemas[type], type)
}
