import { PlimsollError } from '@plimsoll/model'
import * as z from 'zod/mini'

/** The value of `format` in every truth file that this runner reads. */
export const TRUTH_FORMAT = 'plimsoll-truth/1'

/**
 * How far a number may be from the expected one. A plain number below 1 is relative, with an
 * absolute floor of the same size; from 1 on it is absolute, in the unit of the number; 0 is exact.
 * The object names each limit; meeting one of them is enough.
 */
export type TruthTolerance =
  | number
  | { readonly relative?: number | undefined; readonly absolute?: number | string | undefined }

/** One case: everything but `id`, `expect` and `tolerance` is input, or says where it comes from. */
export type TruthCase = {
  readonly id: string
  readonly expect?: unknown
  readonly tolerance?: TruthTolerance | undefined
  readonly model?: string | undefined
  readonly venue?: string | undefined
  readonly [field: string]: unknown
}

/** A truth file: numbers that someone else produced, in the envelope `plimsoll-truth/1`. */
export type TruthFile = {
  readonly format: typeof TRUTH_FORMAT
  readonly kind: string
  readonly about: string
  readonly tolerance?: TruthTolerance | undefined
  readonly cases: readonly TruthCase[]
  readonly [field: string]: unknown
}

/** A text is not a truth file, or would lose digits when it is read. */
export class TruthFormatError extends PlimsollError {
  override readonly name = 'TruthFormatError'
}

const limit = z.number().check(z.nonnegative())
const toleranceSchema = z.union([
  limit,
  z.strictObject({
    relative: z.optional(limit),
    absolute: z.optional(z.union([limit, z.string().check(z.regex(/^\d+(\.\d+)?$/))])),
  }),
])
const name = z.string().check(z.minLength(1))
const caseSchema = z.catchall(
  z.object({
    id: name,
    expect: z.optional(z.unknown()),
    tolerance: z.optional(toleranceSchema),
    model: z.optional(name),
    venue: z.optional(name),
  }),
  z.unknown(),
)

/** Schema of the envelope; `truth.schema.json` is its JSON Schema. */
export const truthFileSchema: z.ZodMiniType<TruthFile> = z.catchall(
  z.object({
    format: z.literal(TRUTH_FORMAT),
    kind: name,
    about: name,
    tolerance: z.optional(toleranceSchema),
    cases: z.array(caseSchema).check(z.minLength(1)),
  }),
  z.unknown(),
)

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** The first integer of a JSON text that a double cannot hold, or null. */
function firstLossyInteger(text: string): string | null {
  for (const [token] of text.matchAll(STRING_OR_NUMBER)) {
    if (/^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token))) return token
  }
  return null
}

function firstRepeatedId(cases: readonly TruthCase[]): string | null {
  const seen = new Set<string>()
  for (const { id } of cases) {
    if (seen.has(id)) return id
    seen.add(id)
  }
  return null
}

/**
 * Reads a truth file from its JSON text. `source` (a path, say) appears in errors.
 *
 * @throws {TruthFormatError} when the text is not JSON, breaks the envelope, repeats a case id, or
 * writes an integer above 2^53 as a JSON number.
 */
export function parseTruthFile(text: string, source: string): TruthFile {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new TruthFormatError(
      `${source} is not JSON. Give a file of the format ${TRUTH_FORMAT}.`,
      {
        cause,
      },
    )
  }
  const parsed = truthFileSchema.safeParse(value)
  if (!parsed.success) {
    const issues = parsed.error.issues.map(
      (issue) => `${issue.path.map(String).join('.') || 'file'}: ${issue.message}`,
    )
    throw new TruthFormatError(
      `${source} breaks the envelope ${TRUTH_FORMAT}. Correct the fields named below; truth.schema.json describes them.`,
      { details: issues.join('; ') },
    )
  }
  const repeated = firstRepeatedId(parsed.data.cases)
  if (repeated !== null) {
    throw new TruthFormatError(`${source} has two cases "${repeated}". Give each case its own id.`)
  }
  const lossy = firstLossyInteger(text)
  if (lossy !== null) {
    throw new TruthFormatError(
      `${source} writes the integer ${lossy} as a JSON number, which loses digits. Write it as a string.`,
    )
  }
  return parsed.data
}
