import type { TruthModel } from '@plimsoll/testkit'

/** The models that reproduce the files of `test/truth`; one file per venue, one line each here. */
export const models: readonly TruthModel[] = []
