/** The words of the patrol desk: one stop, and what may be wrong with it. */
import type { DeskWords } from '../../locales/words.ts'

export const stopWords: DeskWords = {
  'zh-CN': {
    routes: {
      stop: {
        title: '第 {number} 站',
        noCamera: '摄像机已不在册',
        preset: '预置位',
        noPreset: '不转动',
        presetName: '连不上，按名称填写',
        asking: '正在询问预置位',
        dwell: '停留（秒）',
        kind: '类别',
        place: '看什么地方',
        checklist: '核对：',
        noClasses: '没有列出要找的问题',
        dropClass: '去掉这一类',
        addClass: '加一类',
        classHint: '名称、首字母、编码',
        noMatch: '没有符合的类别',
        mend: '改为“{name}”',
        remove: '移除这一站',
      },
      kinds: { 'hot-spot': '多发点位', school: '学校', 'construction-site': '工地', river: '河道', other: '其他' },
      problems: {
        'camera-gone': '摄像机没有了',
        'preset-gone': '预置位没有了',
        'preset-renamed': '预置位改名了',
        'preset-moved': '预置位换了号',
        'not-steerable': '不能转动',
      },
      advice: {
        'camera-gone': '这台摄像机已不再共享或已删除。移除这一站，或另加一台附近的摄像机。',
        'preset-gone': '摄像机上已没有这个预置位。另选一个，或在视频墙按 P 重新存一个同名的。',
        'preset-renamed': '这个预置位在摄像机上改了名，请看一下是不是还对着原处。',
        'preset-moved': '摄像机上同名的预置位换了编号，巡查时按名称仍能转到。',
        'not-steerable': '这台摄像机现在不能转动，请把预置位改为“不转动”。',
      },
    },
  },
  en: {
    routes: {
      stop: {
        title: 'Stop {number}',
        noCamera: 'Camera is gone',
        preset: 'Preset',
        noPreset: 'as it stands',
        presetName: 'Not reached: give its name',
        asking: 'Asking for presets',
        dwell: 'Seconds',
        kind: 'Kind',
        place: 'What is looked at',
        checklist: 'Look for:',
        noClasses: 'nothing in particular',
        dropClass: 'Drop this class',
        addClass: 'Add a class',
        classHint: 'Name, initials, code',
        noMatch: 'No class matches',
        mend: 'Change to “{name}”',
        remove: 'Remove this stop',
      },
      kinds: {
        ...{ 'hot-spot': 'Hot spot', school: 'School', 'construction-site': 'Building site', river: 'River' },
        other: 'Other',
      },
      problems: {
        'camera-gone': 'camera is gone',
        'preset-gone': 'preset is gone',
        'preset-renamed': 'preset was renamed',
        'preset-moved': 'preset has another number',
        'not-steerable': 'does not turn',
      },
      advice: {
        'camera-gone': 'This camera is no longer shared or was removed. Remove the stop, or add a camera nearby.',
        'preset-gone':
          'The camera has no such preset any more. Choose another, or keep one of that name on the wall (P).',
        'preset-renamed': 'This preset has another name on the camera now; see whether it still looks there.',
        'preset-moved':
          'The preset of this name has another number on the camera; a patrol still finds it by its name.',
        'not-steerable': 'This camera does not turn now; let it stay as it stands.',
      },
    },
  },
}
