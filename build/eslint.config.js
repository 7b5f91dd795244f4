// Lint rules: the layers of the house first (a folder's name is its rule), then the usual ones.
import eslint from '@eslint/js'
import prettier from 'eslint-config-prettier'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'
import vueParser from 'vue-eslint-parser'

const noDefaultExport = { selector: 'ExportDefaultDeclaration', message: 'Name what you export.' }

/**
 * @param {({group: string[], message: string} | {regex: string, message: string})[]} patterns
 * @returns {import('eslint').Linter.RulesRecord}
 */
const forbidImports = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] })

const electron = { group: ['electron', 'electron/*'], message: 'Only electron/ knows that Electron exists.' }
const vuePackages = {
  group: ['vue', 'vue-*', 'pinia', 'naive-ui', '@vueuse/*', '*.vue'],
  message: 'Only renderer/ shows things.',
}
const nodeModules = {
  group: ['node:*', 'better-sqlite3', 'socket.io*', 'ws', 'pino'],
  message: 'renderer/ runs in a browser.',
}
const nativeInside = {
  regex: 'native/(?!contract/)',
  message: 'Of native, only contract/ may be imported.',
}
const tests = { regex: '(^|/)tests/', message: 'The product does not know its tests.' }

export default tseslint.config(
  { ignores: ['build/out/**', 'node_modules/**'] },
  eslint.configs.recommended,
  ...tseslint.configs.recommended,
  ...vue.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parser: vueParser, parserOptions: { parser: tseslint.parser } },
    rules: {
      'vue/block-lang': ['error', { script: { lang: 'ts' } }],
      'vue/component-api-style': ['error', ['script-setup']],
    },
  },
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-undef': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': ['error', noDefaultExport],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_$', caughtErrorsIgnorePattern: '^_' },
      ],
    },
  },
  {
    files: ['native/**'],
    rules: forbidImports(electron, vuePackages, tests, {
      regex: '(^|/)renderer/',
      message: 'native does not know who shows it.',
    }),
  },
  {
    files: ['native/contract/**'],
    rules: forbidImports({
      regex: '^(?!zod$|@orpc/contract$|\\./)',
      message: 'contract/ imports only its schema libraries.',
    }),
  },
  { files: ['renderer/**'], rules: forbidImports(electron, nodeModules, nativeInside, tests) },
  { files: ['electron/**'], rules: forbidImports(vuePackages, tests, nativeInside) },
  {
    // Only the case store writes case tables; after a rescue, before it is opened, their rows are carried over as they are.
    files: ['native/**'],
    ignores: [
      'native/cases/case-store.ts',
      'native/database/migrations/**',
      'native/durability/{carry-cases,retired}.ts',
    ],
    rules: {
      'no-restricted-syntax': [
        'error',
        noDefaultExport,
        {
          selector:
            ':matches(Literal[value=/(INSERT|UPDATE|DELETE|REPLACE)\\b[^;]*\\bcase(s|_steps|_counts)\\b/i], TemplateElement[value.raw=/(INSERT|UPDATE|DELETE|REPLACE)\\b[^;]*\\bcase(s|_steps|_counts)\\b/i])',
          message: 'Only native/cases/case-store.ts writes case tables.',
        },
      ],
    },
  },
  {
    files: ['build/**', 'tests/**', 'electron/*.config.ts', 'native/kiosk/run-kiosk.ts'],
    rules: { 'no-console': 'off' },
  },
  { files: ['build/*.config.*', '**/*.vue', '**/*.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
  prettier,
)
