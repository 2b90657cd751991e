import type { CompiledAccount, Evaluation, VenueModule, VenueState } from '@plimsoll/model'
import { InvalidRuleError, OperationError, UnsupportedVenueStateError } from '@plimsoll/model'
import * as z from 'zod/mini'
import { toWei } from './fixed-point.js'
import { evaluation } from './margin.js'
import type { StandardMargin } from './standard-margin.js'
import { multiply, ONE } from './standard-margin.js'

/** The rule of subaccounts whose margin is the venue's own number. */
export const PORTFOLIO_TAG = 'derive/portfolio'
export const PORTFOLIO_VERSION = 1

/** What the venue reported, and the marks (18 decimals) at which it holds. */
export type ReportedRule = {
  readonly subaccount: number
  readonly manager: number
  readonly universe: number
  readonly reported: StandardMargin
  readonly marks: { readonly [mark: string]: bigint }
}

const ruleSchema: z.ZodMiniType<ReportedRule> = z.strictObject({
  subaccount: z.int(),
  manager: z.int(),
  universe: z.int(),
  reported: z.strictObject({
    initial: z.bigint(),
    maintenance: z.bigint(),
    markToMarket: z.bigint(),
  }),
  marks: z.record(z.string(), z.bigint()),
})

/**
 * Derive's portfolio margin, as the venue reports it. The numbers hold at the marks that were read
 * and are unknown at any other: a shocked account has no health here, and it does not compile.
 */
export const portfolioModule: VenueModule = {
  tag: PORTFOLIO_TAG,
  version: PORTFOLIO_VERSION,
  evaluate: evaluateReported,
  compile: (state): CompiledAccount => {
    throw unknownElsewhere(state)
  },
  liquidate: null,
  operations: [],
  apply: (_state, operation) => {
    throw new OperationError(
      `A Derive subaccount cannot be changed by "${operation.kind}" here: this adapter reads and judges it. Trade or transfer at the venue, then read it again.`,
    )
  },
}

function evaluateReported(state: VenueState): Evaluation {
  const result = z.safeParse(ruleSchema, state.account.rule.parameters)
  if (!result.success) {
    throw new InvalidRuleError(
      `The rule of account "${state.account.id}" does not hold the venue's margins. Read the account again with this version.`,
      { details: z.prettifyError(result.error).slice(0, 500) },
    )
  }
  const { reported, marks } = result.data
  for (const mark of state.marks.values()) {
    const read = marks[mark.id]
    if (read !== undefined && read !== toWei(mark.mid)) throw unknownElsewhere(state)
  }
  return evaluation(reported)
}

function unknownElsewhere({ account }: VenueState): UnsupportedVenueStateError {
  return new UnsupportedVenueStateError(
    `The margin of account "${account.id}" is known at the prices that the venue reported it for, and at no others: portfolio margin is not recomputed yet. Ask the venue for a simulation.`,
  )
}

const SHOCK = (ONE * 16n) / 100n
const MAINTENANCE_SHARE = (ONE * 8n) / 10n
const INITIAL_ON_INDEX = (ONE * 15n) / 1000n
const MAINTENANCE_ON_INDEX = (ONE * 75n) / 10_000n

/**
 * Net margins of one long perp alone in a PM2 subaccount: the loss at −16 % of the mark, 80 % of it
 * for maintenance, and 1.5 % or 0.75 % of the index. Fitted to one recorded position, which it
 * meets to 5e-8 USD; shorts and several positions are not known.
 */
export function longPerpMargin(position: {
  readonly size: bigint
  readonly markPrice: bigint
  readonly indexPrice: bigint
  readonly markValue: bigint
}): { readonly initial: bigint; readonly maintenance: bigint } {
  const { size, markPrice, indexPrice, markValue } = position
  const loss = multiply(multiply(size, markPrice), SHOCK)
  const index = multiply(size, indexPrice)
  return {
    initial: markValue - loss - multiply(index, INITIAL_ON_INDEX),
    maintenance:
      markValue - multiply(loss, MAINTENANCE_SHARE) - multiply(index, MAINTENANCE_ON_INDEX),
  }
}
