import type { MarginAccount, Portfolio, VenueModule, VenueState } from '@plimsoll/model'
import {
  asOfMs,
  InvalidRuleError,
  PlimsollError,
  UnknownRuleError,
  UnsupportedVenueStateError,
} from '@plimsoll/model'
import { CompileError } from '../errors.js'
import { byId } from '../order.js'

/**
 * Gives the state that each account's rule reads, all accounts sharing the portfolio's maps. Legs come
 * in canonical order, so that sums over them have the same bits in any order of a portfolio.
 */
export function venueStates(
  portfolio: Portfolio,
  at: number,
): (account: MarginAccount) => VenueState {
  const marks = new Map(portfolio.marks.map((mark) => [mark.id, mark]))
  const assets = new Map(portfolio.assets.map((asset) => [asset.id, asset]))
  return (account) => ({
    account: { ...account, legs: [...account.legs].sort(byId) },
    marks,
    assets,
    shared: new Map(
      account.rule.shared.flatMap((key) => {
        const state = portfolio.shared[key]
        return state === undefined ? [] : [[key, state] as const]
      }),
    ),
    // Nothing accrues backwards: an account read after `at` is judged at its own instant.
    at: Math.max(at, Math.floor(asOfMs(account.asOf) / 1000)),
  })
}

/** Finds the module of an account among those given. */
export type ModuleFinder = (account: MarginAccount) => VenueModule

/**
 * Indexes modules by the rule that they interpret.
 *
 * @throws CompileError when two modules claim one rule; the finder throws UnknownRuleError.
 */
export function indexModules(modules: readonly VenueModule[]): ModuleFinder {
  const byRule = new Map<string, VenueModule>()
  for (const module of modules) {
    const rule = `${module.tag}@${module.version}`
    const known = byRule.get(rule)
    if (known !== undefined && known !== module) {
      throw new CompileError(
        `Two modules interpret the rule ${rule}. Pass one module for each rule and version.`,
      )
    }
    byRule.set(rule, module)
  }
  return ({ id, rule }) => {
    const module = byRule.get(`${rule.tag}@${rule.version}`)
    if (module !== undefined) return module
    const known = [...byRule.keys()].sort().join(', ') || 'none'
    throw new UnknownRuleError(
      `No module interprets the rule ${rule.tag}@${rule.version} of account "${id}". Pass the module of its adapter in \`modules\` (given: ${known}).`,
    )
  }
}

/** Runs code of a module: what it throws becomes a typed error that is returned, never a crash of all. */
export function attempt<Result>(
  account: MarginAccount,
  run: () => Result,
): { readonly value: Result; readonly error: null } | { readonly error: PlimsollError } {
  const blocking = account.flags.find(({ severity }) => severity === 'unknown')
  if (blocking !== undefined) {
    return { error: new UnsupportedVenueStateError(blocking.message, { details: blocking.code }) }
  }
  try {
    return { value: run(), error: null }
  } catch (cause) {
    if (cause instanceof PlimsollError) return { error: cause }
    return {
      error: new InvalidRuleError(
        `The module of rule ${account.rule.tag}@${account.rule.version} failed on account "${account.id}". Report it to the adapter's authors with the portfolio; until then its health is unknown.`,
        { cause, details: cause instanceof Error ? cause.message : String(cause) },
      ),
    }
  }
}
