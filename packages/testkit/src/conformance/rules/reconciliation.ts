import { reconcile, toNumber } from '@plimsoll/model'
import type { Bench } from '../bench.js'
import type { Rule, Verdict } from './rule.js'
import { verdict } from './rule.js'

/** Numbers that the venue reports are compared, and the comparison can fail. */
export const reconciliation: Rule = {
  name: 'reconciliation',
  statement: "meets the venue's own numbers, and every comparison fails when a number is wrong",
  check: async (bench: Bench): Promise<Verdict> => {
    const findings: string[] = []
    const names = new Set<string>()
    for (const { id, reconciliation: stated } of bench.baseline.portfolio.accounts) {
      const { status } = reconcile(stated.formulaVersion, stated.checks)
      if (status !== stated.status) {
        findings.push(`${id} says "${stated.status}", its checks say "${status}"`)
      }
      if (stated.status === 'unreconciled') findings.push(`${id} is unreconciled as recorded`)
      for (const { name, reported, recomputed, residual } of stated.checks) {
        names.add(name)
        const difference = Math.abs(toNumber(reported) - toNumber(recomputed))
        const rounding = 1e-12 * (Math.abs(toNumber(reported)) + Math.abs(toNumber(recomputed)))
        if (Math.abs(difference - residual) > rounding) {
          findings.push(`check "${name}" of ${id} has residual ${residual}, not ${difference}`)
        }
      }
    }
    const { reads, skipped } = await bench.corrupted()
    const failing = new Set(reads.flatMap(({ unmet }) => unmet))
    const untried =
      skipped === 0 ? '' : ` (or raise the limit: ${skipped} corruptions were left out)`
    for (const name of names) {
      if (!failing.has(name)) {
        findings.push(
          `check "${name}" holds whatever the venue answers: it compares nothing${untried}`,
        )
      }
    }
    return verdict(findings, `${names.size} numbers compared`)
  },
}
