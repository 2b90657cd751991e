import type { AccountId, AccountReport, Health, QualityFlag, RiskReport } from '@plimsoll/model'

/**
 * The lowest health of a material account, and which it is. Anything unknown makes it unknown; the
 * lowest of what is known is then an upper bound.
 */
export function headline(
  accounts: readonly Pick<AccountReport, 'account' | 'material' | 'health'>[],
  quality: readonly QualityFlag[],
): Pick<RiskReport, 'health' | 'healthUpperBound' | 'weakest'> {
  let lowest: { readonly account: AccountId; readonly health: number } | null = null
  for (const { account, material, health } of accounts) {
    if (!material || health.value === null) continue
    if (lowest === null || health.value < lowest.health) lowest = { account, health: health.value }
  }
  const unknown = quality.filter(({ severity }) => severity === 'unknown')
  const [first] = unknown
  if (first !== undefined) {
    const more = unknown.length > 1 ? ` (and ${unknown.length - 1} more)` : ''
    const health: Health = { value: null, reason: 'unknown', message: `${first.message}${more}` }
    return { health, healthUpperBound: lowest?.health ?? null, weakest: null }
  }
  if (lowest === null) {
    const message = 'No material account can be liquidated: none requires margin.'
    return {
      health: { value: null, reason: 'no-requirement', message },
      healthUpperBound: null,
      weakest: null,
    }
  }
  const { account, health } = lowest
  return { health: { value: health }, healthUpperBound: health, weakest: account }
}
