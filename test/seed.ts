import fc from 'fast-check'

// The same random cases on every run, so that a failure is one for everybody. PLIMSOLL_SEED looks
// at others.
fc.configureGlobal({ seed: Number(process.env.PLIMSOLL_SEED ?? 20_261_124) })
