import type { Adapter } from '@plimsoll/client'
import { AdapterError, defineAdapter, lazily } from '@plimsoll/client'
import { nativeChains } from '../../assets/index.js'
import { holdings } from './margin.js'
import type { TokenSelection } from './token-list.js'
import { tokenLists } from './token-list.js'

export { HOLDINGS_RULE, holdings } from './margin.js'
export type { TokenSelection, WalletToken } from './token-list.js'

const reading = lazily('reads wallets', async () => import('./read.js'))

/** Which chains to read, and which tokens on each. */
export type WalletTokensParameters = {
  /** Chain ids; the registry's chains unless said. */
  readonly chains?: readonly number[]
  /** Tokens by chain id; on a chain that is not named, the registry's. */
  readonly tokens?: TokenSelection
}

/**
 * Native and token balances of a list of tokens, one account an owner and chain. A wallet has no
 * margin: its health is null, and its legs carry no mark, since no venue prices them.
 *
 * @example
 * const adapter = walletTokens({ chains: [1, 42161] })
 *
 * @throws AdapterError when a chain id or a token of the list is malformed.
 */
export function walletTokens(parameters: WalletTokensParameters = {}): Adapter {
  const chains = parameters.chains ?? nativeChains()
  for (const chain of chains) {
    if (!Number.isSafeInteger(chain) || chain < 1) {
      throw new AdapterError(`${chain} is not a chain id. Pass positive integers, 1 for Ethereum.`)
    }
  }
  const lists = tokenLists(chains, parameters.tokens ?? {})
  return defineAdapter({
    id: 'wallet',
    name: 'Wallet balances',
    kind: 'holdings',
    family: 'wallet',
    chains,
    hosts: {},
    history: 'block',
    discovery: 'asks the balance of the native coin and of every token of the list, each time',
    fidelity: { balances: { grade: 'exact' } },
    read: async (context) => (await reading()).readTokens(context, lists),
    modules: [holdings],
  })
}
