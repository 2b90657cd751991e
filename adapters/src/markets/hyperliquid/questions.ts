import type { HttpRequest } from '@plimsoll/client'
import { decodeBy } from '@plimsoll/client'
import type { Native } from '@plimsoll/model'
import * as z from 'zod/mini'

// Shapes of POST /info answers, as far as they are used. Decimals are strings.

const decimal: z.ZodMiniType<number> = z.pipe(
  z.string().check(z.regex(/^-?\d{1,30}(\.\d{1,60})?$/)),
  z.transform(Number),
)
const instant: z.ZodMiniType<number> = z.int().check(z.minimum(0))

/** What is said of a coin at this instant; funding is for one hour. */
export type Context = { readonly funding: number; readonly dayNtlVlm: number }

type Coin = { readonly name: string; readonly isDelisted?: boolean | undefined }

/** Coins in order, and what is said of each. */
export type Listing = readonly [{ readonly universe: readonly Coin[] }, readonly Context[]]

const listing: z.ZodMiniType<Listing> = z.tuple([
  z.object({
    universe: z.array(z.object({ name: z.string(), isDelisted: z.optional(z.boolean()) })),
  }),
  z.array(z.object({ funding: decimal, dayNtlVlm: decimal })),
])

/** A candle: `t` and `T` are its first and last millisecond, `s` the coin, `i` the interval, `c` the close. */
export type Candle = {
  readonly t: number
  readonly T: number
  readonly s: string
  readonly i: string
  readonly c: number
}

const candle: z.ZodMiniType<Candle> = z.object({
  t: instant,
  T: instant,
  s: z.string(),
  i: z.string(),
  c: decimal,
})

/** A level of a book. */
export type Level = { readonly px: number; readonly sz: number }

/** Bids, best first, then asks. */
export type Book = {
  readonly coin: string
  readonly time: number
  readonly levels: readonly [bids: readonly Level[], asks: readonly Level[]]
}

const level: z.ZodMiniType<Level> = z.object({ px: decimal, sz: decimal })
const book: z.ZodMiniType<Book> = z.object({
  coin: z.string(),
  time: instant,
  levels: z.tuple([z.array(level), z.array(level)]),
})

/** Of what a question takes of the venue's budget beside its answer: "Rate limits and user limits", 2026. */
const WEIGHT = 20
const BOOK_WEIGHT = 2
const CANDLES_A_WEIGHT = 60

/** Every coin of the main dex with what is said of it now. */
export const listingRequest: HttpRequest<Listing> = request(
  { type: 'metaAndAssetCtxs' },
  WEIGHT,
  decodeBy(listing, 'metaAndAssetCtxs'),
)

/** Candles between two instants, at most 5,000. */
export function candlesRequest<Value>(
  asked: {
    readonly coin: string
    readonly interval: string
    readonly startTime: number
    readonly endTime: number
  },
  count: number,
  read: (candles: readonly Candle[]) => Value,
): HttpRequest<Value> {
  const decode = decodeBy(z.array(candle), `candleSnapshot of ${asked.coin}`)
  return request(
    { type: 'candleSnapshot', req: asked },
    WEIGHT + Math.ceil(count / CANDLES_A_WEIGHT),
    (answer) => read(decode(answer)),
  )
}

/** Twenty levels a side; with `nSigFigs` prices are rounded to that many digits and reach further. */
export function bookRequest(coin: string, nSigFigs: number | null): HttpRequest<Book> {
  return request(
    { type: 'l2Book', coin, ...(nSigFigs === null ? {} : { nSigFigs }) },
    BOOK_WEIGHT,
    decodeBy(book, `l2Book of ${coin}`),
  )
}

function request<Value>(
  body: Native,
  weight: number,
  decode: (answer: unknown) => Value,
): HttpRequest<Value> {
  return { kind: 'http', host: 'info', method: 'POST', path: '/info', body, weight, decode }
}
