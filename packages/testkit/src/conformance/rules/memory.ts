import type { Native } from '@plimsoll/model'
import { fromCanonicalJson, PlimsollError, toCanonicalJson } from '@plimsoll/model'
import { improvements } from '../assessed.js'
import type { Bench } from '../bench.js'
import { unrecorded } from './replay.js'
import type { Rule, Verdict } from './rule.js'
import { verdict } from './rule.js'

const RUBBISH: readonly Native[] = [null, '', 'x', 7, true, [], {}, [null], { version: -1 }]

/** Memory makes a refresh cheaper, never different. */
export const memory: Rule = {
  name: 'memory',
  statement: 'refreshes in one round to the same accounts, and is not led astray by bad memory',
  check: async (bench: Bench): Promise<Verdict> => {
    const findings = [...(await refreshed(bench)), ...(await misled(bench))]
    return verdict(findings, `${rememberedChains(bench)} memories`)
  },
}

async function refreshed(bench: Bench): Promise<readonly string[]> {
  const memories = new Map<number | null, Native>()
  for (const { chain, result } of bench.trace.results) {
    if (result.memory === undefined) continue
    try {
      const text = toCanonicalJson(result.memory)
      memories.set(chain, fromCanonicalJson(text) as Native)
    } catch (thrown) {
      if (!(thrown instanceof PlimsollError)) throw thrown
      return [`its memory cannot be stored: ${thrown.message}`]
    }
  }
  const { outcome, error, trace } = await bench.read({ memory: (chain) => memories.get(chain) })
  if (outcome === null) return [`the refresh failed: ${error?.message ?? ''}`]
  const findings = [...unrecorded(trace)]
  const accounts = (portfolio: typeof outcome.portfolio) => toCanonicalJson(portfolio.accounts)
  if (accounts(outcome.portfolio) !== accounts(bench.baseline.portfolio)) {
    findings.push('the accounts differ after a refresh from memory')
  }
  for (const chain of new Set(trace.asked.map((round) => round.chain))) {
    const rounds = trace.asked.filter((round) => round.chain === chain).length
    if (rounds > 1) {
      findings.push(`a refresh takes ${rounds} rounds: remember what discovery found`)
    }
  }
  return findings
}

async function misled(bench: Bench): Promise<readonly string[]> {
  const findings: string[] = []
  for (const rubbish of RUBBISH) {
    const { outcome, trace } = await bench.read({ memory: () => rubbish })
    const after = `after it was given ${JSON.stringify(rubbish)} to remember`
    findings.push(...trace.untyped.map((thrown) => `${String(thrown)}, ${after}`))
    if (outcome !== null) {
      findings.push(...improvements(bench.baseline, outcome).map((what) => `${what}, ${after}`))
    }
  }
  return findings
}

function rememberedChains({ trace }: Bench): number {
  return trace.results.filter(({ result }) => result.memory !== undefined).length
}
