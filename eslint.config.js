import tseslint from 'typescript-eslint'

export default tseslint.config(
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { project: true } },
    rules: {
      complexity: ['error', 10],
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off', // there is no class but Problem
      '@typescript-eslint/no-unsafe-enum-assignment': 'off', // there are no enums
      'no-console': 'error',
      '@typescript-eslint/unbound-method': 'off', // handlers are written as methods, for the type checker's sake; none uses `this`
      '@typescript-eslint/require-await': 'off', // an async handler without await still answers with a promise
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
        { selector: 'TSEnumDeclaration', message: 'Erasable syntax only: use a union of literals.' },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['test/**'],
    rules: { '@typescript-eslint/no-unused-expressions': 'off' }, // chai's assertions are expressions
  },
  {
    ignores: [
      'eslint.config.js',
      'node_modules',
      'dist',
      'views/assets',
      'bin',
      'sdk/typescript/dist',
      'sdk/typescript/src/api.ts',
    ],
  },
)
