import type { Bench } from '../bench.js'
import type { Trace } from '../play.js'
import type { Rule, Verdict } from './rule.js'
import { verdict } from './rule.js'

/** The same answers give the same portfolio, and nothing else is asked. */
export const replay: Rule = {
  name: 'replay',
  statement: 'replays offline to the same bytes, asking what was recorded and nothing else',
  check: async (bench: Bench): Promise<Verdict> => {
    const findings: string[] = []
    for (let run = 0; run < 2; run++) {
      const { outcome, error, trace } = await bench.read({})
      findings.push(...unrecorded(trace))
      if (outcome === null) findings.push(`the replay failed: ${error?.message ?? 'no portfolio'}`)
      else if (outcome.text !== bench.baseline.text) {
        findings.push(`the portfolios ${difference(bench.baseline.text, outcome.text)}`)
      }
      findings.push(...missing(bench.trace, trace))
    }
    return verdict([...new Set(findings)], `${bench.exchanges.length} requests`)
  },
}

/** Requests are not wasted. */
export const economy: Rule = {
  name: 'economy',
  statement: 'asks no question twice in one round',
  check: ({ exchanges }: Bench): Verdict => {
    const seen = new Set<string>()
    const findings: string[] = []
    for (const { chain, round, key } of exchanges) {
      const asked = `${chain ?? ''} ${round} ${key}`
      if (seen.has(asked)) findings.push(`asked twice: ${key.slice(0, 160)}`)
      seen.add(asked)
    }
    return verdict(findings, `${exchanges.length} requests`)
  },
}

/** The order in which owners are named carries no meaning. */
export const order: Rule = {
  name: 'order',
  statement: 'gives the same portfolio whatever the order of the owners',
  check: async (bench: Bench): Promise<Verdict> => {
    const { outcome, error, trace } = await bench.read({ reversed: true })
    if (outcome === null) return verdict([`the read failed: ${error?.message ?? ''}`], '')
    const same = sortedText(outcome.text) === sortedText(bench.baseline.text)
    return verdict(
      [...unrecorded(trace), ...(same ? [] : ['the portfolio differs with the owners reversed.'])],
      `${bench.owners.length} owners`,
    )
  },
}

export function unrecorded(trace: Trace): readonly string[] {
  return trace.unrecorded.map((request) => `asked what is not recorded: ${request}`)
}

function missing(recorded: Trace, replayed: Trace): readonly string[] {
  const asked = new Set(replayed.asked.flatMap(({ keys }) => keys))
  return recorded.asked
    .flatMap(({ keys }) => keys)
    .filter((key) => !asked.has(key))
    .map((key) => `did not ask what is recorded: ${key.slice(0, 160)}`)
}

/** Where two texts part. */
export function difference(expected: string, actual: string): string {
  let at = 0
  while (at < expected.length && expected[at] === actual[at]) at += 1
  const from = Math.max(0, at - 40)
  return `differ at character ${at}: "${expected.slice(from, at + 40)}" became "${actual.slice(from, at + 40)}"`
}

function sortedText(text: string): string {
  return sorted(JSON.parse(text))
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (key, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`
    // The order of legs belongs to an account; the order of the lists above them to nobody.
    if (!Array.isArray(value) || key === 'legs' || key === 'checks') return value
    return value.map((entry) => sorted({ entry })).sort((a, b) => (a < b ? -1 : 1))
  })
}
