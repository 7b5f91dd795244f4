/** What is packaged for whom. Every file is named by a glob, every fuse is stated. */
import type { Configuration } from 'electron-builder'
import { rm } from 'node:fs/promises'
import path from 'node:path'

type Fuses = NonNullable<Configuration['electronFuses']>

/** A fuse that a later version adds does not compile until somebody has decided on it. */
const fuses: Required<Fuses> = {
  runAsNode: false,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  enableCookieEncryption: true,
  // The page is served by a scheme of our own.
  grantFileProtocolExtraPrivileges: false,
  loadBrowserProcessSpecificV8Snapshot: false,
  // For macOS, which the console is not built for.
  resetAdHocDarwinSignature: false,
}

const config: Configuration = {
  appId: 'cn.subcenter.console',
  productName: 'subcenter-console',
  copyright: 'MIT',
  directories: { output: 'build/out/package', buildResources: 'build/icons' },
  // Everything else is in the bundles; of the packages only the database has a binary of its own.
  files: [
    'package.json',
    'LICENSE',
    'build/out/electron/{main,preload}.cjs',
    'build/out/native/{child,media-worker,backup-worker}.js',
    'build/out/renderer/**/*',
    '!node_modules/**/*',
    'node_modules/better-sqlite3/{package.json,LICENSE}',
    'node_modules/better-sqlite3/lib/**/*.js',
    'node_modules/better-sqlite3/prebuilds/${platform}-${arch}.node',
    '!**/*.map',
  ],
  asar: true,
  // A binary cannot be loaded from within the archive.
  asarUnpack: ['**/*.node'],
  // What Electron shows when it is started without an application.
  afterExtract: ({ appOutDir }) => rm(path.join(appOutDir, 'resources', 'default_app.asar'), { force: true }),
  electronFuses: fuses,
  electronLanguages: ['zh-CN', 'en-US'],
  npmRebuild: false,
  nodeGypRebuild: false,
  buildDependenciesFromSource: false,
  // Updates come from a folder on the intranet; nothing is published from here.
  publish: null,
  protocols: [{ name: '网格分中心指挥台', schemes: ['subcenter-console'] }],
  linux: {
    target: ['deb', 'AppImage'],
    category: 'Office',
    icon: 'build/icons',
    executableName: 'subcenter-console',
    // A package has to name somebody; whoever ships it puts their own address here.
    maintainer: 'subcenter-console <console@subcenter.invalid>',
    synopsis: '网格分中心指挥台',
    desktop: {
      entry: { Name: '网格分中心指挥台', 'Name[en]': 'Sub-center console', StartupWMClass: 'subcenter-console' },
    },
  },
  deb: { depends: ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'libxss1', 'libsecret-1-0', 'fonts-noto-cjk'] },
  win: { target: [{ target: 'nsis', arch: ['x64'] }], icon: 'build/icons/icon.ico' },
  nsis: {
    oneClick: false,
    perMachine: true,
    allowToChangeInstallationDirectory: true,
    deleteAppDataOnUninstall: false,
  },
}

export default config
