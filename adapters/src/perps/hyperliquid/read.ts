import type { Answer, ReadContext, ReadResult, ReadRounds } from '@plimsoll/client'
import type { Existence, Flag, MarginAccount, Owner, ReadFailure } from '@plimsoll/model'
import { PlimsollError, UnsupportedVenueStateError } from '@plimsoll/model'
import * as z from 'zod/mini'
import { accountsOf } from './accounts.js'
import type { WireMeta } from './answers.js'
import { dexName, dexOf } from './dex.js'
import { ONE } from './fixed-point.js'
import type { Book, Dex, OwnerReading, Prices } from './legs.js'
import { accountMode } from './mode.js'
import type { Gathered, Inquiry, Question } from './questions.js'
import {
  askAll,
  askDex,
  askMetas,
  askMids,
  askOwner,
  askReserves,
  askSpotMeta,
} from './questions.js'
import { USDC } from './tokens.js'

/** Which HIP-3 dexes to read beside the main one. */
export type DexChoice = 'all' | readonly string[]

/** For how long "no account" may be relied on. */
const NONE_VALID_MS = 60_000

/** What a read leaves for the next one, so that a refresh is one round. */
const memorySchema = z.object({
  dexes: z.array(z.string()),
  reserves: z.boolean(),
  /** By token that was held: its name in allMids, null where it trades against no USDC. */
  pairs: z.record(z.string(), z.nullable(z.string())),
})
type Memory = z.infer<typeof memorySchema>

/** Reads all owners in two rounds, or in one when nothing has appeared since the last read. */
export function* read(context: ReadContext, choice: DexChoice): ReadRounds {
  const remembered = z.safeParse(memorySchema, context.memory)
  const memory = remembered.success ? remembered.data : undefined
  const addresses = context.owners.flatMap((owner) => (owner.kind === 'evm' ? [owner.address] : []))
  const gathered: Gathered = {
    inquiries: [...new Set(addresses)].map((address) => ({ address, dexes: new Map() })),
  }
  if (gathered.inquiries.length > 0) {
    yield* askAll([
      askMetas(gathered),
      askMids(gathered),
      ...(memory === undefined ? [askSpotMeta(gathered)] : []),
      ...(memory?.reserves === true ? [askReserves(gathered)] : []),
      ...gathered.inquiries.flatMap((inquiry) => [
        ...askOwner(inquiry),
        ...['', ...(memory?.dexes ?? [])].map((dex) => askDex(inquiry, dex)),
      ]),
    ])
    yield* askAll(stillNeeded(gathered, memory, choice))
  }
  return assemble(context, gathered, memory, choice)
}

function okValue<Value>(answer: Answer<Value> | undefined): Value | undefined {
  return answer?.ok === true ? answer.value : undefined
}

/** The dexes to read, by name: the main one first. */
function chosen(metas: readonly WireMeta[], choice: DexChoice): ReadonlyMap<string, WireMeta> {
  const named = metas.flatMap((meta, index): readonly (readonly [string, WireMeta])[] => {
    const name = index === 0 ? '' : dexName(meta)
    const isWanted =
      name === '' || choice === 'all' || (name !== undefined && choice.includes(name))
    return name !== undefined && isWanted ? [[name, meta]] : []
  })
  return new Map(named)
}

/** Tokens that are held and need a price of the spot market. */
function heldTokens({ inquiries }: Gathered): readonly string[] {
  const tokens = inquiries.flatMap(({ spot }) =>
    (okValue(spot)?.balances ?? []).flatMap(({ token, total }) =>
      token === undefined || token === USDC || total === 0n ? [] : [String(token)],
    ),
  )
  return [...new Set(tokens)].sort()
}

function stillNeeded(
  gathered: Gathered,
  memory: Memory | undefined,
  choice: DexChoice,
): readonly Question[] {
  const { inquiries } = gathered
  const dexes = [...chosen(okValue(gathered.metas) ?? [], choice).keys()]
  const isPortfolio = inquiries.some(({ mode }) => okValue(mode) === 'portfolioMargin')
  const isNew = heldTokens(gathered).some((token) => memory?.pairs[token] === undefined)
  return [
    ...(isNew && gathered.spotMeta === undefined ? [askSpotMeta(gathered)] : []),
    ...(isPortfolio && gathered.reserves === undefined ? [askReserves(gathered)] : []),
    ...inquiries.flatMap((inquiry) =>
      dexes.filter((dex) => !inquiry.dexes.has(dex)).map((dex) => askDex(inquiry, dex)),
    ),
  ]
}

function pairsOf(gathered: Gathered, memory: Memory | undefined): Memory['pairs'] {
  const universe = okValue(gathered.spotMeta)?.universe
  return Object.fromEntries(
    heldTokens(gathered).flatMap((token): readonly (readonly [string, string | null])[] => {
      const known = memory?.pairs[token]
      if (universe === undefined) return known === undefined ? [] : [[token, known]]
      const pair = universe.find(
        ({ tokens: [base, quote] }) => String(base) === token && quote === USDC,
      )
      return [[token, pair?.name ?? null]]
    }),
  )
}

/** What was found of one owner, and what could not be read. */
type Found = {
  readonly accounts: readonly MarginAccount[]
  readonly errors: readonly PlimsollError[]
}

function assemble(
  context: ReadContext,
  gathered: Gathered,
  memory: Memory | undefined,
  choice: DexChoice,
): ReadResult {
  const book: Book = { assets: new Map(), marks: new Map(), shared: new Map() }
  const pairs = pairsOf(gathered, memory)
  const mids = okValue(gathered.mids) ?? {}
  const prices: Prices = {
    mid: (token) => (token === USDC ? ONE : mids[pairs[token] ?? '']),
    reserves: new Map(okValue(gathered.reserves) ?? []),
  }
  const accounts: MarginAccount[] = []
  const failures: ReadFailure[] = []
  const existence: Existence[] = []
  const found = new Map<string, Found>()
  for (const owner of context.owners) {
    const inquiry =
      owner.kind === 'evm'
        ? gathered.inquiries.find(({ address }) => address === owner.address)
        : undefined
    const first = inquiry === undefined ? undefined : found.get(inquiry.address)
    const own = first ?? findAccounts(owner, inquiry, gathered, prices, book, choice, context.nowMs)
    if (inquiry !== undefined && first === undefined) {
      found.set(inquiry.address, own)
      accounts.push(...own.accounts)
    }
    failures.push(...own.errors.map((error) => failure(owner, error)))
    existence.push(existenceOf(context, owner, own))
  }
  const isUnpriced = accounts.some(({ legs }) => legs.some(({ mark }) => mark === null))
  for (const answer of [gathered.mids, gathered.spotMeta]) {
    if (isUnpriced && answer?.ok === false) failures.push(failure(null, answer.error))
  }
  const metas = okValue(gathered.metas)
  return {
    accounts,
    assets: [...book.assets.values()],
    marks: [...book.marks.values()],
    shared: Object.fromEntries(book.shared),
    existence,
    failures,
    asOf: instantsOf(gathered).map((timeMs) => ({ kind: 'time', timeMs })),
    ...(metas === undefined
      ? {}
      : {
          memory: {
            dexes: [...chosen(metas, choice).keys()].filter((name) => name !== ''),
            reserves: gathered.reserves !== undefined,
            pairs,
          },
        }),
  }
}

/** The first and the last instant of all answers that state one. */
function instantsOf({ inquiries }: Gathered): readonly number[] {
  const times = inquiries.flatMap(({ dexes }) =>
    [...dexes.values()].flatMap((answer) => okValue(answer)?.time ?? []),
  )
  return times.length === 0 ? [] : [...new Set([Math.min(...times), Math.max(...times)])]
}

function failure(owner: Owner | null, error: PlimsollError): ReadFailure {
  return {
    adapter: 'hyperliquid',
    chain: null,
    owner: owner?.id ?? null,
    error: error.name,
    message: error.shortMessage,
  }
}

function existenceOf({ nowMs }: ReadContext, owner: Owner, { accounts, errors }: Found): Existence {
  const state = accounts.length > 0 ? 'has' : errors.length > 0 ? 'unknown' : 'none'
  const timeMs = Math.min(
    nowMs,
    ...accounts.map(({ asOf }) => (asOf.kind === 'time' ? asOf.timeMs : nowMs)),
  )
  return {
    adapter: 'hyperliquid',
    chain: null,
    owner: owner.id,
    state,
    asOf: state === 'unknown' ? null : { kind: 'time', timeMs },
    validForMs: state === 'none' ? NONE_VALID_MS : 0,
  }
}

/** An owner's accounts. In standard mode dexes stand alone: one that failed leaves the others. */
function findAccounts(
  owner: Owner,
  inquiry: Inquiry | undefined,
  gathered: Gathered,
  prices: Prices,
  book: Book,
  choice: DexChoice,
  nowMs: number,
): Found {
  if (inquiry === undefined) return { accounts: [], errors: [] }
  const errors: PlimsollError[] = []
  try {
    const reading = { ...readingOf(owner, inquiry, gathered, choice, errors), nowMs }
    return { accounts: accountsOf(reading, prices, book), errors }
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error
    return { accounts: [], errors: [...errors, error] }
  }
}

function readingOf(
  owner: Owner,
  inquiry: Inquiry,
  gathered: Gathered,
  choice: DexChoice,
  errors: PlimsollError[],
): Omit<OwnerReading, 'nowMs'> {
  const metas = required(gathered.metas, 'allPerpMetas')
  const spot = required(inquiry.spot, 'spotClearinghouseState')
  const word = required(inquiry.mode, 'userAbstraction')
  const { mode, stated } = accountMode(word, spot)
  const isPooled = mode === 'unifiedAccount' || mode === 'portfolioMargin'
  if (mode === 'portfolioMargin') required(gathered.reserves, 'allBorrowLendReserveStates')
  const dexes: Dex[] = []
  for (const [name, meta] of chosen(metas, choice)) {
    try {
      dexes.push(dexOf(name, meta, required(inquiry.dexes.get(name), `dex "${name}"`)))
    } catch (error) {
      // In a pooled account one dex missing changes what all others can bear.
      if (isPooled || !(error instanceof PlimsollError)) throw error
      errors.push(error)
    }
  }
  const flags: Flag[] = []
  if (!stated) {
    flags.push({
      code: 'mode-by-evidence',
      severity: 'warning',
      message: `The venue answers mode ${word ?? 'null'}; the spot answer shows ${mode}.`,
    })
  }
  if (isPooled && chosen(metas, 'all').size > dexes.length) {
    flags.push({
      code: 'dexes-not-read',
      severity: 'unknown',
      message: 'Some dexes were left out by the option "dexes", and they share this collateral.',
    })
  }
  return {
    owner: owner.id,
    address: inquiry.address,
    mode,
    statedMode: word ?? 'null',
    flags,
    spot,
    dexes,
  }
}

function required<Value>(answer: Answer<Value> | undefined, what: string): Value {
  if (answer?.ok === true) return answer.value
  throw (
    answer?.error ??
    new UnsupportedVenueStateError(`Hyperliquid ${what} was not asked. Read the account again.`)
  )
}
