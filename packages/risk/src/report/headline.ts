import type { AccountReport, Health, QualityFlag, RiskReport } from '@plimsoll/model'

/**
 * The lowest health of a material account, and which it is. Anything unknown makes it unknown; the
 * lowest of what is known is then an upper bound.
 */
export function headline(
  accounts: readonly AccountReport[],
  quality: readonly QualityFlag[],
): Pick<RiskReport, 'health' | 'healthUpperBound' | 'weakest'> {
  let weakest: AccountReport | null = null
  let lowest: number | null = null
  for (const account of accounts) {
    const { value } = account.health
    if (!account.material || value === null) continue
    if (lowest === null || value < lowest) {
      lowest = value
      weakest = account
    }
  }
  const unknown = quality.filter(({ severity }) => severity === 'unknown')
  const [first] = unknown
  if (first !== undefined) {
    const more = unknown.length > 1 ? ` (and ${unknown.length - 1} more)` : ''
    const health: Health = { value: null, reason: 'unknown', message: `${first.message}${more}` }
    return { health, healthUpperBound: lowest, weakest: null }
  }
  if (lowest === null || weakest === null) {
    const message = 'No material account can be liquidated: none requires margin.'
    return {
      health: { value: null, reason: 'no-requirement', message },
      healthUpperBound: null,
      weakest: null,
    }
  }
  return { health: { value: lowest }, healthUpperBound: lowest, weakest: weakest.account }
}
