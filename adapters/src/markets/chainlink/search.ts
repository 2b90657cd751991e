import type { Phase } from './phase.js'
import { firstRounds, nextStep } from './phase.js'
import type { Round, RoundPlace } from './rounds.js'

/** The price in force at an instant, or why none was. */
export type Close =
  | { readonly kind: 'price'; readonly answer: bigint }
  /** The newest answer was older than it may be, seconds. */
  | { readonly kind: 'stale'; readonly age: number }
  /** The newest answer was no price. */
  | { readonly kind: 'no-price' }
  /** The feed had not begun. */
  | { readonly kind: 'before' }

/** Looks for the prices in force at some instants; `wanted` and `learn` alternate until nothing is wanted. */
export type CloseSearch = {
  /** Rounds to ask for next, all at once; empty when every close is known. */
  readonly wanted: () => readonly RoundPlace[]
  /** What was answered; null where there is no such round. */
  readonly learn: (place: RoundPlace, round: Round | null) => void
  /** By instant, once nothing is wanted. */
  readonly closes: ReadonlyMap<number, Close>
}

/** More phases than any feed has had; older ones are not looked into. */
const MAX_PHASES = 16

/** An aggregator serves for months: only a longer look back is likely to reach the one before it, seconds. */
const LONG_LOOK_BACK = 7 * 86_400

/**
 * Searches a feed's rounds for the answers in force at instants.
 *
 * A feed passes from one aggregator to the next, its phases; when it did is not recorded. So the newest
 * phase with a fresh answer counts, and an older one where none is fresh.
 *
 * @param latest the feed's newest round
 * @param instants Unix seconds
 * @param maxAge seconds that an answer may be old
 */
export function searchCloses(
  latest: { readonly place: RoundPlace; readonly round: Round },
  instants: readonly number[],
  maxAge: number,
): CloseSearch {
  const { phase: newest, round: last } = latest.place
  const oldest = Math.max(Math.min(newest, 1), newest - MAX_PHASES + 1)
  const phases = new Map<number, Phase>()
  for (let phase = oldest; phase <= newest; phase++) {
    phases.set(phase, { rounds: new Map(), last: phase === newest ? last : null })
  }
  phases.get(newest)?.rounds.set(last, latest.round)
  const closes = new Map<number, Close>()
  const open = new Map(instants.map((at) => [at, newest]))
  /** What stands where no older phase has better. */
  const fallback = new Map<number, Close>()
  const isLong = instants.some((at) => latest.round.updatedAt - at > LONG_LOOK_BACK)
  const begun = new Set<number>()
  const begin = (number: number, phase: Phase): readonly RoundPlace[] => {
    begun.add(number)
    return firstRounds(phase, open.size).map((round) => ({ phase: number, round }))
  }

  const settle = (at: number, phase: number, close: Close): void => {
    if (close.kind === 'price' || close.kind === 'no-price' || phase === oldest) {
      open.delete(at)
      closes.set(at, close.kind === 'before' ? (fallback.get(at) ?? close) : youngest(at, close))
      return
    }
    if (close.kind === 'stale') fallback.set(at, youngest(at, close))
    open.set(at, phase - 1)
  }
  const youngest = (at: number, close: Close): Close => {
    const other = fallback.get(at)
    return close.kind === 'stale' && other?.kind === 'stale' && other.age < close.age
      ? other
      : close
  }

  const step = (number: number, phase: Phase): readonly RoundPlace[] => {
    const here = [...open].flatMap(([at, current]) => (current === number ? at : []))
    if (here.length === 0) return []
    if (!begun.has(number)) return begin(number, phase)
    const { ask, found } = nextStep(phase, here)
    const carried: number[] = []
    for (const [at, round] of found) {
      const answer = answerAt(phase, round)
      if (answer.kind === 'ask') carried.push(answer.round)
      else settle(at, number, closeOf(answer.round, at, maxAge))
    }
    return [...ask, ...new Set(carried)].map((round) => ({ phase: number, round }))
  }

  return {
    closes,
    learn: ({ phase, round }, data) => phases.get(phase)?.rounds.set(round, data),
    wanted: () => {
      if (begun.size === 0 && isLong && open.size > 0) {
        return [...phases].flatMap(([number, phase]) => begin(number, phase))
      }
      // Newest first: what it cannot settle passes on to the one before it.
      const places: RoundPlace[] = []
      for (let number = newest; number >= oldest; number--) {
        const phase = phases.get(number)
        if (phase !== undefined) places.push(...step(number, phase))
      }
      return places
    },
  }
}

type Answer =
  | { readonly kind: 'ask'; readonly round: number }
  | { readonly kind: 'known'; readonly round: Round | null }

/** The round that an answer in force is from: rounds that found none carry an earlier one. */
function answerAt({ rounds }: Phase, round: number | null): Answer {
  let number = round
  while (number !== null) {
    const data = rounds.get(number)
    if (data === undefined) return { kind: 'ask', round: number }
    if (data === null || data.answeredIn >= number) return { kind: 'known', round: data }
    number = data.answeredIn
  }
  return { kind: 'known', round: null }
}

function closeOf(round: Round | null, at: number, maxAge: number): Close {
  if (round === null) return { kind: 'before' }
  if (at - round.updatedAt > maxAge) return { kind: 'stale', age: at - round.updatedAt }
  return round.answer > 0n ? { kind: 'price', answer: round.answer } : { kind: 'no-price' }
}
