import type { Bench } from '../bench.js'
import type { Rule, Verdict } from './rule.js'
import { verdict } from './rule.js'

/** The recording must hold enough for the other rules to mean something. */
export const coverage: Rule = {
  name: 'coverage',
  statement: 'is recorded with two owners that have accounts, one that has none, and a health',
  check,
}

function check({ adapter, baseline }: Bench): Verdict {
  const findings: string[] = []
  const { portfolio, report } = baseline
  const holders = new Set(portfolio.accounts.map(({ owner }) => owner))
  const without = portfolio.owners.filter(
    (owner) =>
      portfolio.existence.some((entry) => entry.owner === owner) &&
      portfolio.existence.every((entry) => entry.owner !== owner || entry.state === 'none'),
  )
  if (holders.size < 2) {
    findings.push(
      `${holders.size} owners have accounts in the recording: record two in one read, so that mixing them shows.`,
    )
  }
  if (without.length === 0) {
    findings.push('every owner has accounts in the recording: record one without, too.')
  }
  if (portfolio.failures.length > 0) {
    findings.push(
      `the recorded read has failures (${portfolio.failures.map(({ error, message }) => `${error}: ${message}`).join('; ')}): record a clean one.`,
    )
  }
  const judged = report.accounts.filter(({ health }) => health.value !== null).length
  if (adapter.kind === 'venue' && judged === 0) {
    findings.push('no account in the recording has a health: record one with debt or a position.')
  }
  return verdict(
    findings,
    `${portfolio.accounts.length} accounts of ${holders.size} owners, ${judged} with a health`,
  )
}
