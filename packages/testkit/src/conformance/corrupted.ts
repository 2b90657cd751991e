import type { Native } from '@plimsoll/model'
import { asOfMs, UNLISTED } from '@plimsoll/model'
import type { Assessed } from './assessed.js'
import { admitsMore, improvements } from './assessed.js'
import type { Bench, Reading } from './bench.js'
import type { Corruption, CorruptionKind } from './corruptions/index.js'
import { corruptionsOf, mostTellingFirst, STALE_BY_SECONDS } from './corruptions/index.js'
import type { Exchange, RawAnswer } from './exchange.js'
import { requestText } from './exchange.js'

/** One read with one answer spoiled, and what was wrong with what came of it. */
export type CorruptedRead = {
  readonly kind: CorruptionKind
  /** The question whose answer was spoiled. */
  readonly question: string
  /** Which answer was spoiled and how. */
  readonly what: string
  /** The numeric field that was changed, with its request; null for other corruptions. */
  readonly field: string | null
  /** Whether the adapter got no answer at all. */
  readonly unanswered: boolean
  /** Untyped errors that were thrown, by name and message. */
  readonly untyped: readonly string[]
  /** What looks better than in the recorded read. */
  readonly improvements: readonly string[]
  /** Whether the portfolio differs from the recorded one in more than names, or was not read. */
  readonly changed: boolean
  /** Whether the read says in any way that something is wrong or missing. */
  readonly admitted: boolean
  /** Names of the checks against the venue's own numbers that failed. */
  readonly unmet: readonly string[]
  /** Made-up assets that were taken for listed ones. */
  readonly listed: readonly string[]
  /** Why the client would not use what the adapter returned. */
  readonly refused: readonly string[]
  /** Whether something became much older and no flag says so. */
  readonly silentlyOlder: boolean
}

/** All corrupted reads of an adapter. */
export type CorruptedReads = {
  readonly reads: readonly CorruptedRead[]
  /** Corruptions that were left out because of the limit. */
  readonly skipped: number
}

type Attempt = Corruption & {
  readonly exchange: Exchange
  /** Whether the same question is spoiled in every round that asks it. */
  readonly everywhere: boolean
}

/** Reads once for every corruption of every answer, at most `limit` times. */
export async function corruptedReads(bench: Bench, limit: number): Promise<CorruptedReads> {
  const attempts = mostTellingFirst(attemptsOf(bench))
  const reads: CorruptedRead[] = []
  for (const attempt of attempts.slice(0, limit)) {
    const reading = await bench.read({
      spoil: (exchange): RawAnswer | undefined =>
        isSpoiled(exchange, attempt) ? attempt.answer : undefined,
    })
    reads.push(judge(bench.baseline, attempt, reading))
  }
  return { reads, skipped: Math.max(0, attempts.length - limit) }
}

function isSpoiled(exchange: Exchange, { exchange: target, everywhere }: Attempt): boolean {
  if (!everywhere) return exchange === target
  return exchange.key === target.key && exchange.chain === target.chain
}

/** Each answer in turn; a question that several rounds ask also in all of them. */
function attemptsOf(bench: Bench): readonly Attempt[] {
  const times = new Map<string, number>()
  for (const exchange of bench.exchanges)
    times.set(idOf(exchange), (times.get(idOf(exchange)) ?? 0) + 1)
  const seen = new Set<string>()
  return bench.exchanges.flatMap((exchange) => {
    const { request, answer } = exchange
    const raw = answer.ok ? (answer.raw as Native) : null
    const isFirst = !seen.has(idOf(exchange))
    seen.add(idOf(exchange))
    const spread = isFirst && (times.get(idOf(exchange)) ?? 0) > 1 ? [false, true] : [false]
    return corruptionsOf(request.kind, raw, { nowMs: bench.nowMs }).flatMap((corruption) =>
      spread.map((everywhere) => ({
        ...corruption,
        what: everywhere ? `${corruption.what} in every round` : corruption.what,
        pattern: `${kindOfRequest(exchange)} ${corruption.pattern} ${everywhere}`,
        exchange,
        everywhere,
      })),
    )
  })
}

function idOf({ chain, key }: Exchange): string {
  return `${chain ?? ''} ${key}`
}

/** Requests that differ only in whom they ask about are of one kind. */
function kindOfRequest({ request }: Exchange): string {
  switch (request.kind) {
    case 'call':
      return `call ${request.data.slice(0, 10)}`
    case 'http':
      return `http ${request.host} ${request.path.replace(/0x[0-9a-f]{40}|\d+/gi, '#')} ${shapeOf(request.body)}`
    case 'graphql':
      return `graphql ${request.host} ${request.document}`
  }
}

function shapeOf(body: Native | undefined): string {
  return body === undefined
    ? ''
    : JSON.stringify(body, (_key, value: unknown) =>
        typeof value === 'string' ? value.replace(/0x[0-9a-f]{40}|\d+/gi, '#') : value,
      )
}

function judge(baseline: Assessed, attempt: Attempt, reading: Reading): CorruptedRead {
  const { outcome, trace } = reading
  return {
    kind: attempt.kind,
    question: idOf(attempt.exchange),
    what: `${requestText(attempt.exchange.request)}: ${attempt.what}`,
    field:
      attempt.field === undefined ? null : `${kindOfRequest(attempt.exchange)} ${attempt.field}`,
    unanswered: !attempt.answer.ok,
    untyped: trace.untyped.map(String),
    improvements: outcome === null ? [] : improvements(baseline, outcome),
    changed: outcome === null || isChanged(baseline.text, outcome.text),
    admitted: outcome === null || admitsMore(baseline, outcome),
    unmet: outcome === null ? [] : unmetChecks(outcome),
    listed: outcome === null ? [] : listedAs(outcome, attempt.madeUp),
    refused: outcome === null ? [] : refusals(outcome),
    silentlyOlder:
      outcome !== null && becameOlder(baseline, outcome) && !admitsMore(baseline, outcome),
  }
}

function isChanged(before: string, after: string): boolean {
  return before !== after && substance(before) !== substance(after)
}

/** The portfolio's text without what is only shown to people. */
function substance(text: string): string {
  return text.replace(/"(symbol|label)":"(\\.|[^"\\])*"/g, '')
}

/** Failures by which the client refuses a result as a whole. */
export function refusals({ portfolio }: Pick<Assessed, 'portfolio'>): readonly string[] {
  return portfolio.failures
    .filter(({ error }) => error === 'AdapterError' || error === 'InvalidPortfolioError')
    .map(({ message }) => message)
}

function unmetChecks({ portfolio }: Assessed): readonly string[] {
  return portfolio.accounts.flatMap(({ reconciliation }) =>
    reconciliation.checks
      .filter(({ residual, tolerance }) => residual > tolerance)
      .map(({ name }) => name),
  )
}

function listedAs({ portfolio }: Assessed, madeUp: string | undefined): readonly string[] {
  if (madeUp === undefined) return []
  return portfolio.assets
    .filter(({ id, source }) => id.includes(madeUp) && source !== UNLISTED)
    .map(({ id, source }) => `${id} is listed by "${source}"`)
}

/** Whether any instant of the portfolio moved back by about as much as `stale` takes away. */
function becameOlder(before: Assessed, after: Assessed): boolean {
  const limit = STALE_BY_SECONDS * 500
  const oldest = ({ portfolio }: Assessed) =>
    Math.min(
      ...portfolio.asOf.map(asOfMs),
      ...portfolio.accounts.map(({ asOf }) => asOfMs(asOf)),
      ...portfolio.marks.flatMap(({ timeMs }) => (timeMs === null ? [] : [timeMs])),
    )
  return oldest(before) - oldest(after) > limit
}
