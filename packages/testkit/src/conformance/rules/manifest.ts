import { toCanonicalJson } from '@plimsoll/model'
import type { Bench } from '../bench.js'
import type { Rule, Verdict } from './rule.js'
import { verdict } from './rule.js'

const LOCAL = /^http:\/\/(127\.0\.0\.1|localhost)(:\d+)?(\/|$)/

/** The manifest says who is asked, how positions are found, and how far each mode can be trusted. */
export const manifest: Rule = {
  name: 'manifest',
  statement: 'states its hosts, history, discovery and the fidelity of every mode',
  check,
}

function check({ adapter, baseline }: Bench): Verdict {
  const findings: string[] = []
  const tags = adapter.modules.map(({ tag, version }) => `${tag}@${version}`)
  const grades = new Set(Object.values(adapter.fidelity).map(toCanonicalJson))
  if (adapter.name.trim() === '') findings.push('name is empty: say how people call the venue.')
  if (adapter.discovery.trim() === '') {
    findings.push('discovery is empty: say in words how positions are found.')
  }
  if (grades.size === 0) findings.push('fidelity is empty: state it for every account mode.')
  if (adapter.history === 'block' && adapter.chains.length === 0) {
    findings.push("history is 'block' but the adapter reads no chain: say 'none'.")
  }
  for (const [key, host] of Object.entries(adapter.hosts)) {
    if (!host.url.startsWith('https://') && !LOCAL.test(host.url)) {
      findings.push(`host "${key}" is ${host.url}: use https.`)
    }
    if (host.budget !== null && !(host.budget.weight > 0 && host.budget.windowMs > 0)) {
      findings.push(`the budget of host "${key}" is not positive.`)
    }
  }
  if (new Set(tags).size !== tags.length) findings.push(`modules repeat a tag: ${tags.join(', ')}.`)
  for (const account of baseline.portfolio.accounts) {
    const rule = `${account.rule.tag}@${account.rule.version}`
    if (!tags.includes(rule)) {
      findings.push(`account ${account.id} follows ${rule}, which no module of the adapter is.`)
    }
    if (!grades.has(toCanonicalJson(account.fidelity))) {
      findings.push(
        `account ${account.id} claims ${account.fidelity.grade}, which the manifest states for no mode.`,
      )
    }
  }
  return verdict(findings, `${tags.length} modules, ${grades.size} grades of fidelity`)
}
