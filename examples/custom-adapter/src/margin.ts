import type {
  CompiledAccount,
  Evaluation,
  Leg,
  Mark,
  VenueModule,
  VenueState,
} from '@plimsoll/model'
import { InvalidRuleError, MarkError, mulDivDown, OperationError, toNumber } from '@plimsoll/model'
import * as z from 'zod/mini'

const parameters = z.strictObject({
  thresholdBps: z.bigint().check(z.minimum(1n), z.maximum(10_000n)),
})

type Position = {
  readonly collateral: bigint
  readonly debt: bigint
  readonly collateralMark: Mark
  readonly debtMark: Mark
  readonly thresholdBps: bigint
}

/**
 * Health as the contract computes it, scaled by 1e18; null without debt:
 * `⌊⌊collateral × price / 1e18⌋ × threshold × 1e14 / (debt × debt price / 1e6)⌋`.
 */
export function healthE18(position: {
  readonly collateral: bigint
  readonly debt: bigint
  readonly priceE8: bigint
  readonly debtPriceE8: bigint
  readonly thresholdBps: bigint
}): bigint | null {
  const owedE14 = position.debt * position.debtPriceE8
  if (owedE14 === 0n) return null
  const valueE8 = mulDivDown(position.collateral, position.priceE8, 10n ** 18n)
  return mulDivDown(valueE8, position.thresholdBps * 10n ** 20n, owedE14)
}

/** One collateral, one debt, one threshold: liquidated when health is below 1. */
export const harbourModule: VenueModule = {
  tag: 'harbour',
  version: 1,
  evaluate,
  compile,
  liquidate: null,
  operations: [],
  apply: (_state, operation) => {
    throw new OperationError(
      `Harbour has no "${operation.kind}". Plan with another venue, or add it to harbourModule.`,
    )
  },
}

function evaluate(state: VenueState): Evaluation {
  const position = positionOf(state)
  const value = toNumber({
    raw: position.collateral * position.collateralMark.mid.raw,
    decimals: 26,
  })
  const owed = toNumber({ raw: position.debt * position.debtMark.mid.raw, decimals: 14 })
  const health = healthE18({
    ...position,
    priceE8: position.collateralMark.mid.raw,
    debtPriceE8: position.debtMark.mid.raw,
  })
  const equity = value - owed
  const required = (owed * 10_000) / Number(position.thresholdBps) - owed
  return {
    health:
      health === null
        ? { value: null, reason: 'no-requirement', message: 'Nothing is owed.' }
        : { value: toNumber({ raw: health, decimals: 18 }) },
    liquidatable: health !== null && health < 10n ** 18n,
    equity,
    initialMargin: null,
    maintenanceMargin: required,
    excess: equity - required,
    exact: health === null ? {} : { health: { raw: health, decimals: 18 } },
    flags: [],
  }
}

function compile(state: VenueState): CompiledAccount {
  const position = positionOf(state)
  const weight = Number(position.thresholdBps) / 10_000
  const collateral = toNumber({
    raw: position.collateral * position.collateralMark.mid.raw,
    decimals: 26,
  })
  const debt = toNumber({ raw: position.debt * position.debtMark.mid.raw, decimals: 14 })
  return {
    account: state.account.id,
    marks: [position.collateralMark.id, position.debtMark.id],
    tests: [
      {
        kernel: 'threshold',
        strict: true,
        collateral: collateral === 0 ? [] : [{ mark: 0, value: collateral, weight }],
        debt: debt === 0 ? [] : [{ mark: 1, value: debt }],
        averageStep: null,
      },
    ],
    combine: 'any',
    // The contract rounds the value down to 1e-8 USD and the health down to 1e-18.
    errorBound: collateral === 0 ? 1e-12 : 1e-12 + 1e-8 / collateral,
  }
}

/** What the rule reads. @throws InvalidRuleError, MarkError */
function positionOf(state: VenueState): Position {
  const rule = z.safeParse(parameters, state.account.rule.parameters)
  if (!rule.success) {
    throw new InvalidRuleError(
      `The rule of ${state.account.id} has no threshold between 1 and 10000 bps. Read the account again.`,
    )
  }
  const collateral = legOf(state, 'collateral')
  const debt = legOf(state, 'debt')
  return {
    collateral: collateral.amount,
    collateralMark: collateral.mark,
    debt: debt.amount,
    debtMark: debt.mark,
    thresholdBps: rule.data.thresholdBps,
  }
}

function legOf(state: VenueState, kind: 'collateral' | 'debt'): { amount: bigint; mark: Mark } {
  const leg = state.account.legs.find((candidate: Leg) => candidate.kind === kind)
  const mark = leg?.mark === undefined || leg.mark === null ? undefined : state.marks.get(leg.mark)
  if (leg === undefined || leg.kind !== kind || mark === undefined || mark.mid.raw <= 0n) {
    throw new MarkError(
      `The ${kind} of ${state.account.id} or its price is missing. Read the account again.`,
    )
  }
  return { amount: leg.amount.raw, mark }
}
