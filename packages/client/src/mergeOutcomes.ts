import type { AccountId, AsOf, OwnerId, PlimsollError, Portfolio } from '@plimsoll/model'
import { asOfMs, PORTFOLIO_FORMAT, toCanonicalJson } from '@plimsoll/model'
import type { ReadResult } from './adapter.js'
import { adapterFault } from './adapterFault.js'
import { checkResult } from './checkResult.js'
import { AdapterError } from './errors.js'
import { failureMessage } from './failureMessage.js'
import type { Outcome } from './readGroup.js'
import type { Task } from './source.js'

/** A portfolio, and the results that went into it. */
export type Merged = { readonly portfolio: Portfolio; readonly used: readonly Found[] }

/** A result that was used. */
export type Found = { readonly task: Task; readonly result: ReadResult }

type Lost = { readonly task: Task; readonly error: PlimsollError }

/**
 * One portfolio out of all outcomes, in their order. A result that breaks the contract, or that
 * contradicts an earlier one, counts as unread: its owners are `unknown` there.
 */
export function mergeOutcomes(
  owners: readonly OwnerId[],
  outcomes: readonly Outcome<ReadResult>[],
): Merged {
  const found: Found[] = []
  const lost: Lost[] = []
  const known = new Map<string, string>()
  for (const outcome of outcomes) {
    const { task } = outcome
    if (!outcome.ok) {
      lost.push({ task, error: outcome.error })
      continue
    }
    try {
      const result = checkResult(task, outcome.block, outcome.result)
      learn(known, task, statements(result))
      found.push({ task, result })
    } catch (thrown) {
      lost.push({ task, error: adapterFault(task.adapter, thrown) })
    }
  }
  const { used, dangling } = withoutDangling(found)
  return { portfolio: assemble(owners, used, [...lost, ...dangling]), used }
}

// What a result says of things that several results may speak of, by key. Symbol and source of an
// asset are for people; all that is computed with must agree.
function statements(result: ReadResult): ReadonlyMap<string, string> {
  const assets = result.assets.map(({ symbol: _symbol, source: _source, ...asset }) => asset)
  return new Map([
    ...result.accounts.map(({ id }): [string, string] => [`account ${id}`, '']),
    ...assets.map((asset): [string, string] => [`asset ${asset.id}`, toCanonicalJson(asset)]),
    ...result.marks.map((mark): [string, string] => [`mark ${mark.id}`, toCanonicalJson(mark)]),
    ...Object.entries(result.shared).map(([key, value]): [string, string] => [
      `shared state ${key}`,
      toCanonicalJson(value),
    ]),
  ])
}

function learn(known: Map<string, string>, task: Task, said: ReadonlyMap<string, string>): void {
  for (const [key, text] of said) {
    const before = known.get(key)
    if (before !== undefined && (before !== text || key.startsWith('account '))) {
      throw new AdapterError(
        `Adapter "${task.adapter.id}" and another one contradict each other about ${key}. Nothing of the former was used; give both the same asset registry, or ids of their own.`,
        { details: `${text.slice(0, 200)} against ${before.slice(0, 200)}` },
      )
    }
  }
  for (const [key, text] of said) known.set(key, text)
}

// A leg backed by an account that was not read would count equity that nobody looked at.
function withoutDangling(found: readonly Found[]): {
  readonly used: readonly Found[]
  readonly dangling: readonly Lost[]
} {
  const ids = new Set(found.flatMap(({ result }) => result.accounts.map(({ id }) => id)))
  const dangling = found.flatMap(({ task, result }): readonly Lost[] => {
    const missing = backings(result).find((id) => !ids.has(id))
    return missing === undefined ? [] : [{ task, error: danglingError(task, missing) }]
  })
  if (dangling.length === 0) return { used: found, dangling }
  const bad = new Set(dangling.map(({ task }) => task))
  const rest = withoutDangling(found.filter(({ task }) => !bad.has(task)))
  return { used: rest.used, dangling: [...dangling, ...rest.dangling] }
}

function backings({ accounts }: ReadResult): readonly AccountId[] {
  return accounts.flatMap(({ legs }) =>
    legs.flatMap(({ backedBy }) => (backedBy?.kind === 'account' ? [backedBy.account] : [])),
  )
}

function danglingError({ adapter }: Task, account: AccountId): AdapterError {
  return new AdapterError(
    `Adapter "${adapter.id}" says that a leg is backed by account "${account}", which was not read. Add the adapter that reads it, or its owner.`,
  )
}

function assemble(
  owners: readonly OwnerId[],
  used: readonly Found[],
  lost: readonly Lost[],
): Portfolio {
  const results = used.map(({ result }) => result)
  const asOf = instants(results)
  const times = asOf.map(asOfMs)
  return {
    format: PORTFOLIO_FORMAT,
    owners,
    asOf,
    skewMs: times.length === 0 ? 0 : Math.max(...times) - Math.min(...times),
    accounts: results.flatMap(({ accounts }) => accounts),
    assets: firstById(results.flatMap(({ assets }) => assets)),
    marks: firstById(results.flatMap(({ marks }) => marks)),
    shared: Object.assign({}, ...results.map(({ shared }) => shared)),
    existence: [...results.flatMap(({ existence }) => existence), ...lost.flatMap(unknownOf)],
    failures: [...results.flatMap(({ failures }) => failures), ...lost.flatMap(failuresOf)],
  }
}

function instants(results: readonly ReadResult[]): readonly AsOf[] {
  const all = results.flatMap(({ asOf, accounts }) => [...asOf, ...accounts.map((a) => a.asOf)])
  return [...new Map(all.map((asOf) => [toCanonicalJson(asOf), asOf])).values()]
}

function firstById<Item extends { readonly id: string }>(items: readonly Item[]): readonly Item[] {
  const byId = new Map<string, Item>()
  for (const item of items) if (!byId.has(item.id)) byId.set(item.id, item)
  return [...byId.values()]
}

function unknownOf({ task }: Lost): Portfolio['existence'] {
  const { adapter, chain } = task
  return task.owners.map(({ id: owner }) => ({
    adapter: adapter.id,
    chain,
    owner,
    state: 'unknown',
    asOf: null,
    validForMs: 0,
  }))
}

function failuresOf({ task, error }: Lost): Portfolio['failures'] {
  const { adapter, chain } = task
  return task.owners.map(({ id: owner }) => ({
    adapter: adapter.id,
    chain,
    owner,
    error: error.name,
    message: failureMessage(error),
  }))
}
