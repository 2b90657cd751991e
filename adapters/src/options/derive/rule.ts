import type { Fidelity, Native, VenueModule } from '@plimsoll/model'
import { toNumber } from '@plimsoll/model'
import type { SubaccountAnswer } from './answers.js'
import { STANDARD_CASES, STRESS_CASES } from './fidelity.js'
import { toWei } from './fixed-point.js'
import type { Holding, Quote } from './holdings.js'
import { standardModule } from './margin.js'
import { CONTINGENCY, marketParameters, PARAMETERS } from './parameters.js'
import {
  PERPETUAL_PARAMETERS,
  PERPETUAL_STRESS,
  PERPETUAL_UNDERLYINGS,
} from './perpetual-parameters.js'
import type { ReportedRule } from './portfolio-margin.js'
import { portfolioModule } from './portfolio-margin.js'
import type { StandardRule } from './state.js'
import { stressModule } from './stress-margin.js'
import type { StressRule } from './stress-rule.js'

/** How a subaccount is judged. */
export type ChosenRule = {
  readonly module: VenueModule
  readonly parameters: Native
  /** The dated set that the parameters come from. */
  readonly set: string | null
  readonly fidelity: Fidelity
  /** Why no formula is used, or null. */
  readonly why: string | null
}

/** The formula of a subaccount where it is known, else the venue's own numbers. */
export function ruleOf(
  answer: SubaccountAnswer,
  holdings: readonly Holding[],
  quotes: readonly Quote[],
): ChosenRule {
  const isStandard = answer.margin_type === 'SM'
  const why = isStandard ? whatIsNotModelled(holdings) : whatIsNotStressed(answer, holdings)
  if (why !== null) {
    const parameters = reportedRule(answer, quotes)
    return { module: portfolioModule, parameters, set: null, fidelity: { grade: 'modelled' }, why }
  }
  if (isStandard) {
    return {
      module: standardModule,
      parameters: standardRule(answer),
      set: PARAMETERS,
      fidelity: { grade: 'verified', cases: STANDARD_CASES },
      why,
    }
  }
  const isRecorded = holdings.every(({ instrument, answer: held }) =>
    instrument === null ? true : (held?.amount.raw ?? 0n) > 0n,
  )
  return {
    module: stressModule,
    parameters: perpetualRule(answer),
    set: PERPETUAL_PARAMETERS,
    // The one recorded account is long; that a short is asked for the same is an assumption.
    fidelity: isRecorded ? { grade: 'verified', cases: STRESS_CASES } : { grade: 'modelled' },
    why,
  }
}

/** Why the parameters of a portfolio-margin subaccount are not known, or null. */
function whatIsNotStressed(
  { margin_type: manager }: SubaccountAnswer,
  [, ...holdings]: readonly Holding[],
): string | null {
  if (manager !== 'PM2') return `the parameters of ${manager} are not in the venue's interface`
  const odd = holdings.find(
    ({ instrument }) =>
      instrument?.kind !== 'perp' || !PERPETUAL_UNDERLYINGS.has(instrument.currency),
  )
  if (odd === undefined) return null
  return `the venue's interface does not give the portfolio-margin parameters of ${odd.name}`
}

/** Why the standard formula cannot be used, or null. */
function whatIsNotModelled([, ...holdings]: readonly Holding[]): string | null {
  const odd = holdings.find(({ instrument, answer }) =>
    instrument === null
      ? answer !== null && answer.amount.raw < 0n
      : marketParameters(instrument.currency)[instrument.kind] === null,
  )
  return odd === undefined ? null : `the venue's documents give no formula for ${odd.name} here`
}

const standardRule = ({ risk_universe_id, mm_credits }: SubaccountAnswer): StandardRule => ({
  universe: BigInt(risk_universe_id),
  maintenanceCredit: toWei(mm_credits),
  ...CONTINGENCY,
})

const perpetualRule = ({ mm_credits }: SubaccountAnswer): StressRule => ({
  parameters: PERPETUAL_STRESS,
  maintenanceCredit: toNumber(mm_credits),
  collateral: {},
})

const reportedRule = (answer: SubaccountAnswer, quotes: readonly Quote[]): ReportedRule => ({
  ...Object.fromEntries(quotes.map(({ oracle: { id, mid } }) => [id, toWei(mid)])),
  initial: toWei(answer.initial_margin),
  maintenance: toWei(answer.maintenance_margin),
  markToMarket: toWei(answer.subaccount_value),
})
