import type { Answer, ReadContext, ReadResult, ReadRounds, Request } from '@plimsoll/client'
import { AuthRequiredError, ask } from '@plimsoll/client'
import type { AsOf, Existence, Native, Owner, OwnerId, ReadFailure } from '@plimsoll/model'
import { PlimsollError } from '@plimsoll/model'
import * as z from 'zod/mini'
import type { BuiltAccount } from './account.js'
import { buildAccount } from './account.js'
import type { CurrencyAnswer, FeedsAnswer, SubaccountAnswer } from './answers.js'
import {
  AUTH,
  currenciesRequest,
  feedsRequest,
  subaccountIdsRequest,
  subaccountsRequest,
} from './answers.js'
import { FeedError, SubaccountUnavailableError } from './errors.js'
import type { CurrencyFeeds } from './feeds.js'
import { currencyFeeds } from './feeds.js'
import { parseInstrument } from './instruments.js'
import type { Surroundings } from './subaccount.js'

/** For how long "no subaccount" may be relied on. */
const EXISTENCE_VALID_MS = 60_000

/** The chain whose addresses are the venue's wallets. */
const WALLET_CHAIN = 1

type Wallet = { readonly owner: OwnerId; readonly address: `0x${string}` }

/** The wallet that an owner is at the venue, or null. */
function walletOf(owner: Owner): Wallet | null {
  if (owner.kind === 'evm') {
    return owner.chain === null || owner.chain === WALLET_CHAIN
      ? { owner: owner.id, address: owner.address }
      : null
  }
  return owner.venue === 'derive' && /^0x[0-9a-fA-F]{40}$/.test(owner.account)
    ? { owner: owner.id, address: `0x${owner.account.slice(2).toLowerCase()}` }
    : null
}

const memorySchema = z.object({ currencies: z.array(z.string()) })

/** Currencies whose feeds were needed last time. */
function remembered(memory: Native | undefined): readonly string[] {
  const result = z.safeParse(memorySchema, memory)
  return result.success ? result.data.currencies : []
}

/**
 * Reads every subaccount of the owners: their portfolios, the currencies, and the oracle feeds of
 * what they hold. Two rounds at first, one after it while no new currency appears.
 */
export function* readDerive(context: ReadContext): ReadRounds {
  const asOf: AsOf = { kind: 'time', timeMs: context.nowMs }
  const wallets = context.owners.flatMap((owner) => walletOf(owner) ?? [])
  const strangers = context.owners
    .filter((owner) => walletOf(owner) === null)
    .map(({ id }) => existenceOf(id, 'none', asOf))
  if (wallets.length === 0) return result({ existence: strangers })
  if (!context.auth.includes(AUTH)) {
    const error = new AuthRequiredError(
      `Derive shows a subaccount only to whoever signs for its wallet, and no signer "${AUTH}" was given. Pass one, for example from deriveSigner.`,
    )
    return result({
      existence: [...strangers, ...wallets.map(({ owner }) => existenceOf(owner, 'unknown', null))],
      failures: wallets.map(({ owner }) => failureOf(owner, error)),
    })
  }

  const known = remembered(context.memory)
  const requests: readonly Request<DeriveAnswer>[] = [
    currenciesRequest(),
    ...wallets.flatMap(({ address }) => [
      subaccountsRequest(address),
      subaccountIdsRequest(address),
    ]),
    ...known.map(feedsRequest),
  ]
  const answers: readonly Answer<DeriveAnswer>[] = yield* ask(requests)
  const feeds = new Map(
    known.map((currency, index) => [currency, answers[1 + 2 * wallets.length + index]]),
  )
  const needed = currenciesHeld(answers)
  const missing = needed.filter((currency) => !feeds.has(currency))
  if (missing.length > 0) {
    const more: readonly Answer<DeriveAnswer>[] = yield* ask(missing.map(feedsRequest))
    for (const [index, currency] of missing.entries()) feeds.set(currency, more[index])
  }

  const read = wallets.map((wallet, index) =>
    readWallet(wallet, {
      portfolio: answers[1 + 2 * index],
      ids: answers[2 + 2 * index],
      currencies: answers[0],
      feedsOf: (currency) => feedsIn(feeds.get(currency), currency),
      nowMs: context.nowMs,
    }),
  )
  const built = read.flatMap(({ built }) => built)
  return result({
    existence: [...strangers, ...read.map(({ existence }) => existence)],
    failures: read.flatMap(({ failures }) => failures),
    built,
    asOf: read.some(({ existence }) => existence.state !== 'unknown') ? [asOf] : [],
    memory: { currencies: needed },
  })
}

type DeriveAnswer =
  | { readonly currencies: readonly CurrencyAnswer[] }
  | { readonly subaccounts: readonly SubaccountAnswer[] }
  | { readonly wallet: string; readonly ids: readonly number[] }
  | { readonly feeds: FeedsAnswer }

/** Currencies that the subaccounts hold something on, the settlement asset aside. */
function currenciesHeld(answers: readonly Answer<DeriveAnswer>[]): readonly string[] {
  const held = new Set<string>()
  const cash = new Set<string>()
  for (const answer of answers) {
    if (!answer.ok) continue
    if ('currencies' in answer.value) {
      for (const { currency, market_type } of answer.value.currencies) {
        if (market_type === 'CASH') cash.add(currency)
      }
    }
    if (!('subaccounts' in answer.value)) continue
    for (const { collaterals, positions } of answer.value.subaccounts) {
      for (const { currency } of collaterals) held.add(currency)
      for (const { instrument_name } of positions) {
        const currency = currencyOf(instrument_name)
        if (currency !== null) held.add(currency)
      }
    }
  }
  return [...held].filter((currency) => !cash.has(currency)).sort()
}

/** The currency of an instrument, or null where its name is not understood: its account will say so. */
function currencyOf(instrument: string): string | null {
  try {
    return parseInstrument(instrument).currency
  } catch {
    return null
  }
}

function feedsIn(answer: Answer<DeriveAnswer> | undefined, currency: string): CurrencyFeeds {
  if (answer?.ok === true && 'feeds' in answer.value) {
    return currencyFeeds(answer.value.feeds, currency)
  }
  if (answer?.ok === false) throw answer.error
  throw new FeedError(`Derive's oracle feeds for ${currency} were not read. Read again.`)
}

type WalletRead = {
  readonly built: readonly BuiltAccount[]
  readonly existence: Existence
  readonly failures: readonly ReadFailure[]
}

type WalletAnswers = {
  readonly portfolio: Answer<DeriveAnswer> | undefined
  readonly ids: Answer<DeriveAnswer> | undefined
  readonly currencies: Answer<DeriveAnswer> | undefined
  readonly feedsOf: Surroundings['feedsOf']
  readonly nowMs: number
}

function readWallet({ owner, address }: Wallet, answers: WalletAnswers): WalletRead {
  const asOf: AsOf = { kind: 'time', timeMs: answers.nowMs }
  try {
    const subaccounts = subaccountsIn(answers)
    const listed = listedIds(address, answers)
    const found = new Set(subaccounts.map(({ subaccount_id }) => subaccount_id))
    const lost = [...listed].filter((id) => !found.has(id))
    if (subaccounts.length === 0 && lost.length === 0) {
      return { built: [], existence: existenceOf(owner, 'none', asOf), failures: [] }
    }
    const built: BuiltAccount[] = []
    const failures = lost.map((id) => failureOf(owner, notFetched(id)))
    for (const subaccount of subaccounts) {
      const { subaccount_id, failed_to_fetch } = subaccount
      try {
        if (failed_to_fetch || !listed.has(subaccount_id)) throw notFetched(subaccount_id)
        built.push(buildAccount(subaccount, surroundings(owner, answers)))
      } catch (cause) {
        if (!(cause instanceof PlimsollError)) throw cause
        failures.push(failureOf(owner, cause))
      }
    }
    return { built, existence: existenceOf(owner, 'has', asOf), failures }
  } catch (cause) {
    if (!(cause instanceof PlimsollError)) throw cause
    return {
      built: [],
      existence: existenceOf(owner, 'unknown', null),
      failures: [failureOf(owner, cause)],
    }
  }
}

function subaccountsIn({ portfolio }: WalletAnswers): readonly SubaccountAnswer[] {
  if (portfolio?.ok === false) throw portfolio.error
  if (portfolio?.ok === true && 'subaccounts' in portfolio.value) return portfolio.value.subaccounts
  throw new SubaccountUnavailableError('Derive gave no portfolio for this wallet. Read again.')
}

function listedIds(address: string, { ids }: WalletAnswers): ReadonlySet<number> {
  if (ids?.ok === false) throw ids.error
  if (ids?.ok === true && 'ids' in ids.value && ids.value.wallet === address) {
    return new Set(ids.value.ids)
  }
  throw new SubaccountUnavailableError(
    'Derive did not list the subaccounts of this wallet. Read again.',
  )
}

function surroundings(owner: OwnerId, { currencies, feedsOf, nowMs }: WalletAnswers): Surroundings {
  if (currencies?.ok === false) throw currencies.error
  const found =
    currencies?.ok === true && 'currencies' in currencies.value ? currencies.value.currencies : []
  return {
    owner,
    feedsOf,
    nowMs,
    currencies: new Map(found.map((entry) => [entry.currency, entry])),
  }
}

function notFetched(id: number): SubaccountUnavailableError {
  return new SubaccountUnavailableError(
    `Derive lists subaccount ${id} and does not show it, or the reverse. Read again; until then it is unknown.`,
  )
}

function existenceOf(owner: OwnerId, state: Existence['state'], asOf: AsOf | null): Existence {
  return { adapter: 'derive', chain: null, owner, state, asOf, validForMs: EXISTENCE_VALID_MS }
}

function failureOf(owner: OwnerId, { name, message }: PlimsollError): ReadFailure {
  return { adapter: 'derive', chain: null, owner, error: name, message }
}

function result(parts: {
  readonly existence: readonly Existence[]
  readonly failures?: readonly ReadFailure[]
  readonly built?: readonly BuiltAccount[]
  readonly asOf?: readonly AsOf[]
  readonly memory?: Native
}): ReadResult {
  const { existence, failures = [], built = [], asOf = [], memory } = parts
  const unique = <Item extends { readonly id: string }>(
    items: readonly Item[],
  ): readonly Item[] => [...new Map(items.map((item) => [item.id, item])).values()]
  return {
    accounts: built.map(({ account }) => account),
    assets: unique(built.flatMap(({ assets }) => assets)),
    marks: unique(built.flatMap(({ marks }) => marks)),
    shared: Object.assign({}, ...built.map(({ shared }) => shared)),
    existence,
    failures,
    asOf,
    ...(memory === undefined ? {} : { memory }),
  }
}
