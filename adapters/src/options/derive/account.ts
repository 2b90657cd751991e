import type { Asset, Flag, MarginAccount, Mark, Native, SharedKey } from '@plimsoll/model'
import { accountId, nodeId, toNumber, UnsupportedVenueStateError } from '@plimsoll/model'
import type { SubaccountAnswer } from './answers.js'
import { collateralAsset, underlyingAsset } from './assets.js'
import { toWei } from './fixed-point.js'
import { subaccountLegs } from './legs.js'
import { STANDARD_TAG, STANDARD_VERSION } from './margin.js'
import { oracleMarks } from './marks.js'
import { DEPEG, marketParameters } from './parameters.js'
import type { ReportedRule } from './portfolio-margin.js'
import { PORTFOLIO_TAG, PORTFOLIO_VERSION } from './portfolio-margin.js'
import { reconcileReported, reconcileStandard } from './reconcile.js'
import { sharedStates } from './shared.js'
import type { StandardRule } from './state.js'
import type { Subaccount, Surroundings } from './subaccount.js'
import { nameSubaccount, otherCollateral, positionCurrencies, positionsOn } from './subaccount.js'

/** A subaccount as an account of the model, with what it refers to. */
export type BuiltAccount = {
  readonly account: MarginAccount
  readonly assets: readonly Asset[]
  readonly marks: readonly Mark[]
  readonly shared: { readonly [key: SharedKey]: Native }
}

/** The venue's names of its managers: standard, and portfolio margin of either generation. */
const MANAGERS: { readonly [marginType: string]: 'standard' | 'portfolio' } = {
  SM: 'standard',
  PM: 'portfolio',
  PM2: 'portfolio',
}

/** Cases of the project's recorded truth that the standard formula reproduces. */
export const STANDARD_CASES = 64

/**
 * Builds the account of a subaccount: judged by the standard formula where it is known, else by the
 * venue's own numbers.
 *
 * @throws UnsupportedVenueStateError for a manager or instrument that is not known, FeedError and
 * others when a price that it needs was not read.
 */
export function buildAccount(answer: SubaccountAnswer, around: Surroundings): BuiltAccount {
  const manager = MANAGERS[answer.margin_type]
  if (manager === undefined) {
    throw new UnsupportedVenueStateError(
      `Derive subaccount ${answer.subaccount_id} has margin type "${answer.margin_type.slice(0, 40)}"; SM, PM and PM2 are known. Update the adapter; until then its health is unknown.`,
    )
  }
  const subaccount = nameSubaccount(answer, around.currencies)
  const marks = oracleMarks(subaccount, around)
  const draft = {
    id: accountId(`derive/${answer.subaccount_id}`),
    owner: around.owner,
    venue: 'derive',
    label: `Derive ${answer.subaccount_id}, ${manager} margin`,
    asOf: { kind: 'time', timeMs: around.nowMs },
    recourse: false,
    legs: subaccountLegs(subaccount, around),
    dependsOn: [{ node: nodeId('venue:derive'), lossGivenFailure: 1 }],
    flags: flagsOf(answer),
  } as const
  const assets = assetsOf(subaccount)
  const unmodelled = manager === 'standard' ? whatIsNotModelled(subaccount) : null
  if (manager === 'portfolio' || unmodelled !== null) {
    return {
      account: {
        ...draft,
        rule: {
          tag: PORTFOLIO_TAG,
          version: PORTFOLIO_VERSION,
          numeraire: 'USD',
          modes: { manager: answer.margin_type },
          parameters: reportedRule(answer, marks),
          shared: [],
        },
        reconciliation: reconcileReported(subaccount, around),
        fidelity: { grade: 'modelled' },
        flags: [...draft.flags, reportedOnly(unmodelled)],
      },
      assets,
      marks,
      shared: {},
    }
  }
  const shared = sharedStates(subaccount, around)
  const account: Omit<MarginAccount, 'reconciliation'> = {
    ...draft,
    rule: {
      tag: STANDARD_TAG,
      version: STANDARD_VERSION,
      numeraire: 'USD',
      modes: { manager: answer.margin_type },
      parameters: standardRule(answer),
      shared: Object.keys(shared).sort() as SharedKey[],
    },
    fidelity: { grade: 'verified', cases: STANDARD_CASES },
  }
  const reconciliation = reconcileStandard({ subaccount, account, shared, around })
  return { account: { ...account, reconciliation }, assets, marks, shared }
}

function standardRule(answer: SubaccountAnswer): StandardRule {
  return {
    subaccount: answer.subaccount_id,
    manager: answer.manager_id,
    universe: answer.risk_universe_id,
    maintenanceCredit: toWei(answer.mm_credits),
    depeg: DEPEG,
  }
}

function reportedRule(answer: SubaccountAnswer, marks: readonly Mark[]): ReportedRule {
  return {
    subaccount: answer.subaccount_id,
    manager: answer.manager_id,
    universe: answer.risk_universe_id,
    reported: {
      initial: toWei(answer.initial_margin),
      maintenance: toWei(answer.maintenance_margin),
      markToMarket: toWei(answer.subaccount_value),
    },
    marks: Object.fromEntries(marks.map(({ id, mid }) => [id, toWei(mid)])),
  }
}

/** Why the standard formula cannot be used, or null. */
function whatIsNotModelled(subaccount: Subaccount): string | null {
  const borrowed = otherCollateral(subaccount).find(({ amount }) => amount.raw < 0n)
  if (borrowed !== undefined) {
    return `it borrows ${borrowed.asset_name}, for which the venue publishes no formula`
  }
  for (const currency of positionCurrencies(subaccount)) {
    const parameters = marketParameters(currency)
    const unknown = positionsOn(subaccount, currency).find(
      ({ instrument }) => parameters[instrument.kind] === null,
    )
    if (unknown !== undefined) {
      return `the venue's documents give no requirement for ${unknown.answer.instrument_name}`
    }
  }
  return null
}

function assetsOf(subaccount: Subaccount): readonly Asset[] {
  const names = [
    subaccount.cashName,
    ...otherCollateral(subaccount).map(({ asset_name }) => asset_name),
  ]
  return [...names.map(collateralAsset), ...positionCurrencies(subaccount).map(underlyingAsset)]
}

function flagsOf(answer: SubaccountAnswer): readonly Flag[] {
  const flags: Flag[] = []
  if (answer.is_under_liquidation) {
    flags.push({
      code: 'under-liquidation',
      severity: 'warning',
      message: 'The venue is auctioning this subaccount: its positions may be gone at any moment.',
    })
  }
  if (answer.open_orders_margin.raw !== 0n) {
    flags.push({
      code: 'open-orders',
      severity: 'note',
      message: `Resting orders change the initial margin by a further ${toNumber(answer.open_orders_margin)}, which is not in it.`,
    })
  }
  if (answer.mm_credits.raw !== 0n) {
    flags.push({
      code: 'temporary-credit',
      severity: 'warning',
      message: `${toNumber(answer.mm_credits)} of the maintenance margin is a credit that the venue withdraws within 15 minutes.`,
    })
  }
  return flags
}

function reportedOnly(why: string | null): Flag {
  return {
    code: 'reported-only',
    severity: 'warning',
    message: `Margins are the venue's own numbers at today's prices; under any shock they are unknown${why === null ? '' : `: ${why}`}.`,
  }
}
