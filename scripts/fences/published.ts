import { posix } from 'node:path'
import { Visitor } from 'vite'
import { isRelative, roomOf } from './rooms.js'
import type { Finding, Import, Source } from './source.js'

const BARE_ERRORS = new Set([
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'EvalError',
  'AggregateError',
])

function importBreach(source: Source, { specifier, names, kind }: Import): string | null {
  if (specifier === 'zod' || specifier === 'zod/mini') {
    // `import { z }` defeats tree-shaking: 93 kB gzip against 4.5 kB for the namespace of zod/mini.
    if (kind !== 'type' && (names.includes('z') || names.includes('default'))) {
      return `imports { z } from ${specifier}. Write import * as z from '${specifier}'.`
    }
    const expected = source.path.startsWith('packages/cli/') ? 'zod' : 'zod/mini'
    return specifier === expected ? null : `imports ${specifier}. This room uses ${expected}.`
  }
  if (/^zod\/(?!mini$)/.test(specifier)) return `imports ${specifier}. Use zod/mini.`
  if (specifier === 'viem/chains')
    return 'imports viem/chains, which holds every chain. Take the chain as an argument.'
  if (specifier.startsWith('viem') && names.includes('createPublicClient')) {
    return 'imports createPublicClient, which holds every action. Pass a createClient to functions of viem/actions.'
  }
  return null
}

/** Files that another source imports for their values, so that they load when it does. */
function loadedAtOnce(sources: readonly Source[]): ReadonlySet<string> {
  return new Set(
    sources.flatMap(({ path, imports, isTest }) =>
      imports
        .filter(({ specifier, kind }) => !isTest && kind === 'static' && isRelative(specifier))
        .map(({ specifier }) => posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts')),
    ),
  )
}

// 14 kB gzip that only users of GraphQL venues should load.
const ON_DEMAND = 'graphql-request'

function checkOnDemand(sources: readonly Source[]): readonly Finding[] {
  const atOnce = loadedAtOnce(sources)
  return sources
    .filter(({ path, isTest }) => !isTest && (path.endsWith('/src/index.ts') || atOnce.has(path)))
    .flatMap(({ path, imports }) =>
      imports
        .filter(({ specifier, kind }) => kind === 'static' && specifier === ON_DEMAND)
        .map(({ line }) => ({
          rule: 'bundle',
          path,
          line,
          message: `imports ${ON_DEMAND} at once. Load it, or the file that needs it, with import().`,
        })),
    )
}

function codeBreaches(source: Source): readonly Finding[] {
  const findings: Finding[] = []
  const report = (rule: string, start: number, message: string): void => {
    findings.push({ rule, path: source.path, line: source.lineAt(start), message })
  }
  new Visitor({
    NewExpression({ callee, start }) {
      if (callee.type !== 'Identifier' || !BARE_ERRORS.has(callee.name)) return
      report(
        'bare-error',
        start,
        `makes a bare ${callee.name}. Use a class that extends PlimsollError and says what to do.`,
      )
    },
    TSAsExpression({ expression, start }) {
      if (expression.type !== 'TSAsExpression') return
      report('escape', start, 'casts twice. Narrow the type with a check instead.')
    },
  }).visit(source.tree)
  for (const match of source.text.matchAll(/@ts-(ignore|expect-error|nocheck)\b/g)) {
    report(
      'escape',
      match.index,
      `switches the compiler off with ${match[0]}. Correct the type instead.`,
    )
  }
  return findings
}

const LEFTOVER = /\b(TODO|FIXME|XXX|HACK)\b/

/** What published code never does, whatever its room. */
export function checkPublished(sources: readonly Source[]): readonly Finding[] {
  return [...checkOnDemand(sources), ...sources.flatMap(checkSource)]
}

function checkSource(source: Source): readonly Finding[] {
  const leftovers = source.text.split('\n').flatMap((line, index) =>
    LEFTOVER.test(line)
      ? [
          {
            rule: 'leftover',
            path: source.path,
            line: index + 1,
            message: 'leaves work behind. Do it, or file it.',
          },
        ]
      : [],
  )
  if (source.isTest || roomOf(source.path)?.published !== true) return leftovers
  const imports = source.imports.flatMap((imported) => {
    const message = importBreach(source, imported)
    return message === null
      ? []
      : [{ rule: 'bundle', path: source.path, line: imported.line, message }]
  })
  return [...leftovers, ...imports, ...codeBreaches(source)]
}
