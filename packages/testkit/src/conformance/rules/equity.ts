import type { Leg, MarginAccount, Portfolio } from '@plimsoll/model'
import { PlimsollError, toCanonicalJson, toNumber } from '@plimsoll/model'
import type { Bench } from '../bench.js'
import type { Rule, Verdict } from './rule.js'
import { verdict } from './rule.js'
import { stateOf } from './state.js'

/** What double arithmetic over a few hundred legs may lose, relative to the gross value. */
const RELATIVE = 1e-9
/** Venues round to 1e-8 or 1e-6 of their numeraire. */
const ABSOLUTE = 1e-5

/** Every claim is counted once. */
export const equity: Rule = {
  name: 'equity',
  statement: 'counts equity once: legs add up to the account, accounts to the report',
  check,
}

function check({ adapter, baseline }: Bench): Verdict {
  const { portfolio, report } = baseline
  const findings = [...twins(portfolio.accounts)]
  let total = 0
  let gross = 0
  let complete = true
  for (const account of portfolio.accounts) {
    const values = account.legs.map((leg) => worthOf(leg, account, portfolio))
    const priced = values.filter((value) => value !== null)
    if (priced.length !== values.length) {
      complete = false
      continue
    }
    const sum = priced.reduce((before, value) => before + value, 0)
    const size = priced.reduce((before, value) => before + Math.abs(value), 0)
    total += sum
    gross += size
    const module = adapter.modules.find(
      ({ tag, version }) => tag === account.rule.tag && version === account.rule.version,
    )
    if (module === undefined) continue
    try {
      const stated = module.evaluate(stateOf(portfolio, account)).equity
      if (!near(stated, sum, size)) {
        findings.push(`the legs of ${account.id} add up to ${sum}, its equity is ${stated}`)
      }
    } catch (thrown) {
      if (!(thrown instanceof PlimsollError)) throw thrown
      findings.push(`${account.id} cannot be evaluated: ${thrown.message}`)
    }
  }
  const lookThrough = portfolio.accounts
    .flatMap(({ legs }) => legs)
    .some((leg) => leg.backedBy?.kind === 'account')
  if (complete && !lookThrough && report.equity !== null && !near(report.equity, total, gross)) {
    findings.push(`the accounts add up to ${total}, the report says ${report.equity}`)
  }
  return verdict(findings, `${portfolio.accounts.length} accounts, ${total.toFixed(2)} in all`)
}

function near(a: number, b: number, gross: number): boolean {
  return Math.abs(a - b) <= ABSOLUTE + RELATIVE * gross
}

/** What a leg is worth in the numeraire; null without a price. */
function worthOf(leg: Leg, account: MarginAccount, portfolio: Portfolio): number | null {
  if (leg.kind === 'option') {
    return leg.price === null ? null : toNumber(leg.size) * toNumber(leg.price)
  }
  const mark = portfolio.marks.find(({ id }) => id === leg.mark)
  if (mark === undefined || mark.numeraire !== account.rule.numeraire) return null
  const price = toNumber(mark.mid)
  switch (leg.kind) {
    case 'debt':
      return -toNumber(leg.amount) * price
    case 'perp':
      return toNumber(leg.size) * price
    case 'cash':
    case 'collateral':
    case 'share':
      return toNumber(leg.amount) * price
  }
}

/** Two accounts of one owner with the same legs are most likely one account, counted twice. */
function twins(accounts: readonly MarginAccount[]): readonly string[] {
  const seen = new Map<string, string>()
  const findings: string[] = []
  for (const account of accounts) {
    if (account.legs.length === 0) continue
    const key = [
      account.owner,
      ...account.legs
        .map(({ id: _id, native: _native, ...claim }) => toCanonicalJson(claim))
        .sort(),
    ].join('\n')
    const twin = seen.get(key)
    if (twin !== undefined) findings.push(`${account.id} has the very legs of ${twin}`)
    seen.set(key, account.id)
  }
  return findings
}
