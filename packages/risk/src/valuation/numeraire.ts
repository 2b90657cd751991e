import type { Portfolio } from '@plimsoll/model'

const DEFAULT = 'USD'

/** The unit of a portfolio's totals: `USD` where any rule counts in it, else the first unit there is. */
export function numeraireOf({ accounts, marks }: Portfolio): string {
  const rules = [...new Set(accounts.map(({ rule }) => rule.numeraire))].sort()
  const prices = [...new Set(marks.map(({ numeraire }) => numeraire))].sort()
  if (rules.includes(DEFAULT)) return DEFAULT
  return rules[0] ?? (prices.includes(DEFAULT) ? DEFAULT : prices[0]) ?? DEFAULT
}
