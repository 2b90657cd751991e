// The standard margin of Derive, for those who compute it apart from an account.
export { standardModule } from '../margin.js'
export type {
  ContingencyParameters,
  HeldCollateral,
  HeldExpiry,
  HeldMarket,
  HeldOption,
  HeldPerp,
  MarginType,
  OptionParameters,
  Ratios,
  StandardMargin,
  StandardPortfolio,
} from '../standard-margin.js'
export { isolatedMargin, optionMark, standardMargin } from '../standard-margin.js'
