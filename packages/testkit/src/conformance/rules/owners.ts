import { toCanonicalJson } from '@plimsoll/model'
import type { Bench } from '../bench.js'
import { difference, unrecorded } from './replay.js'
import type { Rule, Verdict } from './rule.js'
import { verdict } from './rule.js'

/** Several owners in one read are the several reads of one owner. */
export const owners: Rule = {
  name: 'owners',
  statement: 'keeps the owners of one read apart: together they are what each is alone',
  check: async (bench: Bench): Promise<Verdict> => {
    const { portfolio } = bench.baseline
    const asked = new Set<string>(bench.owners)
    const findings = bench.trace.results
      .flatMap(({ result }) => result.accounts)
      .filter(({ owner }) => !asked.has(owner))
      .map(({ id, owner }) => `account ${id} belongs to ${owner}, who was not asked about`)
    for (const owner of bench.owners) {
      const { outcome, error, trace } = await bench.read({}, [owner])
      findings.push(
        ...unrecorded(trace).map((text) => `${text}; record a read of ${owner} alone, too`),
      )
      if (outcome === null) {
        findings.push(`${owner} alone cannot be read: ${error?.message ?? ''}`)
        continue
      }
      const alone = texts(outcome.portfolio.accounts)
      const together = texts(portfolio.accounts.filter((account) => account.owner === owner))
      const foreign = trace.results
        .flatMap(({ result }) => result.accounts)
        .filter((account) => account.owner !== owner)
      findings.push(...foreign.map(({ id }) => `account ${id} of another appears with ${owner}`))
      if (alone !== together) {
        findings.push(`read alone, the accounts of ${owner} ${difference(together, alone)}`)
      }
      const states = (entries: typeof portfolio.existence) =>
        texts(entries.filter((entry) => entry.owner === owner))
      if (states(outcome.portfolio.existence) !== states(portfolio.existence)) {
        findings.push(`the existence of ${owner} differs between a read of all and a read of one`)
      }
    }
    return verdict(findings, `${bench.owners.length} owners, together and alone`)
  },
}

function texts(entries: readonly unknown[]): string {
  return entries.map(toCanonicalJson).sort().join('\n')
}
