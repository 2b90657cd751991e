import type { Bench } from '../bench.js'
import type { CorruptedRead } from '../corrupted.js'
import { refusals } from '../corrupted.js'
import type { CorruptionKind } from '../corruptions/index.js'
import type { Rule, Verdict } from './rule.js'
import { verdict } from './rule.js'

const WORDS: { readonly [Kind in Exclude<CorruptionKind, 'plausible'>]: string } = {
  dropped: 'dropped answer',
  empty: 'empty answer or field',
  truncated: 'truncated answer',
  'wrong-type': 'answer of the wrong type',
  'wrong-length': 'answer of the wrong length',
  'wrong-id': 'answer with an unknown identity',
  reverted: 'reverted or refused request',
  html: 'HTML page for an answer',
  'out-of-range': 'number out of range',
  stale: 'answer from the past',
}

/** One rule for each kind of corruption: it never improves anything. */
export const failClosed: readonly Rule[] = Object.entries(WORDS).map(([kind, words]) => ({
  name: `fail-closed/${kind}`,
  statement: `looks no better for any ${words}`,
  check: async (bench: Bench): Promise<Verdict> => {
    const reads = (await bench.corrupted()).reads.filter((read) => read.kind === kind)
    return verdict(
      reads.flatMap((read) => findingsOf(read, read.improvements)),
      `${reads.length} corrupted reads`,
    )
  },
}))

/** What is not answered leaves a trace, unless no answer could matter: the name of a token, say. */
export const visible: Rule = {
  name: 'visible-failures',
  statement: 'says so whenever a request that matters is not answered',
  check: async (bench: Bench): Promise<Verdict> => {
    const { reads } = await bench.corrupted()
    const matters = new Set(
      reads.filter((read) => read.changed || read.admitted).map(({ question }) => question),
    )
    const unanswered = reads.filter((read) => read.unanswered && matters.has(read.question))
    return verdict(
      unanswered
        .filter(({ admitted }) => !admitted)
        .map(({ what }) => `no failure, unknown or flag after ${what}`),
      `${unanswered.length} unanswered requests`,
    )
  },
}

/** What is older says so. */
export const staleness: Rule = {
  name: 'visible-age',
  statement: 'says so whenever a price or an instant is much older than the read',
  check: async (bench: Bench): Promise<Verdict> => {
    const { reads } = await bench.corrupted()
    return verdict(
      reads
        .filter(({ silentlyOlder }) => silentlyOlder)
        .map(({ what }) => `older without a flag after ${what}`),
      `${reads.filter(({ kind }) => kind === 'stale').length} times taken back`,
    )
  },
}

/** Whatever goes wrong is a typed error. */
export const typedErrors: Rule = {
  name: 'typed-errors',
  statement: 'never throws an error that is not a PlimsollError',
  check: async (bench: Bench): Promise<Verdict> => {
    const { reads } = await bench.corrupted()
    return verdict(
      reads.flatMap((read) => findingsOf(read, read.untyped)),
      `${reads.length} corrupted reads`,
    )
  },
}

/** The adapter keeps its side of the contract, so that the client need not throw everything away. */
export const contract: Rule = {
  name: 'contract',
  statement: 'returns what the client can use, whatever it is answered',
  check: async (bench: Bench): Promise<Verdict> => {
    const { reads } = await bench.corrupted()
    return verdict(
      [...refusals(bench.baseline), ...reads.flatMap((read) => findingsOf(read, read.refused))],
      `${reads.length} corrupted reads`,
    )
  },
}

/** A name that nobody knows is not taken for one that somebody does. */
export const identity: Rule = {
  name: 'identity',
  statement: 'lists no asset by its symbol: a made-up one stays unlisted',
  check: async (bench: Bench): Promise<Verdict> => {
    const { reads } = await bench.corrupted()
    return verdict(
      reads.flatMap((read) => findingsOf(read, read.listed)),
      `${reads.filter(({ kind }) => kind === 'wrong-id').length} made-up identities`,
    )
  },
}

/**
 * For information: which numeric fields can be 10 % wrong, zero or turned without anybody noticing,
 * because the venue reports nothing to compare with.
 */
export const plausible: Rule = {
  name: 'plausible-values',
  statement: 'names the fields whose slightly wrong value nothing would catch',
  check: async (bench: Bench): Promise<Verdict> => {
    const { reads, skipped } = await bench.corrupted()
    const tried = reads.filter(({ field }) => field !== null)
    const fields = new Set(tried.map(({ field }) => field))
    const uncaught = new Set(
      tried.filter((read) => read.improvements.length > 0).map(({ field }) => field),
    )
    const names = [...uncaught].map(String).sort((a, b) => (a < b ? -1 : 1))
    const list = names.length === 0 ? '' : `; not caught: ${names.join(' | ')}`
    const left = skipped === 0 ? '' : `; ${skipped} corruptions left out by the limit`
    return {
      passed: true,
      message: `${fields.size - uncaught.size} of ${fields.size} fields cannot be wrong to the better unnoticed${list}${left}`,
    }
  },
}

function findingsOf({ what }: CorruptedRead, findings: readonly string[]): readonly string[] {
  return findings.map((finding) => `${finding}, after ${what}`)
}
