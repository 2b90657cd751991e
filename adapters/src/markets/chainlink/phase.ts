import type { Round } from './rounds.js'
import { LAST_ROUND } from './rounds.js'

/** What is known of the rounds of one aggregator of a feed. Rounds rise in time. */
export type Phase = {
  /** By number; null: asked for, and not there. */
  readonly rounds: Map<number, Round | null>
  /** Number of its newest round; null where it is not known. */
  readonly last: number | null
}

/** So many open rounds for each instant are all asked for at once, … */
const ALL_FOR_EACH = 8
/** … and up to so many where few instants are left … */
const MOST_FOR_EACH = 30
/** … as long as they are no more than these in all: a round of calls takes them as easily as one. */
const ALL = 300

/** Rounds asked for evenly, for each instant, where nothing says how time passed. */
const EVENLY_FOR_EACH = 3
/** And so many at least. */
const EVENLY_AT_LEAST = 7
/** An instant lies within this share of what is open from its estimate, more often than not. */
const SPREAD = 0.1
/** Where more is open, the middles of what the estimate leaves are asked for too, lest it misses again and again. */
const WIDE = 24

const doublings = (last: number): readonly number[] =>
  Array.from({ length: Math.floor(Math.log2(last)) + 1 }, (_, index) => 2 ** index)

/**
 * The rounds to begin with: back from the newest in doubling steps and evenly where that is known, else
 * from the first in doubling steps until there are none.
 */
export function firstRounds({ last }: Phase, instants: number): readonly number[] {
  if (last === null) return doublings(LAST_ROUND)
  const steps = Math.min(last, EVENLY_FOR_EACH * instants)
  const evenly = Array.from({ length: steps }, (_, index) => 1 + Math.floor((index * last) / steps))
  const back = doublings(last).flatMap((step) => (step < last ? last - step : []))
  return [...new Set([1, ...evenly, ...back])]
}

type Known = { readonly round: number; readonly updatedAt: number }
type Bracket = { readonly from: Known | null; readonly to: Known | null }

/** Rounds that are there, in their order. */
function knownOf({ rounds }: Phase): readonly Known[] {
  const known: Known[] = []
  for (const [round, data] of rounds) {
    if (data !== null) known.push({ round, updatedAt: data.updatedAt })
  }
  return known.sort((a, b) => a.round - b.round)
}

/** The newest known round at or before an instant, and the one after it. */
function bracketOf(known: readonly Known[], at: number): Bracket {
  let low = 0
  let high = known.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((known[middle]?.updatedAt ?? Infinity) <= at) low = middle + 1
    else high = middle
  }
  return { from: known[low - 1] ?? null, to: known[low] ?? null }
}

/** The first number above all known rounds that none can have. */
function endOf({ rounds, last }: Phase, known: readonly Known[]): number {
  if (last !== null) return last + 1
  const newest = known.at(-1)?.round ?? 0
  let end = LAST_ROUND + 1
  for (const [round, data] of rounds)
    if (data === null && round > newest && round < end) end = round
  return end
}

/** What is still to be asked, and where each instant ends that needs nothing more. */
export type PhaseStep = {
  readonly ask: readonly number[]
  /** By instant: the round in force then, null where the aggregator had none yet. */
  readonly found: ReadonlyMap<number, number | null>
}

/**
 * The next step of the search for the rounds in force at some instants: every instant narrows the
 * rounds between which its own lies, all in one round of calls. A round that is not there says nothing
 * where a later one is.
 *
 * @param instants Unix seconds
 */
export function nextStep(phase: Phase, instants: readonly number[]): PhaseStep {
  const known = knownOf(phase)
  const end = endOf(phase, known)
  const groups = new Map<number, { bracket: Bracket; instants: number[] }>()
  for (const at of instants) {
    const bracket = bracketOf(known, at)
    const key = bracket.from?.round ?? 0
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { bracket, instants: [at] })
    else group.instants.push(at)
  }
  const ask = new Set<number>()
  const found = new Map<number, number | null>()
  const each = Math.max(ALL_FOR_EACH, Math.min(MOST_FOR_EACH, Math.floor(ALL / instants.length)))
  for (const { bracket, instants: here } of groups.values()) {
    const wanted = candidates(phase, bracket, end, here, each * here.length)
    for (const round of wanted) ask.add(round)
    if (wanted.length > 0) continue
    for (const at of here) found.set(at, bracket.from?.round ?? null)
  }
  return { ask: [...ask], found }
}

/** Open rounds of a bracket worth asking for; empty when there are none left. */
function candidates(
  { rounds }: Phase,
  { from, to }: Bracket,
  end: number,
  instants: readonly number[],
  all: number,
): readonly number[] {
  const low = from?.round ?? 0
  const high = to?.round ?? end
  const isOpen = (round: number): boolean => round > low && round < high && !rounds.has(round)
  if (high - low - 1 > all) {
    const chosen =
      from === null || to === null
        ? evenly(low, high, EVENLY_FOR_EACH * instants.length)
        : instants.flatMap((at) => guesses(from, to, at))
    const open = [...new Set(chosen)].filter(isOpen)
    if (open.length > 0) return open
  }
  const open: number[] = []
  for (let round = low + 1; round < high && open.length < all; round++) {
    if (isOpen(round)) open.push(round)
  }
  return open
}

/** Rounds between two that are not asked for, at equal distances. */
function evenly(low: number, high: number, parts: number): readonly number[] {
  const count = Math.max(EVENLY_AT_LEAST, parts)
  const step = (high - low) / (count + 1)
  return Array.from({ length: count }, (_, index) => low + Math.floor(step * (index + 1)))
}

/** Rounds around where an instant would lie if time passed evenly; half-way to both ends where these are far. */
function guesses(from: Known, to: Known, at: number): readonly number[] {
  const width = to.round - from.round
  const guess = from.round + ((at - from.updatedAt) / (to.updatedAt - from.updatedAt)) * width
  const [least, most] = [guess - SPREAD * width, guess + SPREAD * width]
  const around = [least, guess, most]
  if (width <= WIDE) return around.map(Math.round)
  const before = (from.round + Math.max(from.round, least)) / 2
  const after = (to.round + Math.min(to.round, most)) / 2
  return [...around, before, after].map(Math.round)
}
