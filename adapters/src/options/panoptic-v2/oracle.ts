/** The ticks that a pool judges accounts at, and whether it guards itself. */
export type OracleState = {
  /** Of the Uniswap pool itself. */
  readonly current: number
  /** Shortest moving average. */
  readonly spot: number
  /** Median of the last eight observations. */
  readonly median: number
  /** Last observation. */
  readonly latest: number
  /** Weighted mean of the longer moving averages: the price of a liquidation. */
  readonly twap: number
  /** 0, or how many alarms are set; then every position needs full cover to be opened or withdrawn from. */
  readonly safeMode: number
}

const signed = (pack: bigint, at: number, bits: number): number =>
  Number(BigInt.asIntN(bits, pack >> BigInt(at)))
const unsigned = (pack: bigint, at: number, bits: number): number =>
  Number(BigInt.asUintN(bits, pack >> BigInt(at)))

/**
 * What the pool's packed observations say at a current tick. From the lowest bit: eight residuals of 12
 * bits, reference tick 22, lock 2, averages of four speeds 22 each (fastest first), and from bit 208 the
 * order of the residuals, 3 bits each.
 */
export function unpackOracle(pack: bigint, current: number, maxTicksDelta: bigint): OracleState {
  const reference = signed(pack, 96, 22)
  const residual = (index: number): number => signed(pack, 12 * index, 12)
  const ranked = (rank: number): number => residual(unsigned(pack, 208 + 3 * rank, 3))
  const [spot, fast, slow, slowest] = [0, 1, 2, 3].map((speed) =>
    signed(pack, 120 + 22 * speed, 22),
  )
  const [a, b, c, d] = [spot ?? 0, fast ?? 0, slow ?? 0, slowest ?? 0]
  const median = reference + Math.trunc((ranked(3) + ranked(4)) / 2)
  const most = Number(maxTicksDelta)
  const half = Math.floor(most / 2)
  const alarms = [
    Math.abs(current - a) > most,
    Math.abs(a - b) > half,
    Math.abs(median - c) > half,
  ].filter(Boolean)
  return {
    current,
    spot: a,
    median,
    latest: reference + residual(0),
    twap: Math.trunc((6 * b + 3 * c + d) / 10),
    safeMode: alarms.length + unsigned(pack, 118, 2),
  }
}

/** Ticks of a liquidation: an account is liquidated when it is insolvent at all four. */
export function liquidationTicks({ spot, twap, latest, current }: OracleState): readonly number[] {
  return [spot, twap, latest, current]
}

/** Ticks at which an owner must be solvent to open or withdraw: one, or four when they diverge. */
export function ownTicks(
  { spot, median, latest, current, safeMode }: OracleState,
  maxTicksDelta: bigint,
): readonly number[] {
  const squares = [spot, latest, current].map((tick) => (tick - median) ** 2)
  const distance = squares.reduce((sum, square) => sum + square, 0)
  const diverge = distance > Number(maxTicksDelta) ** 2 || safeMode > 0
  return diverge ? [spot, median, latest, current] : [spot]
}
