import type {
  Asset,
  Flag,
  MarginAccount,
  Mark,
  Native,
  SharedKey,
  VenueState,
} from '@plimsoll/model'
import {
  accountId,
  asOfMs,
  nodeId,
  reconcile,
  toNumber,
  UnsupportedVenueStateError,
} from '@plimsoll/model'
import type { CurrencyAnswer, SubaccountAnswer } from './answers.js'
import { FeedError } from './errors.js'
import { toWei, weiOf } from './fixed-point.js'
import type { Holding, Quote, Surroundings } from './holdings.js'
import { holdingsOf } from './holdings.js'
import { standardModule } from './margin.js'
import { marketParameters } from './parameters.js'
import { reconcileSubaccount, STRESS_ROUNDING } from './reconcile.js'
import { ruleOf } from './rule.js'
import { standardMargin } from './standard-margin.js'
import { standardPortfolio, venueState } from './state.js'
import { stressModule, stressResult } from './stress-margin.js'

/** A subaccount as an account of the model, with what it refers to. */
export type BuiltAccount = {
  readonly account: MarginAccount
  readonly assets: readonly Asset[]
  readonly marks: readonly Mark[]
  readonly shared: { readonly [key: SharedKey]: Native }
}

/**
 * Builds the account of a subaccount: judged by the standard formula where it is known, else by the
 * venue's own numbers.
 *
 * @throws UnsupportedVenueStateError for a manager or instrument that is not known, FeedError and
 * others when a price that it needs was not read.
 */
export function buildAccount(answer: SubaccountAnswer, around: Surroundings): BuiltAccount {
  const { subaccount_id, margin_type: manager } = answer
  if (!['SM', 'PM', 'PM2'].includes(manager)) {
    throw new UnsupportedVenueStateError(
      `Derive subaccount ${subaccount_id} has margin type "${manager.slice(0, 40)}"; SM, PM and PM2 are known. Update the adapter; until then its health is unknown.`,
    )
  }
  const [cash, second] = settlementCurrencies(around.currencies)
  if (cash === undefined || second !== undefined) {
    throw new UnsupportedVenueStateError(
      'Derive does not name one settlement currency. Update the adapter.',
    )
  }
  const holdings = holdingsOf(answer, cash, around)
  const quotes = holdings.flatMap((holding) => holding.quotes)
  const { module, parameters, set, fidelity, why } = ruleOf(answer, holdings, quotes)
  const shared = module === standardModule ? sharedNumbers(answer, holdings, around) : {}
  const { tag, version } = module
  const draft: MarginAccount = {
    id: accountId(`derive/${subaccount_id}`),
    owner: around.owner,
    venue: 'derive',
    label: `Derive ${subaccount_id}, ${manager === 'SM' ? 'standard' : 'portfolio'} margin`,
    asOf: { kind: 'time', timeMs: around.nowMs },
    recourse: false,
    legs: holdings.flatMap(({ legs }) => legs),
    dependsOn: [{ node: nodeId('venue:derive'), lossGivenFailure: 1 }],
    rule: {
      tag,
      version,
      numeraire: 'USD',
      modes: set === null ? { manager } : { manager, parameters: set },
      parameters,
      shared: Object.keys(shared).sort() as SharedKey[],
    },
    reconciliation: reconcile('', []),
    fidelity,
    flags: flagsOf(answer, why),
  }
  const state = why === null ? stateAt(draft, quotes, shared) : null
  return {
    account: {
      ...draft,
      reconciliation: reconcileSubaccount(
        `${tag}@${version}`,
        answer,
        holdings,
        state && {
          at: state.at,
          margins: (at) =>
            module === standardModule
              ? standardMargin(standardPortfolio({ ...state, at }))
              : netMargins({ ...state, at }),
          rounding: module === stressModule ? STRESS_ROUNDING : 0,
        },
      ),
    },
    assets: holdings.map(({ asset }) => asset),
    marks: quotes.map(({ oracle }) => oracle),
    shared,
  }
}

/** Net margins by the stress rule, in 18 decimals. */
function netMargins(state: VenueState): { readonly initial: bigint; readonly maintenance: bigint } {
  const { initial, maintenance } = stressResult(state)
  return { initial: weiOf(initial.excess), maintenance: weiOf(maintenance.excess) }
}

/** The currencies that the venue settles in: one, as far as is known. */
export const settlementCurrencies = (
  currencies: readonly CurrencyAnswer[],
): readonly CurrencyAnswer[] => currencies.filter(({ market_type }) => market_type === 'CASH')

/** The state of an account at the prices that the venue states in it, the first where they differ. */
function stateAt(
  account: MarginAccount,
  quotes: readonly Quote[],
  shared: BuiltAccount['shared'],
): VenueState {
  const marks = quotes.map(
    ({ oracle, reported }) => [oracle.id, { ...oracle, mid: reported }] as const,
  )
  return {
    account,
    marks: new Map(marks.reverse()),
    assets: new Map(),
    shared: new Map(Object.entries(shared) as [SharedKey, Native][]),
    at: Math.floor(asOfMs(account.asOf) / 1000),
  }
}

/** What a standard subaccount reads and others share. @throws FeedError without a collateral factor */
function sharedNumbers(
  { risk_universe_id: universe, collaterals }: SubaccountAnswer,
  [cash, ...holdings]: readonly Holding[],
  { currencies }: Surroundings,
): BuiltAccount['shared'] {
  const markets = holdings.flatMap(({ instrument }) =>
    instrument === null
      ? []
      : [
          [
            venueState(`${instrument.kind}:${instrument.currency}`),
            marketParameters(instrument.currency)[instrument.kind],
          ] as const,
        ],
  )
  const factors = collaterals
    .filter(({ asset_name }) => asset_name !== cash?.name)
    .map(({ asset_name, currency }) => {
      const found = currencies
        .find((entry) => entry.currency === currency)
        ?.spot.find(({ name }) => name === asset_name)
        ?.universes.find(({ risk_universe_id }) => risk_universe_id === universe)
      if (found === undefined) {
        throw new FeedError(
          `Derive states no collateral factor for ${asset_name} in risk universe ${universe}. Read again.`,
        )
      }
      const { srm_im_discount, srm_mm_discount } = found
      return [
        venueState(`collateral:${universe}:${asset_name}`),
        { initial: toWei(srm_im_discount), maintenance: toWei(srm_mm_discount) },
      ] as const
    })
  return Object.fromEntries<Native>([...markets, ...factors])
}

function flagsOf(answer: SubaccountAnswer, why: string | null): readonly Flag[] {
  const { is_under_liquidation, open_orders_margin, mm_credits } = answer
  const flags: readonly (readonly [boolean, Flag['severity'], string, string])[] = [
    [
      is_under_liquidation,
      'warning',
      'under-liquidation',
      'The venue is auctioning this subaccount.',
    ],
    [
      open_orders_margin.raw !== 0n,
      'note',
      'open-orders',
      `Resting orders change the initial margin by a further ${toNumber(open_orders_margin)}.`,
    ],
    [
      mm_credits.raw !== 0n,
      'warning',
      'temporary-credit',
      `A credit of ${toNumber(mm_credits)} in the maintenance margin ends within 15 minutes.`,
    ],
    [
      why !== null,
      'warning',
      'reported-only',
      `The margins are the venue's own, known at the prices read and at no others: ${why}.`,
    ],
  ]
  return flags.flatMap(([isSet, severity, code, message]) =>
    isSet ? [{ code, severity, message }] : [],
  )
}
