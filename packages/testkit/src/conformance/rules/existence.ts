import type { ReadResult } from '@plimsoll/client'
import { ConnectionError } from '@plimsoll/client'
import type { Bench } from '../bench.js'
import type { RawAnswer } from '../exchange.js'
import type { Trace } from '../play.js'
import type { Rule, Verdict } from './rule.js'
import { verdict } from './rule.js'

const unanswered: RawAnswer = {
  ok: false,
  error: new ConnectionError('No connection. The conformance suite made it so.'),
}

/** Has, has none, and unknown are three things. */
export const existence: Rule = {
  name: 'existence',
  statement: 'tells apart having accounts, having none at an instant, and not knowing',
  check: async (bench: Bench): Promise<Verdict> => {
    const findings = [...stated(bench), ...(await nothingAnswered(bench))]
    findings.push(...(await emptyOwnerBecomesUnknown(bench)))
    return verdict(findings, `${bench.baseline.portfolio.existence.length} statements`)
  },
}

function stated({ trace, owners }: Bench): readonly string[] {
  const { accounts, existence: entries } = returned(trace)
  const findings: string[] = []
  for (const owner of owners) {
    const own = entries.filter((entry) => entry.owner === owner)
    const has = own.some(({ state }) => state === 'has')
    const holds = accounts.some((account) => account.owner === owner)
    if (own.length === 0) findings.push(`existence of ${owner} is not stated`)
    if (has && !holds) findings.push(`${owner} is said to have accounts, but none is given`)
    if (!has && holds) findings.push(`${owner} has accounts, but existence does not say so`)
  }
  for (const { owner, state, asOf, validForMs } of entries) {
    if (state !== 'unknown' && asOf === null) {
      findings.push(`existence of ${owner} is "${state}" at no instant: give asOf`)
    }
    if (state !== 'unknown' && !(validForMs > 0)) {
      findings.push(`"${state}" of ${owner} is valid for ${validForMs} ms: say how long it holds`)
    }
  }
  return findings
}

async function nothingAnswered(bench: Bench): Promise<readonly string[]> {
  const { outcome, trace } = await bench.read({ spoil: () => unanswered })
  if (outcome === null) return []
  const findings = returned(trace)
    .existence.filter(({ state }) => state !== 'unknown')
    .map(({ owner, state }) => `nothing was answered, yet ${owner} is said to be "${state}"`)
  if (outcome.portfolio.failures.length === 0) {
    findings.push('nothing was answered, yet the portfolio holds no failure')
  }
  return findings
}

/** What the adapter itself returned, before the client completed it. */
function returned({ results }: Trace): Pick<ReadResult, 'accounts' | 'existence'> {
  return {
    accounts: results.flatMap(({ result }) => result.accounts),
    existence: results.flatMap(({ result }) => result.existence),
  }
}

/** Some answer decides that an owner has none; without it nobody knows. */
async function emptyOwnerBecomesUnknown(bench: Bench): Promise<readonly string[]> {
  const empty = new Set(
    bench.baseline.portfolio.existence
      .filter(({ state }) => state === 'none')
      .map(({ owner }) => owner)
      .filter((owner) => bench.baseline.portfolio.accounts.every((entry) => entry.owner !== owner)),
  )
  for (const exchange of bench.exchanges) {
    if (empty.size === 0) break
    const { outcome } = await bench.read({
      spoil: (candidate) => (candidate === exchange ? unanswered : undefined),
    })
    for (const owner of empty) {
      const becameUnknown =
        outcome === null ||
        outcome.portfolio.existence.some(
          (entry) => entry.owner === owner && entry.state === 'unknown',
        )
      if (becameUnknown) empty.delete(owner)
    }
  }
  return [...empty].map((owner) => `${owner} is "none" whichever answer is missing`)
}
