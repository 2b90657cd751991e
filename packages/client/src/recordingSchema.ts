import type { FactorId, Native, OwnerId } from '@plimsoll/model'
import { factorId, ownerId } from '@plimsoll/model'
import * as z from 'zod/mini'
import type { Recording } from './recording.js'

const text = z.string()
const chain = z.int().check(z.minimum(1))
const unsigned = z.bigint().check(z.minimum(0n))
const hash = z.templateLiteral(['0x', z.string().check(z.regex(/^[0-9a-f]{64}$/))])

const native: z.ZodMiniType<Native> = z.lazy(() =>
  z.union([
    z.null(),
    z.boolean(),
    z.number(),
    z.string(),
    z.bigint(),
    z.array(native),
    z.record(z.string(), native),
  ]),
)

function id<Id extends string>(brand: (text: string) => Id, what: string): z.ZodMiniType<Id> {
  return z.custom<Id>((value) => {
    if (typeof value !== 'string') return false
    try {
      return brand(value) === value
    } catch {
      return false
    }
  }, `not a valid ${what}`)
}

const owner: z.ZodMiniType<OwnerId> = id(ownerId, 'owner')
const factor: z.ZodMiniType<FactorId> = id(factorId, 'factor')
const instant = z.number().check(z.minimum(0))

const failure = z.strictObject({
  ok: z.literal(false),
  error: text,
  message: text,
  details: z.exactOptional(text),
  status: z.exactOptional(z.int()),
})

const block = z.strictObject({
  kind: z.literal('block'),
  chain,
  number: unsigned,
  hash,
  timestamp: z.int().check(z.minimum(0)),
})

const request = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('call'), to: text, data: text }),
  z.strictObject({
    kind: z.literal('http'),
    host: text,
    method: z.enum(['GET', 'POST']),
    path: text,
    body: z.exactOptional(native),
    auth: z.exactOptional(text),
  }),
  z.strictObject({
    kind: z.literal('graphql'),
    host: text,
    document: text,
    variables: native,
    auth: z.exactOptional(text),
  }),
])

const answer = z.union([z.strictObject({ ok: z.literal(true), value: native }), failure])

/** Schema of a recording whose big integers are already `bigint`. */
export const recordingSchema: z.ZodMiniType<Recording> = z.strictObject({
  format: z.literal('plimsoll-recording/1'),
  reads: z.array(
    z.strictObject({
      owners: z.array(owner),
      market: z.exactOptional(
        z.strictObject({
          factors: z.array(factor),
          fromMs: z.nullable(instant),
          intervalMs: z.number().check(z.gt(0)),
        }),
      ),
      nowMs: instant,
      auth: z.array(text),
      blockNumbers: z.record(z.string(), unsigned),
      chains: z.array(
        z.strictObject({
          chain,
          block: z.union([z.strictObject({ ok: z.literal(true), value: block }), failure]),
          replaced: z.nullable(failure),
        }),
      ),
      tasks: z.array(
        z.strictObject({
          adapter: text,
          chain: z.nullable(chain),
          owners: z.array(owner),
          rounds: z.array(z.array(z.strictObject({ request, answer }))),
        }),
      ),
    }),
  ),
})
