import type { AccountProbability, NearestLiquidation, PortfolioRisk } from '@plimsoll/model'
import { marketStateExpired } from '@plimsoll/model'
import { marginHealth } from '../../score/marginHealth.js'
import { currentRisk, directionsOf, nettedBuffer } from './current.js'
import { CERTAIN, isLost } from './health.js'
import type { ScoredRisk } from './scored.js'
import { modelOfAccounts, nearestOf } from './scored.js'
import type { KeptTolerance } from './tolerance.js'
import type { FullAssessment, Present } from './withdrawals.js'
import { withdrawals } from './withdrawals.js'

/** The quick parts of a risk as they are now, with the slow ones of a full assessment while they hold. */
export function keptRisk(
  full: FullAssessment,
  present: Present,
  tolerance: KeptTolerance,
): PortfolioRisk {
  const { risk } = full.report
  const withdrawn = withdrawals(full, present, tolerance)
  const scored = withdrawn.length === 0 ? risk : withdrawnRisk(risk, present, withdrawn)
  const { health, binding, nearest, nearestByAccount, nodes, worstNode, tail } = scored
  return {
    ...currentRisk(present.inputs, present.market).parts,
    scored: { atMs: risk.scored.atMs, withdrawn },
    health,
    binding,
    nearest,
    nearestByAccount,
    nodes,
    worstNode,
    tail,
    nettedBuffer: nettedBuffer(present.inputs.equity, tail),
  }
}

const NOT_ASKED = { cap: 100, nodes: [], unknown: [] } as const

/** Everything slow as unknown, with what the score is at most by what is known now. */
function withdrawnRisk(
  { nodes, health }: PortfolioRisk,
  { inputs, market, options }: Present,
  reasons: readonly string[],
): Omit<ScoredRisk, 'scored'> {
  const material = inputs.accounts.filter((account) => account.material)
  const byAccount = material.map(({ account, liquidatable, equity }): AccountProbability => {
    const probability = isLost(liquidatable, equity) ? CERTAIN : null
    return { account, horizonDays: options.horizonOf(account), probability, closedForm: null }
  })
  const isCertain = byAccount.some(({ probability }) => probability !== null)
  const known = marginHealth({
    probability: isCertain ? 1 : null,
    structure: NOT_ASKED,
    calibration: calibrationOf({ inputs, market, options }),
    unknown: reasons,
  })
  const unread = inputs.quality
    .filter(({ severity, message }) => severity === 'unknown' && !reasons.includes(message))
    .map(({ message }) => message)
  const words = 'withdrawn until the next full assessment'
  const nearestByAccount = material.map(
    ({ account }): NearestLiquidation => ({
      account,
      kind: 'unknown',
      distance: null,
      moves: [],
      words,
    }),
  )
  return {
    health: {
      ...known,
      nodes: [],
      unknown: [...new Set([...known.unknown, ...unread])],
      reason: `Withdrawn until the next full assessment: ${reasons.join(' ')} It is at most ${known.upperBound.toFixed(0)}.`,
      probability: isCertain ? CERTAIN : null,
      byAccount,
      simulation: { ...health.simulation, paths: 0 },
    },
    binding: null,
    nearest: nearestOf(nearestByAccount),
    nearestByAccount,
    nodes: nodes.map(({ node }) => ({
      node,
      loss: null,
      liquidatedAtTabled: null,
      liquidatedAtTwice: null,
    })),
    worstNode: null,
    tail: null,
  }
}

/** Where the volatilities come from that a score would rest on; none where nothing requires margin. */
function calibrationOf({ inputs, market }: Present): 'expired' | 'default' | 'observed' {
  if (marketStateExpired(market, inputs.nowMs)) return 'expired'
  const judged = inputs.accounts.filter(({ material, health }) => material && health.value !== null)
  const directions = directionsOf(inputs.netDeltas)
  const { usesDefault } = modelOfAccounts(inputs.program, judged, market, directions)
  return judged.length > 0 && usesDefault ? 'default' : 'observed'
}
