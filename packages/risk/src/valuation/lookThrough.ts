import type { AccountId, Leg, MarginAccount, OwnerId, Portfolio } from '@plimsoll/model'
import { parseOwner } from '@plimsoll/model'

/**
 * What counts once. A leg that is a claim on an account of the same portfolio would count that
 * account's equity a second time:
 * - the account is the owner's own (a receipt token posted elsewhere): the account counts, the leg
 *   does not;
 * - the account is somebody else's, read only for look-through (a vault): the leg counts, the
 *   account does not.
 */
export type Counted = {
  readonly account: (account: MarginAccount) => boolean
  readonly leg: (leg: Leg) => boolean
}

/** Decides for every account and leg of a portfolio whether it counts. */
export function countedOnce(portfolio: Portfolio): Counted {
  const accounts = new Map(portfolio.accounts.map((account) => [account.id, account]))
  const owners = ownerMatcher(portfolio.owners)
  const backing = new Set<AccountId>()
  for (const { legs } of portfolio.accounts) {
    for (const { backedBy } of legs) if (backedBy?.kind === 'account') backing.add(backedBy.account)
  }
  const isForeign = ({ id, owner }: MarginAccount) => backing.has(id) && !owners(owner)
  return {
    account: (account) => !isForeign(account),
    leg: ({ backedBy }) => {
      if (backedBy?.kind !== 'account') return true
      const backer = accounts.get(backedBy.account)
      return backer === undefined || isForeign(backer)
    },
  }
}

/** Whether an owner is one of those asked for; an EVM address matches itself on every chain. */
function ownerMatcher(owners: readonly OwnerId[]): (owner: OwnerId) => boolean {
  const ids = new Set<string>(owners)
  const everywhere = new Set(
    owners.map(parseOwner).flatMap((owner) => (owner.kind === 'evm' ? [owner.address] : [])),
  )
  return (id) => {
    if (ids.has(id)) return true
    const owner = parseOwner(id)
    return owner.kind === 'evm' && everywhere.has(owner.address)
  }
}
