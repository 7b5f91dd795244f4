/** Words of the sign-in. */
import type { DeskWords } from '../../locales/words.ts'

export const signInWords: DeskWords = {
  'zh-CN': {
    signIn: {
      title: '登录',
      lead: '使用区中心账号',
      account: '账号',
      password: '密码',
      submit: '登录',
      submitting: '正在核对',
      accountMissing: '请填写账号',
      accountShape: '账号只能是字母、数字和符号，不含空格',
      passwordMissing: '请填写密码',
      offline: '登录需要连接区中心，现在连不上。',
      kept: '本机保存的 {count} 件案件不受影响，连接恢复后即可登录。',
      record: '数据保密：登录后查看、操作均有记录。',
    },
  },
  en: {
    signIn: {
      title: 'Sign in',
      lead: 'With your hub account',
      account: 'Account',
      password: 'Password',
      submit: 'Sign in',
      submitting: 'Checking',
      accountMissing: 'Enter your account',
      accountShape: 'An account has letters, digits and signs only, no spaces',
      passwordMissing: 'Enter your password',
      offline: 'Signing in needs the hub, which cannot be reached now.',
      kept: 'The {count} cases kept here are not affected; sign in when the connection is back.',
      record: 'Confidential: what you see and do is recorded.',
    },
  },
}
