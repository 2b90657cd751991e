import type { FactorId } from '@plimsoll/model'

/** A holding whose value moves with a power of the factor. */
export type LinearHolding = {
  readonly leg: string
  /** Signed units of the leg. */
  readonly quantity: number
  /** Signed, in the numeraire today. */
  readonly value: number
  /** The value moves as (price of the factor)^elasticity. */
  readonly elasticity: number
}

/** A European option on a forward that moves with the factor. */
export type OptionHolding = {
  readonly leg: string
  /** Signed, in units of the underlying. */
  readonly quantity: number
  readonly isCall: boolean
  readonly strike: number
  readonly expiry: number
  /** Not negative. */
  readonly years: number
  readonly forward: number
  readonly spot: number
  readonly impliedVolatility: number
  /** Of one option today, in the numeraire. */
  readonly price: number
}

/** Everything that moves with one spot factor, wherever it is held. */
export type Book = {
  readonly factor: FactorId
  readonly linear: readonly LinearHolding[]
  readonly options: readonly OptionHolding[]
}

/** What a leg is worth under one peg, signed: a fall of the peg loses it in proportion. */
export type PegHolding = {
  readonly leg: string
  readonly quantity: number
  readonly value: number
  readonly elasticity: number
}

/** Everything that is held to one peg. */
export type PegBook = { readonly factor: FactorId; readonly holdings: readonly PegHolding[] }
