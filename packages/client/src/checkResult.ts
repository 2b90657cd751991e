import type {
  Existence,
  Leg,
  MarginAccount,
  OwnerId,
  Portfolio,
  ReadFailure,
} from '@plimsoll/model'
import { checkReferences, PORTFOLIO_FORMAT } from '@plimsoll/model'
import type { ReadResult } from './adapter.js'
import { AdapterError } from './errors.js'
import type { Block, Task } from './source.js'

/**
 * What an adapter returned, checked and completed: an owner that it does not mention is `unknown`,
 * and whatever is `unknown` has a failure that says so.
 *
 * @throws AdapterError when ids, owners, instants or shapes are not those of its task: then nothing of it is used
 * @throws InvalidPortfolioError when its parts do not refer to each other
 */
export function checkResult(task: Task, block: Block | null, result: ReadResult): ReadResult {
  checkReferred(task, result)
  checkSigns(task, result)
  const { adapter, chain } = task
  const owners = new Set<OwnerId>(task.owners.map(({ id }) => id))
  for (const account of result.accounts) checkAccount(account, task, owners, block)
  const failures = result.failures.map((failure) => ({ ...failure, adapter: adapter.id, chain }))
  for (const { owner } of failures) if (owner !== null) checkOwner(owner, task, owners)
  const stated = result.existence.map((entry) => ({ ...entry, adapter: adapter.id, chain }))
  for (const { owner } of stated) checkOwner(owner, task, owners)
  const existence = [...owners].map((owner) =>
    existenceOf(owner, stated, result.accounts, failures, task),
  )
  return {
    ...result,
    existence,
    failures: [...failures, ...unsaid(existence, failures)],
    asOf: block === null ? result.asOf : [block, ...result.asOf],
  }
}

function checkReferred(task: Task, result: ReadResult): void {
  const { accounts, assets, marks, shared } = result
  const portfolio: Portfolio = {
    format: PORTFOLIO_FORMAT,
    owners: task.owners.map(({ id }) => id),
    asOf: [],
    skewMs: 0,
    accounts,
    assets,
    marks,
    shared,
    existence: [],
    failures: [],
  }
  checkReferences(withoutForeignBacking(portfolio))
}

// Amounts whose sign the model fixes: a debt below zero would be worth something.
function checkSigns(task: Task, { accounts, marks }: ReadResult): void {
  for (const { id, legs } of accounts) {
    for (const leg of legs) {
      const isUnsigned = leg.kind === 'collateral' || leg.kind === 'debt' || leg.kind === 'share'
      if (isUnsigned && leg.amount.raw < 0n) {
        throw broken(
          task,
          `returned a negative amount, ${leg.amount.raw} of ${leg.asset}, in "${id}"`,
        )
      }
    }
  }
  for (const { id, min, mid, max } of marks) {
    if (min.raw < 0n || mid.raw < 0n || max.raw < 0n) {
      throw broken(task, `returned a negative price, "${id}"`)
    }
  }
}

// An account of another adapter may back a leg; whether it is there is checked when all are merged.
function withoutForeignBacking(portfolio: Portfolio): Portfolio {
  const own = new Set(portfolio.accounts.map(({ id }) => id))
  const strip = (leg: Leg): Leg => {
    if (leg.backedBy?.kind !== 'account' || own.has(leg.backedBy.account)) return leg
    const { backedBy: _elsewhere, ...rest } = leg
    return rest
  }
  const accounts = portfolio.accounts.map((account) => ({
    ...account,
    legs: account.legs.map(strip),
  }))
  return { ...portfolio, accounts }
}

function checkAccount(
  { id, owner, asOf }: MarginAccount,
  task: Task,
  owners: ReadonlySet<OwnerId>,
  block: Block | null,
): void {
  checkOwner(owner, task, owners)
  if (block === null) return
  if (asOf.kind !== 'block' || asOf.chain !== block.chain || asOf.hash !== block.hash) {
    throw broken(task, `dated account "${id}" otherwise than at the pinned block ${block.hash}`)
  }
}

function checkOwner(owner: OwnerId, task: Task, owners: ReadonlySet<OwnerId>): void {
  if (!owners.has(owner)) throw broken(task, `answered for owner ${owner}, who was not asked for`)
}

function existenceOf(
  owner: OwnerId,
  stated: readonly Existence[],
  accounts: readonly MarginAccount[],
  failures: readonly ReadFailure[],
  task: Task,
): Existence {
  const entries = stated.filter((entry) => entry.owner === owner)
  if (entries.length > 1) throw broken(task, `stated twice whether ${owner} has accounts`)
  const [entry] = entries
  const { adapter, chain } = task
  if (entry === undefined) {
    return { adapter: adapter.id, chain, owner, state: 'unknown', asOf: null, validForMs: 0 }
  }
  const isFound = accounts.some((account) => account.owner === owner)
  const isExcused = failures.some((failure) => failure.owner === null || failure.owner === owner)
  if (entry.state === 'none' && isFound)
    throw broken(task, `states that ${owner} has none, but returned accounts`)
  if (entry.state === 'has' && !isFound && !isExcused) {
    throw broken(task, `states that ${owner} has accounts, but returned none and no failure`)
  }
  return entry
}

function unsaid(
  existence: readonly Existence[],
  failures: readonly ReadFailure[],
): readonly ReadFailure[] {
  return existence
    .filter(({ state, owner }) => {
      const isSaid = failures.some((failure) => failure.owner === null || failure.owner === owner)
      return state === 'unknown' && !isSaid
    })
    .map(({ adapter, chain, owner }) => ({
      adapter,
      chain,
      owner,
      error: 'AdapterError',
      message: `Adapter "${adapter}" does not say whether ${owner} has accounts. Read again, and report the adapter if it goes on.`,
    }))
}

function broken({ adapter }: Task, what: string): AdapterError {
  return new AdapterError(
    `Adapter "${adapter.id}" ${what}. Nothing of it was used; report it to the adapter's author.`,
  )
}
