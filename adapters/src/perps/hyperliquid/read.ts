import type { ReadContext, ReadResult, ReadRounds } from '@plimsoll/client'
import type { AccountId, Existence, Flag, MarginAccount, Owner, ReadFailure } from '@plimsoll/model'
import { asOfMs, PlimsollError } from '@plimsoll/model'
import * as z from 'zod/mini'
import { accountsOf } from './accounts.js'
import type { AnswerType, Decoded, WireMeta } from './answers.js'
import type { Dex } from './dex.js'
import { dexName, dexOf } from './dex.js'
import { ONE } from './fixed-point.js'
import type { Book, OwnerReading, Prices } from './legs.js'
import { USDC } from './legs.js'
import { accountMode } from './mode.js'
import type { Answers, Question } from './questions.js'
import { aboutDex, answerTo, askAll, valueTo } from './questions.js'
import { unsupported } from './unsupported.js'

/** Which HIP-3 dexes to read beside the main one. */
export type DexChoice = 'all' | readonly string[]

/** For how long what is said of an owner may be relied on. */
const EXISTENCE_VALID_MS = 60_000

const METAS = { type: 'allPerpMetas' } as const
const MIDS = { type: 'allMids' } as const
const SPOT_META = { type: 'spotMeta' } as const
const RESERVES = { type: 'allBorrowLendReserveStates' } as const
const mode = (user: string) => ({ type: 'userAbstraction', user }) as const
const spot = (user: string) => ({ type: 'spotClearinghouseState', user }) as const

/** What a read leaves for the next one, so that a refresh is one round. */
const memorySchema = z.object({
  dexes: z.array(z.string()),
  /** Name in allMids by spot token that trades against USDC. */
  pairs: z.record(z.string(), z.string()),
  newestToken: z.int(),
})
type Memory = z.infer<typeof memorySchema>

type EvmOwner = Extract<Owner, { kind: 'evm' }>

/** What is known beside the answers while a read goes on. */
type Reading = {
  readonly context: ReadContext
  readonly choice: DexChoice
  readonly answers: Answers
  readonly addresses: readonly string[]
}

/** Reads all owners in two rounds, or in one when nothing has appeared since the last read. */
export function* read(context: ReadContext, choice: DexChoice): ReadRounds {
  const { owners, memory: remembered } = context
  const addresses = [
    ...new Set(owners.flatMap((owner) => (owner.kind === 'evm' ? [owner.address] : []))),
  ]
  const reading: Reading = { context, choice, answers: new Map(), addresses }
  const { answers } = reading
  const parsed = z.safeParse(memorySchema, remembered)
  const memory = parsed.success ? parsed.data : undefined
  if (addresses.length > 0) {
    yield* askAll(answers, [
      METAS,
      MIDS,
      RESERVES,
      ...(memory === undefined ? [SPOT_META] : []),
      ...addresses.flatMap((user): readonly Question[] => [
        mode(user),
        spot(user),
        ...['', ...(memory?.dexes ?? [])].map((dex) => aboutDex(user, dex)),
      ]),
    ])
    const newest = memory?.newestToken ?? 0
    const isNew = addresses.some((user) =>
      valueTo(answers, spot(user))?.balances.some(({ token = 0 }) => token > newest),
    )
    yield* askAll(answers, [
      ...(isNew ? [SPOT_META] : []),
      ...addresses.flatMap((user) =>
        [...dexesOf(reading).keys()].map((dex) => aboutDex(user, dex)),
      ),
    ])
  }
  return assemble(reading, memory)
}

/** The dexes to read, by name: the main one first. */
function dexesOf({ answers, choice }: Omit<Reading, 'context'>): ReadonlyMap<string, WireMeta> {
  const chosen = new Map<string, WireMeta>()
  for (const [index, meta] of (valueTo(answers, METAS) ?? []).entries()) {
    const [first] = meta.universe
    const name = index === 0 ? '' : dexName(first?.name)
    // Left out silently, its positions would be missing.
    if (name === undefined && first !== undefined) throw unsupported(`${first.name} is of no dex`)
    if (name === '' || (name !== undefined && (choice === 'all' || choice.includes(name)))) {
      chosen.set(name, meta)
    }
  }
  return chosen
}

function memoryOf(reading: Reading, before: Memory | undefined): Memory {
  const universe = valueTo(reading.answers, SPOT_META)?.universe
  const tokens = universe?.map(({ tokens: [base] }) => base) ?? []
  const usdcPairs = universe?.filter(({ tokens: [, quote] }) => quote === USDC) ?? []
  return {
    dexes: [...dexesOf(reading).keys()].filter((name) => name !== ''),
    pairs: {
      ...before?.pairs,
      ...Object.fromEntries(usdcPairs.map(({ name, tokens: [base] }) => [base, name])),
    },
    newestToken: Math.max(before?.newestToken ?? 0, ...tokens),
  }
}

function assemble(reading: Reading, before: Memory | undefined): ReadResult {
  const { answers, context } = reading
  const book: Book = { assets: new Map(), marks: new Map(), shared: new Map() }
  const memory = memoryOf(reading, before)
  const mids = valueTo(answers, MIDS) ?? {}
  const prices: Prices = {
    mid: (token) => (token === USDC ? ONE : mids[memory.pairs[token] ?? '']),
    reserves: new Map(valueTo(answers, RESERVES)),
  }
  const accounts = new Map<AccountId, MarginAccount>()
  const failures: ReadFailure[] = []
  const existence: Existence[] = []
  for (const owner of context.owners) {
    const base = { adapter: 'hyperliquid', chain: null, owner: owner.id }
    const errors: PlimsollError[] = []
    const own = owner.kind === 'evm' ? findAccounts(reading, owner, prices, book, errors) : []
    for (const account of own) {
      if (!accounts.has(account.id)) accounts.set(account.id, account)
    }
    for (const { name, shortMessage } of errors) {
      failures.push({ ...base, error: name, message: shortMessage })
    }
    const state = own.length > 0 ? 'has' : errors.length > 0 ? 'unknown' : 'none'
    existence.push({
      ...base,
      state,
      asOf: state === 'unknown' ? null : (own[0]?.asOf ?? { kind: 'time', timeMs: context.nowMs }),
      validForMs: state === 'unknown' ? 0 : EXISTENCE_VALID_MS,
    })
  }
  const found = [...accounts.values()]
  const times = found.map(({ asOf }) => asOfMs(asOf))
  return {
    accounts: found,
    assets: [...book.assets.values()],
    marks: [...book.marks.values()],
    shared: Object.fromEntries(book.shared),
    existence,
    failures,
    asOf: [...new Set(times)].map((timeMs) => ({ kind: 'time', timeMs })),
    memory,
  }
}

/** An owner's accounts; what could not be read goes to `errors`. */
function findAccounts(
  reading: Reading,
  owner: EvmOwner,
  prices: Prices,
  book: Book,
  errors: PlimsollError[],
): readonly MarginAccount[] {
  let accounts: readonly MarginAccount[] = []
  try {
    accounts = accountsOf(ownerReading(reading, owner, errors), prices, book)
    if (accounts.some(({ legs }) => legs.some(({ mark }) => mark === null))) {
      for (const question of [MIDS, SPOT_META]) {
        const answer = answerTo(reading.answers, question)
        if (answer?.ok === false) errors.push(answer.error)
      }
    }
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error
    errors.push(error)
  }
  return accounts
}

function ownerReading(
  reading: Reading,
  { id: owner, address }: EvmOwner,
  errors: PlimsollError[],
): OwnerReading {
  const { answers, context } = reading
  required(answers, METAS)
  const balances = required(answers, spot(address))
  const word = required(answers, mode(address))
  const account = accountMode(word, balances)
  const isPooled = account.mode === 'unifiedAccount' || account.mode === 'portfolioMargin'
  if (account.mode === 'portfolioMargin') required(answers, RESERVES)
  const dexes: Dex[] = []
  for (const [name, meta] of dexesOf(reading)) {
    const answer = answerTo(answers, aboutDex(address, name))
    // In a pooled account one dex missing changes what all others can bear.
    if (answer?.ok === false && !isPooled) errors.push(answer.error)
    else dexes.push(dexOf(name, meta, required(answers, aboutDex(address, name))))
  }
  const flags: Flag[] = []
  if (!account.stated) {
    flags.push({
      code: 'mode-by-evidence',
      severity: 'warning',
      message: `Stated ${word}, shown ${account.mode}.`,
    })
  }
  if (isPooled && dexesOf({ ...reading, choice: 'all' }).size > dexes.length) {
    flags.push({
      code: 'dexes-not-read',
      severity: 'unknown',
      message: 'Some dexes of this collateral were left out.',
    })
  }
  return {
    owner,
    address,
    mode: account.mode,
    flags,
    spot: balances,
    dexes,
    nowMs: context.nowMs,
  }
}

function required<Type extends AnswerType>(
  answers: Answers,
  question: Question<Type>,
): Decoded[Type] {
  const answer = answerTo(answers, question)
  if (answer?.ok === true) return answer.value
  throw answer?.error ?? unsupported(`${question.type} was not asked`)
}
