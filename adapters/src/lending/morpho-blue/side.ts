import { type Operation, OperationError } from '@plimsoll/model'

/** An operation that moves an amount. */
export type AmountOperation = Exclude<Operation, { kind: 'set-mode' }>

/**
 * Which side of a market an operation is on. What is both is supplied and withdrawn as collateral.
 *
 * @throws OperationError when the asset is of neither
 */
export function sideOf(
  { kind, asset }: AmountOperation,
  loan: string,
  collateral: string | null,
): 'collateral' | 'loan' {
  const isLoanOperation = kind === 'borrow' || kind === 'repay'
  if (!isLoanOperation && asset === collateral) return 'collateral'
  if (asset === loan) return 'loan'
  throw new OperationError(
    `This market cannot ${kind} ${asset}: it lends ${loan} against ${collateral ?? 'nothing'}. Choose one of these.`,
  )
}

/** The amount of an operation that knows no `max`. @throws OperationError */
export function definite({ kind, amount }: AmountOperation): bigint {
  if (amount !== 'max') return amount
  throw new OperationError(
    `"max" has no meaning to this venue for ${kind}. Pass an amount in raw units of the asset.`,
  )
}
