import type {
  AccountId,
  AccountProbability,
  AccountReport,
  MarginHealthReport,
  MarketState,
  NodeFailure,
  NodeId,
  ProbabilityEstimate,
  QualityFlag,
} from '@plimsoll/model'
import { marketStateExpired } from '@plimsoll/model'
import type { FactorModel } from '../../calibrate/factorModel.js'
import { compareText } from '../../order.js'
import type { Program } from '../../program/program.js'
import { clopperPearson } from '../../score/clopperPearson.js'
import { ScoreError } from '../../score/errors.js'
import { linearProbability } from '../../score/linearProbability.js'
import { marginHealth } from '../../score/marginHealth.js'
import type { PathHits, PathSimulation } from '../../score/simulatePaths.js'
import { simulationKey } from '../../score/simulationKey.js'
import { structuralCap } from '../../score/structuralCap.js'
import { weightedLowerLimit, weightedUpperLimit } from '../../score/weightedUpperLimit.js'
import type { DailyFailure } from './nearest.js'
import { safeDistance } from './nearest.js'
import { nodeShocks } from './nodes.js'
import type { RiskOptions } from './options.js'

/** What the score is made from. */
export type HealthInputs = {
  readonly program: Program
  readonly accounts: readonly AccountReport[]
  /** By account: material ones whose health is known. */
  readonly failures: ReadonlyMap<AccountId, DailyFailure>
  readonly model: FactorModel
  readonly nodes: readonly NodeFailure[]
  readonly quality: readonly QualityFlag[]
  readonly market: MarketState
  readonly nowMs: number
  readonly options: RiskOptions
}

/** Paths where an account of several underlyings reprices its options on each, drawn by importance. */
const PATHS_OF_SLOW = 4_000
/** Of what has happened. */
export const CERTAIN: ProbabilityEstimate = { estimate: 1, lower: 1, upper: 1 }
const NEVER: ProbabilityEstimate = { estimate: 0, lower: 0, upper: 0 }

/** Margin health with everything that it rests on. */
export function healthReport(inputs: HealthInputs): MarginHealthReport {
  const { accounts, nodes, quality, market, nowMs, model, options } = inputs
  const material = accounts.filter((account) => account.material)
  const { byAccount, probability, hits } = probabilities(inputs, material)
  const isImpossible = probability !== null && probability.upper === 0
  const expired = marketStateExpired(market, nowMs)
  const unread = quality
    .filter(({ severity }) => severity === 'unknown')
    .map(({ message }) => message)
  const calibration = expired ? 'expired' : model.usesDefault ? 'default' : 'observed'
  const { nodes: named, ...score } = marginHealth({
    probability: probability === null ? null : probability.upper,
    structure: structuralCap(nodeShocks(nodes)),
    // Where nothing can be liquidated no volatility is used.
    calibration: isImpossible && !expired ? 'observed' : calibration,
    unknown: [...new Set(unread)],
  })
  return {
    ...score,
    nodes: named as readonly NodeId[],
    reason: reasonOf(score, named, isImpossible, market),
    probability,
    byAccount,
    simulation: {
      seed: options.seed,
      paths: hits.paths,
      stepsPerDay: options.stepsPerDay,
      degreesOfFreedom: options.degreesOfFreedom,
      method: hits.weights === null ? 'plain' : 'importance',
    },
  }
}

function probabilities(
  inputs: HealthInputs,
  material: readonly AccountReport[],
): {
  readonly byAccount: readonly AccountProbability[]
  readonly probability: ProbabilityEstimate | null
  readonly hits: PathHits
} {
  const { program, failures, model, options } = inputs
  const simulated = material.flatMap(({ account, liquidatable, equity }) => {
    const failure = failures.get(account)
    if (failure === undefined || isLost(liquidatable, equity)) return []
    if (safeDistance(failure) === Infinity) return []
    const row = program.accounts.findIndex(({ id }) => id === account)
    const { line, model: own, isSlow } = failure
    const [factor] = own.factors
    const place = factor === undefined ? -1 : model.factors.indexOf(factor)
    return [
      {
        account,
        row,
        horizonDays: options.horizonOf(account),
        distance: safeDistance(failure),
        isSlow: isSlow && line === null,
        ...(line === null ? {} : { line: { place, ...line } }),
      },
    ]
  })
  const isSlow = simulated.some((entry) => entry.isSlow)
  const paths = isSlow ? Math.min(options.paths, PATHS_OF_SLOW) : options.paths
  const simulation: PathSimulation = {
    program,
    model,
    accounts: simulated,
    seed: options.seed,
    stepsPerDay: options.stepsPerDay,
    degreesOfFreedom: options.degreesOfFreedom,
    sampling: isSlow ? 'importance' : 'plain',
  }
  const hits = options.simulate(simulation, simulated.length === 0 ? 0 : paths)
  if (hits.simulation !== simulationKey(simulation)) {
    throw new ScoreError(
      'The paths that were given are of another portfolio, market state, moment or seed. Simulate those of this one (scorePaths), each time anew.',
    )
  }
  const byAccount = material.map(
    ({ account, liquidatable, equity, health }): AccountProbability => {
      const horizonDays = options.horizonOf(account)
      const failure = failures.get(account)
      const place = simulated.findIndex((entry) => entry.account === account)
      const base = { account, horizonDays, closedForm: null }
      if (isLost(liquidatable, equity)) return { ...base, probability: CERTAIN }
      if (place >= 0) {
        const isKnown = (hits.unknown[place] ?? 1) === 0
        return {
          ...base,
          probability: isKnown ? estimateOf(hits, place, options.degreesOfFreedom) : null,
          closedForm: closedFormOf(failure, horizonDays, options.degreesOfFreedom),
        }
      }
      const isSafe =
        (health.value === null && health.reason === 'no-requirement') ||
        (failure !== undefined && safeDistance(failure) === Infinity)
      return { ...base, probability: isSafe ? NEVER : null }
    },
  )
  const sorted = [...byAccount].sort(
    (a, b) =>
      (b.probability?.estimate ?? 2) - (a.probability?.estimate ?? 2) ||
      compareText(a.account, b.account),
  )
  return {
    byAccount: sorted,
    probability: together(byAccount, hits, options.degreesOfFreedom),
    hits,
  }
}

/** Of any material account; null where one is not known, unless another is certain. */
function together(
  byAccount: readonly AccountProbability[],
  hits: PathHits,
  degreesOfFreedom: number,
): ProbabilityEstimate | null {
  const known = byAccount.map(({ probability }) => probability)
  if (known.includes(CERTAIN)) return CERTAIN
  if (known.includes(null)) return null
  return hits.paths === 0 ? NEVER : estimateOf(hits, null, degreesOfFreedom)
}

/**
 * Of the account at a place, or of any. A path not yet drawn may weigh more than the heaviest: weights
 * grow with the length of a normal path to the power of the degrees of freedom.
 */
function estimateOf(
  { any, byAccount, paths, weights }: PathHits,
  place: number | null,
  degreesOfFreedom: number,
): ProbabilityEstimate {
  if (weights === null) {
    const count = place === null ? any : (byAccount[place] ?? NaN)
    return { estimate: count / paths, ...clopperPearson(count, paths) }
  }
  const drawn = {
    weights: place === null ? weights.any : (weights.byAccount[place] ?? []),
    trials: paths,
    maximumWeight: Math.min(1, (degreesOfFreedom / 2) * weights.greatest),
  }
  return {
    estimate: drawn.weights.reduce((sum, weight) => sum + weight, 0) / paths,
    lower: weightedLowerLimit(drawn),
    upper: weightedUpperLimit(drawn),
  }
}

/** Whether an account can be liquidated, or is worth less than nothing, today. */
export function isLost(liquidatable: boolean | null, equity: number | null): boolean {
  return liquidatable === true || (liquidatable !== null && equity !== null && equity < 0)
}

function closedFormOf(
  failure: DailyFailure | undefined,
  horizonDays: number,
  degreesOfFreedom: number,
): number | null {
  if (failure?.failure.kind !== 'nearest') return null
  const distance = failure.failure.nearest.distance / Math.sqrt(horizonDays)
  return Math.min(1, linearProbability(distance, degreesOfFreedom).touch)
}

function reasonOf(
  score: Pick<MarginHealthReport, 'score' | 'limitedBy' | 'unknown' | 'upperBound'>,
  nodes: readonly string[],
  isImpossible: boolean,
  market: MarketState,
): string {
  if (score.score === null) {
    return `Not known: ${score.unknown.join('; ')}. It is at most ${score.upperBound.toFixed(0)}.`
  }
  switch (score.limitedBy) {
    case 'structure':
      return `Held down by structure: the failure of ${nodes.join(' or of ')} liquidates a material account.`
    case 'calibration':
      return `Held at ${score.upperBound.toFixed(0)}: volatilities come from “${market.source}”, not from today's market.`
    case 'market':
      return 'By the probability that a material account is liquidated within its horizon, at the worse end of its 95 % interval.'
    case null:
      return isImpossible
        ? 'No material account can be liquidated: none requires margin.'
        : 'A material account is liquidated within its horizon with a probability of at most 1 in 10,000; nothing is claimed beyond that.'
  }
}
