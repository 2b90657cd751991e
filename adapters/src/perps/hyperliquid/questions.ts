import type { Answer, HttpRequest, Request } from '@plimsoll/client'
import { ask } from '@plimsoll/client'
import type { Native } from '@plimsoll/model'
import type {
  WireDexState,
  WireMeta,
  WireMids,
  WireReserves,
  WireSpotMeta,
  WireSpotState,
} from './answers.js'
import { decoders } from './answers.js'

/** Everything asked of one address; what was not asked is undefined. */
export type Inquiry = {
  readonly address: string
  mode?: Answer<string | null>
  spot?: Answer<WireSpotState>
  /** By dex name; the main dex has the name "". */
  readonly dexes: Map<string, Answer<WireDexState>>
}

/** Everything asked in one read. */
export type Gathered = {
  metas?: Answer<readonly WireMeta[]>
  mids?: Answer<WireMids>
  spotMeta?: Answer<WireSpotMeta>
  reserves?: Answer<WireReserves>
  readonly inquiries: readonly Inquiry[]
}

/** A request, and where its answer is filed. */
export type Question = {
  readonly request: HttpRequest<unknown>
  readonly file: (answer: Answer) => void
}

/** Weights of POST /info (Hyperliquid docs, "Rate limits and user limits", 2026). */
const LIGHT = 2
const HEAVY = 20
/** The metas of all dexes and spotMeta are the largest answers. */
const MAX_BYTES = 4 * 1024 * 1024

function question<Value>(
  body: { readonly type: string; readonly [name: string]: Native },
  weight: number,
  decode: (answer: unknown) => Value,
  file: (answer: Answer<Value>) => void,
): Question {
  return {
    request: {
      kind: 'http',
      host: 'info',
      method: 'POST',
      path: '/info',
      body,
      weight,
      maxBytes: MAX_BYTES,
      decode,
    },
    file: (answer) => file(answer as Answer<Value>),
  }
}

/** Asks all questions in one round and files the answers. */
export function* askAll(
  questions: readonly Question[],
): Generator<readonly Request[], void, readonly Answer[]> {
  if (questions.length === 0) return
  const answers = yield* ask(questions.map(({ request }) => request))
  for (const [index, { file }] of questions.entries()) {
    const answer = answers[index]
    if (answer !== undefined) file(answer)
  }
}

/** All dexes: collateral, coins, margin tables. */
export const askMetas = (gathered: Gathered): Question =>
  question({ type: 'allPerpMetas' }, HEAVY, decoders.allPerpMetas, (answer) => {
    gathered.metas = answer
  })

/** Spot mids. */
export const askMids = (gathered: Gathered): Question =>
  question({ type: 'allMids' }, LIGHT, decoders.allMids, (answer) => {
    gathered.mids = answer
  })

/** Which pair a spot token trades in. */
export const askSpotMeta = (gathered: Gathered): Question =>
  question({ type: 'spotMeta' }, HEAVY, decoders.spotMeta, (answer) => {
    gathered.spotMeta = answer
  })

/** Borrow oracles and loan-to-value ratios of portfolio margin. */
export const askReserves = (gathered: Gathered): Question =>
  question(
    { type: 'allBorrowLendReserveStates' },
    HEAVY,
    decoders.allBorrowLendReserveStates,
    (answer) => {
      gathered.reserves = answer
    },
  )

/** Mode and spot balances of an address. */
export const askOwner = (inquiry: Inquiry): readonly Question[] => [
  question(
    { type: 'userAbstraction', user: inquiry.address },
    HEAVY,
    decoders.userAbstraction,
    (answer) => {
      inquiry.mode = answer
    },
  ),
  question(
    { type: 'spotClearinghouseState', user: inquiry.address },
    LIGHT,
    decoders.spotClearinghouseState,
    (answer) => {
      inquiry.spot = answer
    },
  ),
]

/** An address on one dex. */
export const askDex = (inquiry: Inquiry, dex: string): Question =>
  question(
    { type: 'clearinghouseState', user: inquiry.address, ...(dex === '' ? {} : { dex }) },
    LIGHT,
    decoders.clearinghouseState,
    (answer) => {
      inquiry.dexes.set(dex, answer)
    },
  )
