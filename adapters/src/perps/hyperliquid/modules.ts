import type {
  Amount,
  CompiledAccount,
  Evaluation,
  Health,
  Leg,
  MarginTier,
  MarkId,
  Native,
  Operation,
  PerpLeg,
  VenueModule,
  VenueState,
  WeightedTerm,
} from '@plimsoll/model'
import {
  describeIssues,
  InvalidRuleError,
  MarkError,
  OperationError,
  parseAmount,
  sharedKey,
} from '@plimsoll/model'
import * as z from 'zod/mini'
import {
  amountOf,
  fixed,
  larger,
  magnitude,
  numberOf,
  ONE,
  over,
  times,
  total,
} from './fixed-point.js'
import type { FormulaVersion, PortfolioMargin, Position, TableRow } from './margin.js'
import {
  crossSums,
  liquidationPrice,
  maintenanceOf,
  marginTiers,
  PORTFOLIO_MARGIN_LIMIT,
  portfolioLiquidationValue,
  portfolioMarginRatio,
  portfolioRequirement,
  signedNotional,
} from './margin.js'

const decimalText = z.string().check(z.regex(/^-?\d+(\.\d+)?$/))
const perpNative = z.object({ leverage: z.int().check(z.minimum(1)), tiers: z.string() })
const tableNative = z
  .array(z.tuple([decimalText, z.int().check(z.minimum(1))]))
  .check(z.minLength(1))
const collateralNative = z.object({ counted: decimalText, ltv: decimalText })
const crossParameters = z.object({ formula: z.enum(['hyperliquid/2023', 'hyperliquid/2024']) })

const decimal = (text: string): bigint => fixed(parseAmount(text))

type Perp = Position & { readonly leg: string; readonly mark: MarkId }
/** Collateral that backs a USDC borrow: its whole value, and what of it the rule counts. */
type Backing = { readonly value: bigint; readonly counted: bigint; readonly mark: MarkId }
type Parts = {
  readonly perps: readonly Perp[]
  readonly backing: readonly Backing[]
  /** Signed collateral token. */
  readonly cash: bigint
  readonly formula: FormulaVersion
  readonly isPortfolio: boolean
}

function parse<Value>(
  schema: z.ZodMiniType<Value>,
  value: Native | undefined,
  what: string,
): Value {
  const result = z.safeParse(schema, value)
  if (result.success) return result.data
  throw new InvalidRuleError(
    `${what} does not fit the Hyperliquid rule. Read the account again with this version of the adapter.`,
    { details: describeIssues(result.error) },
  )
}

function priceOf(state: VenueState, leg: Leg): { readonly price: bigint; readonly mark: MarkId } {
  const mark = leg.mark === null ? undefined : state.marks.get(leg.mark)
  if (mark === undefined || mark.mid.raw <= 0n) {
    throw new MarkError(
      `Leg "${leg.id}" of account "${state.account.id}" has no positive mark. Read the account again.`,
    )
  }
  return { price: fixed(mark.mid), mark: mark.id }
}

function perpOf(state: VenueState, leg: PerpLeg): Perp {
  const { leverage, tiers } = parse(perpNative, leg.native, `Leg "${leg.id}"`)
  const table = parse(tableNative, state.shared.get(sharedKey(tiers)), `Margin table "${tiers}"`)
  const rows = table.map(([from, maxLeverage]): TableRow => [decimal(from), maxLeverage])
  return {
    leg: leg.id,
    ...priceOf(state, leg),
    size: fixed(leg.size),
    leverage,
    tiers: marginTiers(rows),
  }
}

function partsOf(state: VenueState): Parts {
  const { legs, rule } = state.account
  const perps: Perp[] = []
  const backing: Backing[] = []
  let cash = 0n
  for (const leg of legs) {
    switch (leg.kind) {
      case 'perp':
        perps.push(perpOf(state, leg))
        break
      case 'cash':
        cash += fixed(leg.amount)
        break
      case 'debt':
        cash -= fixed(leg.amount)
        break
      case 'collateral': {
        const { counted, ltv } = parse(collateralNative, leg.native, `Leg "${leg.id}"`)
        const { price, mark } = priceOf(state, leg)
        const weight = (ONE + decimal(ltv)) / 2n
        backing.push({
          mark,
          value: times(fixed(leg.amount), price),
          counted: times(times(decimal(counted), price), weight),
        })
        break
      }
      default:
        throw new InvalidRuleError(
          `Leg "${leg.id}" is of kind "${leg.kind}", which a Hyperliquid perp account does not have. Read the account again.`,
        )
    }
  }
  const { formula } = parse(crossParameters, rule.parameters, `Rule of "${state.account.id}"`)
  return { perps, backing, cash, formula, isPortfolio: rule.modes.account === 'portfolioMargin' }
}

/** Health of a debt without any position: below every threshold, and finite. */
const DEBT_ALONE = -1

function healthOf(resource: bigint, requirement: bigint): Health {
  if (requirement > 0n) return { value: numberOf(over(resource, requirement)) }
  if (resource < 0n) return { value: DEBT_ALONE }
  return { value: null, reason: 'no-requirement', message: 'No position needs margin.' }
}

/** The account in USDC terms; without portfolio margin nothing backs a borrow. */
function portfolioOf({ perps, backing, cash }: Parts): PortfolioMargin {
  const { value, maintenance } = crossSums(perps)
  return {
    netEquity: cash + value,
    collateral: total(backing, ({ counted }) => counted),
    maintenance,
  }
}

function evaluate(state: VenueState): Evaluation {
  const parts = partsOf(state)
  const { perps, backing, formula, isPortfolio } = parts
  const { initial, maintenance } = crossSums(perps)
  const account = portfolioOf(parts)
  const backed = total(backing, ({ value }) => value)
  const equity = account.netEquity + backed
  // Collateral counts in part: what is not counted is never available.
  const required = maintenance + backed - account.collateral
  const available = equity - required
  const resource = isPortfolio
    ? times(PORTFOLIO_MARGIN_LIMIT, portfolioLiquidationValue(account))
    : equity
  const requirement = isPortfolio ? portfolioRequirement(account) : maintenance
  const ratio = isPortfolio ? portfolioMarginRatio(account) : null
  const exact: Record<string, Amount> = {
    accountValue: amountOf(equity),
    maintenanceMarginUsed: amountOf(maintenance),
    totalMarginUsed: amountOf(initial),
    availableAfterMaintenance: amountOf(available),
    ...(ratio === null ? {} : { portfolioMarginRatio: amountOf(ratio) }),
  }
  for (const perp of perps) {
    const price = liquidationPrice(perp, available, formula)
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

function tierNumbers(position: Position): readonly MarginTier[] {
  return position.tiers.map(({ from, rate, deduction }) => ({
    from: numberOf(from),
    rate: numberOf(rate),
    deduction: numberOf(deduction),
  }))
}

/** Bits of a double, with room for terms that a scenario makes twice as large. */
const DOUBLE_ERROR = 2 ** -50

function compile(state: VenueState): CompiledAccount {
  const parts = partsOf(state)
  const { perps, backing, cash, isPortfolio } = parts
  const marks = [...new Set([...perps, ...backing].map(({ mark }) => mark))]
  const equity: WeightedTerm[] = [{ mark: -1, value: numberOf(cash), weight: 1 }]
  const positions = perps.map((perp) => {
    const term = { mark: marks.indexOf(perp.mark), value: numberOf(signedNotional(perp)) }
    equity.push({ ...term, weight: 1 })
    return { ...term, tiers: tierNumbers(perp) }
  })
  const collateral = backing.map(({ mark, value, counted }) => ({
    mark: marks.indexOf(mark),
    value: numberOf(value),
    weight: numberOf(over(counted, value)),
  }))
  const gross = magnitude(cash) + total(perps, (perp) => magnitude(signedNotional(perp)))
  const requirement = isPortfolio
    ? portfolioRequirement(portfolioOf(parts))
    : total(perps, maintenanceOf)
  const cancellation =
    requirement > 0n ? numberOf(over(larger(gross, requirement), requirement)) : 1
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
        borrow: isPortfolio ? { collateral, limit: numberOf(PORTFOLIO_MARGIN_LIMIT) } : null,
      },
    ],
    combine: 'any',
    errorBound: (equity.length + collateral.length + 2) * DOUBLE_ERROR * cancellation,
  }
}

function margined(tag: string): VenueModule {
  return {
    tag,
    version: 1,
    evaluate,
    compile,
    liquidate: null,
    operations: [],
    apply: (_state, operation) => {
      throw noOperation(operation)
    },
  }
}

/** Why an operation is not offered, and where it is. */
export function noOperation({ kind }: Operation): OperationError {
  return new OperationError(
    `Hyperliquid has no operation "${kind}" here. Transfer collateral, change leverage or close the position in the venue's own app (its API calls them usdClassTransfer, updateIsolatedMargin, updateLeverage and order), then read the portfolio again.`,
  )
}

/** One cross account: positions that share collateral, judged together. */
export const crossModule: VenueModule = margined('hyperliquid/cross')

/** One isolated position with its own margin. */
export const isolatedModule: VenueModule = margined('hyperliquid/isolated')

/** Spot balances that carry no position. */
export const holdingsModule: VenueModule = {
  ...margined('hyperliquid/holdings'),
  evaluate: (state) => {
    const unpriced: string[] = []
    let equity = 0n
    for (const leg of state.account.legs) {
      if (leg.kind !== 'collateral' && leg.kind !== 'cash') continue
      if (leg.mark === null) unpriced.push(leg.id)
      else equity += times(fixed(leg.amount), priceOf(state, leg).price)
    }
    return {
      health: healthOf(equity, 0n),
      liquidatable: false,
      equity: numberOf(equity),
      initialMargin: null,
      maintenanceMargin: null,
      excess: null,
      exact: { accountValue: amountOf(equity) },
      flags: unpriced.map((leg) => ({
        code: 'unpriced',
        severity: 'warning',
        message: `Balance "${leg}" has no price at the venue and counts as nothing.`,
      })),
    }
  },
  compile: ({ account }) => ({
    account: account.id,
    marks: [],
    tests: [],
    combine: 'any',
    errorBound: 0,
  }),
}
