import { type AssetId, type Operation, OperationError } from '@plimsoll/model'
import type { SharedMarket } from './shared.js'

/** An operation that moves an amount. */
export type AmountOperation = Exclude<Operation, { kind: 'set-mode' }>

/** Which asset an operation moves: the base token, or collateral by its place in the shared market. */
export type Side =
  | { readonly kind: 'base' }
  | { readonly kind: 'collateral'; readonly index: number }

/**
 * Borrowing is withdrawing more of the base token than is lent, and repaying is supplying it.
 *
 * @throws OperationError when the market does not know the asset, or no account that was read has it
 */
export function sideOf(
  { kind, asset }: { readonly kind: AmountOperation['kind']; readonly asset: AssetId },
  { baseToken, collateral }: SharedMarket,
): Side {
  if (asset === baseToken.asset) return { kind: 'base' }
  const index = collateral.findIndex((token) => token.asset === asset)
  if (index >= 0 && (kind === 'supply' || kind === 'withdraw')) {
    return { kind: 'collateral', index }
  }
  throw new OperationError(
    `This market cannot ${kind} ${asset}: it lends ${baseToken.asset}, and the collateral that was read is ${collateral.map((token) => token.asset).join(', ') || 'none'}. Choose one of these.`,
  )
}

/** The amount of an operation that knows no `max`. @throws OperationError */
export function definite({ kind, amount }: AmountOperation): bigint {
  if (amount !== 'max') return amount
  throw new OperationError(
    `"max" has no meaning to this venue for ${kind} of this asset. Pass an amount in raw units of the asset.`,
  )
}
