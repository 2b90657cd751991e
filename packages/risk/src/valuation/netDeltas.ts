import type { AccountId, FactorId, NetDelta, Portfolio } from '@plimsoll/model'
import { byId, compareText } from '../order.js'
import { legDeltas } from './legs.js'
import type { Counted } from './lookThrough.js'
import { countedOnce } from './lookThrough.js'
import type { World } from './world.js'

/**
 * Net and gross exposure to every factor over all accounts, in the numeraire per +100 % of the
 * factor; options by their Black-76 delta. Gross adds the absolute exposures of single legs. Legs
 * that count elsewhere and legs without a price are left out.
 */
export function netDeltas(
  portfolio: Portfolio,
  world: World,
  counted: Counted = countedOnce(portfolio),
): readonly NetDelta[] {
  const factors = new Map<FactorId, { gross: number; byAccount: Map<AccountId, number> }>()
  for (const account of [...portfolio.accounts].sort(byId)) {
    if (!counted.account(account)) continue
    for (const leg of [...account.legs].sort(byId)) {
      if (!counted.leg(leg)) continue
      for (const [factor, delta] of legDeltas(leg, world) ?? []) {
        const entry = factors.get(factor) ?? { gross: 0, byAccount: new Map() }
        entry.gross += Math.abs(delta)
        entry.byAccount.set(account.id, (entry.byAccount.get(account.id) ?? 0) + delta)
        factors.set(factor, entry)
      }
    }
  }
  return [...factors]
    .sort(([a], [b]) => compareText(a, b))
    .map(([factor, { gross, byAccount }]) => {
      let net = 0
      for (const delta of byAccount.values()) net += delta
      return { factor, net, gross, byAccount: Object.fromEntries(byAccount) }
    })
}
