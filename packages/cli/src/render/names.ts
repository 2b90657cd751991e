import type { AccountId, AssetId, FactorId, Portfolio, Ray } from '@plimsoll/model'

/** Names that people know, by the ids that a report uses. */
export type Names = {
  readonly asset: (id: AssetId) => string
  /** The same for an id that came as text. */
  readonly assetNamed: (id: string) => string
  readonly account: (id: AccountId) => string
}

/** Names of the assets and accounts of a portfolio; an id stands for itself where it has none. */
export function namesOf({ assets, accounts }: Portfolio): Names {
  const symbols = new Map<string, string>(assets.map(({ id, symbol }) => [id, symbol]))
  const labels = new Map(accounts.map(({ id, label }) => [id, label]))
  const assetNamed = (id: string) => symbols.get(id) ?? id
  return { asset: assetNamed, assetNamed, account: (id) => labels.get(id) ?? id }
}

/** A factor for people: `ETH`, `wstETH/ETH peg`, `ETH 30d volatility`. */
export function factorName(factor: FactorId): string {
  const [kind = '', ...rest] = factor.split(':')
  const name = rest.join(':')
  switch (kind) {
    case 'spot':
      return name
    case 'iv':
      return `${name.replace(':', ' ')} volatility`
    default:
      return `${name} ${kind}`
  }
}

/** What moves along a ray. */
export function rayName(ray: Ray, names: Names): string {
  return ray.kind === 'asset' ? names.asset(ray.asset) : factorName(ray.factor)
}
