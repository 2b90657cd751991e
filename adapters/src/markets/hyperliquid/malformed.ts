import { SchemaError } from '@plimsoll/client'

/** The venue answered in the right shape with what cannot be right. */
export function malformed(fact: string): SchemaError {
  return new SchemaError(
    `Hyperliquid: ${fact}. Nothing is concluded from it; read again, or update the adapter.`,
  )
}
