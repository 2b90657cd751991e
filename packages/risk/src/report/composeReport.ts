import type { Portfolio, PortfolioRisk, QualityFlag, RiskReport } from '@plimsoll/model'
import { REPORT_FORMAT } from '@plimsoll/model'
import { byId, compareText } from '../order.js'
import { compile } from '../program/compile.js'
import { indexModules, venueStates } from '../program/venueState.js'
import { isMaterialSize } from '../score/materiality.js'
import { countedOnce } from '../valuation/lookThrough.js'
import { netDeltas } from '../valuation/netDeltas.js'
import { numeraireOf } from '../valuation/numeraire.js'
import { requirement } from '../valuation/requirement.js'
import type { Totals } from '../valuation/totals.js'
import { accountTotals } from '../valuation/totals.js'
import { worldToday } from '../valuation/world.js'
import { accountReport } from './accountReport.js'
import { evaluateExact } from './evaluateExact.js'
import { headline } from './headline.js'
import type { AssessOptions } from './options.js'
import { resolveOptions } from './options.js'
import { accountQuality, portfolioQuality, sortFlags } from './quality.js'
import type { RiskInputs } from './risk/inputs.js'

/** The report of a portfolio at an instant, with whatever risk is made of what it finds. */
export function composeReport(
  portfolio: Portfolio,
  options: AssessOptions,
  riskOf: (inputs: RiskInputs) => PortfolioRisk | null,
): RiskReport {
  const resolved = resolveOptions(options)
  const { modules, nowMs } = resolved
  const at = Math.floor(nowMs / 1000)
  const numeraire = numeraireOf(portfolio)
  const today = worldToday(portfolio, at, numeraire)
  const counted = countedOnce(portfolio)
  const program = compile(portfolio, { modules, at })
  const moduleOf = indexModules(modules)
  const stateOf = venueStates(portfolio, at)
  const sorted = [...portfolio.accounts].sort(byId)
  const owned = sorted.filter(counted.account)
  const totals = sumTotals(owned.map((account) => accountTotals(account, today, today, counted)))
  const general = portfolioQuality(portfolio, resolved)
  const entries = sorted.map((account, row) => {
    const own = accountTotals(account, today, today)
    return accountReport({
      account,
      row,
      program,
      today,
      totals: own,
      exact: evaluateExact(account, moduleOf, stateOf),
      quality: accountQuality(account, portfolio, own, resolved),
      isMaterial: isMaterialSize(own.known ? own : null, totals, resolved.materiality),
      rays: resolved.rays,
    })
  })
  const quality: readonly QualityFlag[] = sortFlags([
    ...general,
    ...entries.flatMap((entry) => entry.quality),
  ])
  const isRead = !general.some(({ severity }) => severity === 'unknown')
  const isTotal = isRead && totals.known
  const accounts = entries.map(({ report }) => report)
  const deltas = netDeltas(portfolio, today, counted)
  const asked = isRead ? requirement(portfolio, program, today, counted) : null
  return {
    format: REPORT_FORMAT,
    nowMs,
    numeraire,
    owners: [...portfolio.owners].sort(compareText),
    equity: isTotal ? totals.equity : null,
    grossAssets: isTotal ? totals.grossAssets : null,
    debt: isTotal ? totals.debt : null,
    notional: isTotal ? totals.notional : null,
    accounts,
    ...headline(accounts, quality),
    netDeltas: deltas,
    requirement: asked,
    risk: riskOf({
      portfolio,
      program,
      today,
      counted,
      accounts,
      netDeltas: deltas,
      quality,
      equity: isTotal ? totals.equity : null,
      siloed: asked?.siloed ?? null,
      nowMs,
    }),
    quality,
    failures: [...portfolio.failures].sort((a, b) => compareText(failureKey(a), failureKey(b))),
  }
}

function failureKey({
  adapter,
  chain,
  owner,
  error,
  message,
}: Portfolio['failures'][number]): string {
  return [adapter, chain ?? '', owner ?? '', error, message].join('\u0000')
}

function sumTotals(all: readonly Totals[]): Totals {
  let equity = 0
  let grossAssets = 0
  let debt = 0
  let notional = 0
  for (const totals of all) {
    equity += totals.equity
    grossAssets += totals.grossAssets
    debt += totals.debt
    notional += totals.notional
  }
  return {
    equity,
    grossAssets,
    debt,
    notional,
    unpriced: all.flatMap(({ unpriced }) => unpriced),
    known: all.every(({ known }) => known),
  }
}
