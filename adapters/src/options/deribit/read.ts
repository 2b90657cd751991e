import type { Answer, ReadContext, ReadRounds } from '@plimsoll/client'
import { AuthRequiredError, ask } from '@plimsoll/client'
import type { AsOf, Existence, Owner, OwnerId, ReadFailure } from '@plimsoll/model'
import { PlimsollError } from '@plimsoll/model'
import * as z from 'zod/mini'
import type { BuiltAccount } from './account.js'
import { buildAccount } from './account.js'
import type { AnswerKind, Timed, VenueAnswer, VenueAnswers } from './answers.js'
import { authOf, venueRequest } from './answers.js'
import { InconsistentAnswerError, MissingParameterError } from './errors.js'
import type { HeldGroup } from './groups.js'
import { groupsOf } from './groups.js'
import type { Prices } from './holdings.js'
import { positionOf } from './holdings.js'

/** For how long "no account" may be relied on. */
const EXISTENCE_VALID_MS = 300_000

/** The account number that an owner is at the venue, or null. */
function accountOf(owner: Owner): string | null {
  return owner.kind === 'venue' && owner.venue === 'deribit' && /^\d{1,15}$/.test(owner.account)
    ? owner.account
    : null
}

/** A question beside the accounts themselves, by what its answer is looked up under. */
type Question = {
  readonly key: string
  readonly kind: AnswerKind
  readonly query: { readonly [name: string]: string }
  readonly account: string | null
}

const tickerQuestion = (instrument: string): Question => ({
  key: `ticker ${instrument}`,
  kind: 'ticker',
  query: { instrument_name: instrument },
  account: null,
})
const indexQuestion = (currency: string): Question => ({
  key: `index ${currency}`,
  kind: 'index',
  query: { index_name: `${currency.toLowerCase()}_usd` },
  account: null,
})
const simulationQuestion = (account: string, currency: string): Question => ({
  key: `simulation ${account} ${currency}`,
  kind: 'simulation',
  query: { currency },
  account,
})

const list = z.array(z.string())
const memorySchema = z.object({
  instruments: list,
  currencies: list,
  simulations: z.array(z.object({ account: z.string(), currency: z.string() })),
})
type Remembered = z.infer<typeof memorySchema>
const NOTHING: Remembered = { instruments: [], currencies: [], simulations: [] }

const questionsOf = ({ instruments, currencies, simulations }: Remembered): readonly Question[] => [
  ...instruments.map(tickerQuestion),
  ...currencies.map(indexQuestion),
  ...simulations.map(({ account, currency }) => simulationQuestion(account, currency)),
]

type Answers = Map<string, Answer<VenueAnswer>>

function* askAll(questions: readonly Question[], answers: Answers) {
  const asked = questions.filter(({ key }) => !answers.has(key))
  if (asked.length === 0) return
  const found: readonly Answer<VenueAnswer>[] = yield* ask(
    asked.map(({ kind, query, account }) => venueRequest(kind, query, account)),
  )
  for (const [index, { key }] of asked.entries()) {
    const answer = found[index]
    if (answer !== undefined) answers.set(key, answer)
  }
}

/** What was answered to a question. @throws the error of the request */
function answered<Kind extends AnswerKind>(
  answers: Answers,
  key: string,
  kind: Kind,
): Timed<VenueAnswers[Kind]> {
  const answer = answers.get(key)
  if (answer?.ok === false) throw answer.error
  const value: VenueAnswer[Kind] | undefined = answer?.value[kind]
  if (value !== undefined) return value
  throw new MissingParameterError(`Deribit was not asked for "${key}". Read again.`)
}

const summariesKey = (account: string): string => `summaries ${account}`
const positionsKey = (account: string): string => `positions ${account}`

/**
 * Reads every account of the owners: summaries and positions, the prices of what they hold, and the
 * margin simulation where margin is segregated and by portfolio. Two rounds at first, one after it while
 * nothing new is held.
 */
export function* readDeribit({ owners, auth, nowMs, memory }: ReadContext): ReadRounds {
  const built: BuiltAccount[] = []
  const existence: Existence[] = []
  const failures: ReadFailure[] = []
  const instants = new Set<number>()
  const at = { adapter: 'deribit', chain: null } as const
  const say = (owner: OwnerId, state: 'has' | 'none', timeMs: number) => {
    const asOf: AsOf = { kind: 'time', timeMs }
    instants.add(timeMs)
    existence.push({ ...at, owner, state, asOf, validForMs: EXISTENCE_VALID_MS })
  }
  // An owner of whom nothing is said is unknown to the client.
  const attempt = (owner: OwnerId, run: () => void) => {
    try {
      run()
    } catch (cause) {
      if (!(cause instanceof PlimsollError)) throw cause
      failures.push({ ...at, owner, error: cause.name, message: cause.message })
    }
  }

  const accounts: (readonly [OwnerId, string])[] = []
  for (const owner of owners) {
    const account = accountOf(owner)
    if (account === null) say(owner.id, 'none', nowMs)
    else if (auth.includes(authOf(account))) accounts.push([owner.id, account])
    else {
      attempt(owner.id, () => {
        throw new AuthRequiredError(
          `Deribit shows account ${account} only to a key of it, and no signer "${authOf(account)}" was given. Pass one, for example from deribitSigner.`,
        )
      })
    }
  }

  const answers: Answers = new Map()
  let needed: Remembered = NOTHING
  if (accounts.length > 0) {
    const remembered = z.safeParse(memorySchema, memory)
    const known = remembered.success ? remembered.data : NOTHING
    yield* askAll(
      [
        ...accounts.flatMap(([, account]): readonly Question[] => [
          {
            key: summariesKey(account),
            kind: 'summaries',
            query: { extended: 'true' },
            account,
          },
          { key: positionsKey(account), kind: 'positions', query: { currency: 'any' }, account },
        ]),
        ...questionsOf({
          ...known,
          simulations: known.simulations.filter(({ account }) =>
            accounts.some(([, own]) => own === account),
          ),
        }),
      ],
      answers,
    )
    const groups: (HeldGroup & { readonly owner: OwnerId; readonly account: string })[] = []
    for (const [owner, account] of accounts) {
      attempt(owner, () => {
        const { result, timeMs } = answered(answers, summariesKey(account), 'summaries')
        const positions = answered(answers, positionsKey(account), 'positions')
        if (String(result.id) !== account) {
          throw new InconsistentAnswerError(
            `Deribit answered for account ${result.id}, not ${account}. Check which key the signer "${authOf(account)}" uses.`,
          )
        }
        const own = groupsOf(result, positions.result)
        say(owner, own.length === 0 ? 'none' : 'has', Math.min(timeMs, positions.timeMs))
        groups.push(...own.map((group) => ({ ...group, owner, account })))
      })
    }
    needed = whatIsNeeded(groups)
    yield* askAll(questionsOf(needed), answers)
    for (const { owner, account, mode, summaries, positions } of groups) {
      attempt(owner, () => {
        const { timeMs } = answered(answers, summariesKey(account), 'summaries')
        const prices: Prices = {
          ticker: (name) => answered(answers, `ticker ${name}`, 'ticker').result,
          currency: (currency) => {
            const { result, timeMs: time } = answered(answers, `index ${currency}`, 'index')
            return { result: result.index_price, timeMs: time }
          },
          at: Math.floor(timeMs / 1000),
        }
        built.push(
          buildAccount({
            number: account,
            owner,
            mode,
            summaries,
            positions: positions.map((position) => positionOf(position, prices)),
            prices,
            timeMs,
            simulation: (currency) =>
              answered(answers, `simulation ${account} ${currency}`, 'simulation').result,
          }),
        )
      })
    }
  }
  const unique = <Item extends { readonly id: string }>(
    items: readonly Item[],
  ): readonly Item[] => [...new Map(items.map((item) => [item.id, item])).values()]
  return {
    accounts: built.map(({ account }) => account),
    assets: unique(built.flatMap(({ assets }) => assets)),
    marks: unique(built.flatMap(({ marks }) => marks)),
    shared: {},
    existence,
    failures,
    asOf: [...instants].map((timeMs) => ({ kind: 'time', timeMs })),
    ...(accounts.length > 0 ? { memory: needed } : {}),
  }
}

/** What groups need beside their summaries and positions. */
function whatIsNeeded(groups: readonly (HeldGroup & { readonly account: string })[]): Remembered {
  const currencies = groups.flatMap(({ summaries }) => summaries.map(({ currency }) => currency))
  const instruments = groups.flatMap(({ positions }) =>
    positions.map(({ instrument_name: name }) => name),
  )
  return {
    instruments: [...new Set(instruments)].sort(),
    currencies: [...new Set(currencies)].sort(),
    simulations: groups.flatMap(({ account, mode, summaries }) =>
      mode.name === 'segregated_pm' ? summaries.map(({ currency }) => ({ account, currency })) : [],
    ),
  }
}
