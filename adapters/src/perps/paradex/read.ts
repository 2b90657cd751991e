import type { Answer, ReadContext, ReadRounds } from '@plimsoll/client'
import { AuthRequiredError, ask } from '@plimsoll/client'
import type { AsOf, Existence, MarginAccount, Owner, ReadFailure } from '@plimsoll/model'
import { PlimsollError } from '@plimsoll/model'
import type { AccountReading } from './account.js'
import { buildAccount, isEmpty } from './account.js'
import type { Topic, VenueAnswers } from './answers.js'
import { question } from './answers.js'
import type { Book, PublicAnswers } from './book.js'
import { emptyBook } from './book.js'
import { AccountMismatchError } from './errors.js'

/** Name of the caller's signer; `paradex:<account>` where several accounts are read. */
const AUTH = 'paradex'

/** For how long what is said of an owner may be relied on. */
const EXISTENCE_VALID_MS = 60_000

const PUBLIC = ['config', 'markets', 'summaries'] as const
const PRIVATE = [
  'account',
  'information',
  'methodology',
  'positions',
  'orders',
  'balances',
] as const

type VenueOwner = Extract<Owner, { readonly kind: 'venue' }>
type VenueAnswer = Answer<Partial<VenueAnswers>>
/** Answers to one list of topics, in its order. */
type Answered = ReadonlyMap<Topic, VenueAnswer | undefined>

/** What was answered on a topic. @throws the error of the request */
function answered<Name extends Topic>(answers: Answered, topic: Name): VenueAnswers[Name] {
  const answer = answers.get(topic)
  if (answer?.ok === false) throw answer.error
  const value: VenueAnswers[Name] | undefined = answer?.value[topic]
  if (value !== undefined) return value
  throw new AccountMismatchError(`Paradex did not answer for its ${topic}. Read again.`)
}

const isOurs = (owner: Owner): owner is VenueOwner =>
  owner.kind === 'venue' && owner.venue === 'paradex'

/** The signer for an account: its own where the caller gave one. */
function signerFor({ account }: VenueOwner, auth: readonly string[]): string | undefined {
  return [`${AUTH}:${account}`, AUTH].find((name) => auth.includes(name))
}

/**
 * Reads every account in one round: the venue's configuration, markets and prices, and of each account
 * its summary, fees, methodology, positions, orders and balances.
 */
export function* readParadex({ owners, auth, nowMs }: ReadContext): ReadRounds {
  const asOf: AsOf = { kind: 'time', timeMs: nowMs }
  const existence: Existence[] = []
  const failures: ReadFailure[] = []
  const accounts: MarginAccount[] = []
  const book = emptyBook()
  const at = { adapter: 'paradex', chain: null } as const
  const say = (owner: Owner, state: 'has' | 'none'): void => {
    existence.push({ ...at, owner: owner.id, state, asOf, validForMs: EXISTENCE_VALID_MS })
  }
  // An owner of whom nothing is said is unknown to the client.
  const attempt = (owner: Owner, run: () => void): void => {
    try {
      run()
    } catch (cause) {
      if (!(cause instanceof PlimsollError)) throw cause
      failures.push({ ...at, owner: owner.id, error: cause.name, message: cause.message })
    }
  }

  const signers = new Map<VenueOwner, string>()
  for (const owner of owners) {
    if (!isOurs(owner)) say(owner, 'none')
    else {
      attempt(owner, () => {
        const signer = signerFor(owner, auth)
        if (signer === undefined) throw unsigned(owner)
        signers.set(owner, signer)
      })
    }
  }
  if (signers.size > 0) {
    const names = [...new Set(signers.values())]
    const answers: readonly VenueAnswer[] = yield* ask([
      ...PUBLIC.map((topic) => question(topic)),
      ...names.flatMap((name) => PRIVATE.map((topic) => question(topic, name))),
    ])
    const slice = (topics: readonly Topic[], from: number): Answered =>
      new Map(topics.map((topic, index) => [topic, answers[from + index]]))
    const publicAnswers = slice(PUBLIC, 0)
    for (const [owner, signer] of signers) {
      const from = PUBLIC.length + names.indexOf(signer) * PRIVATE.length
      attempt(owner, () => {
        const reading = readingOf(owner, slice(PRIVATE, from), nowMs)
        if (isEmpty(reading)) {
          say(owner, 'none')
          return
        }
        const shown: PublicAnswers = {
          config: answered(publicAnswers, 'config'),
          markets: answered(publicAnswers, 'markets'),
          summaries: answered(publicAnswers, 'summaries'),
        }
        const own = emptyBook()
        const account = buildAccount(reading, shown, own)
        say(owner, 'has')
        if (accounts.every(({ id }) => id !== account.id)) accounts.push(account)
        merge(book, own)
      })
    }
  }
  return {
    accounts,
    assets: [...book.assets.values()],
    marks: [...book.marks.values()],
    shared: Object.fromEntries(book.shared),
    existence,
    failures,
    asOf: existence.length > 0 ? [asOf] : [],
  }
}

function unsigned({ account }: VenueOwner): AuthRequiredError {
  return new AuthRequiredError(
    `Paradex shows account ${account} only to its own token, and no signer "${AUTH}" was given. Pass one that returns the header Authorization, for example from paradexSigner.`,
  )
}

/** What of a book one account refers to joins that of all: both come from the same answers. */
function merge(book: Book, own: Book): void {
  for (const [id, asset] of own.assets) book.assets.set(id, asset)
  for (const [id, mark] of own.marks) book.marks.set(id, mark)
  for (const [key, value] of own.shared) book.shared.set(key, value)
}

/** One account's private answers. @throws AccountMismatchError when they are of another account */
function readingOf(owner: VenueOwner, answers: Answered, nowMs: number): AccountReading {
  const summary = answered(answers, 'account')
  const methodology = answered(answers, 'methodology')
  const information = answered(answers, 'information').find(({ account }) =>
    isSame(account, owner.account),
  )
  if (
    information === undefined ||
    !isSame(summary.account, owner.account) ||
    !isSame(methodology.account, owner.account)
  ) {
    throw new AccountMismatchError(
      `Paradex answered for account ${summary.account.slice(0, 80)}, not for ${owner.account}. Give the signer "${AUTH}:${owner.account}" the token of that account.`,
    )
  }
  return {
    owner: owner.id,
    summary: { ...summary, account: owner.account },
    information,
    methodology,
    positions: answered(answers, 'positions'),
    orders: answered(answers, 'orders'),
    balances: answered(answers, 'balances'),
    nowMs,
  }
}

/** Starknet addresses are numbers: leading zeros and case do not tell them apart. */
function isSame(a: string, b: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/^0x0*/, '0x')
  return plain(a) === plain(b)
}
