import type {
  AccountId,
  AccountReport,
  FactorId,
  MarketState,
  NearestLiquidation,
  Portfolio,
  PortfolioRisk,
} from '@plimsoll/model'
import type { FactorModel } from '../../calibrate/factorModel.js'
import type { Program } from '../../program/program.js'
import { monteCarloScenarios } from '../../scenarios/monteCarlo.js'
import { tailReport } from '../../scenarios/tailReport.js'
import type { CurrentRisk } from './current.js'
import { directedModel, directionsOf } from './current.js'
import { healthReport } from './health.js'
import type { RiskInputs } from './inputs.js'
import type { DailyFailure, Directions } from './nearest.js'
import { dailyFailure, factorsOf, nearestLiquidation } from './nearest.js'
import { nodeFailures } from './nodes.js'
import type { RiskOptions } from './options.js'

/** The parts of a risk that take too long for every block or tick. */
export type ScoredRisk = Pick<
  PortfolioRisk,
  'scored' | 'health' | 'binding' | 'nearest' | 'nearestByAccount' | 'nodes' | 'worstNode' | 'tail'
>

const HORIZON_DAYS = 1

/** Score, nearest liquidations, failures of nodes and tails under a market state. */
export function scoredRisk(
  inputs: RiskInputs,
  market: MarketState,
  options: RiskOptions,
  current: CurrentRisk,
): ScoredRisk {
  const { portfolio, program, today, counted, accounts, netDeltas, nowMs } = inputs
  const directions = directionsOf(netDeltas)
  const material = accounts.filter((account) => account.material)
  const failures = new Map(
    material.flatMap((report): readonly [AccountId, DailyFailure][] => {
      const { account, health, liquidatable } = report
      const row = program.accounts.findIndex(({ id }) => id === account)
      const isKnown = program.accounts[row]?.compiled != null && liquidatable !== null
      if (!isKnown || (health.value === null && health.reason === 'unknown')) return []
      return [[account, dailyFailure(program, row, market, directions, report)]]
    }),
  )
  const nodes = nodeFailures(
    {
      portfolio,
      program,
      material: new Set(material.map(({ account }) => account)),
      today,
      counted,
    },
    market,
  )
  const model = modelOfAccounts(program, material, market, directions)
  const health = healthReport({ ...inputs, failures, model, nodes, market, options })
  const nearestByAccount = [...failures].map(([account, failure]) =>
    nearestLiquidation(account, failure, options.horizonOf(account)),
  )
  return {
    scored: { atMs: nowMs, withdrawn: [] },
    health,
    binding: bindingOf(health.byAccount, nearestByAccount),
    nearest: nearestOf(nearestByAccount),
    nearestByAccount,
    nodes,
    worstNode: nodes[0]?.node ?? null,
    tail: tailReport(
      portfolio,
      monteCarloScenarios(current.model, {
        count: options.scenarios,
        seed: options.seed,
        horizonDays: HORIZON_DAYS,
        degreesOfFreedom: options.degreesOfFreedom,
        // Without an option nothing follows a volatility.
        ...(hasOption(portfolio) && { impliedVolatility: { market } }),
      }),
      { market, nowMs, closingCost: closingCost(current.unified.collateral) },
    ),
  }
}

function hasOption({ accounts }: Portfolio): boolean {
  return accounts.some(({ legs }) => legs.some(({ kind }) => kind === 'option'))
}

/** The covariance of all factors that the accounts move with. */
export function modelOfAccounts(
  program: Program,
  accounts: readonly AccountReport[],
  market: MarketState,
  directions: Directions,
): FactorModel {
  const rows = accounts.map(({ account }) => program.accounts.findIndex(({ id }) => id === account))
  const factors = new Set<FactorId>(rows.flatMap((row) => factorsOf(program, row)))
  return directedModel(market, [...factors].sort(), directions)
}

/** What selling all collateral at once costs; null where no depth is known of any of it. */
function closingCost(
  collateral: readonly { readonly value: number; readonly liquidity: number | null }[],
): number | null {
  const known = collateral.filter(({ liquidity }) => liquidity !== null)
  if (known.length === 0) return null
  return known.reduce((sum, { value, liquidity }) => sum + value * (liquidity ?? 0), 0)
}

/** The account likeliest to be liquidated; where no path shows any, the nearest. */
function bindingOf(
  byAccount: PortfolioRisk['health']['byAccount'],
  nearest: readonly NearestLiquidation[],
): AccountId | null {
  if (byAccount.some(({ probability }) => probability === null)) return null
  const [likeliest] = byAccount
  if ((likeliest?.probability?.estimate ?? 0) > 0) return likeliest?.account ?? null
  return nearestOf(nearest)?.account ?? null
}

/** The nearest of several; one that is not known comes first. */
export function nearestOf(nearest: readonly NearestLiquidation[]): NearestLiquidation | null {
  if (nearest.some(({ kind }) => kind === 'unknown')) {
    return nearest.find(({ kind }) => kind === 'unknown') ?? null
  }
  return nearest.reduce<NearestLiquidation | null>((least, row) => {
    if (row.distance === null) return least
    return least === null || row.distance < (least.distance ?? Infinity) ? row : least
  }, null)
}
