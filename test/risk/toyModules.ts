import type {
  CompiledAccount,
  Evaluation,
  Health,
  Leg,
  MarginAccount,
  MarginTier,
  MarkId,
  Native,
  VenueModule,
  VenueState,
} from '@plimsoll/model'
import { InvalidRuleError, MarkError, OperationError, toNumber } from '@plimsoll/model'

// Exact values at 36 decimals: enough for the products of any amount and price in these tests.
const SCALE = 36
const ONE = 10n ** BigInt(SCALE)

function exactWorth(leg: Leg, { marks }: VenueState): bigint {
  const found = leg.mark === null ? undefined : marks.get(leg.mark)
  if (found === undefined) throw new MarkError(`Leg "${leg.id}" has no mark. Read it again.`)
  const { raw, decimals } = leg.kind === 'perp' || leg.kind === 'option' ? leg.size : leg.amount
  const power = SCALE - decimals - found.mid.decimals
  if (power < 0) throw new MarkError(`Leg "${leg.id}" has too many decimals for a test.`)
  return raw * found.mid.raw * 10n ** BigInt(power)
}

const numberOf = (value: bigint): number => toNumber({ raw: value, decimals: SCALE })

function ratio(resource: bigint, requirement: bigint): Health {
  if (requirement <= 0n) {
    return { value: null, reason: 'no-requirement', message: 'Nothing is owed.' }
  }
  return { value: toNumber({ raw: (resource * ONE) / requirement, decimals: SCALE }) }
}

function parameter(account: MarginAccount, name: string): Native {
  const { parameters } = account.rule
  if (typeof parameters === 'object' && parameters !== null && !Array.isArray(parameters)) {
    const found = Object.entries(parameters).find(([key]) => key === name)
    if (found !== undefined) return found[1]
  }
  throw new InvalidRuleError(`Account "${account.id}" lacks the parameter ${name}. Add it.`)
}

function bpsOf(account: MarginAccount, leg: Leg): bigint {
  const thresholds = parameter(account, 'thresholds')
  const entry = Object.entries(thresholds ?? {}).find(([key]) => key === leg.id)
  const bps: unknown = entry?.[1]
  if (typeof bps !== 'number' || !Number.isInteger(bps) || bps < 0 || bps > 10_000) {
    throw new InvalidRuleError(`Leg "${leg.id}" has the threshold ${String(bps)}. Pass bps.`)
  }
  return BigInt(bps)
}

function marksOf(account: MarginAccount): readonly MarkId[] {
  return [...new Set(account.legs.flatMap(({ mark }) => (mark === null ? [] : [mark])))]
}

/** Of an account's requirement terms, one rounding each. */
const ERROR_BOUND = 1e-12

const noOperations: Pick<VenueModule, 'liquidate' | 'operations' | 'apply'> = {
  liquidate: null,
  operations: [],
  apply: (_state, { kind }) => {
    throw new OperationError(`The toy venue has no operation ${kind}. Use another.`)
  },
}

/** Lending with thresholds in bps, averaged and rounded down when `averaged` is true. */
export const lending: VenueModule = {
  tag: 'toy-lending',
  version: 1,
  evaluate: (state): Evaluation => {
    const { account } = state
    let collateral = 0n
    let weighted = 0n
    let counted = 0n
    let owed = 0n
    for (const leg of account.legs) {
      const worth = exactWorth(leg, state)
      if (leg.kind === 'debt') owed += worth
      else {
        collateral += worth
        if (leg.kind !== 'collateral' || !leg.counts) continue
        counted += worth
        weighted += worth * bpsOf(account, leg)
      }
    }
    const averaged = parameter(account, 'averaged') === true
    const average = counted === 0n ? 0n : weighted / counted
    const resource = averaged ? (counted * average) / 10_000n : weighted / 10_000n
    const maintenance = owed === 0n ? 0n : counted - resource
    return {
      health: ratio(resource, owed),
      liquidatable: resource < owed,
      equity: numberOf(collateral - owed),
      initialMargin: null,
      maintenanceMargin: numberOf(maintenance),
      excess: numberOf(collateral - owed - maintenance),
      exact: {},
      flags: [],
    }
  },
  compile: (state): CompiledAccount => {
    const { account } = state
    const marks = marksOf(account)
    const term = (leg: Leg) => ({
      mark: leg.mark === null ? -1 : marks.indexOf(leg.mark),
      value: numberOf(exactWorth(leg, state)),
    })
    return {
      account: account.id,
      marks,
      tests: [
        {
          kernel: 'threshold',
          strict: true,
          collateral: account.legs.flatMap((leg) =>
            leg.kind === 'collateral' && leg.counts
              ? [{ ...term(leg), weight: Number(bpsOf(account, leg)) / 10_000 }]
              : [],
          ),
          debt: account.legs.flatMap((leg) => (leg.kind === 'debt' ? [term(leg)] : [])),
          averageStep: parameter(account, 'averaged') === true ? 1e-4 : null,
        },
      ],
      combine: 'any',
      errorBound: ERROR_BOUND,
    }
  },
  ...noOperations,
}

type ExactTier = { readonly from: bigint; readonly bps: bigint; readonly deduction: bigint }

/** Tiers from `[[from, bps], …]` in whole numeraire, continuous at every bound. */
function tiersOf(account: MarginAccount, leg: Leg): readonly ExactTier[] {
  const entry = Object.entries(parameter(account, 'tiers') ?? {}).find(([key]) => key === leg.id)
  const rows: unknown = entry?.[1]
  if (!Array.isArray(rows)) throw new InvalidRuleError(`Leg "${leg.id}" has no tiers. Add them.`)
  const tiers: ExactTier[] = []
  for (const row of rows) {
    const [from, bps]: unknown[] = Array.isArray(row) ? row : []
    if (typeof from !== 'number' || typeof bps !== 'number') {
      throw new InvalidRuleError(`A tier of leg "${leg.id}" is not [from, bps]. Mend it.`)
    }
    const start = BigInt(from) * ONE
    const last = tiers.at(-1)
    const step = last === undefined ? 0n : (start * (BigInt(bps) - last.bps)) / 10_000n
    tiers.push({ from: start, bps: BigInt(bps), deduction: (last?.deduction ?? 0n) + step })
  }
  return tiers
}

function exactMaintenance(tiers: readonly ExactTier[], notional: bigint): bigint {
  const tier = tiers.findLast(({ from }) => notional >= from)
  return tier === undefined ? 0n : (notional * tier.bps) / 10_000n - tier.deduction
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)

/** Cross-margined perps with tiered maintenance. */
export const perps: VenueModule = {
  tag: 'toy-perps',
  version: 1,
  evaluate: (state): Evaluation => {
    let equity = 0n
    let maintenance = 0n
    for (const leg of state.account.legs) {
      const worth = exactWorth(leg, state)
      equity += worth
      if (leg.kind === 'perp') {
        maintenance += exactMaintenance(tiersOf(state.account, leg), magnitude(worth))
      }
    }
    return {
      health: ratio(equity, maintenance),
      liquidatable: maintenance > 0n && equity < maintenance,
      equity: numberOf(equity),
      initialMargin: null,
      maintenanceMargin: numberOf(maintenance),
      excess: numberOf(equity - maintenance),
      exact: {},
      flags: [],
    }
  },
  compile: (state): CompiledAccount => {
    const { account } = state
    const marks = marksOf(account)
    const term = (leg: Leg) => ({
      mark: leg.mark === null ? -1 : marks.indexOf(leg.mark),
      value: numberOf(exactWorth(leg, state)),
    })
    return {
      account: account.id,
      marks,
      tests: [
        {
          kernel: 'maintenance',
          strict: true,
          equity: account.legs.map((leg) => ({ ...term(leg), weight: 1 })),
          positions: account.legs.flatMap((leg) =>
            leg.kind === 'perp'
              ? [
                  {
                    ...term(leg),
                    tiers: tiersOf(account, leg).map(
                      ({ from, bps, deduction }): MarginTier => ({
                        from: numberOf(from),
                        rate: Number(bps) / 10_000,
                        deduction: numberOf(deduction),
                      }),
                    ),
                  },
                ]
              : [],
          ),
          fixedRequirement: 0,
          borrow: null,
        },
      ],
      combine: 'any',
      errorBound: ERROR_BOUND,
    }
  },
  ...noOperations,
}

/** Balances that nothing can liquidate. */
export const wallet: VenueModule = {
  tag: 'toy-wallet',
  version: 1,
  evaluate: (state): Evaluation => ({
    health: { value: null, reason: 'no-requirement', message: 'A wallet owes nothing.' },
    liquidatable: false,
    equity: state.account.legs.reduce((sum, leg) => sum + numberOf(exactWorth(leg, state)), 0),
    initialMargin: null,
    maintenanceMargin: null,
    excess: null,
    exact: {},
    flags: [],
  }),
  compile: ({ account }) => ({
    account: account.id,
    marks: [],
    tests: [],
    combine: 'any',
    errorBound: 0,
  }),
  ...noOperations,
}

export const MODULES: readonly VenueModule[] = [lending, perps, wallet]
