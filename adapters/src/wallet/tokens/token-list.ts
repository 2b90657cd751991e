import { AdapterError } from '@plimsoll/client'
import type { Asset } from '@plimsoll/model'
import { erc20, nativeCoin, unlistedAsset } from '@plimsoll/model'
import { listedTokens, nativeAsset, resolveAsset } from '../../assets/index.js'

/** A token to read. `symbol` and `decimals` describe it only where the registry does not. */
export type WalletToken = {
  readonly address: `0x${string}`
  readonly symbol: string
  readonly decimals: number
}

/** Tokens to read by chain id. */
export type TokenSelection = { readonly [chain: number]: readonly WalletToken[] }

/** What is asked on one chain: the native coin, then tokens by address. */
export type TokenList = {
  readonly native: Asset
  readonly tokens: readonly { readonly address: `0x${string}`; readonly asset: Asset }[]
}

/** The lists of some chains. @throws AdapterError when a token is malformed or listed twice. */
export function tokenLists(
  chains: readonly number[],
  selection: TokenSelection,
): ReadonlyMap<number, TokenList> {
  return new Map(
    chains.map((chain) => {
      const selected = selection[chain]
      return [
        chain,
        {
          native:
            nativeAsset(chain) ??
            unlistedAsset({ id: nativeCoin(chain), symbol: 'native coin', decimals: 18 }),
          tokens:
            selected === undefined
              ? listedTokens(chain)
              : selected.map((token, index) => checked(chain, token, selected.slice(0, index))),
        },
      ] as const
    }),
  )
}

function checked(
  chain: number,
  token: WalletToken,
  before: readonly WalletToken[],
): TokenList['tokens'][number] {
  const { address, symbol, decimals } = token
  const fail = (why: string) =>
    new AdapterError(
      `The token "${String(address).slice(0, 80)}" of chain ${chain} ${why}. Correct the token list.`,
    )
  if (!/^0x[0-9a-fA-F]{40}$/.test(address)) throw fail('is not an address of 40 hex digits')
  if (!Number.isSafeInteger(decimals) || decimals < 0 || decimals > 77) {
    throw fail(`has ${decimals} decimals; a token has 0 to 77`)
  }
  if (before.some((other) => other.address.toLowerCase() === address.toLowerCase())) {
    throw fail('is listed twice')
  }
  return { address, asset: resolveAsset({ id: erc20(chain, address), symbol, decimals }) }
}
