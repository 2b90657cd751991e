import { PlimsollError } from '@plimsoll/model'

/** A bid that the venue's auction would refuse. */
export class AuctionError extends PlimsollError {
  override readonly name = 'AuctionError'
}

/** The venue's auction parameters. Shares are fractions of 1; read them, they change. */
export type AuctionTerms = {
  /** What a bid may restore beyond maintenance, as a share of what maintenance asks for. */
  readonly buffer: number
  /** Share of mark-to-market asked at the start, and where the fast part of the auction ends. */
  readonly discountStart: number
  readonly discountFastEnd: number
  readonly fastSeconds: number
  /** From the end of the fast part down to 0. */
  readonly slowSeconds: number
  readonly insolventSeconds: number
  /** Paid to the security module at the start, of the mark-to-market that can be bought. */
  readonly liquidationFee: number
  /** Mark-to-market below which all may be bought at once, USD. */
  readonly wholeBelow: number
}

/** A subaccount in an auction. USD of the settlement asset; margins are net. */
export type AuctionedAccount = {
  readonly markToMarket: number
  /** Net maintenance margin in the auction's scenario. */
  readonly maintenance: number
  /** Paid by earlier bidders of the auction; later bidders get no part of it. */
  readonly reserved: number
  /** Share of what was held at the start that bidders of the solvent auction have taken, from 0 to 1. */
  readonly sold: number
}

/** What a bid gives and gets. USD. */
export type AuctionBid = {
  /** Of the account as it is, without what is reserved: at most what was wanted. */
  readonly fraction: number
  /** From the bidder to the account. */
  readonly paid: number
  /** From security module and holders of cash to the bidder. */
  readonly received: number
  readonly fromSecurityModule: number
  /** What the security module could not pay, spread over all holders of the settlement asset. */
  readonly socialized: number
  /** Cash the bidder must hold, which must be all that it holds. */
  readonly bidderCash: number
  /** Margins scale with what is left; prices are as they were. */
  readonly after: AuctionedAccount
}

/**
 * Buffer margin in USD: a bid is as large as to bring it to 0, and the solvent auction ends there.
 *
 * Formula: MM + buffer · (MM − MtM)
 */
export function bufferMargin(
  { maintenance, markToMarket }: AuctionedAccount,
  { buffer }: AuctionTerms,
): number {
  return maintenance + buffer * (maintenance - markToMarket)
}

/**
 * Share of mark-to-market asked `seconds` into the solvent auction: falls linearly to `discountFastEnd`,
 * then linearly to 0, where it stays.
 */
export function auctionDiscount(seconds: number, terms: AuctionTerms): number {
  const { discountStart, discountFastEnd, fastSeconds, slowSeconds } = terms
  if (seconds < fastSeconds) {
    return discountStart - ((discountStart - discountFastEnd) * seconds) / fastSeconds
  }
  const slow = seconds - fastSeconds
  return slow < slowSeconds ? discountFastEnd - (discountFastEnd * slow) / slowSeconds : 0
}

/**
 * Price of the whole account in the solvent auction, USD; 0 when the auction is over, or when nothing
 * beside the reserved cash is worth anything.
 *
 * Formula: (MtM − R) · d
 */
export function solventBidPrice(
  { markToMarket, reserved }: AuctionedAccount,
  discount: number,
): number {
  return Math.max(markToMarket - reserved, 0) * discount
}

/**
 * The most of the account that can be bought in the solvent auction, from 0 to 1: the share after which
 * the buffer margin is 0. It is 0 when that is not below 0, and without mark-to-market; all below
 * `terms.wholeBelow`.
 *
 * Formula: BM ÷ (BM − MtM · d − R · (1 − d)), DutchAuction of derivexyz/v2-core 7736900
 */
export function maximumFraction(
  account: AuctionedAccount,
  discount: number,
  terms: AuctionTerms,
): number {
  const { markToMarket, reserved } = account
  if (markToMarket < 0) return 0
  if (markToMarket < terms.wholeBelow) return 1
  const buffer = bufferMargin(account, terms)
  if (buffer >= 0) return 0
  return buffer / (buffer - markToMarket * discount - reserved * (1 - discount))
}

/** What the account pays to the security module when a solvent auction starts, USD. */
export function liquidationFee(account: AuctionedAccount, terms: AuctionTerms): number {
  const sellable = maximumFraction({ ...account, reserved: 0 }, 1, terms)
  return sellable * Math.max(account.markToMarket, 0) * terms.liquidationFee
}

/**
 * A bid in the solvent auction for a share of the account, cut to {@link maximumFraction}.
 *
 * @example
 * const { paid, after } = bidSolvent(account, { wanted: 0.1, seconds: 30 }, terms)
 *
 * @throws AuctionError when the share is not in (0, 1], or the solvent auction is over
 */
export function bidSolvent(
  account: AuctionedAccount,
  { wanted, seconds }: { readonly wanted: number; readonly seconds: number },
  terms: AuctionTerms,
): AuctionBid {
  checkFraction(wanted)
  const discount = auctionDiscount(seconds, terms)
  const price = solventBidPrice(account, discount)
  const buffer = bufferMargin(account, terms)
  if (price <= 0 || buffer >= 0) {
    throw new AuctionError(
      `The solvent auction is over after ${seconds} s, at a price of ${price} USD and a buffer margin of ${buffer} USD. End it, or convert it to an insolvent auction while the maintenance margin is below 0.`,
    )
  }
  const fraction = Math.min(wanted, maximumFraction(account, discount, terms))
  const paid = fraction * price
  return {
    fraction,
    paid,
    received: 0,
    fromSecurityModule: 0,
    socialized: 0,
    bidderCash: paid + Math.abs(buffer - account.reserved) * fraction,
    after: {
      ...left(account, fraction, paid),
      sold: account.sold + (1 - account.sold) * fraction,
    },
  }
}

/** The prices between which an insolvent auction moves, USD for the whole account, not above 0. */
export type InsolventBounds = { readonly from: number; readonly to: number }

/** The bounds of an account: from its debt, if it has one, to its maintenance margin. */
export function insolventBounds({ markToMarket, maintenance }: AuctionedAccount): InsolventBounds {
  return { from: Math.min(markToMarket, 0), to: Math.min(maintenance, 0) }
}

/** Price of the whole account `seconds` into the insolvent auction, USD, not above 0. */
export function insolventBidPrice(
  seconds: number,
  { from, to }: InsolventBounds,
  { insolventSeconds }: AuctionTerms,
): number {
  return seconds < insolventSeconds ? from + ((to - from) * seconds) / insolventSeconds : to
}

/**
 * A bid in the insolvent auction: the bidder is paid for taking a share, by the security module as far as
 * its cash goes, then by every holder of the settlement asset.
 *
 * @throws AuctionError when the share is not in (0, 1], or the maintenance margin is not below 0
 */
export function bidInsolvent(
  account: AuctionedAccount,
  bid: {
    readonly wanted: number
    readonly seconds: number
    /** Cash of the security module, USD. */
    readonly securityModule: number
    /** {@link insolventBounds} unless the venue states others. */
    readonly bounds: InsolventBounds
  },
  terms: AuctionTerms,
): AuctionBid {
  const { wanted: fraction, seconds, securityModule, bounds } = bid
  checkFraction(fraction)
  if (account.maintenance >= 0) {
    throw new AuctionError(
      `The maintenance margin is ${account.maintenance} USD: the insolvent auction ends at and above 0.`,
    )
  }
  const received = -insolventBidPrice(seconds, bounds, terms) * fraction
  const fromSecurityModule = Math.min(received, Math.max(securityModule, 0))
  return {
    fraction,
    paid: 0,
    received,
    fromSecurityModule,
    socialized: received - fromSecurityModule,
    bidderCash: Math.abs(account.maintenance) * fraction - received,
    after: { ...left(account, fraction, 0), sold: account.sold },
  }
}

/** Where an auction stands. */
export type AuctionStage =
  /** It may not be started, or anyone may end it. */
  | 'none'
  /** Bidders pay the account. */
  | 'solvent'
  /** Bidders are paid: it starts so without mark-to-market, or is converted when the price is 0. */
  | 'insolvent'

/**
 * The auction that an account is in for, `seconds` after one was started: it starts below maintenance
 * margin; a solvent one ends at a buffer margin of 0, or when reserved cash is all that is left.
 */
export function auctionStage(
  account: AuctionedAccount,
  { started, seconds }: { readonly started: AuctionStage; readonly seconds: number },
  terms: AuctionTerms,
): AuctionStage {
  const { maintenance, markToMarket, reserved } = account
  const isOver = seconds >= terms.fastSeconds + terms.slowSeconds
  if (started === 'solvent' && !isOver) {
    const ends = markToMarket <= reserved || bufferMargin(account, terms) >= 0
    return ends ? 'none' : 'solvent'
  }
  if (maintenance >= 0) return 'none'
  return started === 'none' && markToMarket > 0 ? 'solvent' : 'insolvent'
}

/** The account without a share of everything but the reserved cash, and with a payment. */
function left(
  { markToMarket, maintenance, reserved }: AuctionedAccount,
  fraction: number,
  paid: number,
): Omit<AuctionedAccount, 'sold'> {
  const remaining = (value: number): number => (value - reserved) * (1 - fraction) + reserved + paid
  return {
    markToMarket: remaining(markToMarket),
    maintenance: remaining(maintenance),
    reserved: reserved + paid,
  }
}

function checkFraction(fraction: number): void {
  if (fraction > 0 && fraction <= 1) return
  throw new AuctionError(
    `A bid for ${fraction} of an account is not possible. Bid for more than 0 and at most 1.`,
  )
}
