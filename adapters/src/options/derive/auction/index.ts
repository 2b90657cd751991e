export type {
  AuctionBid,
  AuctionedAccount,
  AuctionStage,
  AuctionTerms,
  InsolventBounds,
} from './auction.js'
export {
  AuctionError,
  auctionDiscount,
  auctionStage,
  bidInsolvent,
  bidSolvent,
  bufferMargin,
  insolventBidPrice,
  insolventBounds,
  liquidationFee,
  maximumFraction,
  solventBidPrice,
} from './auction.js'
