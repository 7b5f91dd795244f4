/** The words of the change hint. */
import type { DeskWords } from '../../../locales/words.ts'

const zhCN = {
  changeHint: {
    switch: '变化提示',
    on: '开',
    off: '关',
    about: '巡查时与上次的画面比较，可能有变化的站排在前面。只是提示，是否有问题由人判断；公安摄像机不参加比较。',
    mark: '可能有变化',
    note: '与上次相比可能有变化',
    since: '上次：{at}。亮处是变化的部分，只是提示。',
    heat: '画面中变化的部分',
    key: '巡查时提示可能有变化的站',
  },
}

const en: typeof zhCN = {
  changeHint: {
    switch: 'Change hint',
    on: 'on',
    off: 'off',
    about:
      'On a patrol, stops are compared with their earlier pictures, and those that may have changed come first. A hint only: people judge. Public-security cameras take no part.',
    mark: 'May have changed',
    note: 'May have changed since last time',
    since: 'Last time: {at}. Bright is what differs; a hint only.',
    heat: 'What differs in the picture',
    key: 'Hint at stops that may have changed, on patrol',
  },
}

export const changeWords: DeskWords = { 'zh-CN': zhCN, en }
