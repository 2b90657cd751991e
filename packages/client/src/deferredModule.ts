import type { MarginAccount, VenueModule } from '@plimsoll/model'
import { ModuleNotLoadedError } from './errors.js'
import { lazily } from './lazily.js'

/** A margin rule whose code is a chunk of its own, not there until it is loaded. */
export type DeferredModule = VenueModule & { readonly load: () => Promise<void> }

/**
 * A margin rule that few accounts have, and whose code is loaded for them alone. `readPortfolio` loads
 * it for what it read; for a portfolio from elsewhere call {@link loadModules}. Until then it throws, so
 * that the account's health is unknown.
 *
 * @param rule everything but the arithmetic
 *
 * @example
 * const portfolioMargin = deferredModule(
 *   { tag: 'harbour/portfolio', version: 1, liquidate: null, operations: [], apply },
 *   async () => (await import('./portfolio-margin.js')).portfolioModule,
 * )
 */
export function deferredModule(
  rule: Omit<VenueModule, 'evaluate' | 'compile'>,
  load: () => Promise<VenueModule>,
): DeferredModule {
  let loaded: VenueModule | undefined
  const loading = lazily(`judges ${rule.tag}@${rule.version}`, load)
  const part = (): VenueModule => {
    if (loaded !== undefined) return loaded
    throw new ModuleNotLoadedError(
      `The code that judges ${rule.tag}@${rule.version} is not loaded. Await loadModules(client.modules, portfolio) before this portfolio is assessed.`,
    )
  }
  return {
    ...rule,
    evaluate: (state) => part().evaluate(state),
    compile: (state) => part().compile(state),
    load: async () => {
      loaded = await loading()
    },
  }
}

/**
 * Loads the code of every deferred rule that judges an account of a portfolio. What was read with
 * `readPortfolio` has it already.
 *
 * @example
 * const portfolio = parsePortfolio(text)
 * await loadModules(client.modules, portfolio)
 * const report = assess(portfolio, { modules: client.modules, nowMs })
 *
 * @throws ConnectionError when a chunk cannot be loaded
 */
export async function loadModules(
  modules: readonly VenueModule[],
  { accounts }: { readonly accounts: readonly Pick<MarginAccount, 'rule'>[] },
): Promise<void> {
  const rules = new Set(accounts.map(({ rule }) => `${rule.tag}@${rule.version}`))
  const used = modules.filter(({ tag, version }) => rules.has(`${tag}@${version}`))
  await Promise.all(used.filter(isDeferred).map((module) => module.load()))
}

function isDeferred(module: VenueModule): module is DeferredModule {
  return 'load' in module
}
