import type {
  AccountId,
  AccountReport,
  FactorId,
  MarketState,
  NearestLiquidation,
  NetDelta,
  Portfolio,
  PortfolioRisk,
  Provenance,
  QualityFlag,
} from '@plimsoll/model'
import { asOfMs } from '@plimsoll/model'
import { factorModel } from '../../calibrate/factorModel.js'
import type { Program } from '../../program/program.js'
import { equityGrid } from '../../scenarios/grid.js'
import { monteCarloScenarios } from '../../scenarios/monteCarlo.js'
import { tailReport } from '../../scenarios/tailReport.js'
import { unifiedMargin } from '../../unified/unifiedMargin.js'
import type { Counted } from '../../valuation/lookThrough.js'
import type { World } from '../../valuation/world.js'
import { collateralReport } from './collateral.js'
import { healthReport } from './health.js'
import type { DailyFailure, Directions } from './nearest.js'
import { dailyFailure, factorsOf, nearestLiquidation } from './nearest.js'
import { nodeFailures } from './nodes.js'
import type { RiskOptions } from './options.js'
import { unifiedReport } from './unified.js'

/** What a report already knows when its risk is computed. */
export type RiskInputs = {
  readonly portfolio: Portfolio
  readonly program: Program
  readonly today: World
  readonly counted: Counted
  readonly accounts: readonly AccountReport[]
  readonly netDeltas: readonly NetDelta[]
  readonly quality: readonly QualityFlag[]
  readonly equity: number | null
  readonly siloed: number | null
  readonly nowMs: number
}

const HORIZON_DAYS = 1

/** Scores, nearest liquidations, failures of nodes, unified margin and tails under a market state. */
export function portfolioRisk(
  inputs: RiskInputs,
  market: MarketState,
  options: RiskOptions,
): PortfolioRisk {
  const { portfolio, program, today, counted, accounts, netDeltas, nowMs, equity } = inputs
  const directions: Directions = new Map(
    netDeltas.map(({ factor, net }) => [factor, net < 0 ? -1 : 1]),
  )
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
  const rows = material.map(({ account }) => program.accounts.findIndex(({ id }) => id === account))
  const directed = (factors: readonly FactorId[]) =>
    factorModel(market, factors, {
      directions: factors.map((factor) => directions.get(factor) ?? 1),
    })
  const model = directed([...new Set(rows.flatMap((row) => factorsOf(program, row)))].sort())
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
  const health = healthReport({ ...inputs, failures, model, nodes, market, options })
  const nearestByAccount = [...failures].map(([account, failure]) =>
    nearestLiquidation(account, failure, options.horizonOf(account)),
  )
  const everything = directed(spotFactors(netDeltas))
  const unified = unifiedMargin(portfolio, market, { nowMs, siloedByVenues: inputs.siloed })
  const tail = tailReport(
    portfolio,
    monteCarloScenarios(everything, {
      count: options.scenarios,
      seed: options.seed,
      horizonDays: HORIZON_DAYS,
      degreesOfFreedom: options.degreesOfFreedom,
    }),
    { market, nowMs, closingCost: closingCost(unified.collateral) },
  )
  const shortfall = tail?.expectedShortfall.loss ?? 0
  return {
    market: {
      source: market.source,
      asOfMs: market.asOfMs,
      expiresAtMs: market.expiresAtMs,
      oldest: oldest(everything.provenance),
    },
    health,
    binding: bindingOf(health.byAccount, nearestByAccount),
    nearest: nearestOf(nearestByAccount),
    nearestByAccount,
    nodes,
    worstNode: nodes[0]?.node ?? null,
    unified: unifiedReport(unified),
    tail,
    nettedBuffer: equity === null || !(shortfall > 0) ? null : equity / shortfall,
    grid: equityGrid(portfolio, { market, nowMs }),
    collateral: collateralReport(portfolio, program, unified.collateral),
    dataAgeMs: portfolio.accounts.reduce(
      (age, account) => Math.max(age, nowMs - asOfMs(account.asOf)),
      0,
    ),
  }
}

function spotFactors(netDeltas: readonly NetDelta[]): readonly FactorId[] {
  return netDeltas
    .map(({ factor }) => factor)
    .filter((factor) => factor.startsWith('spot:'))
    .sort()
}

function oldest(provenance: readonly Provenance[]): Provenance | null {
  return provenance.reduce<Provenance | null>(
    (least, row) => (least === null || row.asOfMs < least.asOfMs ? row : least),
    null,
  )
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

function nearestOf(nearest: readonly NearestLiquidation[]): NearestLiquidation | null {
  if (nearest.some(({ kind }) => kind === 'unknown')) {
    return nearest.find(({ kind }) => kind === 'unknown') ?? null
  }
  return nearest.reduce<NearestLiquidation | null>((least, row) => {
    if (row.distance === null) return least
    return least === null || row.distance < (least.distance ?? Infinity) ? row : least
  }, null)
}
