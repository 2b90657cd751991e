import type { AccountId, UnifiedMarginReport } from '@plimsoll/model'
import { compareText } from '../../order.js'
import type { UnifiedMargin } from '../../unified/result.js'

/** The unified margin for print, its contributions added up by account. */
export function unifiedReport(margin: UnifiedMargin): UnifiedMarginReport {
  const { parts, netting } = margin
  return {
    maintenance: margin.maintenance,
    initial: margin.initial,
    excess: margin.excess,
    spot: parts.spot,
    peg: parts.peg,
    addOn: parts.addOn,
    siloed: netting.siloed,
    netted: netting.netted,
    notGranted: netting.notGranted,
    capitalEfficiency: netting.capitalEfficiency,
    underlyings: parts.underlyings.map((underlying) => ({
      factor: underlying.factor,
      volatility: underlying.used.adjusted,
      loss: underlying[underlying.counted].loss,
      direction: underlying.counted,
      component: underlying.component,
    })),
    byAccount: byAccount(parts.contributions),
    flags: margin.flags,
  }
}

function byAccount(
  contributions: UnifiedMargin['parts']['contributions'],
): UnifiedMarginReport['byAccount'] {
  const sums = new Map<string, number>()
  for (const { leg, component } of contributions) {
    const account = leg.slice(0, leg.indexOf('#'))
    sums.set(account, (sums.get(account) ?? 0) + component)
  }
  return [...sums]
    .sort(([a], [b]) => compareText(a, b))
    .map(([account, component]) => ({ account: account as AccountId, component }))
}
