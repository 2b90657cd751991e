import type {
  Amount,
  CompiledAccount,
  Evaluation,
  Health,
  Leg,
  MarkId,
  Native,
  Operation,
  VenueModule,
  VenueState,
  WeightedTerm,
} from '@plimsoll/model'
import {
  InvalidRuleError,
  MarkError,
  OperationError,
  parseAmount,
  sharedKey,
} from '@plimsoll/model'
import * as z from 'zod/mini'
import { amountOf, fixed, numberOf, ONE, over, times, total } from './fixed-point.js'
import type { Position } from './margin.js'
import {
  countedWeight,
  crossSums,
  liquidationPrice,
  marginTiers,
  PORTFOLIO_MARGIN_LIMIT,
  portfolioLiquidationValue,
  portfolioMarginRatio,
  portfolioRequirement,
  signedNotional,
} from './margin.js'

const decimal = z.pipe(
  z.string(),
  z.transform((text: string) => fixed(parseAmount(text))),
)
const positive = z.int().check(z.minimum(1))
const perpNative = z.object({ leverage: positive, tiers: z.string() })
const tableNative = z.array(z.tuple([decimal, positive])).check(z.minLength(1))
const backingNative = z.object({ counted: decimal, ltv: decimal })

type Perp = Position & { readonly leg: string; readonly mark: MarkId }
/** Collateral, of a borrow or held free: its whole value, and what of it the rule counts. */
type Backing = { readonly value: bigint; readonly counted: bigint; readonly mark: MarkId }
type Parts = {
  readonly perps: readonly Perp[]
  readonly backing: readonly Backing[]
  /** Signed collateral token. */
  readonly cash: bigint
}

function parse<Value>(
  schema: z.ZodMiniType<Value>,
  value: Native | undefined,
  what: string,
): Value {
  const result = z.safeParse(schema, value)
  if (result.success) return result.data
  throw misfit(what)
}

function misfit(what: string): InvalidRuleError {
  return new InvalidRuleError(
    `"${what}" does not fit the Hyperliquid rule. Read the account again.`,
  )
}

function priced({ marks }: VenueState, { id, mark }: Leg): { price: bigint; mark: MarkId } {
  const found = mark === null ? undefined : marks.get(mark)
  if (found !== undefined && found.mid.raw > 0n) return { price: fixed(found.mid), mark: found.id }
  throw new MarkError(`Leg "${id}" has no positive mark. Read the account again.`)
}

function partsOf(state: VenueState): Parts {
  const perps: Perp[] = []
  const backing: Backing[] = []
  let cash = 0n
  for (const leg of state.account.legs) {
    if (leg.kind === 'cash') cash += fixed(leg.amount)
    else if (leg.kind === 'debt') cash -= fixed(leg.amount)
    else if (leg.kind === 'perp') {
      const { leverage, tiers } = parse(perpNative, leg.native, leg.id)
      perps.push({
        leg: leg.id,
        ...priced(state, leg),
        size: fixed(leg.size),
        leverage,
        tiers: marginTiers(parse(tableNative, state.shared.get(sharedKey(tiers)), tiers)),
      })
    } else if (leg.kind !== 'collateral') {
      throw misfit(leg.id)
    } else if (leg.counts || leg.mark !== null) {
      // Holdings carry nothing and count in full; one without a price counts as nothing.
      const { price, mark } = priced(state, leg)
      const value = times(fixed(leg.amount), price)
      const { counted, ltv } = leg.counts
        ? parse(backingNative, leg.native, leg.id)
        : { counted: fixed(leg.amount), ltv: ONE }
      backing.push({ mark, value, counted: times(times(counted, price), countedWeight(ltv)) })
    }
  }
  return { perps, backing, cash }
}

const CROSS = 'hyperliquid/cross'

/** Isolated positions and free balances of such an owner stay what they are. */
const isPortfolio = ({ account: { rule } }: VenueState): boolean =>
  rule.tag === CROSS && rule.modes.account === 'portfolioMargin'

/** Health of a debt without any position: below every threshold, and finite. */
const DEBT_ALONE = -1

function healthOf(resource: bigint, requirement: bigint): Health {
  if (requirement > 0n) return { value: numberOf(over(resource, requirement)) }
  if (resource < 0n) return { value: DEBT_ALONE }
  return { value: null, reason: 'no-requirement', message: 'No position.' }
}

function evaluate(state: VenueState): Evaluation {
  const { perps, backing, cash } = partsOf(state)
  const { value, initial, maintenance } = crossSums(perps)
  const netEquity = cash + value
  const collateral = total(backing, ({ counted }) => counted)
  const account = { netEquity, collateral, maintenance }
  const backed = total(backing, (entry) => entry.value)
  const equity = netEquity + backed
  // Collateral counts in part: what is not counted is never available.
  const required = maintenance + backed - collateral
  const available = equity - required
  let [resource, requirement] = [equity, maintenance]
  const exact: Record<string, Amount> = {
    accountValue: amountOf(equity),
    availableAfterMaintenance: amountOf(available),
  }
  if (isPortfolio(state)) {
    resource = times(PORTFOLIO_MARGIN_LIMIT, portfolioLiquidationValue(account))
    requirement = portfolioRequirement(account)
    exact.portfolioMarginRatio = amountOf(portfolioMarginRatio(account) ?? 0n)
  }
  for (const perp of perps) {
    const price = liquidationPrice(perp, available)
    if (price !== null) exact[`liquidationPx:${perp.leg}`] = amountOf(price)
  }
  return {
    health: healthOf(resource, requirement),
    liquidatable: resource < requirement,
    equity: numberOf(equity),
    initialMargin: numberOf(initial),
    maintenanceMargin: numberOf(required),
    excess: numberOf(available),
    exact,
    flags: [],
  }
}

/** Rounding of a double, with room for terms that a scenario makes four times as large. */
const DOUBLE_ERROR = 2 ** -50

function compile(state: VenueState): CompiledAccount {
  const { perps, backing, cash } = partsOf(state)
  const marks = [...new Set([...perps, ...backing].map(({ mark }) => mark))]
  const positions = perps.map((perp) => ({
    mark: marks.indexOf(perp.mark),
    value: numberOf(signedNotional(perp)),
    tiers: perp.tiers.map(({ from, rate, deduction }) => ({
      from: numberOf(from),
      rate: numberOf(rate),
      deduction: numberOf(deduction),
    })),
  }))
  const equity: readonly WeightedTerm[] = [
    { mark: -1, value: numberOf(cash), weight: 1 },
    ...positions.map(({ mark, value }) => ({ mark, value, weight: 1 })),
  ]
  const collateral = backing.map(({ mark, value, counted }) => ({
    mark: marks.indexOf(mark),
    value: numberOf(value),
    weight: numberOf(over(counted, value)),
  }))
  const gross = equity.reduce((sum, { value }) => sum + Math.abs(value), 0)
  const maintenance = numberOf(crossSums(perps).maintenance)
  return {
    account: state.account.id,
    marks,
    tests: [
      {
        kernel: 'maintenance',
        strict: true,
        equity,
        positions,
        fixedRequirement: 0,
        borrow: isPortfolio(state) ? { collateral, limit: numberOf(PORTFOLIO_MARGIN_LIMIT) } : null,
      },
    ],
    combine: 'any',
    errorBound:
      (equity.length + marks.length + 2) *
      DOUBLE_ERROR *
      Math.max(1, gross / (maintenance || Infinity)),
  }
}

/** Why an operation is not offered, and where it is. */
export function noOperation({ kind }: Operation): OperationError {
  return new OperationError(
    `Hyperliquid has no "${kind}" here. Act in the venue's own app, then read again.`,
  )
}

/**
 * One arithmetic under three names: a cross account, whose positions share collateral; one isolated
 * position with its own margin; spot balances, which carry no position.
 */
export const modules: readonly VenueModule[] = [
  CROSS,
  'hyperliquid/isolated',
  'hyperliquid/holdings',
].map((tag) => ({
  tag,
  version: 1,
  evaluate,
  compile,
  liquidate: null,
  operations: [],
  apply: (_state, operation) => {
    throw noOperation(operation)
  },
}))
