import jsdoc from 'eslint-plugin-jsdoc'
import tseslint from 'typescript-eslint'

// `npm run check` remembers files that passed, in node_modules/.cache. Of rules that look at types of other files it may so miss something
// after a change there; a clean checkout remembers nothing.

// The layers of src/, lowest first. A file imports from its own layer and from those before it, never from a later one.
const LAYERS = [
  ['errors'],
  ['platform'],
  ['mapping'],
  ['memory'],
  ['sync'],
  ['heap'],
  ['structures'],
  ['types'],
  ['containers', 'multi-index'],
  ['segment'],
  ['store'],
  ['cli', 'testing', 'metrics'],
]

const importDirection = LAYERS.flatMap((names, level) =>
  names.map((name) => ({
    files: [`src/${name}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            ...LAYERS.slice(level + 1)
              .flat()
              .map((above) => ({
                group: [`../${above}/*`, `../../${above}/*`],
                message: `${name}/ lies below ${above}/: imports point downwards only`,
              })),
            {
              group: ['../index.js', '../core.js', '../testing.js', '../prom-client.js'],
              message: 'entries only gather names; import the file itself',
            },
          ],
        },
      ],
    },
  })),
)

export default tseslint.config(
  { ignores: ['**/dist', '**/build', 'coverage', 'docs/api', '**/node_modules'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // Loads from typed arrays and scratch arrays are in range by construction; where they may not be, the code checks.
      '@typescript-eslint/no-non-null-assertion': 'off',
      eqeqeq: 'error',
    },
  },
  ...importDirection,
  {
    files: ['src/**/*.ts'],
    plugins: { jsdoc },
    rules: {
      // Members are the business of typedoc, which knows what they inherit and which of them users see.
      'jsdoc/require-jsdoc': [
        'error',
        { publicOnly: true, require: { ClassDeclaration: true, FunctionDeclaration: true } },
      ],
    },
  },
  {
    files: ['test/**/*.ts', 'examples/**/*.ts', 'bench/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
    },
  },
)
