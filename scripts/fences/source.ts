import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync, type Visitor } from 'vite'

/** The syntax tree of one file, as the bundler's parser gives it. */
type SyntaxTree = Parameters<InstanceType<typeof Visitor>['visit']>[0]

/** A module that a file imports, statically, on demand, or for its types alone. */
export type Import = {
  readonly specifier: string
  /** Imported names; `*` for a namespace, `default`, or none for a bare or dynamic import. */
  readonly names: readonly string[]
  readonly kind: 'static' | 'dynamic' | 'type'
  readonly line: number
}

/** The specifier of an `import()` whose argument is not a plain text. */
export const COMPUTED = '(computed)'

/** One TypeScript file of the tree under check. */
export type Source = {
  /** Relative to the root of the tree, with `/`. */
  readonly path: string
  readonly text: string
  readonly tree: SyntaxTree
  readonly imports: readonly Import[]
  readonly isTest: boolean
  /** The 1-based line of a character offset. */
  readonly lineAt: (offset: number) => number
}

/** One breach of a fence. */
export type Finding = {
  readonly rule: string
  readonly path: string
  readonly line: number
  readonly message: string
}

const SOURCE_GLOB = '{packages/*,adapters,examples/*}/src/**/*.{ts,tsx}'
const TEST_FILE = /\.(test|test-d|bench)\.tsx?$/

/** A JavaScript string literal's value; null for anything else between the offsets. */
function literalAt(text: string, start: number, end: number): string | null {
  const match = /^(['"`])([^'"`$\\]*)\1$/.exec(text.slice(start, end))
  return match?.[2] ?? null
}

function parseSource(path: string, text: string): Source {
  const { program, module, errors } = parseSync(path, text)
  const [error] = errors
  if (error !== undefined) throw new SyntaxError(`${path}: ${error.message}`)
  const lineAt = (offset: number): number => text.slice(0, offset).split('\n').length
  const statics = module.staticImports.map(
    ({ start, moduleRequest, entries }): Import => ({
      specifier: moduleRequest.value,
      names: entries.map(({ importName }) =>
        importName.kind === 'Name'
          ? (importName.name ?? '')
          : importName.kind === 'Default'
            ? 'default'
            : '*',
      ),
      kind: entries.length > 0 && entries.every(({ isType }) => isType) ? 'type' : 'static',
      line: lineAt(start),
    }),
  )
  const reexports = module.staticExports.flatMap(({ start, entries }) =>
    entries.flatMap(({ moduleRequest, importName, isType }): readonly Import[] =>
      moduleRequest === null
        ? []
        : [
            {
              specifier: moduleRequest.value,
              names: [importName.name ?? '*'],
              kind: isType ? 'type' : 'static',
              line: lineAt(start),
            },
          ],
    ),
  )
  const dynamics = module.dynamicImports.map(
    ({ start, moduleRequest }): Import => ({
      specifier: literalAt(text, moduleRequest.start, moduleRequest.end) ?? COMPUTED,
      names: [],
      kind: 'dynamic',
      line: lineAt(start),
    }),
  )
  return {
    path,
    text,
    tree: program,
    imports: [...statics, ...reexports, ...dynamics],
    isTest: TEST_FILE.test(path),
    lineAt,
  }
}

/** Reads and parses every source of the packages, adapters and examples below `root`. */
export function readSources(root: string): readonly Source[] {
  return globSync(SOURCE_GLOB, { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')))
}
